"""The public name of training/trainer.py."""

import sys

from .training.trainer import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.training.trainer"]
