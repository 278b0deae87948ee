"""A coach mark: a ring around a widget and a card beside it that says what it is for.

It blocks nothing. The ring lets every click through, and both follow the widget wherever it goes: into a floating
dock, behind a tab, to another place in the window.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QRegion
from PySide6.QtWidgets import QWidget

from ui.widgets.coach_card import POINTER, CoachCard, Side, place_beside

RING = 3  # pixels, drawn around the widget
GAP = 2  # pixels between the widget and the ring: the Train button has the same colour
MOVING = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
    QEvent.Type.ZOrderChange,
    QEvent.Type.LayoutRequest,
)


class Ring(QWidget):
    """A frame that only shows: clicks and keys go to what lies under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def surround(self, target: QRect) -> None:
        """Lie around ``target``, or on its edge where the window ends."""
        reach = RING + GAP
        outer = target.adjusted(-reach, -reach, reach, reach) & self._host.rect()
        self.setGeometry(outer)
        inner = self.rect().adjusted(RING, RING, -RING, -RING)
        self.setMask(QRegion(self.rect()) - QRegion(inner))  # what lies inside need not be drawn again with it
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), float(RING)))
        half = RING / 2
        painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))


class CoachMark(QObject):
    """One card, which always stands in ``window``, and one ring, which is wherever the widget is."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.card = CoachCard(window)
        self.card.hide()
        self._window = window
        self._ring: Ring | None = None
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._place)

    @property
    def ring(self) -> Ring | None:
        """The ring, while something is pointed at."""
        return self._ring

    def point_at(self, target: QWidget) -> None:
        """Stand beside ``target``, and follow it until ``hide``."""
        self._target = target
        self._place()
        self.card.next_button.setFocus()

    def hide(self) -> None:
        """Take card and ring away."""
        self._settle.stop()
        self._watch(None)
        self._target = None
        self._drop_ring()
        self.card.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVING and self._target is not None:
            self._settle.start(0)  # once for all that moves together
        return False

    @Slot()
    def _place(self) -> None:
        target = self._target
        if target is None:
            return
        self._watch(target)
        host, around = target.window(), QRect(target.mapTo(target.window(), QPoint()), target.size())
        if target.visibleRegion().isEmpty():
            self._drop_ring()
        else:
            self._surround(host, around)
        self._place_card(around if self._ring is not None and host is self._window else None)

    def _place_card(self, around: QRect | None) -> None:
        """Beside ``around``, or in the lower right corner of the window: a floating panel has no room for it."""
        room = self._window.rect()
        place, side = place_beside(around or room, self.card.sizeHint(), room)
        self.card.setGeometry(place)
        self.card.point(side, _tip(side, place, around or place))
        self.card.raise_()
        self.card.show()

    def _surround(self, host: QWidget, around: QRect) -> None:
        if self._ring is None or self._ring.parentWidget() is not host:
            self._drop_ring()
            self._ring = Ring(host)
        self._ring.surround(around)

    def _drop_ring(self) -> None:
        if self._ring is not None:
            self._ring.hide()
            self._ring.deleteLater()
            self._ring = None

    def _watch(self, target: QWidget | None) -> None:
        """Be told when ``target`` or anything around it moves, comes or goes."""
        chain = []
        while target is not None:
            chain.append(target)
            target = None if target.isWindow() else target.parentWidget()
        if chain != self._watched:
            for widget in self._watched:
                widget.removeEventFilter(self)
            for widget in chain:
                widget.installEventFilter(self)
            self._watched = chain


def _tip(side: Side | None, card: QRect, around: QRect) -> QPoint:
    """Where the pointer ends, in the card: at the middle of ``around``, as far as the card reaches."""
    if side is None:
        return QPoint()
    margin = 3 * POINTER
    middle = around.center() - card.topLeft()
    x = max(margin, min(middle.x(), card.width() - margin))
    y = max(margin, min(middle.y(), card.height() - margin))
    return {
        Side.RIGHT: QPoint(0, y),
        Side.LEFT: QPoint(card.width() - 1, y),
        Side.BELOW: QPoint(x, 0),
        Side.ABOVE: QPoint(x, card.height() - 1),
    }[side]
