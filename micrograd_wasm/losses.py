"""The public name of learning/losses.py."""

import sys

from .learning import losses
from .learning.losses import *

sys.modules[__name__] = losses
