"""The public name of analysis/plot_data.py."""

import sys

from .analysis import plot_data
from .analysis.plot_data import *

sys.modules[__name__] = plot_data
