"""The public name of views/live.py."""

import sys

from .views import live
from .views.live import *

sys.modules[__name__] = live
