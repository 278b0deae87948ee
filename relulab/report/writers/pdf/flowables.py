"""The pieces of a page: text that says what it is, rooms for figures, and tables whose columns suit their texts."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph
from reportlab.platypus import Table as Grid

from relulab.formatting import NO_BREAK, unbroken
from relulab.report.content.blocks import Table
from relulab.report.writers.pdf import styles
from relulab.report.writers.pdf.tags import Structure, Tag, artifact

DOTS = 2.0  # of a picture in a point
PADDING = 8.0  # points between the columns of a table
WIDEST_WORD = 0.34  # of the text width: longer words are split


class TaggedParagraph(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph that says what it is. ``bookmark`` is its level and name in the outline of the document.

    The head of a table that is drawn again on the next page is no content there.
    """

    structure: Structure
    tag = Tag("P")
    bookmark: tuple[int, str] | None = None
    drawn = False

    def split(self, width: float, height: float) -> list[Any]:
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.structure, part.tag = self.structure, self.tag
        if parts:
            parts[0].bookmark = self.bookmark
        return parts

    def draw(self) -> None:
        if self.bookmark is not None:
            level, name = self.bookmark
            key = f"outline-{id(self)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(name, key, level)
        with artifact(self.canv) if self.drawn else self.structure.marked(self.canv, self.tag):
            super().draw()
        self.drawn = True


class Text:
    """Makes tagged paragraphs of plain texts, and tables of them."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._tables = 0

    def paragraph(
        self, text: str, style: ParagraphStyle, tag: Tag = TaggedParagraph.tag, lead: str = ""
    ) -> TaggedParagraph:
        """``text`` with its line breaks; ``lead`` stands before it in bold."""
        words = escape(unbroken(text)).replace("\n", "<br/>")
        paragraph = TaggedParagraph(f"<b>{escape(lead)}</b> {words}" if lead else words, style)
        paragraph.structure, paragraph.tag = self._structure, tag
        return paragraph

    def heading(self, text: str, style: ParagraphStyle, level: int) -> TaggedParagraph:
        """A heading that is in the outline too. ``level`` counts from 1."""
        heading = self.paragraph(text, style, Tag(f"H{level}"))
        heading.bookmark = (max(0, level - 2), text)
        return heading

    def table(self, block: Table) -> Grid:
        """A table over the whole width, which may go on over several pages with its head on each."""
        self._tables += 1
        texts = _as_set(block)
        cells = [
            [self._cell(text, row, place, block) for place, text in enumerate(line)]
            for row, line in enumerate(texts, -1)
        ]
        style: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ("LINEBELOW", (0, 0), (-1, 0), 1.0, styles.QUIET),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, styles.RULE),
        ]
        widths = column_widths(texts, styles.TEXT_WIDTH)
        return Grid(cells, widths, repeatRows=1, style=style, spaceAfter=10, splitInRow=1)

    def facts(self, rows: Sequence[tuple[str, str]]) -> Grid:
        """Names and values in two columns."""
        self._tables += 1
        cells = [
            [
                self.paragraph(name, styles.FACT_NAME, Tag("TH", cell=(self._tables, row))),
                self.paragraph(value, styles.CELL, Tag("TD", cell=(self._tables, row))),
            ]
            for row, (name, value) in enumerate(rows)
        ]
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, styles.RULE),
        ]
        widths = [0.3 * styles.TEXT_WIDTH, 0.7 * styles.TEXT_WIDTH]
        return Grid(cells, widths, style=style, spaceAfter=10, splitInRow=1)

    def _cell(self, text: str, row: int, place: int, block: Table) -> TaggedParagraph:
        """The text at ``place`` of a row, which is -1 for the head."""
        role, number, words = "TD", styles.NUMBER, styles.CELL
        if row < 0:
            role, number, words = "TH", styles.NUMBER_HEAD, styles.CELL_HEAD
        style, tag = number if place in block.numeric else words, Tag(role, cell=(self._tables, row))
        if (row, place) in block.best:
            return self.paragraph("", style, tag, lead=text)
        return self.paragraph(text, style, tag)


class Room(Flowable, ABC):  # type: ignore[misc]  # reportlab has no types
    """Room for something of ``size`` (points) with an alternative text; made smaller where it would not fit."""

    def __init__(self, structure: Structure, alternative: str, size: tuple[float, float]) -> None:
        super().__init__()
        self.scale = min(1.0, styles.TEXT_WIDTH / size[0], styles.FIGURE_HEIGHT / size[1])
        self.width, self.height = size[0] * self.scale, size[1] * self.scale
        self.structure = structure
        self._tag = Tag("Figure", alternative)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        with self.structure.marked(self.canv, self._tag):
            self.paint()

    @abstractmethod
    def paint(self) -> None:
        """Draw it with its lower left corner at the origin."""


class FormRoom(Room):
    """Room for a figure that is put into the page afterwards under the name ``form``."""

    def __init__(self, structure: Structure, alternative: str, form: str, size: tuple[float, float]) -> None:
        super().__init__(structure, alternative, size)
        self._form = form

    def paint(self) -> None:
        self.structure.forms[self.canv.getPageNumber() - 1].add(self._form)
        self.canv.scale(self.scale, self.scale)
        self.canv.addLiteral(f"/{self._form} Do")


class PictureRoom(Room):
    """A picture of dots, at most two dots for a point."""

    def __init__(self, structure: Structure, alternative: str, picture: ImageReader) -> None:
        width, height = picture.getSize()
        super().__init__(structure, alternative, (width / DOTS, height / DOTS))
        self._picture = picture

    def paint(self) -> None:
        self.canv.drawImage(self._picture, 0, 0, self.width, self.height, mask="auto")


def column_widths(rows: Sequence[Sequence[str]], width: float) -> list[float]:
    """Share ``width`` (points): each column gets what its longest word needs; the rest goes by the texts' lengths."""
    columns = list(zip(*rows, strict=True))
    least = [max(_width(word) for text in column for word in text.split(" ")) for column in columns]
    least = [min(one, WIDEST_WORD * width) + PADDING for one in least]
    most = [max(_width(text) for text in column) + PADDING for column in columns]
    spare = width - sum(least)
    if spare <= 0:
        return [one * width / sum(least) for one in least]
    wanted = [max(0.0, longest - one) for one, longest in zip(least, most, strict=True)]
    if sum(wanted) <= spare:
        even = (spare - sum(wanted)) / len(columns)
        return [one + more + even for one, more in zip(least, wanted, strict=True)]
    return [one + spare * more / sum(wanted) for one, more in zip(least, wanted, strict=True)]


def _as_set(block: Table) -> list[tuple[str, ...]]:
    """The head and the rows as their cells are broken into lines: a number and its unit stay in one."""
    rows = (
        tuple(text.replace(" ", NO_BREAK) if place in block.numeric else text for place, text in enumerate(row))
        for row in block.rows
    )
    return [block.columns, *rows]


def _width(text: str) -> float:
    return float(stringWidth(text, styles.CELL_HEAD.fontName, styles.CELL.fontSize))
