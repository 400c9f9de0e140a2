"""The public name of views/display.py."""

import sys

from .views import display
from .views.display import *

sys.modules[__name__] = display
