"""Sets the blocks of a report as pieces of pages."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.platypus import KeepTogether
from reportlab.platypus import Table as Grid

from relulab.report.content import blocks
from relulab.report.figures.theme import LIGHT
from relulab.report.writers.pdf import styles
from relulab.report.writers.pdf.flowables import FormRoom, PictureRoom, Text
from relulab.report.writers.pdf.tags import Structure, Tag

BAR = 3.0  # points: the coloured line beside results, findings and notes
RESULT_WIDTHS = (0.76 * styles.TEXT_WIDTH, 0.24 * styles.TEXT_WIDTH)


class Setting:
    """Makes the flowables of one report. ``sizes`` are those of its figures in points, by name."""

    def __init__(self, structure: Structure, sizes: Mapping[str, tuple[float, float]]) -> None:
        self._sizes = sizes
        self._structure = structure
        self._text = Text(structure)
        self._setters: Mapping[type[blocks.Block], Callable[[Any], list[Any]]] = {
            blocks.Paragraph: self._paragraph,
            blocks.Quote: self._quote,
            blocks.Result: self._result,
            blocks.Facts: self._facts,
            blocks.Table: self._table,
            blocks.Figure: self._figure,
            blocks.Picture: self._picture,
            blocks.Verdict: self._verdict,
        }

    def story(self, report: blocks.Report) -> list[Any]:
        """All of it in order."""
        heads: list[Any] = [
            self._text.heading(report.title, styles.TITLE, 1),
            self._text.paragraph(report.byline, styles.SMALL),
        ]
        story: list[Any] = []
        for section in report.sections:
            self._add_section(story, heads, section, 0)
            heads = []
        return story

    def _add_section(self, story: list[Any], heads: Sequence[Any], section: blocks.Section, level: int) -> None:
        """A block stays in one page with the headings before it; only what is longer than a page is split."""
        heads = [*heads, self._text.heading(section.title, styles.HEADINGS[level], level + 2)]
        for block in section.blocks:
            story.append(KeepTogether([*heads, *self._setters[type(block)](block)]))
            heads = []
        for below in section.sections:
            self._add_section(story, heads, below, level + 1)
            heads = []

    def _paragraph(self, block: blocks.Paragraph) -> list[Any]:
        return [self._text.paragraph(block.text, styles.BODY)]

    def _quote(self, block: blocks.Quote) -> list[Any]:
        paragraphs = [self._text.paragraph(paragraph, styles.BODY) for paragraph in block.paragraphs]
        return [_beside_bar([[paragraph] for paragraph in paragraphs], styles.RULE)]

    def _result(self, block: blocks.Result) -> list[Any]:
        words = [
            self._text.paragraph(f"{block.name} – {block.verdict}", styles.LEAD),
            *([self._text.paragraph(block.label, styles.LABEL)] if block.label else []),
            self._text.paragraph(block.sentence, styles.BODY),
        ]
        figure = [
            self._text.paragraph(block.figure, styles.FIGURE_NUMBER),
            self._text.paragraph(block.figure_of, styles.FIGURE_OF),
        ]
        colour = HexColor(LIGHT.run_line(block.colour).colour)
        panel = [("BACKGROUND", (0, 0), (-1, -1), styles.PANEL), ("VALIGN", (1, 0), (1, 0), "MIDDLE")]
        return [_beside_bar([[words, figure if block.figure else ""]], colour, RESULT_WIDTHS, panel)]

    def _facts(self, block: blocks.Facts) -> list[Any]:
        return [self._text.facts(block.rows)]

    def _table(self, block: blocks.Table) -> list[Any]:
        return [self._text.paragraph(block.caption, styles.TABLE_CAPTION, Tag("Caption")), self._text.table(block)]

    def _figure(self, block: blocks.Figure) -> list[Any]:
        room = FormRoom(self._structure, block.alternative, block.name, self._sizes[block.name])
        return self._with_caption(room, block)

    def _picture(self, block: blocks.Picture) -> list[Any]:
        room = PictureRoom(self._structure, block.alternative, ImageReader(BytesIO(block.png)))
        return self._with_caption(room, block)

    def _with_caption(self, room: Any, block: blocks.Figure | blocks.Picture) -> list[Any]:
        return [room, self._text.paragraph(block.caption, styles.CAPTION, Tag("Caption"), lead=block.lead)]

    def _verdict(self, block: blocks.Verdict) -> list[Any]:
        text = self._text
        rows = [text.paragraph(block.heading, styles.LEAD), text.paragraph(block.explanation, styles.BODY)]
        if block.why:
            rows.append(text.paragraph(block.why, styles.BODY, lead=block.WHY))
        if block.advice:
            rows.append(text.paragraph("", styles.BODY, lead=block.ADVICE))
            rows += [text.paragraph(f"•  {advice}", styles.ITEM, Tag("P")) for advice in block.advice]
        if block.evidence:
            rows.append(text.paragraph(block.evidence, styles.EVIDENCE, lead=block.EVIDENCE))
        return [_beside_bar([[row] for row in rows], styles.HEALTH[block.severity])]


def _beside_bar(
    rows: list[list[Any]],
    colour: Color,
    widths: tuple[float, ...] = (styles.TEXT_WIDTH,),
    style: list[Any] | None = None,
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
