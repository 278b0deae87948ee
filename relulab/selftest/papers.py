"""What is handed in: the figures of a run, and a report on a session, in every kind of file."""

from relulab.selftest.runs import SelfTestError
from relulab.session.store import RunHistory

STARTS = {"svg": b"<svg", "pdf": b"%PDF", "png": b"\x89PNG"}


def draw_figures(history: RunHistory) -> str:
    """Draw every figure that the run has numbers for, as SVG, PDF and PNG. Raises SelfTestError."""
    from relulab.report.figures.catalogue import FIGURES
    from relulab.report.figures.figure import ShownRun
    from relulab.report.figures.theme import LIGHT
    from relulab.report.figures.writing import to_pdf, to_png, to_svg

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
