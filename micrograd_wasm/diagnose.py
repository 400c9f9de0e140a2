"""The public name of analysis/diagnose.py."""

import sys

from .analysis import diagnose
from .analysis.diagnose import *

sys.modules[__name__] = diagnose
