"""The public name of views/charts/__init__.py."""

import sys

from .views import charts
from .views.charts import *

sys.modules[__name__] = charts
