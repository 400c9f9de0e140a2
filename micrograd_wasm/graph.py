"""The public name of engine/graph_rows.py."""

import sys

from .engine.graph_rows import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.engine.graph_rows"]
