"""Figures of one form are laid out once, and nothing is cut off for it."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Painted
from matplotlib.layout_engine import ConstrainedLayoutEngine

from relulab.report.content.blocks import Figure, Report, Section
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.layout import Layouts
from relulab.report.figures.theme import LIGHT, styled
from relulab.report.figures.writing import to_svg
from relulab.report.writers.html import to_html
from relulab.report.writers.markdown import to_markdown
from relulab.report.writers.pdf import to_pdf
from relulab.session.history import RunHistory
from relulab.training.telemetry import StepRecord
from relulab.views.parts import ShownRun
from tests.helpers.figure_runs import drawing_of, history_of, shown_in

ROUNDING = 1.0  # pixels
LAID_OUT = [key for key in FIGURES if key != "network"]  # which places what it draws by itself


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[Painted]:
    """The figures whose layout was worked out."""
    figures: list[Painted] = []
    work_out = ConstrainedLayoutEngine.execute

    def counted(engine: ConstrainedLayoutEngine, figure: Painted) -> None:
        figures.append(figure)
        work_out(engine, figure)

    monkeypatch.setattr(ConstrainedLayoutEngine, "execute", counted)
    return figures


def placed(drawing: Any, layouts: Layouts) -> Painted:
    """The figure with its axes in their places."""
    figure: Painted = drawing.figure
    with styled(LIGHT):
        layouts.place(figure)
    return figure


def overhang(figure: Painted) -> float:
    """How many pixels of anything lie outside of the figure."""
    with styled(LIGHT):
        canvas = FigureCanvasAgg(figure)
        box = figure.get_tightbbox(canvas.get_renderer()).transformed(figure.dpi_scale_trans)
    width, height = canvas.get_width_height()
    return max(-box.x0, -box.y0, box.x1 - width, box.y1 - height)


def scaled(factor: float) -> list[ShownRun]:
    """A run whose losses are so many times as large."""
    history: RunHistory = history_of("moons").up_to(0)
    for step in range(60):
        loss = factor * float(np.exp(-step / 40))
        history.append(StepRecord(step, step / 4, 0.1, loss, loss, loss, 0.0, 0.5, *[np.full(3, 0.1, np.float32)] * 3))
    return [ShownRun("a run", history)]


@pytest.mark.parametrize("key", LAID_OUT)
def test_the_figure_of_a_second_run_of_the_same_form_is_not_laid_out_anew(key, laid_out):
    layouts, drawing = Layouts(), drawing_of(key, "moons")
    first, second = placed(drawing, layouts), placed(drawing, layouts)
    assert laid_out == [first]
    for before, now in zip(first.axes, second.axes, strict=True):
        np.testing.assert_allclose(now.get_position().extents, before.get_position().extents)


@pytest.mark.parametrize("write", [to_html, to_pdf, lambda document: to_markdown(document, "files")])
def test_a_document_lays_out_each_kind_of_figure_once(write, laid_out):
    drawings = [drawing_of("output", "moons"), drawing_of("samples", "moons"), drawing_of("output", "moons")]
    figures = tuple(Figure(f"{place}", drawing, place) for place, drawing in enumerate(drawings))
    write(Report("Two runs", "", "today", "ReLU Lab", (Section("Runs", figures),)))
    assert len(laid_out) == 2


@pytest.mark.parametrize("key", LAID_OUT)
def test_nothing_is_cut_off_whatever_was_laid_out_before(key):
    layouts = Layouts()
    names = [name for name in ("moons", "dead", "digits", "surface", "moons") if FIGURES[key].draw(shown_in(key, name))]
    for name in names:
        assert overhang(placed(drawing_of(key, name), layouts)) < ROUNDING, name


@pytest.mark.parametrize("factors", list(permutations((1.0, 3e4, 2e-5))))
def test_longer_numbers_at_an_axis_get_their_room(factors):
    layouts, kind = Layouts(), FIGURES["loss"]
    for factor in factors:
        assert overhang(placed(kind.draw(scaled(factor)), layouts)) < ROUNDING


def test_a_layout_with_room_for_longer_numbers_is_taken_again(laid_out):
    layouts, kind = Layouts(), FIGURES["loss"]
    for factor in (1.0, 3e4, 1.0, 3e4):
        placed(kind.draw(scaled(factor)), layouts)
    assert len(laid_out) == 2


def test_a_figure_of_another_form_is_laid_out_for_itself(laid_out):
    layouts = Layouts()
    for name in ("moons", "dead", "moons slow"):
        placed(drawing_of("histograms", name), layouts)
    assert len(laid_out) == 2


def test_the_first_figure_of_a_document_is_the_one_that_is_written_alone():
    drawing = drawing_of("loss", "moons")
    assert to_svg(drawing, layouts=Layouts()) == to_svg(drawing)
