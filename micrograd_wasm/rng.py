"""The public name of numerics/rng.py."""

import sys

from .numerics.rng import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.numerics.rng"]
