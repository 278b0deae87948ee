"""The words around the picture of a network: what a narrow one leaves out, and that nothing is cut."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from relulab.measurements.status import UnitStatus
from relulab.views.network.view import NetworkView, network_view
from tests.helpers.networks import digits_history, moons_history
from ui.platform.translation import said
from ui.plots.network.marks import NODE, WEIGHT, Marks, in_order
from ui.plots.network.strip import PROMPT, Strip
from ui.widgets.palette import LIGHT

STATES = [UnitStatus.DORMANT, UnitStatus.DEAD, UnitStatus.SATURATED]


def legend_of(canvas, monkeypatch, width):
    """The words of the legend of a canvas of some width, from left to right."""
    written, plain = [], Marks._word

    def listening(marks, words, x, baseline):
        written.append(words)
        return plain(marks, words, x, baseline)

    monkeypatch.setattr(Marks, "_word", listening)
    monkeypatch.setattr(NetworkView, "occurring", lambda self: STATES)
    canvas.resize(width, 500)
    canvas.show_view(network_view(moons_history()), note="step 20", looking_back=False, at_rest=True)
    canvas.grab()
    return written


@pytest.mark.parametrize("width", [380, 460, 540, 620, 900])
def test_signs_stay_in_the_legend_longer_than_lines(canvas, monkeypatch, width):
    words = legend_of(canvas, monkeypatch, width)
    lines, scale = f"{said(WEIGHT)} −" in words, f"{said(NODE)} −" in words
    assert all(said(state.label) in words for state in STATES)
    assert scale or not lines
    if width in (380, 900):
        assert (lines, scale) == (width == 900, width == 900)


def test_the_first_of_what_has_no_room_together_is_shown():
    assert in_order((50, 30, 20), 100) == (True, True, True)
    assert in_order((50, 30, 21), 100) == (True, True, False)
    assert in_order((50, 60, 20), 100) == (True, False, True)


@pytest.mark.parametrize("width", [120, 200, 320, 480, 900])
def test_what_to_do_is_said_in_whole_sentences(qapp, width):
    strip = Strip(QRectF(0, 0, width, 62), LIGHT, QFont(), lambda *_: None)
    told, shown = said(PROMPT), " ".join(strip.sentence_lines(PROMPT, width))
    assert told.startswith(shown) or width < 200
    assert shown.endswith(".") or width < 200
    if width in (200, 900):
        assert (shown == told) == (width == 900)


def test_a_map_that_is_pointed_at_has_its_sentence_whole(canvas, monkeypatch):
    history, told = digits_history(), []
    plain = Strip.sentence_lines
    monkeypatch.setattr(Strip, "sentence_lines", lambda *given: told.append(plain(*given)) or told[-1])
    canvas.resize(420, 500)
    canvas.show_view(network_view(history), note="step 10", looking_back=False, at_rest=True)
    canvas.grab()
    canvas.current = (1, 0)
    canvas.update()
    canvas.grab()
    assert len(told) >= 2
    assert not [lines for lines in told if "…" in " ".join(lines)]
