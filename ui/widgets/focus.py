"""The order in which Tab visits controls: that of reading. Qt puts whatever is made later at the end."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QTabWidget, QWidget

from ui.widgets.contents import contents


def tab_through(root: QWidget) -> None:
    """Let Tab visit the controls inside ``root`` in the order of its layouts."""
    for one, other in pairwise(focusable(root)):
        QWidget.setTabOrder(one, other)


def focusable(root: QWidget | None) -> Iterator[QWidget]:
    """The controls inside ``root`` (and ``root`` itself) that Tab visits, in the order of the layouts."""
    if root is None:
        return
    if root.focusProxy() is None and root.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield root
    if isinstance(root, QScrollArea):
        yield from focusable(root.widget())
    elif isinstance(root, QTabWidget):
        for index in range(root.count()):
            yield from focusable(root.widget(index))
    else:
        yield from _inside(root.layout())


def tab_stops(root: QWidget) -> list[QWidget]:
    """The controls in ``root`` that Tab visits and that can be seen now, in its order; whether enabled or not."""
    stops: list[QWidget] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        tabbed = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value and widget.focusProxy() is None
        if tabbed and root.isAncestorOf(widget) and widget.isVisible():
            stops.append(widget)
        widget = widget.nextInFocusChain()
    return stops


def _inside(layout: QLayout | None) -> Iterator[QWidget]:
    for entry in contents(layout):
        yield from focusable(entry) if isinstance(entry, QWidget) else _inside(entry)
