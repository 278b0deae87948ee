"""From the content of a report to the bytes of a PDF."""

from io import BytesIO

from pypdf import PdfWriter

from relulab.report.content.blocks import LANGUAGE, Report
from relulab.report.writers.pdf.forms import add_form, give
from relulab.report.writers.pdf.pages import Sheets, counted
from relulab.report.writers.pdf.setting import Setting
from relulab.report.writers.pdf.styles import register_fonts
from relulab.report.writers.pdf.tags import Structure

VERSION = "%PDF-1.7"  # from 1.4 on pages know transparency, from 1.5 on what their parts are


def to_pdf(report: Report) -> bytes:
    """A tagged PDF with vector figures, an outline, page numbers, and title, author and language in its metadata."""
    register_fonts()
    structure = Structure()
    setting = Setting(structure)
    file = BytesIO()
    Sheets(file, report).build(setting.story(report), canvasmaker=counted(report))
    writer = PdfWriter(clone_from=file)
    writer.pdf_header = VERSION
    forms = {name: add_form(writer, page) for name, page in setting.figures.items()}
    for page, names in structure.forms.items():
        give(writer.pages[page], {name: forms[name] for name in names})
    structure.attach(writer, LANGUAGE)
    done = BytesIO()
    writer.write(done)
    return done.getvalue()
