"""Our eager engine training the same network on the same data: `train(..., engine="eager")`."""

import argparse
import json
import resource
import time
from pathlib import Path

from micrograd_wasm import MLP, datasets, train

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--steps", type=int, default=100)
options = arguments.parse_args()

dataset = datasets.moons(100, noise=0.1, seed=1337)
model = MLP(2, [16, 16, 1], seed=1337)
memory = {}


def note_memory(step, row):
    """Resident megabytes after the step."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory[step] = pages * resource.getpagesize() / 2**20


started = time.perf_counter()
run = train(model, dataset, steps=options.steps, engine="eager", progress=note_memory)
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
growth = memory[options.steps - 1] - memory[0]
print(
    json.dumps({"seconds": seconds, "loss": run.final_loss, "peak_mb": peak, "growth_mb": growth})
)
