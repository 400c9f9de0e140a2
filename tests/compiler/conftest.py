"""Every module that these tests build is shown to two validators that are not ours."""

import base64
import json

import pytest
import wasmtime

from micrograd_wasm.compiler.kernel import reuse
from micrograd_wasm.compiler.wasm.module import Module
from tests.compiler import node


@pytest.fixture(scope="session", autouse=True)
def every_module_is_valid(tmp_path_factory):
    """After the last test: wasmtime's validator and WebAssembly.validate on all of them."""
    built: dict[bytes, None] = {}
    encode = Module.encode

    def noted(self):
        binary = encode(self)
        built[binary] = None
        return binary

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Module, "encode", noted)
        yield
    if not built:
        return
    engine = wasmtime.Engine()
    for binary in built:
        wasmtime.Module.validate(engine, binary)
    file = tmp_path_factory.mktemp("modules") / "modules.json"
    file.write_text(json.dumps([{"wasm": base64.b64encode(binary).decode()} for binary in built]))
    answers = node.run("check_modules.mjs", str(file))
    assert len(answers) == len(built)
    assert all(answer["valid"] for answer in answers)


@pytest.fixture(autouse=True)
def no_program_of_another_test(monkeypatch):
    """What is tested here is built here: one that was kept would hide a fault planted since."""
    monkeypatch.setattr(reuse, "_kept", {})
