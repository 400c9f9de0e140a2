"""Peak memory of a process that trains compiled for so many steps under wasmtime."""

import json
import resource
import sys

from growth import train_steps

report = train_steps(int(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"peak_mb": peak, **report}))
