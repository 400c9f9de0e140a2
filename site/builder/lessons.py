"""Reads a lesson: content/lessons/NN-slug.md, in MyST's words, to blocks in reading order.

A lesson is Markdown with front matter (title, idea, minutes, try: {text, state}, and perhaps part,
a heading of the contents page, and picture, the figure that stands there) and four kinds of block
that are more than prose:

    ```{code-cell} python        a live cell; its output is made when the site is built
    :name: square
    ...
    ```
    ```{figure} curve            a figure of site/lessons/figures/; the body is YAML
    name: slope
    caption: Drag the point.
    ```
    :::{exercise} slope-of-a-square
    What to make true, in prose.
    ```{starter}   ```{check}   ```{hint}   ```{solution}   ```{wrong}
    :::

Hints come in steps, in their order. A `{wrong}` block is a plausible wrong answer; after its line
`:hint: text` stands what the reader is to be told, which the tests compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from builder.paths import CONTENT
from builder.shell import BuildError

FOLDER = CONTENT / "lessons"


@dataclass(frozen=True)
class Prose:
    """A stretch of rendered Markdown, and its source."""

    html: str
    source: str


@dataclass(frozen=True)
class Cell:
    name: str
    source: str


@dataclass(frozen=True)
class Figure:
    kind: str
    name: str
    caption: str  # HTML
    options: dict[str, Any]


@dataclass(frozen=True)
class WrongAnswer:
    source: str
    hint: str


@dataclass
class Exercise:
    name: str
    task: str = ""  # HTML
    task_source: str = ""
    starter: str = ""
    check: str = ""
    solution: str = ""
    hints: list[str] = field(default_factory=list)  # HTML, in steps
    hint_sources: list[str] = field(default_factory=list)
    wrong: list[WrongAnswer] = field(default_factory=list)


Block = Prose | Cell | Figure | Exercise


@dataclass(frozen=True)
class Lesson:
    number: int
    slug: str
    title: str
    idea: str
    minutes: int
    next_try: dict[str, str]  # {text, state}: what to try in the playground
    blocks: list[Block]
    part: str = ""  # the heading that it begins on the contents page
    picture: str = ""  # the figure that stands for it there

    def of(self, kind: type[Any]) -> list[Any]:
        return [block for block in self.blocks if isinstance(block, kind)]


def read_lessons(folder: Path = FOLDER) -> list[Lesson]:
    """All lessons, in the order of their numbers."""
    return [read_lesson(path) for path in sorted(folder.glob("[0-9][0-9]-*.md"))]


def read_lesson(path: Path) -> Lesson:
    """One lesson.

    Raises:
        BuildError: it is not written as above; the message names the file and what is missing.
    """
    try:
        return _read(path)
    except (KeyError, ValueError, TypeError, yaml.YAMLError) as error:
        raise BuildError(f"{path.name}: {type(error).__name__}: {error}") from error


def _read(path: Path) -> Lesson:
    text = path.read_text()
    markdown = _markdown()
    tokens = markdown.parse(text)
    facts = yaml.safe_load(tokens[0].content)
    number, slug = path.stem.split("-", 1)
    blocks = list(_blocks(markdown, tokens[1:], text.splitlines()))
    lesson = Lesson(
        number=int(number),
        slug=slug,
        title=facts["title"],
        idea=facts["idea"],
        minutes=int(facts["minutes"]),
        next_try=facts["try"],
        blocks=blocks,
        part=facts.get("part", ""),
        picture=facts.get("picture") or next(b.name for b in blocks if isinstance(b, Figure)),
    )
    for kind in (Cell, Figure, Exercise):
        names = [block.name for block in lesson.of(kind)]
        if len(set(names)) != len(names):
            raise ValueError(f"two blocks have the same name: {sorted(names)}")
    return lesson


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"typographer": False}).enable("table")
    return made.use(front_matter_plugin).use(container_plugin, "{exercise}")


def _blocks(markdown: MarkdownIt, tokens: Sequence[Token], lines: list[str]) -> Iterator[Block]:
    prose: list[Token] = []

    def gathered() -> Iterator[Prose]:
        if prose:
            yield _prose(markdown, prose, lines)
            prose.clear()

    exercise: Exercise | None = None
    cells = 0
    for token in tokens:
        directive = re.match(r"\{([\w-]+)\}\s*(\S*)", token.info) if token.type == "fence" else None
        if token.type == "container_{exercise}_open":
            yield from gathered()
            exercise = Exercise(name=token.info.split()[1])
        elif token.type == "container_{exercise}_close":
            assert exercise is not None
            if not exercise.task:
                raise ValueError(f"exercise {exercise.name} has no task")
            _check_exercise(exercise)
            yield exercise
            exercise = None
        elif exercise is not None and directive:
            if prose and not exercise.task:
                task = _prose(markdown, prose, lines)
                exercise.task, exercise.task_source = task.html, task.source
                prose.clear()
            _fill(exercise, directive[1], token.content, markdown)
        elif directive:
            yield from gathered()
            if directive[1] == "code-cell":
                cells += 1
                options, source = _options(token.content)
                yield Cell(options.get("name", f"cell-{cells}"), source)
            elif directive[1] == "figure":
                options = yaml.safe_load(token.content)
                caption = markdown.renderInline(options.pop("caption"))
                yield Figure(directive[2], options.pop("name"), caption, options)
            else:
                raise ValueError(f"unknown block {{{directive[1]}}}")
        else:
            prose.append(token)
    yield from gathered()


def _prose(markdown: MarkdownIt, tokens: list[Token], lines: list[str]) -> Prose:
    for at, token in enumerate(tokens):
        if token.type == "heading_open":  # so that a link can point at it
            words = re.sub(r"[^\w\s-]", "", tokens[at + 1].content.lower())
            token.attrSet("id", re.sub(r"\s+", "-", words.strip()))
    places = [token.map for token in tokens if token.map]
    source = "\n".join(lines[min(a for a, _ in places) : max(b for _, b in places)])
    return Prose(markdown.renderer.render(tokens, markdown.options, {}), source.strip())


def _options(content: str) -> tuple[dict[str, str], str]:
    """MyST's `:name: value` lines, and what follows them."""
    options = {}
    while found := re.match(r":([\w-]+):[ \t]*(.*)\n", content):
        options[found[1]] = found[2].strip()
        content = content[found.end() :]
    return options, content.strip("\n")


def _fill(exercise: Exercise, kind: str, content: str, markdown: MarkdownIt) -> None:
    options, source = _options(content)
    if kind == "hint":
        exercise.hints.append(markdown.render(source))
        exercise.hint_sources.append(source)
    elif kind == "wrong":
        exercise.wrong.append(WrongAnswer(source, options["hint"]))
    elif kind in ("starter", "check", "solution"):
        setattr(exercise, kind, source)
    else:
        raise ValueError(f"exercise {exercise.name}: unknown block {{{kind}}}")


def _check_exercise(exercise: Exercise) -> None:
    for part in ("starter", "check", "solution", "hints", "wrong"):
        if not getattr(exercise, part):
            raise ValueError(f"exercise {exercise.name} has no {part}")
    if '"""' in exercise.check:  # a notebook writes it as a text between such quotes
        raise ValueError(f"exercise {exercise.name}: its check holds three quotes in a row")
