"""The public name of views/live.py."""

import sys

from .views.live import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.views.live"]
