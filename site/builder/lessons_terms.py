"""Links a term's first use on a lesson's page to the lesson that explains it.

The terms are in content/lessons/terms.yaml. A lesson that explains a term in its own words, in
bold, keeps it without a link; code, headings and links are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from builder.lessons import FOLDER, Block, Exercise, Figure, Lesson, Prose
from builder.lessons_html import escaped
from builder.shell import BuildError

NOT_INSIDE = ("a", "code", "pre", "h1", "h2", "h3", "th")


@dataclass(frozen=True)
class Term:
    words: tuple[str, ...]
    lesson: str
    at: str  # the id of a heading; "" is what stands above the first one
    says: str

    @property
    def pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.words, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])({'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)


def read_terms(lessons: Sequence[Lesson], path: Path = FOLDER / "terms.yaml") -> list[Term]:
    """The terms, those of more words first.

    Raises:
        BuildError: a term points at a lesson or a heading that is not there.
    """
    headings = {
        lesson.slug: {
            "",
            *(
                found
                for block in lesson.of(Prose)
                for found in re.findall(r'<h2 id="([^"]+)"', block.html)
            ),
        }
        for lesson in lessons
    }
    terms = []
    for given in yaml.safe_load(path.read_text()):
        term = Term(tuple(given["words"]), given["lesson"], given["at"], given["says"])
        if term.at not in headings.get(term.lesson, ()):
            raise BuildError(f"{path.name}: {term.words[0]}: {term.lesson} has no #{term.at}")
        terms.append(term)
    return sorted(terms, key=lambda term: -max(len(words) for words in term.words))


class Linker:
    """Goes through a lesson's pieces of HTML in reading order; each term is linked once."""

    def __init__(self, lesson: Lesson, terms: Sequence[Term]) -> None:
        own = " ".join(
            bold
            for block in lesson.of(Prose)
            for bold in re.findall(r"<strong>(.*?)</strong>", block.html)
        )
        self._terms = [t for t in terms if t.lesson != lesson.slug and not t.pattern.search(own)]

    def block(self, block: Block) -> Block:
        """The block with its prose, caption or task linked."""
        if isinstance(block, Prose):
            return replace(block, html=self.linked(block.html))
        if isinstance(block, Figure):
            return replace(block, caption=self.linked(block.caption))
        if isinstance(block, Exercise):
            return replace(block, task=self.linked(block.task))
        return block

    def linked(self, html: str) -> str:
        parts = re.split(r"(<[^>]+>)", html)
        inside: list[str] = []
        for at, part in enumerate(parts):
            tag = re.match(r"<(/?)(\w+)", part)
            if tag is None:
                if not any(name in NOT_INSIDE for name in inside):
                    parts[at] = self._in_text(part)
            elif tag[1]:
                while inside and inside.pop() != tag[2]:
                    pass
            elif tag[2] not in ("br", "img", "hr"):
                inside.append(tag[2])
        return "".join(parts)

    def _in_text(self, text: str) -> str:
        taken: list[tuple[int, int, Term]] = []
        for term in list(self._terms):
            found = term.pattern.search(text)
            if not found or any(a < found.end() and found.start() < b for a, b, _ in taken):
                continue  # part of a longer term; its own first use is still to come
            taken.append((found.start(), found.end(), term))
            self._terms.remove(term)
        for start, end, term in sorted(taken, key=lambda one: -one[0]):
            place = f"../{term.lesson}/{'#' if term.at else ''}{term.at}"
            link = f'<a class="term" href="{place}" title="{escaped(term.says)}">'
            text = f"{text[:start]}{link}{text[start:end]}</a>{text[end:]}"
        return text
