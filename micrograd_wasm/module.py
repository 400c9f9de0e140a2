"""The public name of engine/module.py."""

import sys

from .engine.module import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.engine.module"]
