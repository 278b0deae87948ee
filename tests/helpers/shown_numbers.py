"""Every number that a window shows, and whether something explains it: for a walk over all that is in view."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QAbstractListModel, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDockWidget,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QProgressBar,
    QToolBar,
    QToolButton,
    QWidget,
)

from ui.features.start.cards import StartButton
from ui.live.base import LivePanel
from ui.plots.legend import ElidedText
from ui.widgets.banner import Banner
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import Explained

NAMES = re.compile(r"\b(L1/L2|L[12]|float(32|64)|R²|Ctrl\+\S+)")  # digits that are part of a name
APART = " · "  # between two numbers of a line; commas are between those of the line below a panel, too
CONTAINERS = (LivePanel, QDockWidget, QDialog, QToolBar, QMainWindow)
ROWS = 3  # of a table that are looked at


def explanation_of(widget: QWidget) -> Explained | None:
    """What was said of ``widget`` itself."""
    return next((child for child in widget.children() if isinstance(child, Explained)), None)


def numbers_in(top: QWidget) -> Iterator[QWidget]:
    """The widgets in view below ``top`` that show a number, by words or by a picture."""
    for widget in (top, *top.findChildren(QWidget)):
        if widget.isVisible() and not _is_silent(widget) and (_says_a_number(widget) or _is_picture(widget)):
            yield widget


def what_explains(widget: QWidget) -> Explained | None:
    """What was said of the widget, or of something that it is a part of and that is no whole panel or window."""
    part: QWidget | None = widget
    while part is not None and not isinstance(part, CONTAINERS):
        if (found := explanation_of(part)) is not None:
            return found
        part = part.parentWidget()
    return None


def numbers_that_share(widget: QWidget) -> list[str]:
    """Numbers of a line of text, told one after the other, that have no explanation of their own."""
    found = what_explains(widget)
    if found is None or found.widget is not widget or not isinstance(widget, QLabel | ElidedText | ElidedLabel):
        return []
    told = widget.shown() if isinstance(widget, ElidedLabel) else widget.text()
    told = " ".join(widget.lines()) if isinstance(widget, ElidedText) else told
    apart = f"{APART}|, (?=[a-z]+)" if isinstance(widget, ElidedText) else APART
    parts = [part for part in re.split(apart, told) if re.search(r"[0-9]", NAMES.sub("", part))]
    tall = max(widget.height(), widget.heightForWidth(widget.width()))  # it may not have been laid out yet
    rows = range(2, max(3, tall), max(4, widget.fontMetrics().height() // 2))
    asked = (found.find(QPoint(x, y)) for y in rows for x in range(1, widget.width(), 3))
    own = {(shown.key, shown.area.getRect()) for shown in asked if shown is not None and shown.area is not None}
    return parts if len(parts) > max(1, len(own)) else []


def place_of(widget: QWidget) -> str:
    """Where a widget is, and what it says, for a message."""
    names, part = [], widget
    while part is not None and len(names) < 6:
        names.append(f"{type(part).__name__}#{part.objectName()}".rstrip("#"))
        part = part.parentWidget()
    return f"{' < '.join(names)}: {_texts(widget)[:2]}"


def _is_silent(widget: QWidget) -> bool:
    """What is no number of the experiment: messages, names of commands, cards at the mouse, parts of others."""
    inside_another = isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
    names_a_command = isinstance(widget, QToolButton) and widget.defaultAction() is not None
    is_passing = widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    part: QWidget | None = widget
    while part is not None and not isinstance(part, Banner):
        part = part.parentWidget()
    return inside_another or names_a_command or is_passing or part is not None


def _says_a_number(widget: QWidget) -> bool:
    return any(re.search(r"[0-9]", NAMES.sub("", text)) for text in _texts(widget))


def _texts(widget: QWidget) -> list[str]:
    if isinstance(widget, QComboBox):
        return [widget.currentText()]
    if isinstance(widget, StartButton):
        return [f"{widget.text()} {widget.accessibleDescription()}"]
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit | QProgressBar | QAbstractSpinBox):
        return [widget.text()]
    if isinstance(widget, ElidedText | ElidedLabel):
        return [widget.text()]
    model = widget.model() if isinstance(widget, QAbstractItemView) else None
    if model is None:
        return []
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    return [
        str(model.index(row, column).data() or "")
        for row in range(min(ROWS, model.rowCount()))
        for column in range(columns)
    ]


def _is_picture(widget: QWidget) -> bool:
    """Whether it paints itself, and is no text, button or frame around others."""
    if isinstance(widget, QGraphicsView):
        return True
    texts = QLabel | QAbstractButton | QComboBox | ElidedText | ElidedLabel
    own = "paintEvent" in type(widget).__dict__ and type(widget).__module__.startswith(("ui.plots", "ui.features"))
    return own and not isinstance(widget, texts) and not widget.findChildren(QLabel)
