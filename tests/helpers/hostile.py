"""What gives a widget away that believes the text of a stranger."""

import re
from collections.abc import Iterator
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLabel, QMenu, QWidget

from tests.helpers.hostile_texts import MARK

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00-\x08\x0b\x0c\x0e-\x1f]")
BELIEVED = re.compile(r"<(img|a|b|h1|style|div)\b[^>]*>", re.IGNORECASE)
LARGEST = 3000  # pixels: no window or dialog needs more


def offences(root: QWidget) -> list[str]:
    """Where ``root`` or anything in it believes what it is told, or becomes too large."""
    widgets = [root, *root.findChildren(QWidget)]
    found = [f"{name_of(widget)}: {problem}" for widget in widgets for problem in _problems(widget)]
    if root.isWindow() and max(root.minimumSizeHint().height(), root.height(), root.width()) > LARGEST:
        found.append(f"{name_of(root)} is {root.width()} × {root.height()} pixels")
    return found


def name_of(widget: QWidget) -> str:
    """Its kind and those of what it stands in."""
    names = []
    at: QWidget | None = widget
    while at is not None:
        names.append(f"{type(at).__name__}{f' {at.objectName()}' if at.objectName() else ''}")
        at = at.parentWidget()
    return " in ".join(names)


def _problems(widget: QWidget) -> Iterator[str]:
    yield from _believed_tip(widget.toolTip(), "its tip")
    if isinstance(widget, QLabel):
        rich = widget.textFormat() is Qt.TextFormat.RichText
        guesses = widget.textFormat() not in (Qt.TextFormat.PlainText, Qt.TextFormat.RichText)
        if guesses and (MARK in widget.text() or QtGui.Qt.mightBeRichText(widget.text())):
            yield f"guesses what {widget.text()[:60]!r} is"
        if rich and any(MARK in found.group() for found in BELIEVED.finditer(widget.text())):
            yield f"believes {widget.text()[:80]!r}"
        if TURNING.search(widget.text()):
            yield f"turns its text around: {widget.text()[:60]!r}"
        if widget.isVisible() and max(widget.minimumSizeHint().width(), widget.height()) > LARGEST:
            yield f"needs {widget.minimumSizeHint().width()} × {widget.height()} pixels"
    for action in widget.actions():
        yield from _action(action)
    if isinstance(widget, QMenu) and widget.sizeHint().width() > LARGEST:
        yield f"is a menu {widget.sizeHint().width()} pixels wide"
    if isinstance(widget, QComboBox | QAbstractItemView) and widget.model() is not None:
        yield from _items(widget.model())


def _action(action: QAction) -> Iterator[str]:
    yield from _believed_tip(action.toolTip(), f"the tip of {action.text()[:30]!r}")
    if len(action.text()) > 200 or TURNING.search(action.text()):
        yield f"an action says {action.text()[:60]!r} ({len(action.text())} letters)"


def _items(model: QAbstractItemModel) -> Iterator[str]:
    for row in range(min(model.rowCount(), 50)):
        told: Any = model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)
        yield from _believed_tip(str(told or ""), f"the tip of item {row}")


def _believed_tip(tip: str, where: str) -> Iterator[str]:
    if QtGui.Qt.mightBeRichText(tip) and any(MARK in found.group() for found in BELIEVED.finditer(tip)):
        yield f"{where} believes {tip[:80]!r}"
    if len(tip) > 5 * 1500 + 200:
        yield f"{where} has {len(tip)} letters"
    if TURNING.search(tip):
        yield f"{where} turns around: {tip[:60]!r}"


def shown_windows() -> list[QWidget]:
    """Every window and dialog that is open."""
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
