"""Every window and dialog of a lab, one after the other, for tests that walk through all of them."""

from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ui.widgets.focus import tab_stops

# Commands that open a window of their own; a table is opened with a file, see tests of the reader.
OPENING = (
    "activations",
    "own-points",
    "hand-built",
    "seeds",
    "map",
    "rate-test",
    "report",
    "export",
    "branch",
    "help",
    "shortcuts",
    "about",
)


@contextmanager
def opened(qtbot, lab, key):
    """The window that the command ``key`` opens; it is closed at the end."""
    before = set(visible_windows())
    lab.window.commands[key].trigger()
    qtbot.waitUntil(lambda: bool(set(visible_windows()) - before))
    (window,) = set(visible_windows()) - before
    window.activateWindow()
    qtbot.waitActive(window)
    try:
        yield window
    finally:
        window.close()
        lab.window.activateWindow()
        qtbot.waitActive(lab.window)


@contextmanager
def standing(qtbot, make, width, height):
    """The window that ``make(parent)`` makes, shown, above a parent of this size; both end with it."""
    parent = QWidget()
    parent.resize(width, height)
    window = make(parent)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()
    parent.deleteLater()


def visible_windows():
    return [
        one for one in QApplication.topLevelWidgets() if one.isVisible() and one.windowType() != Qt.WindowType.Popup
    ]


def walked_by_tab(qtbot, window: QWidget) -> list[QWidget]:
    """Where Tab goes in ``window``, from the first stop on until it comes round."""
    first = next(stop for stop in tab_stops(window) if stop.isEnabled())
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    reached = [first]
    for _ in range(1000):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is first:
            return reached
        assert now not in reached, f"Tab goes round without {told(first)}: from {told(reached[-1])} back to {told(now)}"
        reached.append(now)
    raise AssertionError("Tab does not come round")


def told(widget: QWidget) -> str:
    """Which one it is, for a failed test."""
    above, names = widget, []
    while above is not None:
        names.append(type(above).__name__)
        above = above.parentWidget()
    return f"{widget.accessibleName() or widget.objectName()!r}: {' < '.join(names[:6])}"
