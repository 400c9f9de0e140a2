"""The public name of analysis/gradients.py."""

import sys

from .analysis.gradients import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.analysis.gradients"]
