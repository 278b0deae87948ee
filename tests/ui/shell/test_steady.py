"""Nothing moves under the mouse: messages lie over the window, and a button that is clicked stays where it is."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QTabBar, QToolButton, QWidget

from relulab.training.state import State
from tests.helpers.labs import moons, open_lab, train_some, wait_for
from tests.helpers.windows import told, visible_windows
from ui.widgets.banner import ERROR, INFO, BannerButton
from ui.widgets.dock_title import DockTitle

# Buttons that are not clicked twice here, and why.
EXCEPT = {
    "train-button": "trains: what moves then is what is drawn",
    "seeds-button": "opens a window, which trains",
    "map-button": "opens a window",
    "branch-button": "opens a dialog",
    "use-table": "closes its window",
    "up-layer": "moves the card that it is in",
    "down-layer": "moves the card that it is in",
    "remove-layer": "takes away the card that it is in",
}


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        yield lab


def place_of(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def places(lab) -> dict[QWidget, QRect]:
    """Where every control is that can be seen, apart from the banner's."""
    seen = [one for one in lab.window.findChildren(QWidget) if one.isVisible() and not one.visibleRegion().isEmpty()]
    return {one: place_of(one) for one in seen if not lab.window.banner.isAncestorOf(one)}


def settled(qtbot, lab):
    """Wait until the engine has done what it was asked, and all of it is drawn."""
    for _ in range(2):  # what is drawn may ask the engine once more: for the details of a unit
        lab.trainer.wait(set(State), timeout=30)
        qtbot.waitUntil(lab.polling.drawn)
    for _ in range(5):  # texts that wrap ask for their room once they know their width
        QApplication.processEvents()


@pytest.mark.parametrize("words", ["Saved", "It did not work, for a reason that takes several lines to tell. " * 12])
def test_a_message_that_comes_and_goes_moves_nothing(qtbot, lab, words):
    train_some(qtbot, lab)
    settled(qtbot, lab)
    before = places(lab)
    lab.window.banner.show_message(ERROR, words, [BannerButton("Help", lambda: None)])
    settled(qtbot, lab)
    assert lab.window.banner.isVisible()
    assert lab.window.banner.width() == lab.window.width()
    moved = [told(one) for one, place in before.items() if one.isVisible() and place_of(one) != place]
    assert not moved
    bar = lab.control_bar
    assert not place_of(bar).intersects(place_of(lab.window.banner)), "what trains stays in reach"
    lab.window.resize(1000, 700)
    qtbot.waitUntil(lambda: lab.window.banner.width() == lab.window.width())
    lab.window.banner.dismiss()
    assert not lab.window.banner.isVisible()


def test_a_message_does_not_go_from_under_the_focus(qtbot, lab):
    banner = lab.window.banner
    lab.window.activateWindow()
    qtbot.waitActive(lab.window)
    banner._away.setInterval(10)
    banner.show_message(INFO, "Saved", [BannerButton("Open", lambda: None)], brief=True)
    banner.buttons[0].setFocus()
    rounds = []
    banner._away.timeout.connect(lambda: rounds.append(banner.isVisible()))
    qtbot.waitUntil(lambda: len(rounds) > 2)
    assert all(rounds), "it waits while it has the focus"
    lab.control_bar.train_button.setFocus()
    qtbot.waitUntil(lambda: not banner.isVisible())


def test_a_run_that_is_looked_at_moves_no_row_of_the_list(qtbot, lab):
    train_some(qtbot, lab)
    lab.run_controller.reset()
    wait_for(qtbot, lab, State.READY)
    train_some(qtbot, lab)
    lab.window.go_to("runs")
    settled(qtbot, lab)
    rows = lab.run_list.list
    before = place_of(rows.viewport()).topLeft()
    index = rows.model().index(rows.model().rowCount() - 1, 0)
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualRect(index).center())
    qtbot.waitUntil(lab.other_run_bar.isVisible)
    settled(qtbot, lab)
    assert place_of(rows.viewport()).topLeft() == before


def buttons(lab) -> list[QAbstractButton]:
    """Every button that can be seen and pressed, apart from the exceptions, those with a menu and those of titles."""
    found = []
    for button in lab.window.findChildren(QAbstractButton):
        seen = button.isVisible() and button.isEnabled() and not button.visibleRegion().isEmpty()
        menu = isinstance(button, QToolButton) and button.menu() is not None
        within = isinstance(button.parentWidget(), QTabBar | DockTitle | QMainWindow)  # tabs; panels come and go
        if seen and not menu and not within and button.objectName() not in EXCEPT:
            found.append(button)
    return found


def close_others(lab):
    for window in visible_windows():
        if window is not lab.window:
            window.close()


def click_at(window: QWidget, at: QPoint) -> None:
    """As a hand does, at a place of the window, whatever lies there."""
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def click_twice(qtbot, lab, button) -> list[str]:
    """Where the button is no longer under the mouse, after the first or the second click."""
    moved = []
    before = place_of(button)
    at = (before & QRect(QPoint(), lab.window.size())).center()
    for click in ("first", "second"):
        if not (button.isVisible() and button.isEnabled()):
            break
        click_at(lab.window, at)
        wait_for(qtbot, lab, State.READY, State.PAUSED, State.FINISHED)
        settled(qtbot, lab)
        close_others(lab)
        if button.isVisible() and not place_of(button).contains(at):
            moved.append(f"{told(button)} after the {click} click: from {before} to {place_of(button)}")
    return moved


@pytest.mark.slow
@pytest.mark.parametrize("page", range(3))
def test_every_button_stays_where_it_is_when_it_is_clicked_twice(qtbot, lab, page):
    train_some(qtbot, lab)
    lab.design.tabs.setCurrentIndex(page)
    settled(qtbot, lab)
    moved = []
    for button in buttons(lab):
        if button.isVisible():
            moved += click_twice(qtbot, lab, button)
    assert not moved, "\n".join(moved)


def test_the_buttons_of_a_layer_stay_where_they_are_when_it_is_duplicated(qtbot, lab):
    lab.design.tabs.setCurrentIndex(1)
    layers = lab.design.network.layers
    layers.open_card(0, focus=False)
    settled(qtbot, lab)
    button = layers.cards[0].findChild(QToolButton, "duplicate-layer")
    for count in (2, 3):
        before = place_of(button)
        click_at(lab.window, before.center())
        settled(qtbot, lab)
        assert len(layers.cards) == count
        assert button.isVisible()
        assert place_of(button) == before


def test_the_buttons_of_a_unit_stay_where_they_are_when_it_dies_and_wakes(qtbot, lab):
    train_some(qtbot, lab)
    lab.inspector.choose(0, 1)
    lab.window.bring_to_front("inspector")
    settled(qtbot, lab)
    body = lab.inspector.body
    before = [place_of(button) for button in body.changes.buttons.values()]
    for button, dead in ((body.changes.buttons["silence"], True), (body.changes.undo, False)):
        click_at(lab.window, place_of(button).center())
        settled(qtbot, lab)
        assert body.death.isVisible() is dead
        assert [place_of(one) for one in body.changes.buttons.values()] == before
