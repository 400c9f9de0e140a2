"""The public name of learning/optimizers.py."""

import sys

from .learning.optimizers import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.learning.optimizers"]
