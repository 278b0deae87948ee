"""The sheets of a PDF: margins, the running head, and "Page 3 of 9", which is known only at the end."""

from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from relulab.report.content.blocks import LANGUAGE, Report
from relulab.report.writers.pdf.styles import BOTTOM, PAGE, QUIET, RULE, SANS, SIDE, TEXT_HEIGHT, TEXT_WIDTH, TOP
from relulab.report.writers.pdf.tags import artifact

FONT_SIZE = 7.5
LONGEST_TITLE = 90  # letters in the running head


class Sheets(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """A document of A4 pages with the title, author and language of ``report`` in its metadata."""

    def __init__(self, file: Any, report: Report) -> None:
        super().__init__(
            file,
            pagesize=PAGE,
            title=report.title,
            author=report.author,
            subject="A report on training neural networks",
            creator=report.program,
            lang=LANGUAGE,
            displayDocTitle=True,
        )
        frame = Frame(
            SIDE, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
        )  # fmt: skip
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
    right = PAGE[0] - SIDE
    canvas.saveState()
    canvas.setFont(SANS, FONT_SIZE)
    canvas.setFillColor(QUIET)
    canvas.setStrokeColor(RULE)
    if number > 1:
        canvas.drawString(SIDE, PAGE[1] - 0.62 * TOP, report.title[:LONGEST_TITLE])
        canvas.line(SIDE, PAGE[1] - 0.75 * TOP, right, PAGE[1] - 0.75 * TOP)
    canvas.drawString(SIDE, 0.5 * BOTTOM, " · ".join(part for part in (report.author, report.made) if part))
    canvas.drawRightString(right, 0.5 * BOTTOM, f"Page {number} of {pages}")
    canvas.restoreState()
