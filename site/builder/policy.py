"""Gives every page its Content-Security-Policy, before anything that it is to hold.

Ours hold what the pages need and nothing else: no inline script, style or handler, nothing from
another host. A worker may be written into its address (`data:`), for Python's has no origin
(site/js/engine/start-python.js); it inherits the page's policy. JupyterLite's own code asks for
more, and does not work with less: it makes functions out of text (the checks of its settings,
without which no app starts, and the expressions of charts), and puts styles into the page; the Stop
button of a training in a notebook is a handler, allowed by its hash; the kernel's worker is made
from a blob, so that it inherits the policy, too. What a policy has no word for is left out by
site/notebook-list/outputs.js; the renderer that would run an output as JavaScript, which the
functions out of text would let it, is switched off in site/jupyter-lite.json.
"""

import base64
import hashlib
import re
from pathlib import Path

from builder.paths import ROOT
from builder.shell import BuildError

CLOSED = "object-src 'none'; base-uri 'none'; form-action 'none'"
OURS = (
    f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' data:; {CLOSED}"
)
THEIRS = (
    "default-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval' 'unsafe-hashes' {hashes}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    f"worker-src 'self' blob:; {CLOSED}"
)
JUPYTERLITE = ("lab", "notebooks", "repl", "tree", "edit", "consoles", "doc")

STOP_BUTTON = ROOT / "micrograd_wasm" / "views" / "stop_button.py"
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
DATA = re.compile(r"""type=["']application/json["']""")
PLACES = (
    re.compile(r"<meta charset=[^>]*>", re.IGNORECASE),
    re.compile(r"<head\b[^>]*>", re.IGNORECASE),
)
INLINE = re.compile(r"""<style\b|<[^>]*\s(?:style|on[a-z]+)\s*=""", re.IGNORECASE)


def build_policy(output: Path) -> None:
    """Write it into every page of a site that is otherwise whole.

    Raises:
        BuildError: a page of ours has something inline.
    """
    for path in sorted(output.rglob("*.html")):
        page = path.read_text()
        theirs = path.relative_to(output).parts[0] in JUPYTERLITE
        if not theirs:
            _refuse_inline(path.relative_to(output), page)
        policy = THEIRS.format(hashes=" ".join(_hashes(page))) if theirs else OURS
        # After the charset, which browsers look for in a page's first bytes.
        place = next(filter(None, (one.search(page) for one in PLACES)), None)
        if place is None:
            raise BuildError(f"{path} has no head to write its policy into.")
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        path.write_text(f"{page[: place.end()]}\n{meta}{page[place.end() :]}")


def _inline_scripts(page: str) -> list[str]:
    return [
        text
        for attributes, text in SCRIPT.findall(page)
        if "src=" not in attributes and not DATA.search(attributes)
    ]


def _refuse_inline(name: Path, page: str) -> None:
    found = [*_inline_scripts(page), *INLINE.findall(SCRIPT.sub("", page))]
    if found:
        raise BuildError(
            f"{name} has inline what its policy forbids: {found[0].strip()[:100]!r}.\n"
            "What to do: put scripts and styles into files, and classes in place of styles."
        )


def _hashes(page: str) -> list[str]:
    """What a page of JupyterLite runs inline, and the one handler of ours in an output."""
    press = re.findall(r'^PRESS: Final = "(.+)"$', STOP_BUTTON.read_text(), re.MULTILINE)
    digests = (hashlib.sha256(text.encode()).digest() for text in (*_inline_scripts(page), *press))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
