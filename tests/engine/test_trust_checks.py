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


@pytest.mark.parametrize("answer", ["[0.5] * 1_000_000", "'x' * 20_000_000", "list(range(10**6))"])
def test_an_answers_verdict_is_short(answer: str) -> None:
    code = f"def double(x):\n    return {answer}\n"
    wrong, _ = asked(("check", [code, CHECK]))
    assert wrong["passed"] is False
    assert len(json.dumps(wrong)) < 3_000
    code = f"def double(x):\n    raise ValueError({answer})\n"
    wrong, _ = asked(("check", [code, CHECK]))
    assert len(json.dumps(wrong)) < 3_000
