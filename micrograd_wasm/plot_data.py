"""The public name of analysis/plot_data.py."""

import sys

from .analysis.plot_data import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.analysis.plot_data"]
