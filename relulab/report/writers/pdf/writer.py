"""From the content of a report to the bytes of a PDF: its sheets, and the figures that are put into them.

Figures are pages of matplotlib as form XObjects: they keep their lines and letters exactly as they were drawn.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, IndirectObject, NameObject, StreamObject
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.report.content.blocks import LANGUAGE, Figure, Report
from relulab.report.figures.writing import to_pdf_pages
from relulab.report.writers.pdf import styles
from relulab.report.writers.pdf.tags import Structure, artifact
from relulab.report.writers.pdf.typesetting import Setting
from relulab.report.writers.waiting import layouts_of

FONT_SIZE = 7.5  # points, of head and foot
LONGEST_TITLE = 90  # letters in the running head
FORM = "/XObject"
VERSION = "%PDF-1.7"  # from 1.4 on pages know transparency, from 1.5 on what their parts are


def to_pdf(report: Report, progress: Progress = ignore) -> bytes:
    """A tagged PDF with vector figures, an outline, page numbers, and title, author and language in its metadata."""
    styles.register_fonts()
    structure = Structure()
    figures = [block for block in report.figures if isinstance(block, Figure)]
    drawings = [block.drawing for block in figures]
    drawn = PdfReader(BytesIO(to_pdf_pages(drawings, layouts_of(report, progress)))).pages if drawings else []
    pages = {block.name: page for block, page in zip(figures, drawn, strict=True)}
    setting = Setting(structure, {name: size_of(page) for name, page in pages.items()})
    file = BytesIO()
    Sheets(file, report).build(setting.story(report), canvasmaker=counted(report))
    writer = PdfWriter(clone_from=file)
    writer.pdf_header = VERSION
    forms = {name: add_form(writer, page) for name, page in pages.items()}
    for place, names in structure.forms.items():
        give(writer.pages[place], {name: forms[name] for name in names})
    structure.attach(writer, LANGUAGE)
    done = BytesIO()
    writer.write(done)
    return done.getvalue()


def size_of(page: PageObject) -> tuple[float, float]:
    """Its width and height in points."""
    return float(page.mediabox.width), float(page.mediabox.height)


def add_form(writer: PdfWriter, page: PageObject) -> IndirectObject:
    """Put a figure into the document, to be drawn by pages with ``Do``."""
    contents = page.get_contents()
    resources = cast(DictionaryObject, page["/Resources"].get_object())
    form = StreamObject()
    form.set_data(contents.get_data() if contents is not None else b"")
    width, height = size_of(page)
    form.update(
        {
            NameObject("/Type"): NameObject(FORM),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(side) for side in (0, 0, width, height)),
            NameObject("/Resources"): resources.clone(writer),
            NameObject("/Group"): DictionaryObject(  # so that half-transparent bands mix inside the figure
                {NameObject("/S"): NameObject("/Transparency"), NameObject("/CS"): NameObject("/DeviceRGB")}
            ),
        }
    )
    return writer._add_object(form.flate_encode())  # pypdf offers no public way to add an object


def give(page: PageObject, forms: Mapping[str, IndirectObject]) -> None:
    """Let a page draw ``forms`` by their names."""
    resources = DictionaryObject(cast(DictionaryObject, page["/Resources"].get_object()))
    drawn = DictionaryObject(cast(DictionaryObject, resources.get(FORM, DictionaryObject()).get_object()))
    for name, place in forms.items():
        drawn[NameObject(f"/{name}")] = place
    resources[NameObject(FORM)] = drawn
    page[NameObject("/Resources")] = resources


class Sheets(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """A document of A4 pages with the title, author and language of ``report`` in its metadata."""

    def __init__(self, file: Any, report: Report) -> None:
        super().__init__(
            file,
            pagesize=styles.PAGE,
            title=report.title,
            author=report.author,
            subject="A report on training neural networks",
            creator=report.program,
            lang=LANGUAGE,
            displayDocTitle=True,
        )
        frame = Frame(*styles.TEXT_FRAME, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates(PageTemplate(frames=[frame]))


def counted(report: Report) -> type[Canvas]:
    """A canvas that writes head and foot of every page when it knows how many there are."""

    class CountedCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 – reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            pages = self._pages
            for page in pages:
                self.__dict__.update(page)
                with artifact(self):
                    _write_margins(self, report, len(pages))
                super().showPage()
            super().save()

    return CountedCanvas


def _write_margins(canvas: Canvas, report: Report, pages: int) -> None:
    number = canvas.getPageNumber()
    right = styles.PAGE[0] - styles.SIDE
    canvas.saveState()
    canvas.setFont(styles.SANS, FONT_SIZE)
    canvas.setFillColor(styles.QUIET)
    canvas.setStrokeColor(styles.RULE)
    if number > 1:
        canvas.drawString(styles.SIDE, styles.PAGE[1] - 0.62 * styles.TOP, report.title[:LONGEST_TITLE])
        canvas.line(styles.SIDE, styles.PAGE[1] - 0.75 * styles.TOP, right, styles.PAGE[1] - 0.75 * styles.TOP)
    canvas.drawString(
        styles.SIDE, 0.5 * styles.BOTTOM, " · ".join(part for part in (report.author, report.made) if part)
    )
    canvas.drawRightString(right, 0.5 * styles.BOTTOM, f"Page {number} of {pages}")
    canvas.restoreState()
