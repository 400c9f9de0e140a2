"""What test_pyodide_bits.py compares: the same numbers from CPython and from Pyodide, as JSON.

Run inside Pyodide by run_in_pyodide.mjs. Nothing here needs a package.
"""

import json
import pickle
import random
import sys
import tempfile

from micrograd_wasm import MLP, Run, TrainingDiverged, datasets, jit, predictions, train
from micrograd_wasm.compiler import Evaluation, host
from micrograd_wasm.compiler.wasm.module import Module
from tests.compiler.programs import configuration, outcome, program
from tests.parity.recordings import bits

SEED = (1337, 1337, 1337)


def official(steps, engine):
    """The official run's fingerprint after so many steps, and the engine that it says it ran on."""
    model, dataset = MLP(2, [16, 16, 1], seed=SEED), datasets.moons(100, noise=0.1, seed=SEED)
    run = train(model, dataset, steps=steps, engine=engine)
    return [run.fingerprint, run.options["engine"]]


def digits():
    """The handwritten digits as the documentation learns them: fingerprint, held-out accuracy."""
    training, held_out = datasets.digits()
    options = {"loss": "one_vs_rest_margin", "optimizer": "adam", "learning_rate": 0.01}
    model = MLP(64, [32, 10], seed=1)
    options |= {"alpha": 1e-3, "batch_size": 128}
    run = train(model, training, steps=500, seed=1337, **options)
    return [run.fingerprint, predictions.accuracy(run.final_model, held_out)]


def drawn_programs():
    """Values, gradients and errors of compiled random programs."""
    for seed in range(60):
        function, rows = program(random.Random(seed))
        compiled = jit(function, arity=function.inputs)
        for row in rows:
            yield outcome(lambda f=compiled, row=row: f(*row))
            yield outcome(lambda f=compiled, row=row: f.value_and_gradients(*row))


def negative_zeros():
    """Results of -0.0 from every kind of call: JavaScript's -0 is easily taken for the int 0."""
    minus, product = jit(lambda x: -x), jit(lambda a, b: a * b)
    several = jit(lambda x: [-x, x])
    row = [minus(0.0), *several(0.0), *several(-0.0)]
    for value, gradients in (
        minus.value_and_gradients(0.0),
        product.value_and_gradients(-0.0, 0.0),
    ):
        row += [value, *gradients]
    return bits(row)


def going_on():
    """Runs that went through a file and a pipe, went on by the other engine, and were not cut in
    parts: fingerprints that are to be the same by threes; and a divergence that was pickled."""
    model, dataset = MLP(2, [4, 1], seed=SEED), datasets.moons(40, seed=SEED)
    told = []
    for seed in (SEED, 7):
        how = {"batch_size": 9, "seed": seed, "optimizer": "adam", "learning_rate": 0.05}
        part = train(model, dataset, steps=7, engine="eager", **how)
        with tempfile.TemporaryDirectory() as folder:
            part.save(f"{folder}/run.json")
            read = Run.load(f"{folder}/run.json")
        piped = pickle.loads(pickle.dumps(part))
        parts = [train(run, steps=13, engine="compiled") for run in (read, piped)]
        told += [run.fingerprint for run in (*parts, train(model, dataset, steps=20, **how))]
    try:
        train(model, dataset, steps=5, learning_rate=[1e200, 0.1, 0.1, 0.1, 0.1])
    except TrainingDiverged as error:
        told.append(str(pickle.loads(pickle.dumps(error))))
    return told


def endless():
    """What a program says that calls itself without end."""
    module = Module(memory_bytes=8)
    function = module.function("f", (), "", export=True)
    function.call(function)
    try:
        host.instantiate(module.encode()).call("f")
    except ValueError as error:
        return str(error)


def without_vectors():
    """What an old browser's Python does: which engine runs, and what is said of the other one."""
    import js

    model, dataset = MLP(2, [2, 1], seed=SEED), datasets.moons(8, seed=SEED)
    validate = js.WebAssembly.validate
    js.WebAssembly.validate = lambda _: False
    host._browser_has_vectors.cache_clear()
    try:
        engine = train(model, dataset, steps=1).options["engine"]
        return [engine, outcome(lambda: train(model, dataset, steps=1, engine="compiled"))]
    finally:
        js.WebAssembly.validate = validate
        host._browser_has_vectors.cache_clear()


def report():
    """All of it, as JSON."""
    model = MLP(2, [4, 3, 2], seed=SEED)
    points = [[x / 4.0, y / 4.0] for x in range(-8, 9) for y in range(-8, 9)]
    runs = [configuration(random.Random(seed)) for seed in range(20)]
    numbers = {
        "official, 20 steps": official(20, "compiled")[0],
        "official, 100 steps": official(100, "auto"),
        "negative zeros": negative_zeros(),
        "digits": digits(),
        "going on": going_on(),
        "programs": list(drawn_programs()),
        "runs": [outcome(lambda run=run: run.outcome("compiled")) for run in runs],
        "activations": bits(Evaluation(model, 2).activations(points)),
        "wasm": jit(lambda a, b: (a * b).tanh() ** 1.5).wasm.hex(),
    }
    eager = official(20, "eager")
    told = {"platform": sys.platform, "numbers": numbers, "eager": eager, "endless": endless()}
    if sys.platform == "emscripten":
        told["without vectors"] = without_vectors()
    return json.dumps(told)
