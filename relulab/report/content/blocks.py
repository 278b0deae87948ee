"""The content model of a report: sections of blocks. Three writers turn the same blocks into three kinds of files.

All texts are plain: a writer escapes them for its own format, so nothing in a stranger's session can become markup.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from relulab.diagnosis.findings import Severity
from relulab.views.findings import SEVERITIES, heading

if TYPE_CHECKING:
    from relulab.report.figures.figure import Drawing

LANGUAGE = "en"  # of all texts that ReLU Lab itself writes


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or some of the report itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the person who made the session, with their line breaks. ``paragraphs`` are parted by blank lines."""

    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        parts = (part.strip() for part in re.split(r"\n[ \t]*\n", self.text.replace("\r\n", "\n")))
        return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one run, in a few sentences. ``colour`` is its place in the palette of runs.

    ``label`` says what differs from the other runs, in the words of the figures' legends; empty where nothing does.
    ``figure`` is the number that counts most and ``figure_of`` what it is; both are empty where there is none.
    ``health`` is the severity of its worst finding, ``verdict`` a word for that.
    """

    name: str
    label: str
    sentence: str
    figure: str
    figure_of: str
    health: Severity
    verdict: str
    colour: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, such as settings."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head. ``numeric`` are the columns of numbers; ``best`` the cells (row, column) to point out."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    best: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A drawing of the catalogue. ``name`` is unique in the report and good for a file; ``number`` counts from 1."""

    name: str
    drawing: "Drawing"
    number: int

    @property
    def lead(self) -> str:
        """What stands before the caption."""
        return f"Figure {self.number}. {self.drawing.title}."

    @property
    def caption(self) -> str:
        return self.drawing.caption

    @property
    def alternative(self) -> str:
        return self.drawing.alternative


@dataclass(frozen=True, slots=True)
class Picture:
    """A pinned picture (PNG) with the note that somebody wrote to it. ``name`` and ``number`` as in ``Figure``."""

    name: str
    title: str
    note: str
    png: bytes
    alternative: str
    number: int

    @property
    def lead(self) -> str:
        """What stands before the note."""
        return f"Figure {self.number}. {self.title}."

    @property
    def caption(self) -> str:
        return self.note


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding: what it says, the number behind it, why it happens, and what to try. The parts have labels."""

    WHY: ClassVar = "Why:"
    ADVICE: ClassVar = "What to try:"
    EVIDENCE: ClassVar = "Evidence:"

    severity: Severity
    title: str
    explanation: str
    evidence: str
    why: str
    advice: tuple[str, ...]

    @property
    def word(self) -> str:
        """How grave it is."""
        return str(SEVERITIES[self.severity].word)

    @property
    def heading(self) -> str:
        """The word and the title; the word alone where they are the same."""
        return str(heading(self.severity, self.title))


Block = Paragraph | Quote | Result | Facts | Table | Figure | Picture | Verdict


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it: first the blocks, then the sections one level down."""

    title: str
    blocks: tuple[Block, ...]
    sections: "tuple[Section, ...]" = ()

    @property
    def all_blocks(self) -> Iterator[Block]:
        """The blocks of this section and of those below it, in order."""
        yield from self.blocks
        for section in self.sections:
            yield from section.all_blocks


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. ``made`` is the day as people write it, ``program`` what wrote it."""

    title: str
    author: str
    made: str
    program: str
    sections: tuple[Section, ...]

    @property
    def byline(self) -> str:
        """Who made it, when, and with what."""
        return " · ".join(part for part in (self.author, self.made, f"made with {self.program}") if part)

    @property
    def figures(self) -> tuple[Figure | Picture, ...]:
        """Every figure and pinned picture, in order."""
        blocks = (block for section in self.sections for block in section.all_blocks)
        return tuple(block for block in blocks if isinstance(block, Figure | Picture))


def printable(value: Any) -> Any:
    """The same blocks without letters that cannot be written; line breaks stay. Files hold whatever was typed."""
    if isinstance(value, str):
        return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)
    if isinstance(value, tuple):
        return tuple(printable(part) for part in value)
    if isinstance(value, Report | Section | Block):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **{name: printable(part) for name, part in fields.items()})
    return value
