"""The public name of analysis/predictions.py."""

import sys

from .analysis.predictions import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.analysis.predictions"]
