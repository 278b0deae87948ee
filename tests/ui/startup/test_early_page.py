"""The start page in the empty window: it is there before the lab, which takes it over with what was chosen on it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from relulab.experiment.presets import PRESETS
from tests.helpers.labs import SECONDS_30
from tests.ui.plots.test_fast_import import loaded
from ui.app import Lab
from ui.features.design.first_parts import FirstParts
from ui.features.start.early import show_early
from ui.platform.settings import Settings
from ui.shell.first_look import LIGHT
from ui.shell.preferences import Preferences
from ui.startup.frame import open_frame, wait_for_painting


@pytest.fixture
def begin(qapp, tmp_path):
    """A page in a frame, and what makes a lab of it; the lab is closed at the end."""
    settings = Settings(theme=LIGHT, recent=[str(tmp_path / "homework é.relulab")])
    preferences = Preferences(qapp, settings)
    window = open_frame(qapp, settings)
    page = show_early(window, preferences)
    labs = []

    def whole(message=""):
        lab = Lab(qapp, first=FirstParts(qapp, window=window, preferences=preferences))
        labs.append(lab)
        lab.window.painted.disconnect(lab.start_engine)  # nothing here needs it
        lab.open()
        lab._start_timer.stop()
        if message:
            lab.notices.complain(message)
        lab.offer_start()
        return lab

    yield page, whole
    for lab in labs:
        lab.close()
        lab.deleteLater()
    if not labs:
        window.deleteLater()
        preferences.deleteLater()


def test_it_needs_neither_arrays_nor_validation_nor_what_lies_below_it():
    late = ("numpy", "pydantic", "pyqtgraph", "torch", "relulab.experiment.experiment", "relulab.session.history")
    assert loaded("ui.startup.main, ui.features.start.early", (*late, "ui.features.design", "ui.live")) == "[]"


def test_it_is_seen_in_the_frame_and_is_the_page_of_the_lab(qapp, begin):
    page, whole = begin
    wait_for_painting(qapp, page)
    assert page.was_painted
    assert not page.visibleRegion().isEmpty()
    (session,) = page.sessions.cards
    assert session.accessibleName() == "homework é"
    assert all(not card._picture.isNull() for card in page.cards.values())
    page.search.setText("dying")
    page.search.setFocus()
    lab = whole()
    assert lab.start.page is page
    assert lab.start.shown
    assert page.sessions.cards == (session,)
    assert page.search.text() == "dying"
    assert QApplication.focusWidget() is page.search


def test_what_is_chosen_before_the_lab_is_there_is_done_then(qtbot, begin):
    page, whole = begin
    chosen = []
    page.presetChosen.connect(lambda key, train: chosen.append((key, train)))
    qtbot.mouseClick(page.cards["spiral"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.cards["moons-healthy"], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    assert chosen == []
    assert page.cursor().shape() is Qt.CursorShape.BusyCursor
    lab = whole()
    assert chosen == [("moons-healthy", False)], "the last choice, once"
    assert not lab.start.shown
    assert lab.run_controller.design.name == PRESETS["moons-healthy"].title
    assert page.cursor().shape() is not Qt.CursorShape.BusyCursor


@pytest.mark.parametrize("leave", ["by key", "empty bench"])
def test_other_ways_wait_too(qtbot, begin, leave):
    page, whole = begin
    if leave == "by key":
        qtbot.keyClick(page.cards["spiral"], Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(page.entries[0], Qt.MouseButton.LeftButton)
    assert page.isVisible()
    lab = whole()
    qtbot.waitUntil(lambda: not lab.start.shown, timeout=SECONDS_30)
    assert (lab.run_controller.design.name == "My experiment") == (leave == "empty bench")


def test_it_goes_where_the_bench_has_something_to_say(begin):
    _, whole = begin
    lab = whole("Work was kept that you did not save.")
    assert not lab.start.shown
    assert lab.window.banner.message


def test_it_is_taken_off_the_next_start_by_its_box_before_the_lab_is_there(qtbot, begin):
    page, whole = begin
    assert page.at_start.isChecked()
    qtbot.mouseClick(page.at_start, Qt.MouseButton.LeftButton)
    lab = whole()
    assert not lab.start.wanted
    assert lab.start.shown
