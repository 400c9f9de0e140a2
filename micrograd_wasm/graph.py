"""The public name of views/graph/__init__.py."""

import sys

from .views.graph import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.views.graph"]
