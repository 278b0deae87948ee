"""The typography of a PDF: matplotlib's DejaVu fonts, which have every sign that ReLU Lab uses."""

from functools import cache
from pathlib import Path

import matplotlib
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from relulab.report.figures.theme import LIGHT
from relulab.views.findings import SEVERITIES
from relulab.views.parts import colour_of

PAGE = A4
SIDE, TOP, BOTTOM = 20 * mm, 22 * mm, 20 * mm  # margins
TEXT_WIDTH = PAGE[0] - 2 * SIDE
TEXT_HEIGHT = PAGE[1] - TOP - BOTTOM
TEXT_FRAME = (SIDE, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT)  # left, bottom, width, height
FIGURE_HEIGHT = 0.62 * TEXT_HEIGHT  # of the highest figure

PROSE, SANS, BOLD, OBLIQUE = "DejaVuSerif", "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"
FONTS = (PROSE, "DejaVuSerif-Bold", "DejaVuSerif-Italic", SANS, BOLD, OBLIQUE)

INK, QUIET, RULE = HexColor(LIGHT.foreground), HexColor(LIGHT.muted), HexColor(LIGHT.grid)
PANEL = HexColor(LIGHT.window)
HEALTH = {severity: HexColor(colour_of(style.role, LIGHT)) for severity, style in SEVERITIES.items()}

BODY = ParagraphStyle("body", fontName=PROSE, fontSize=9.2, leading=13.6, spaceAfter=6, textColor=INK)
ITEM = ParagraphStyle("item", BODY, leftIndent=12, firstLineIndent=-9, spaceAfter=2)
SMALL = ParagraphStyle("small", BODY, fontName=SANS, fontSize=7.8, leading=11, textColor=QUIET)
CAPTION = ParagraphStyle("caption", SMALL, spaceBefore=4, spaceAfter=14)
TABLE_CAPTION = ParagraphStyle("table-caption", SMALL, spaceBefore=6, spaceAfter=3)
LABEL = ParagraphStyle("label", SMALL, spaceAfter=2)
EVIDENCE = ParagraphStyle("evidence", SMALL, spaceAfter=0)
CELL = ParagraphStyle("cell", BODY, fontName=SANS, fontSize=7.8, leading=10.6, spaceAfter=0)
CELL_HEAD = ParagraphStyle("cell-head", CELL, fontName=BOLD)
NUMBER = ParagraphStyle("number", CELL, alignment=TA_RIGHT)
NUMBER_HEAD = ParagraphStyle("number-head", CELL_HEAD, alignment=TA_RIGHT)
FACT_NAME = ParagraphStyle("fact-name", CELL, textColor=QUIET)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=21, leading=26, spaceAfter=4)
HEADINGS = (
    ParagraphStyle("h2", BODY, fontName=BOLD, fontSize=14, leading=18, spaceBefore=18, spaceAfter=7),
    ParagraphStyle("h3", BODY, fontName=BOLD, fontSize=11, leading=14, spaceBefore=12, spaceAfter=5),
)
LEAD = ParagraphStyle("lead", BODY, fontName=BOLD, fontSize=9.4, leading=13, spaceAfter=3)
FIGURE_NUMBER = ParagraphStyle("figure-number", BODY, fontName=BOLD, fontSize=15, leading=18, alignment=TA_RIGHT)
FIGURE_OF = ParagraphStyle("figure-of", SMALL, alignment=TA_RIGHT, spaceAfter=0)


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab, once in a process."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in FONTS:
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(PROSE, PROSE, "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-Bold")
    pdfmetrics.registerFontFamily(SANS, SANS, BOLD, OBLIQUE, BOLD)
