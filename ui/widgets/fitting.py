"""A dialog is never larger than the screen: what is too large for it scrolls, and its main buttons stay in view."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.contents import nest

TITLE_BAR = 36  # pixels that the desktop's frame of a window takes above it


class FittingBody(QScrollArea):
    """What ``inside`` lays out: as large as it has to be, and scrolled where the screen has less room."""

    def __init__(self, dialog: QDialog, inside: QLayout, foot: Sequence[QWidget]) -> None:
        super().__init__(dialog)
        self._inside, self._foot = inside, foot
        self._body = QWidget(self)
        self.setWidget(self._body)
        self._body.setLayout(inside)
        self._body.installEventFilter(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is focused in it comes into view

    def minimumSizeHint(self) -> QSize:
        room, gap = room_for(self.window()), 3 * self.fontMetrics().height() // 2  # with the margins beneath
        beneath = sum(widget.sizeHint().height() + gap for widget in self._foot)
        return self._inside.totalMinimumSize().boundedTo(room - QSize(0, beneath))

    def sizeHint(self) -> QSize:
        return self._inside.totalSizeHint()

    def take(self, wanted: QSize) -> None:
        """Give the dialog this size in pixels, or as much as there is room for; a height of 0 is what it needs."""
        dialog, whole = self.window(), self.window().layout()
        assert whole is not None, "it was given one with this body"
        for layout in reversed(self._body.findChildren(QLayout)):  # what was hidden just now is known inside only
            layout.activate()
        self.updateGeometry()
        least, hint = whole.totalMinimumSize(), self.sizeHint().height()
        width = max(wanted.width(), least.width())
        high = self._inside.totalHeightForWidth(width) if self._inside.hasHeightForWidth() else hint
        needed = whole.totalSizeHint().height() - hint + high
        dialog.resize(QSize(width, max(wanted.height() or needed, least.height())).boundedTo(room_for(dialog)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._fill()
        return super().eventFilter(watched, event)

    def _least(self, width: int) -> QSize:
        """What the content needs at least, where it gets so much width."""
        least = self._inside.totalMinimumSize()
        if self._inside.hasHeightForWidth():
            least.setHeight(self._inside.totalMinimumHeightForWidth(max(width, least.width())))
        return least

    def _fill(self) -> None:
        """The content fills the room, beside the scroll bar if it has to scroll."""
        room = self.maximumViewportSize()
        if self._least(room.width()).height() > room.height():
            room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
        self._body.resize(room.expandedTo(self._least(room.width())))


def room_for(dialog: QWidget) -> QSize:
    """Pixels that a dialog may have: the screen's, or its window's where that has more."""
    above, room = dialog.parentWidget(), dialog.screen().availableGeometry().size() - QSize(0, TITLE_BAR)
    return room if above is None else room.expandedTo(above.window().size())


def fit(dialog: QDialog, wanted: QSize, *foot: QWidget) -> FittingBody:
    """Give ``dialog`` this size, as ``FittingBody.take`` does. Its layout, which is complete, scrolls from now on; what
    it has of ``foot`` stays beneath, always in view.
    """
    inside = dialog.layout()
    assert inside is not None, "a dialog fits when everything in it is arranged"
    margins = inside.contentsMargins()
    area, whole = FittingBody(dialog, inside, foot), QVBoxLayout(dialog)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(area, 1)
    if foot:
        beneath = QVBoxLayout()
        beneath.setContentsMargins(margins.left(), 0, margins.right(), margins.bottom())
        nest(whole, beneath)
        for widget in foot:
            inside.removeWidget(widget)
            beneath.addWidget(widget)
        margins.setBottom(0)
        inside.setContentsMargins(margins)
    area.take(wanted)
    return area
