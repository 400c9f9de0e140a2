"""The public name of learning/optimizers.py."""

import sys

from .learning import optimizers
from .learning.optimizers import *

sys.modules[__name__] = optimizers
