"""The public name of analysis/diagnose.py."""

import sys

from .analysis.diagnose import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.analysis.diagnose"]
