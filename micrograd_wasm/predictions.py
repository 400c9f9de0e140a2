"""The public name of analysis/predictions.py."""

import sys

from .analysis import predictions
from .analysis.predictions import *

sys.modules[__name__] = predictions
