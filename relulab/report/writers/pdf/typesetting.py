"""Sets the blocks of a report as pieces of pages."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.platypus import KeepTogether
from reportlab.platypus import Table as Grid

from relulab.report.content.blocks import (
    Block,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Quote,
    Report,
    Result,
    Section,
    Table,
    Verdict,
)
from relulab.report.figures.theme import LIGHT
from relulab.report.writers.pdf.flowables import FormRoom, PictureRoom, Text
from relulab.report.writers.pdf.styles import (
    BODY,
    CAPTION,
    EVIDENCE,
    FIGURE_NUMBER,
    FIGURE_OF,
    HEADINGS,
    HEALTH,
    ITEM,
    LABEL,
    LEAD,
    PANEL,
    RULE,
    SMALL,
    TABLE_CAPTION,
    TEXT_WIDTH,
    TITLE,
)
from relulab.report.writers.pdf.tags import Structure, Tag

BAR = 3.0  # points: the coloured line beside results, findings and notes
RESULT_WIDTHS = (0.76 * TEXT_WIDTH, 0.24 * TEXT_WIDTH)


class Setting:
    """Makes the flowables of one report. ``sizes`` are those of its figures in points, by name."""

    def __init__(self, structure: Structure, sizes: Mapping[str, tuple[float, float]]) -> None:
        self._sizes = sizes
        self._structure = structure
        self._text = Text(structure)
        self._setters: Mapping[type[Block], Callable[[Any], list[Any]]] = {
            Paragraph: self._paragraph,
            Quote: self._quote,
            Result: self._result,
            Facts: self._facts,
            Table: self._table,
            Figure: self._figure,
            Picture: self._picture,
            Verdict: self._verdict,
        }

    def story(self, report: Report) -> list[Any]:
        """All of it in order."""
        heads: list[Any] = [self._text.heading(report.title, TITLE, 1), self._text.paragraph(report.byline, SMALL)]
        story: list[Any] = []
        for section in report.sections:
            self._add_section(story, heads, section, 0)
            heads = []
        return story

    def _add_section(self, story: list[Any], heads: Sequence[Any], section: Section, level: int) -> None:
        """A block stays in one page with the headings before it; only what is longer than a page is split."""
        heads = [*heads, self._text.heading(section.title, HEADINGS[level], level + 2)]
        for block in section.blocks:
            story.append(KeepTogether([*heads, *self._setters[type(block)](block)]))
            heads = []
        for below in section.sections:
            self._add_section(story, heads, below, level + 1)
            heads = []

    def _paragraph(self, block: Paragraph) -> list[Any]:
        return [self._text.paragraph(block.text, BODY)]

    def _quote(self, block: Quote) -> list[Any]:
        paragraphs = [self._text.paragraph(paragraph, BODY) for paragraph in block.paragraphs]
        return [_beside_bar([[paragraph] for paragraph in paragraphs], RULE)]

    def _result(self, block: Result) -> list[Any]:
        words = [
            self._text.paragraph(f"{block.name} – {block.verdict}", LEAD),
            *([self._text.paragraph(block.label, LABEL)] if block.label else []),
            self._text.paragraph(block.sentence, BODY),
        ]
        figure = [self._text.paragraph(block.figure, FIGURE_NUMBER), self._text.paragraph(block.figure_of, FIGURE_OF)]
        colour = HexColor(LIGHT.run_line(block.colour).colour)
        panel = [("BACKGROUND", (0, 0), (-1, -1), PANEL), ("VALIGN", (1, 0), (1, 0), "MIDDLE")]
        return [_beside_bar([[words, figure if block.figure else ""]], colour, RESULT_WIDTHS, panel)]

    def _facts(self, block: Facts) -> list[Any]:
        return [self._text.facts(block.rows)]

    def _table(self, block: Table) -> list[Any]:
        return [self._text.paragraph(block.caption, TABLE_CAPTION, Tag("Caption")), self._text.table(block)]

    def _figure(self, block: Figure) -> list[Any]:
        room = FormRoom(self._structure, block.alternative, block.name, self._sizes[block.name])
        return self._with_caption(room, block)

    def _picture(self, block: Picture) -> list[Any]:
        room = PictureRoom(self._structure, block.alternative, ImageReader(BytesIO(block.png)))
        return self._with_caption(room, block)

    def _with_caption(self, room: Any, block: Figure | Picture) -> list[Any]:
        return [room, self._text.paragraph(block.caption, CAPTION, Tag("Caption"), lead=block.lead)]

    def _verdict(self, block: Verdict) -> list[Any]:
        text = self._text
        rows = [text.paragraph(block.heading, LEAD), text.paragraph(block.explanation, BODY)]
        if block.why:
            rows.append(text.paragraph(block.why, BODY, lead=block.WHY))
        if block.advice:
            rows.append(text.paragraph("", BODY, lead=block.ADVICE))
            rows += [text.paragraph(f"•  {advice}", ITEM, Tag("P")) for advice in block.advice]
        if block.evidence:
            rows.append(text.paragraph(block.evidence, EVIDENCE, lead=block.EVIDENCE))
        return [_beside_bar([[row] for row in rows], HEALTH[block.severity])]


def _beside_bar(
    rows: list[list[Any]], colour: Color, widths: tuple[float, ...] = (TEXT_WIDTH,), style: list[Any] | None = None
) -> Grid:
    """Pieces with a coloured line at their left; they may go on on the next page."""
    common = [
        ("LINEBEFORE", (0, 0), (0, -1), BAR, colour),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("RIGHTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ("TOPPADDING", (0, 0), (-1, 0), 5),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 3),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Grid(rows, widths, style=common + (style or []), spaceBefore=2, spaceAfter=8, splitInRow=1)
