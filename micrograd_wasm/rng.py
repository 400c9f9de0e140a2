"""The public name of numerics/rng.py."""

import sys

from .numerics import rng
from .numerics.rng import *

sys.modules[__name__] = rng
