"""The public name of views/display.py."""

import sys

from .views.display import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.views.display"]
