"""Gives a notebook the outputs of a run, so that it reads before it runs.

    python -m builder.notebook_outputs <folder>

Runs those of a folder whose metadata say `"micrograd": {"outputs": "stored"}`: they print no times
and nothing drawn by chance, so the same sources give the same bytes. What a last line is worth is
put into words and pictures by IPython, as the notebook's own kernel does it. The numbers of the
cells stay empty: in the reader's tab, nothing has run yet.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

from IPython.core.formatters import DisplayFormatter

from builder.notebooks import KEY
from builder.shell import BuildError

STORED = "stored"


def store_outputs(folder: Path) -> None:
    """Run the notebooks of a folder that want it, and write what their cells give into them."""
    for path in sorted(folder.glob("*.ipynb")):
        content = json.loads(path.read_text())
        if content["metadata"].get(KEY, {}).get("outputs") == STORED:
            path.write_text(
                json.dumps(ran(content, path.name), indent=1, ensure_ascii=False) + "\n"
            )


def ran(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """The notebook with the outputs of a run from top to bottom.

    Raises:
        BuildError: a cell fails.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cells = [dict(cell) for cell in notebook["cells"]]
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        try:
            cell["outputs"] = _outputs("".join(cell["source"]), namespace)
        except Exception as error:
            raise BuildError(
                f"The notebook {name}: the cell {cell['id']} fails: {error!r}\n"
                'What to do: mend it, or take "outputs" out of its metadata.'
            ) from error
        if cell["outputs"]:  # ours: shown as they are, also before the cell is run
            cell["metadata"] = {**cell["metadata"], "trusted": True}
    return {**notebook, "cells": cells}


def _outputs(source: str, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
    found: list[dict[str, Any]] = []
    if printed.getvalue():
        # In one piece: JupyterLite shows a list of lines with commas between them.
        found.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    if value is not None:
        data, metadata = DisplayFormatter().format(value)  # type: ignore[no-untyped-call]
        kind = {"output_type": "execute_result", "execution_count": None}
        found.append({**kind, "data": data, "metadata": metadata})
    return found


if __name__ == "__main__":
    store_outputs(Path(sys.argv[1]))
