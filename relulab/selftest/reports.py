"""What is handed in: the figures of a run, and a report on a session, in every kind of file."""

from datetime import date
from pathlib import Path

from relulab.selftest.self_test_runs import TITLE, SelfTestError
from relulab.session.history import RunHistory

STARTS = {"svg": b"<svg", "pdf": b"%PDF", "png": b"\x89PNG"}


def draw_figures(history: RunHistory) -> str:
    """Draw every figure that the run has numbers for, as SVG, PDF and PNG. Raises SelfTestError."""
    from relulab.report.figures.catalogue import FIGURES
    from relulab.report.figures.theme import LIGHT
    from relulab.report.figures.writing import to_pdf, to_png, to_svg
    from relulab.views.parts import ShownRun

    runs = (ShownRun("A", history),)
    drawn = []
    for kind in FIGURES.values():
        if (drawing := kind.draw(runs)) is None:
            continue
        files = {"svg": to_svg(drawing, theme=LIGHT).encode(), "pdf": to_pdf(drawing), "png": to_png(drawing)}
        for ending, data in files.items():
            if not data.startswith(STARTS[ending]):
                raise SelfTestError(f"The figure '{kind.title}' is no {ending.upper()} file.")
        drawn.append(kind.key)
    return f"{', '.join(drawn)} as {', '.join(STARTS)}"


def write_reports(session: Path) -> str:
    """Write a report on a saved session beside it, as every kind of file, and read the pages. Raises SelfTestError."""
    from pypdf import PdfReader

    from relulab.report.content.compose import compose
    from relulab.report.writers.report_formats import REPORT_FORMATS
    from relulab.session.file.files import load_session

    report = compose(load_session(session), date.today())
    for kind in REPORT_FORMATS.values():
        kind.write(report, session.with_suffix(kind.key))
    if "<svg" not in session.with_suffix(".html").read_text("utf-8"):
        raise SelfTestError("The report as a web page has no figures.")
    text = "".join(page.extract_text() for page in PdfReader(session.with_suffix(".pdf")).pages)
    if TITLE not in text:
        raise SelfTestError("The report as PDF does not have the title of the session.")
    return ", ".join(kind.title for kind in REPORT_FORMATS.values())
