"""What stands in a layout, and layouts in layouts, with none of the items that hold it left known to Python.

Python is never told when C++ deletes a layout's item (or a model's): it is no QObject. A later object of C++ at the
same address would be taken for it, and the program ends. So nothing asks for one of them, and what PySide itself knows
of a layout that is put into another is forgotten here.
"""

from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget
from shiboken6 import invalidate

Kind = TypeVar("Kind", bound=QObject)


def contents(layout: QLayout | None) -> Iterator[QWidget | QLayout]:
    """The widgets and layouts that stand in ``layout`` itself, in its order."""
    owner = layout.parentWidget() if layout is not None else None
    if layout is None or owner is None:
        return
    found: list[QWidget | QLayout] = []
    found += _direct(owner, QWidget)
    found += _direct(layout, QLayout)
    places = {entry: layout.indexOf(entry) for entry in found}
    yield from sorted((entry for entry, place in places.items() if place >= 0), key=places.__getitem__)


def widgets_in(layout: QLayout | None) -> list[QWidget]:
    """The widgets that stand in ``layout`` itself, in its order."""
    return [entry for entry in contents(layout) if isinstance(entry, QWidget)]


def nest(outer: QBoxLayout, inner: QLayout, stretch: int = 0, at: int = -1) -> None:
    """Put ``inner`` into ``outer``, at the end if no place is given."""
    outer.insertLayout(at, inner, stretch)
    _forget_items(inner)


def _forget_items(layout: QLayout) -> None:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        within = item.layout() if item is not None else None
        if within is not None:
            _forget_items(within)
        elif item is not None:
            invalidate(item)


def _direct(owner: QObject, kind: type[Kind]) -> list[Kind]:
    return owner.findChildren(kind, options=Qt.FindChildOption.FindDirectChildrenOnly)
