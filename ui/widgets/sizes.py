"""All sizes are shares of one base: the size of the text that the user chose.

What is made or painted asks ``px`` for its pixels; what is there when the size changes is scaled by ``rescale``.
"""

import re
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QGridLayout,
    QLayout,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from ui.widgets.contents import contents

QWIDGETSIZE_MAX = 2**24 - 1  # pixels
INDENT = 4  # pixels
IN_SHEET = re.compile(r"\b(\d+)px")


class _Base:
    """The size in use, as a share of what the desktop has."""

    share = 1.0


def share() -> float:
    """How large everything is, as a share of what the desktop has."""
    return _Base.share


def px(pixels: float) -> int:
    """What is so many pixels large at the size of the desktop, at the size that the user chose."""
    return round(pixels * _Base.share)


def px_size(size: QSize) -> QSize:
    """The same of both sides."""
    return QSize(px(size.width()), px(size.height()))


def scaled_sheet(text: str) -> str:
    """A style sheet with its pixels at the size that the user chose; a line stays one."""
    return IN_SHEET.sub(lambda found: f"{max(min(1, int(found[1])), px(int(found[1])))}px", text)


def indent(field: QAbstractSpinBox) -> None:
    """Let the text of ``field`` begin apart from its outline, which the style sheet of larger text does not see to."""
    field.lineEdit().setTextMargins(px(INDENT) if share() > 1 else 0, 0, 0, 0)


def rescale(app: QApplication, window: QWidget, wanted: float, base: QFont) -> None:
    """From now on everything in ``window`` has ``wanted`` of its size; ``base`` is the desktop's own font.

    The style sheet is taken away; its owner sets it again.
    """
    ratio = wanted / _Base.share
    _Base.share = wanted
    if ratio == 1.0:
        return
    for widget in _inside(window):
        _scale(widget, ratio)
        if widget.layout() is not None:
            _scale_layout(widget.layout(), ratio)
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * wanted)
    app.setFont(font)
    app.sendPostedEvents(None, QEvent.Type.ApplicationFontChange)
    app.setStyleSheet("")
    for field in filter(isValid, window.findChildren(QAbstractSpinBox)):
        indent(field)
    for widget in _inside(window):  # Qt passes it on to some of them only, where a style sheet was
        own = widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)
        if widget.font().pointSizeF() != font.pointSizeF() and widget.font().pixelSize() < 0:
            widget.setFont(widget.font() if own else QFont())


def _inside(window: QWidget) -> Iterator[QWidget]:
    """The window, its dialogs and all in them. A new size of one may be the end of another: those are left out."""
    return filter(isValid, (window, *window.findChildren(QWidget)))


def _scale(widget: QWidget, ratio: float) -> None:
    """The sizes that were given to ``widget`` by hand; those that follow from its text follow by themselves."""
    least, most = _least(widget), widget.maximumSize()
    widest, highest = (_at_most(side, ratio) for side in (most.width(), most.height()))
    if ratio > 1:  # a least size above the greatest would not be taken
        widget.setMaximumSize(widest, highest)
    if least.width() > 0 and not widget.isWindow():
        widget.setMinimumWidth(round(least.width() * ratio))
    if least.height() > 0 and not widget.isWindow():
        widget.setMinimumHeight(round(least.height() * ratio))
    if ratio < 1:
        widget.setMaximumSize(widest, highest)
    if isinstance(widget, QAbstractButton | QComboBox | QTabBar):
        widget.setIconSize(widget.iconSize() * ratio)
    if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) and widget.font().pixelSize() > 0:
        font = QFont(widget.font())
        font.setPixelSize(round(font.pixelSize() * ratio))
        widget.setFont(font)


def _least(widget: QWidget) -> QSize:
    """The least size that was given to ``widget``: Qt gives that of its contents to a dock, anew when these change."""
    least, layout = widget.minimumSize(), widget.layout()
    if isinstance(widget, QDockWidget) and layout is not None:
        contents_need = layout.minimumSize()
        least.setWidth(least.width() if least.width() != contents_need.width() else 0)
        least.setHeight(least.height() if least.height() != contents_need.height() else 0)
    return least


def _scale_layout(layout: QLayout | None, ratio: float) -> None:
    if layout is None:
        return
    layout.setContentsMargins(layout.contentsMargins() * ratio)
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(round(layout.horizontalSpacing() * ratio))
        layout.setVerticalSpacing(round(layout.verticalSpacing() * ratio))
    elif layout.spacing() > 0:
        layout.setSpacing(round(layout.spacing() * ratio))
    for entry in contents(layout):
        if isinstance(entry, QLayout):
            _scale_layout(entry, ratio)


def _at_most(side: int, ratio: float) -> int:
    """A greatest size that was given; Qt's own stands for none."""
    return round(side * ratio) if side < QWIDGETSIZE_MAX else side
