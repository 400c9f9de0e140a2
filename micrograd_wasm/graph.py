"""The public name of views/graph/__init__.py."""

import sys

from .views import graph
from .views.graph import *

sys.modules[__name__] = graph
