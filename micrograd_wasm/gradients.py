"""The public name of engine/reverse.py."""

import sys

from .engine.reverse import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.engine.reverse"]
