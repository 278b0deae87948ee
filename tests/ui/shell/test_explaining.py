"""The card that explains a number: it comes by F1 and by resting, stands beside the number, and follows it."""

import pytest
import shiboken6
from PySide6.QtCore import SIGNAL, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHeaderView, QTableWidget, QVBoxLayout, QWidget

from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord
from tests.helpers.labs import moons, open_lab, train_some, wait_for
from tests.helpers.shown_numbers import explanation_of
from ui.shell.explaining import beside
from ui.widgets.explained import Explained, all_within


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons()) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        lab.window.bring_to_front("loss")
        yield lab


def rest(widget, at=None):
    """The mouse rests on a widget, as Qt tells it."""
    at = at or widget.rect().center()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))


def said(lab):
    """The words of the card that is shown."""
    card = lab.window.explainer.card
    assert card is not None
    return card.words


def on_screen(widget):
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


def test_f1_explains_what_has_the_focus_and_escape_gives_it_back(qtbot, lab):
    plot = lab.panels["loss"].loss.axes.plot
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_F1)
    card = lab.window.explainer.card
    assert card.isVisible()
    record = lab.polling.shown.history.latest(EvaluationRecord)
    assert card.words.name == "Validation loss"
    assert card.words.formula[0] == "loss = mean of −ln(p of the right class)"
    assert card.words.formula[1].startswith(f"here e^−{record['loss']:.3g} = ")
    assert card.words.scale.marker is not None
    assert [part.name for part in card.words.scale.parts if part.healthy] == ["well learned"]
    assert not on_screen(card).intersects(on_screen(plot)), "beside the number, never over it"
    assert lab.window.rect().contains(card.geometry())
    assert card.hasFocus()
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert lab.window.explainer.card is None
    assert not card.isVisible()
    assert QApplication.focusWidget() is plot


def test_resting_explains_words_but_not_curves_and_not_controls(qtbot, lab):
    panel = lab.panels["loss"]
    plot = panel.loss.axes
    rest(plot.plot, plot.box.sceneBoundingRect().toRect().center())
    assert lab.window.explainer.card is None, "there the mouse reads the curves"
    rest(lab.control_bar.rate)
    assert lab.window.explainer.card is None, "its tool tip says what it does"
    rest(panel.legend, panel.legend.area_of(0).center())
    assert said(lab).name == "Training loss"
    for key, name in (("checked_on", "Samples that it is checked on"), ("last_measured", "When it was measured last")):
        (area, *_more) = next(panel.footer.areas_of(part) for part in panel.footer.parts if part[2] == key)
        rest(panel.footer, area.center())
        assert said(lab).name == name
    rest(panel.footer, QPoint(2, 2))
    assert said(lab).name == "What it is measured over"
    assert said(lab).note == panel.footer.toolTip(), "the card takes the place of the tool tip"
    qtbot.waitUntil(lambda: lab.window.explainer.card is None)  # the mouse is elsewhere


def test_a_click_elsewhere_puts_it_away_and_one_into_it_does_not(qtbot, lab):
    lab.control_bar.numbers.setFocus()
    explanation_of(lab.control_bar.numbers).ask(None, by_hand=True)
    card = lab.window.explainer.card
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert lab.window.explainer.card is card
    qtbot.mouseClick(lab.timeline_bar, Qt.MouseButton.LeftButton)
    assert lab.window.explainer.card is None


def test_the_value_follows_the_run_and_the_moment_that_is_looked_at(qtbot, lab):
    explanation_of(lab.timeline_bar.words).ask(None, by_hand=True)
    card = lab.window.explainer.card
    before = card.words.value
    lab.trainer.train()
    qtbot.waitUntil(lambda: card.words.value != before)
    lab.trainer.pause()
    wait_for(qtbot, lab, State.PAUSED)
    lab.timeline_controller.look_at(0)
    qtbot.waitUntil(lambda: card.words.value == "step 0")


def test_a_unit_is_explained_and_shown_where_the_buttons_say(qtbot, lab):
    lab.window.bring_to_front("units")
    cells = lab.units.map.cells
    qtbot.waitUntil(lambda: not lab.units.is_empty and cells.isVisible())
    lab.units.refresh()
    rest(cells, cells.rect_of((0, 2)).center())
    card = lab.window.explainer.card
    assert card.words.place.endswith("unit 3")
    assert card.words.value in ("active", "dead", "dormant", "never active")
    assert [key for key, _ in card.words.offers] == ["units", "unit", "step"]
    card.buttons[1].click()
    assert lab.inspector.unit == (0, 2)
    assert lab.window.explainer.card is None


def test_ctrl_f1_goes_through_the_numbers_of_a_panel(qtbot, lab):
    lab.panels["loss"].loss.axes.plot.setFocus()
    names = []
    for _ in range(9):
        lab.window.commands["explain"].trigger()
        names.append(lab.window.explainer.card.words.name)
    assert {"Training loss", "Validation loss", "Accuracy", "What it is measured over"} <= set(names)
    assert len(set(names)) < len(names), "after the last comes the first"


@pytest.mark.parametrize("target", [
    QRect(10, 10, 60, 20), QRect(900, 700, 80, 40), QRect(0, 0, 1000, 300), QRect(450, 350, 100, 60),
    QRect(0, 0, 480, 768), QRect(500, 0, 524, 768),
])  # fmt: skip
def test_a_card_never_lies_over_its_number(target):
    room = QRect(0, 0, 1024, 768)
    place = beside(target, QSize(404, 300), room)
    assert place is not None
    assert room.contains(place)
    assert not place.intersects(target)


def test_without_room_there_is_no_place_in_the_window():
    assert beside(QRect(0, 0, 300, 200), QSize(404, 300), QRect(0, 0, 320, 240)) is None


def test_what_is_explained_again_and_again_is_watched_once(qtbot, lab):
    words, watching = lab.timeline_bar.words, []
    for _ in range(3):
        explanation_of(words).ask(None, by_hand=True)
        lab.window.explainer.hide()
        watching.append(words.receivers(SIGNAL("destroyed()")))
    assert watching == [watching[0]] * 3


def test_parts_that_qt_made_are_explained_where_python_took_them_for_deleted(qtbot):
    area = QWidget()
    qtbot.addWidget(area)
    column = QVBoxLayout(area)
    table, choice = QTableWidget(2, 2), QComboBox()
    for widget in (table, choice):
        column.addWidget(widget)
    all_within("loss", area)
    area.show()
    shiboken6.invalidate(table.horizontalHeader())
    found = [explained.widget for explained in area.findChildren(Explained) if explained.widget.isVisible()]
    assert {type(widget) for widget in found} >= {QHeaderView, QTableWidget, QComboBox}
