"""The public name of engine/module.py."""

import sys

from .engine import module
from .engine.module import *

sys.modules[__name__] = module
