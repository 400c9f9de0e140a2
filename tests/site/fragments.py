"""The playground's own reading of a link, without a page."""

import json
import subprocess
from pathlib import Path
from typing import Any

from builder.paths import ROOT
from builder.tools import node


def read_fragments(fragments: list[str]) -> list[dict[str, Any]]:
    """Of each, what is said about it ("notices"), and what is trained then ("config")."""
    script = Path(__file__).parent / "read_fragments.mjs"
    command, given = [str(node()), str(script)], json.dumps(fragments)
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=ROOT, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
