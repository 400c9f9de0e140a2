"""Runs inside Pyodide, for precompile.mjs: rewrites one archive with .pyc instead of .py.

The result depends on the archive alone: entries are sorted and carry one fixed date. It carries no
byte that Python does not need there: no wheel its project's front page; and where the sources stay,
no .pyc of a module that only leads to others, and no path that an import puts there by itself.
"""

import ast
import base64
import hashlib
import importlib.util
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

DATE = (2020, 1, 1, 0, 0, 0)
STDLIB = "python_stdlib.zip"


def precompile(source: str, target: str, keep_source: bool) -> None:
    stdlib = source.endswith(STDLIB)
    installed = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip/"
    if not stdlib:
        installed = f"/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/"
    with zipfile.ZipFile(source) as archive:
        before = {n: archive.read(n) for n in archive.namelist() if not n.endswith("/")}
    after: dict[str, bytes] = {}
    for name, data in sorted(before.items()):
        compiled = None
        if name.endswith(".py") and not (keep_source and only_leads(data)):
            compiled = compile_module(data, "" if keep_source else installed + name)
        if compiled is None or keep_source:
            after[name] = data
        if compiled is not None:
            after[cached_name(name) if keep_source else name + "c"] = compiled
    if not stdlib:
        record = next(n for n in before if n.endswith(".dist-info/RECORD"))
        about = record.removesuffix("RECORD") + "METADATA"
        after[about] = before[about].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"
        after[record] = record_of(after, record)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in sorted(after.items()):
            archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED, 9)


def compile_module(source: bytes, path: str) -> bytes | None:
    """The bytes of a .pyc that is trusted without looking at any source file, or None."""
    try:
        code = compile(source, path, "exec", dont_inherit=True)
    except SyntaxError:
        return None  # templates and test data that only look like modules
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), checked=False))


def only_leads(source: bytes) -> bool:
    """Whether a module has nothing but a description, imports and one assignment."""
    return all(
        isinstance(statement, ast.Expr | ast.Import | ast.ImportFrom | ast.Assign)
        for statement in ast.parse(source).body
    )


def cached_name(name: str) -> str:
    """Where an import looks for the .pyc of a module whose source is kept beside it."""
    return importlib.util.cache_from_source("/" + name)[1:]


def record_of(files: dict[str, bytes], record: str) -> bytes:
    """The wheel's list of its files, with the digests that installers compare.

    As the format has it, a .pyc beside its source needs none, and the list itself has none.
    """
    lines = []
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        without = name == record or "/__pycache__/" in name
        lines.append(f"{name},," if without else f"{name},sha256={digest},{len(data)}")
    return ("\n".join(lines) + "\n").encode()
