"""The public name of learning/losses.py."""

import sys

from .learning.losses import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.learning.losses"]
