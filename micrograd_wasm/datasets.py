"""The public name of learning/datasets.py."""

import sys

from .learning.datasets import *  # noqa: F403 - for type checkers; Python goes on with the module itself

sys.modules[__name__] = sys.modules["micrograd_wasm.learning.datasets"]
