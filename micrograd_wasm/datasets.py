"""The public name of learning/datasets.py."""

import sys

from .learning import datasets
from .learning.datasets import *

sys.modules[__name__] = datasets
