"""How far a report is, for who waits for it: drawing its figures takes nearly all of the time."""

from itertools import count

from relulab.data.dataset import Progress
from relulab.report.content.blocks import Figure, Report
from relulab.report.figures.layout import Layouts


def layouts_of(report: Report, progress: Progress) -> Layouts:
    """The layouts of the figures of ``report``; ``progress`` is told with each of them how many of them all it is."""
    total = sum(isinstance(block, Figure) for block in report.figures)
    drawn = count(1)
    return Layouts(lambda: progress(next(drawn), total, "figures"))
