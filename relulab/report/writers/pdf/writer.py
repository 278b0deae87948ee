"""From the content of a report to the bytes of a PDF."""

from io import BytesIO

from pypdf import PdfWriter

from relulab.report.content.blocks import LANGUAGE, Figure, Report
from relulab.report.writers.pdf.forms import add_form, give, pages_of, size_of
from relulab.report.writers.pdf.pages import Sheets, counted
from relulab.report.writers.pdf.styles import register_fonts
from relulab.report.writers.pdf.tags import Structure
from relulab.report.writers.pdf.typesetting import Setting

VERSION = "%PDF-1.7"  # from 1.4 on pages know transparency, from 1.5 on what their parts are


def to_pdf(report: Report) -> bytes:
    """A tagged PDF with vector figures, an outline, page numbers, and title, author and language in its metadata."""
    register_fonts()
    structure = Structure()
    figures = [block for block in report.figures if isinstance(block, Figure)]
    drawn = pages_of([block.drawing for block in figures])
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
