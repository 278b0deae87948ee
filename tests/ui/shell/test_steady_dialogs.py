"""Nothing moves under the mouse in dialogs, windows of their own, panels behind others and on the start page."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QMessageBox,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from relulab.training.state import State
from tests.helpers.dialogs import OPENERS, map_, open_reader, table
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from tests.helpers.windows import told, visible_windows
from tests.ui.shell.test_steady import EXCEPT, click_at, place_of, settled
from ui.features.start.cards import StartButton
from ui.widgets.dock_title import DockTitle

ALONE = [make for make in OPENERS if make is not table]  # it needs a table
BEHIND = ("network", "one_input", "compare", "runs", "inspector")  # panels that others lie over


@pytest.fixture(autouse=True)
def nothing_is_answered(monkeypatch):
    """Questions for files and for yes or no come back at once, without an answer."""
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QMessageBox, "exec", lambda box: QMessageBox.StandardButton.No.value)


def settle():
    for _ in range(6):
        QApplication.processEvents()


def pressable(area) -> list[QAbstractButton]:
    """The buttons of an area that can be pressed, those last that close it."""
    found = []
    for button in area.findChildren(QAbstractButton):
        whole = button.isVisible() and button.visibleRegion().boundingRect() == button.rect()
        menu = isinstance(button, QToolButton) and button.menu() is not None
        title = isinstance(button.parentWidget(), DockTitle)
        if whole and button.isEnabled() and not menu and not title and button.objectName() not in EXCEPT:
            found.append(button)
    return sorted(found, key=lambda button: isinstance(button.parentWidget(), QDialogButtonBox))


def moved_when_clicked(window, button, rest=settle) -> list[str]:
    """Where a button is no longer under the mouse after one click or two, when all came to ``rest``."""
    if not (isValid(window) and isValid(button)):
        return []  # a button before it has closed the window
    moved, before = [], place_of(button)
    at = (before & QRect(QPoint(), window.size())).center()
    for click in ("first", "second"):
        if not (isValid(window) and window.isVisible() and button.isVisible() and button.isEnabled()):
            break
        click_at(window, at)
        rest()
        for other in visible_windows():
            if other is not window and other is not window.parentWidget():
                other.close()
        if isValid(window) and window.isVisible() and button.isVisible() and not place_of(button).contains(at):
            moved.append(f"{told(button)} after the {click} click: from {before} to {place_of(button)}")
    return moved


@pytest.mark.parametrize(
    "make", [make for make in OPENERS if make is not table], ids=lambda make: make.__name__.strip("_")
)
def test_the_buttons_of_a_dialog_stay_where_they_are(qtbot, make):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1366, 768)
    window = make(parent)[0]
    window.show()
    qtbot.waitExposed(window)
    tried = tries(window)
    assert tried or make is map_, "of an empty map nothing can be pressed"


def tries(window) -> int:
    """Click each button of a window twice. Returns how many there were."""
    settle()
    moved, found = [], pressable(window)
    for button in found:
        moved += moved_when_clicked(window, button)
    assert not moved, "\n".join(moved)
    return len(found)


def test_the_buttons_of_the_reader_of_tables_stay_where_they_are(qtbot, tmp_path):
    path = tmp_path / "houses.csv"
    rows = "".join(f"{n % 6 + 1},{50 + n},{'ab'[n % 2]},{1000 + 3 * n}\n" for n in range(40))
    path.write_text(f"rooms,area,kind,price\n{rows}", "utf-8")
    dialog = open_reader(qtbot, path)
    qtbot.waitUntil(lambda: dialog.reading is not None and dialog.is_shown, timeout=SECONDS_30)
    assert tries(dialog)


@pytest.mark.slow
def test_the_buttons_of_panels_behind_others_and_of_the_start_page_stay_where_they_are(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        lab.inspector.choose(0, 1)
        moved = []

        def rest():
            wait_for(qtbot, lab, State.READY, State.PAUSED, State.FINISHED)
            settled(qtbot, lab)

        for key in BEHIND:
            lab.window.bring_to_front(key)
            rest()
            for button in pressable(lab.window.dock(key)):
                moved += moved_when_clicked(lab.window, button, rest)
        lab.offer_start()
        boxes = [button for button in pressable(lab.start.page) if not isinstance(button, StartButton)]
        assert len(boxes) >= 2
        for button in boxes:
            moved += moved_when_clicked(lab.window, button)
        assert not moved, "\n".join(moved)
