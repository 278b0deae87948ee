"""The tool bar and the design before the rest of the window: there, usable, and where they stay."""

import pytest

from relulab.experiment.presets import DEFAULT_PRESET, load_preset
from tests.ui.plots.test_fast_import import said_by_a_fresh_python
from ui.app import Lab
from ui.features.design.first_parts import FirstParts
from ui.platform.settings import Settings
from ui.shell.first_look import LIGHT
from ui.startup.frame import open_frame, wait_for_painting

DEFAULT = load_preset(DEFAULT_PRESET)


@pytest.fixture
def begin(qapp):
    """First parts in a frame; what became a lab is closed at the end, the rest thrown away."""
    labs, parts = [], []

    def make(settings=None):
        settings = settings or Settings(theme=LIGHT)
        first = FirstParts(qapp, settings, open_frame(qapp, settings))
        parts.append(first)
        first.show(DEFAULT)
        wait_for_painting(qapp, first.window)
        return first

    def whole(first):
        labs.append(Lab(qapp, first=first))
        labs[-1].window.painted.disconnect(labs[-1].start_engine)
        labs[-1].open()
        return labs[-1]

    yield make, whole
    for lab in labs:
        lab.close()
        lab.deleteLater()
    for first in parts:
        if first.parent() is None:
            first.window.deleteLater()
            first.deleteLater()


def where(first):
    return [part.mapTo(first.window, part.rect().topLeft()) for part in (first.design, first.control_bar.train_button)]


def test_they_need_neither_plots_nor_the_engine_nor_other_panels():
    said = said_by_a_fresh_python(
        "import sys, ui.features.design.first_parts\n"
        "late = ('pyqtgraph', 'torch', 'ui.app', 'ui.live', 'relulab.training.trainer', 'relulab.session.history')\n"
        "print([name for name in late if name in sys.modules])"
    )
    assert said == "[]"


def test_they_are_seen_in_the_frame_and_stay_where_they_are(qtbot, begin):
    make, whole = begin
    first = make()
    assert first.shown
    assert first.window.was_painted
    assert first.design.value() == DEFAULT
    assert first.design.width() < first.window.width() / 2
    before, width = where(first), first.design.width()
    lab = whole(first)
    qtbot.waitUntil(lambda: not lab.network.visibleRegion().isEmpty())
    assert (where(first), first.design.width()) == (before, width)


def test_what_is_edited_in_them_is_the_design_of_the_lab(begin):
    make, whole = begin
    first = make()
    first.control_bar.rate.setValue(0.25)
    first.control_bar.rate.committed.emit(0.25)
    assert first.design.value().training.learning_rate == 0.25
    lab = whole(first)
    assert lab.run_controller.design == first.design.value()
    assert lab.run_controller.design.training.learning_rate == 0.25
    assert lab.run_controller.design.name in lab.window.windowTitle()


def test_a_design_that_the_user_closed_stays_closed(qtbot, begin):
    make, whole = begin
    lab = whole(make())
    lab.window.dock("design").hide()
    layout = lab.window.saved_layout()
    other = make(Settings(theme=LIGHT, layout=layout))
    assert not other.shown
    assert not other.design.isVisible()
    assert not whole(other).design.isVisible()
