"""Figures whose ticks are copies are the same as matplotlib's own, and make no tick that is not drawn."""

from typing import Any

import numpy as np
import pytest
from matplotlib.axis import Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as PlainFigure

from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import LIGHT, styled


def pixels(kind: type[PlainFigure]) -> np.ndarray:
    """Four axes that share, leave out, hide and choose their ticks."""
    with styled(LIGHT):
        figure = kind(figsize=(6, 4), layout="constrained")
        grid: Any = figure.subplots(2, 2, sharex="col", sharey="row")
        for place, axes in enumerate(grid.flat):
            axes.plot([0, 3 + place, 7], [1, 1e5, 30 * place])
            axes.set_title(f"plot {place}")
        grid[0, 1].tick_params(labelleft=False, labelcolor="red", length=9)
        grid[1, 0].set_yscale("log")
        grid[1, 1].set_xticks([])
        grid[1, 1].set_xlabel("no numbers")
        grid[0, 0].grid(False)
        grid[0, 0].set_yticks([0, 5e4, 9e4], ["none", "half", "nearly all"], rotation=30)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())


def test_the_same_is_drawn():
    np.testing.assert_array_equal(pixels(Figure), pixels(PlainFigure))


def test_no_tick_is_made_before_one_is_drawn(monkeypatch: pytest.MonkeyPatch):
    made: list[Tick] = []
    begin = Tick.__init__

    def counted(tick: Tick, *args: Any, **settings: Any) -> None:
        made.append(tick)
        begin(tick, *args, **settings)

    monkeypatch.setattr(Tick, "__init__", counted)
    axes = Figure().subplots()
    axes.set_xlim(0, 5)
    axes.tick_params(labelbottom=False)
    assert not made
    numbers = axes.yaxis.get_majorticklabels()
    assert len(numbers) > len(made) == 1  # the others are copies
