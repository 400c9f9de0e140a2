"""Writes what the site's scripts know from Python, as JavaScript modules.

    python -m builder.facts <folder>

A script imports them as `#facts/configuration`, `#facts/history` and `#facts/columns` (package.json
says where they are), and a bundle takes in what is used of them. So a data set, an activation, a
loss, a bound or a number of a history's row is written down in Python alone.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from micrograd_wasm import losses
from micrograd_wasm.engine.nn import ACTIVATIONS
from micrograd_wasm.learning.schedules import OFFICIAL_STEPS
from micrograd_wasm.page import configuration
from micrograd_wasm.training.history import FIELDS


def facts() -> dict[str, dict[str, Any]]:
    """Each module's exports: plain data, by the name that it has in Python.

    Numbers come first: only where nothing else is above them does the bundler write them in where
    they are used, so that they cost a page no byte more than a number would.
    """
    return {
        "configuration": {
            **_bounds(),
            "OFFICIAL_STEPS": OFFICIAL_STEPS,
            "MOST_EXAMPLES": configuration.MOST_EXAMPLES,
            "MOST_LAYERS": configuration.MOST_LAYERS,
            "LARGEST_SEED": configuration.LARGEST_SEED,
            "LARGEST_COORDINATE": configuration.LARGEST_COORDINATE,
            "DEFAULT": configuration.DEFAULT,
            "DATASETS": configuration.DATASETS,
            "ACTIVATIONS": ACTIVATIONS,
            "LOSSES": [*losses.EXAMPLE_LOSSES],
            "SCHEDULES": configuration.SCHEDULES,
        },
        "history": {
            "ROW": len(FIELDS),
            **{name.upper(): place for place, name in enumerate(FIELDS)},
        },
        "columns": {"COLUMNS": FIELDS},  # by themselves: a page's first picture has no need of them
    }


def _bounds() -> dict[str, int]:
    """SAMPLES_LEAST, SAMPLES_MOST and so on."""
    found = {}
    for field, bounds in configuration.BOUNDS.items():
        name = re.sub("[A-Z]", r"_\g<0>", field).upper()
        found[f"{name}_LEAST"], found[f"{name}_MOST"] = bounds
    return found


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, exports in facts().items():
        lines = [f"export const {export} = {_text(value)};\n" for export, value in exports.items()]
        made = folder / f"{name}.new"
        made.write_text("".join(lines))
        made.replace(folder / f"{name}.mjs")  # in one move: a test may be reading it


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
