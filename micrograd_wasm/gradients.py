"""The public name of analysis/gradients.py."""

import sys

from .analysis import gradients
from .analysis.gradients import *

sys.modules[__name__] = gradients
