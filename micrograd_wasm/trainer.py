"""The public name of training/trainer.py."""

import sys

from .training import trainer
from .training.trainer import *

sys.modules[__name__] = trainer
