"""What an answer overwrites ends with it; what an answer or an error may weigh."""

import json
import subprocess
import sys
from typing import Any

import pytest

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x\n"
CHECK = 'double = get("double")\nx = number(1, 3)\nexpect(double, x, equals=2 * x)\n'
ALWAYS = "lambda *a, **k: {'passed': True, 'message': 'ha', 'hint': ''}"
ATTACKS = {
    "the judge": f"from micrograd_wasm.lessons import exercises as e\ne._judged = {ALWAYS}",
    "one round": f"from micrograd_wasm.lessons import exercises as e\ne._judged_once = {ALWAYS}",
    "the comparison": "from micrograd_wasm.lessons import exercises as e\n"
    "e._same = lambda *a: True",
    "its code": "from micrograd_wasm.lessons import exercises as e\n"
    "e._same.__code__ = (lambda got, expected, within: True).__code__",
    "its defaults": "from micrograd_wasm.lessons import exercises as e\n"
    "e.expect.__kwdefaults__.update(within=1e9)\ne.expect.__kwdefaults__ = {'within': 1e9,"
    " 'mistakes': None}",
    "the rounds": "from micrograd_wasm.lessons import exercises as e\ne.ROUNDS = 0",
    "a builtin": "import builtins\nbuiltins.isinstance = lambda *a: False\nbuiltins.abs = "
    "lambda x: 0",
    "the numbers": "from micrograd_wasm.lessons import exercises as e\ne.number = lambda *a: 0.0",
    "the table": "from micrograd_wasm.page import bridge as b\nb._ANSWERS['check'] = "
    """lambda *a: ('{"passed": true}',)""",
    "the engine's sum": "from micrograd_wasm import Value\nValue.__add__ = lambda a, b: a",
}


def asked(*questions: tuple[str, list[Any]]) -> list[dict[str, Any]]:
    """The bridge's answers, from a Python of their own."""
    script = (
        "import json, sys; from micrograd_wasm.page import bridge\n"
        "ask = bridge.answer\n"
        "asked = [(name, json.dumps(args)) for name, args in json.load(sys.stdin)]\n"
        "told = [ask(name, text)[0] for name, text in asked]\n"
        "from micrograd_wasm import Value\n"
        "told.append(str((Value(1.0) + Value(2.0)).data))\n"
        "sys.stdout.write('\\n'.join(told))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in found.stdout.splitlines()]


@pytest.mark.slow
def test_what_an_answer_overwrites_ends_with_it() -> None:
    for name, attack in ATTACKS.items():
        for where in ("check", "cell"):
            code = f"{WRONG}{attack}\n"
            first = ("check", [code, CHECK]) if where == "check" else ("cell", ["s", code, "cell"])
            *_, wrong, right, three = asked(
                first, ("check", [WRONG, CHECK]), ("check", [RIGHT, CHECK])
            )
            assert wrong["passed"] is False, (name, where)
            assert "expected" in wrong["message"], (name, where)
            assert right["passed"] is True, (name, where)
            assert three == 3.0, (name, where)


# What loads when the first cell runs, and tables that are read each time: each is overwritten so
# that what stands on it breaks or tells something else.
PUBLIC = {
    "a class's name": "import micrograd_wasm\nmicrograd_wasm.Value = float",
    "a module's name": "import micrograd_wasm\nmicrograd_wasm.losses = micrograd_wasm.datasets",
    "all names": "import micrograd_wasm as m\nfor name in m.__all__:\n    setattr(m, name, None)",
    "names deleted": "import micrograd_wasm as m\nfrom micrograd_wasm import rng\ndel m.losses\n"
    "m._MODULES['losses'] = 'numerics.rng'",
    "where names lead": "import micrograd_wasm as m\ndel m.Value\nm._HOMES['Value'] = 'base.shown'",
    "a public module": "import sys\nsys.modules['micrograd_wasm.losses'] = sys",
    "the module behind it": "import sys\nsys.modules['micrograd_wasm.learning.losses'] = sys\n"
    "sys.modules['micrograd_wasm.losses'] = sys",
    "what is in it": "from micrograd_wasm import losses\nlosses.max_margin = lambda *a: 5.0",
    "a table": "from micrograd_wasm.learning.losses import EXAMPLE_LOSSES as table\n"
    "table['max_margin'] = table.pop('logistic')",
    "an emptied table": "from micrograd_wasm.engine.module import KINDS\nKINDS.clear()",
    "a table in a table": "from micrograd_wasm.compiler.wasm import opcodes\n"
    "opcodes.LOCALS['local.get'].clear()",
}
USE = """
import os, tempfile
import micrograd_wasm
from micrograd_wasm import MLP, Value, datasets, jit, losses, train
from micrograd_wasm.losses import max_margin

_model, _data = MLP(2, [2, 1], seed=1), datasets.moons(8, seed=1)
with tempfile.TemporaryDirectory() as _folder:
    _model.save(_folder + "/model.json")
    _again = MLP.load(_folder + "/model.json")
_losses = [train(_again, _data, steps=2, engine=name).final_loss for name in ("eager", "compiled")]
_loss = (micrograd_wasm.losses.max_margin, losses.max_margin, max_margin)
_margin = [loss(_again, [[0.5, 1.0]], [1.0]).total_loss.data for loss in _loss]
_cube = jit(lambda x: x * x * x)
found = repr([_losses, _margin, _cube(3.0), str(Value(2.0))])

def double(x):
    return 2 * x if found == RIGHT else found
"""


@pytest.fixture(scope="module")
def using() -> str:
    """What uses the package, and knows what is right: what a Python of its own tells."""
    (told, _) = asked(("cell", ["s", f"{USE}\nfound", "cell"]))
    assert told["problem"] is None, told
    return f"RIGHT = {told['result']['text/plain']}\n{USE}"


@pytest.mark.parametrize("name", PUBLIC)
def test_what_a_first_cell_overwrites_changes_no_verdict(name: str, using: str) -> None:
    again = f"{using}\nprint(double(1) == 2)"
    cell, bites, verdict, three = asked(
        ("cell", ["s", PUBLIC[name], "cell"]),
        ("cell", ["s", again, "cell"]),  # nothing is put back between cells
        ("check", [using, CHECK]),
    )
    assert cell["problem"] is None, cell
    assert bites["problem"] or bites["stdout"] == "False\n", bites
    assert verdict["passed"] is True, verdict
    assert three == 3.0


@pytest.mark.parametrize("answer", ["[0.5] * 1_000_000", "'x' * 20_000_000", "list(range(10**6))"])
def test_an_answers_verdict_is_short(answer: str) -> None:
    code = f"def double(x):\n    return {answer}\n"
    wrong, _ = asked(("check", [code, CHECK]))
    assert wrong["passed"] is False
    assert len(json.dumps(wrong)) < 3_000
    code = f"def double(x):\n    raise ValueError({answer})\n"
    wrong, _ = asked(("check", [code, CHECK]))
    assert len(json.dumps(wrong)) < 3_000
