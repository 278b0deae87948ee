"""What stands in a layout, and that asking for it leaves nothing behind."""

import gc

import pytest
from PySide6.QtGui import QStandardItem
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QSpacerItem,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)
from shiboken6 import createdByPython, getAllValidWrappers

from relulab.session.file.files import save_session
from relulab.session.session import Session
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from tests.helpers.sessions import trained
from ui.platform.settings import Settings
from ui.widgets.contents import contents, nest, widgets_in

ITEMS = (QWidgetItem, QSpacerItem, QStandardItem, QListWidgetItem, QTableWidgetItem)


def wrapped() -> list[str]:
    """The items of C++ that Python knows of, those that were deleted since among them."""
    gc.collect()
    known = [found for found in getAllValidWrappers() if type(found) in ITEMS and not createdByPython(found)]
    return sorted(type(found).__name__ for found in known)


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_widgets_and_layouts_come_in_the_order_of_the_layout(parent):
    column, row = QVBoxLayout(parent), QHBoxLayout()
    last, first, inner, loose = (QLabel(text) for text in ("last", "first", "inner", "loose"))
    loose.setParent(parent)
    column.addWidget(last)
    column.insertWidget(0, first)
    column.addStretch()
    nest(column, row, at=1)
    row.addWidget(inner)
    assert list(contents(column)) == [first, row, last]
    assert widgets_in(column) == [first, last]
    assert widgets_in(row) == [inner]
    assert list(contents(None)) == []


def test_a_grid_is_read_in_the_order_of_its_making(parent):
    grid = QGridLayout(parent)
    labels = [QLabel(str(number)) for number in range(4)]
    for number, label in enumerate(labels):
        grid.addWidget(label, number // 2, number % 2)
    assert widgets_in(grid) == labels


def test_nothing_is_left_of_having_asked(parent):
    column = QVBoxLayout(parent)
    before = wrapped()
    for _ in range(5):
        column.addWidget(QLabel("a"))
        assert len(widgets_in(column)) == 1
        widgets_in(column)[0].setParent(None)
    assert wrapped() == before


def test_layouts_in_layouts_leave_no_item_known(parent):
    column, middle, row = QVBoxLayout(parent), QHBoxLayout(), QHBoxLayout()
    before = wrapped()
    one, other = QLabel("a"), QLabel("b")
    row.addWidget(one)
    row.addStretch()
    nest(middle, row)
    middle.addWidget(other)
    nest(column, middle, 1, at=0)
    assert wrapped() == before
    assert [*widgets_in(row), *widgets_in(middle)] == [one, other]


def test_sessions_leave_no_item_behind(qtbot, tmp_path):
    """An item that C++ deletes behind Python's back ends the program when its address is used again."""
    save_session(Session(title="a", runs=(trained("plane"),)), tmp_path / "a.relulab")
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        for _ in range(4):
            with qtbot.waitSignal(lab.session_controller.file.opened, timeout=SECONDS_30):
                lab.session_controller.file.open(tmp_path / "a.relulab")
            qtbot.waitUntil(lambda: not lab.session_controller.file.busy, timeout=SECONDS_30)
            wait_for(qtbot, lab, State.PAUSED, State.FINISHED)
            assert wrapped() == []
