"""Answers to the lessons' exercises as readers write them: right in several styles, and wrong.

A file for each lesson. Under "# exercise" stand fences: `right`, or `wrong` with words of the hint
that the answer is to get; without words it only has to be refused.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ANSWER: Final = re.compile(r"^```(right|wrong) ?(.*?)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Given:
    source: str
    right: bool
    hint: str = ""


def given_answers() -> dict[str, list[Given]]:
    """All of them, by the names of the exercises."""
    found: dict[str, list[Given]] = {}
    for path in sorted(Path(__file__).parent.glob("*.md")):
        for part in re.split(r"^# ", path.read_text(), flags=re.MULTILINE)[1:]:
            name, _, rest = part.partition("\n")
            found[name] = [Given(m[3], m[1] == "right", m[2]) for m in ANSWER.finditer(rest)]
    return found
