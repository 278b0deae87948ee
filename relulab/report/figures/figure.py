"""What a figure is: something that draws runs, says in words what it shows, and gives its numbers as a table.

Matplotlib is imported when something is drawn, not before: the window names figures from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relulab.views.parts import ShownRun, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relulab.report.figures.theme import Theme


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that can be painted in any theme.

    ``caption`` says over which sample, how often and in what units was measured; ``alternative`` what is seen, in
    words and numbers, for whoever does not see it. ``paint`` makes the matplotlib Figure in the colours of a theme;
    ``relulab.report.figures.writing`` turns it into files.
    """

    title: str
    caption: str
    alternative: str
    paint: Callable[[Theme], Figure]

    @property
    def figure(self) -> Figure:
        """The figure in the light theme."""
        from relulab.report.figures.theme import LIGHT, styled

        with styled(LIGHT):
            return self.paint(LIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """One kind of figure. ``draw`` and ``table`` give None where nothing was measured for it.

    ``several``: it draws several runs on the same axes; the others take the first only. ``least_runs``: of fewer
    there is nothing to draw.
    """

    key: str
    title: str
    draw: Callable[[Sequence[ShownRun]], Drawing | None]
    table: Callable[[Sequence[ShownRun]], Table | None]
    several: bool
    least_runs: int = 1
