"""The public name of views/charts/__init__.py."""

import sys

from .views.charts import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.views.charts"]
