"""A coach mark: a ring around a widget and a card beside it that says what it is for.

It blocks nothing. The ring lets every click through, and both follow the widget wherever it goes: into a floating
dock, behind a tab, to another place in the window.
"""

from enum import Enum

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.widgets.contents import nest
from ui.widgets.labels import Label

POINTER = 10  # pixels from the border of the card to the tip; free on all four sides
RADIUS = 8.0
WIDTH_LETTERS = 46
PADDING = 14
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


class Side(Enum):
    """Where the card stands, seen from what it points at: steps to the right and down."""

    RIGHT = 1, 0
    LEFT = -1, 0
    BELOW = 0, 1
    ABOVE = 0, -1


class CoachCard(QWidget):
    """Says one thing at a time. ``nextWanted``, ``backWanted`` and ``skipWanted`` are its buttons."""

    nextWanted = Signal()
    backWanted = Signal()
    skipWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("coach-card")
        self.title = Label()
        self.text = Label(wordWrap=True)
        self.place = Label()
        self.skip_button = QPushButton(self.tr("Skip the tour"))
        self.back_button = QPushButton(self.tr("Back"))
        self.next_button = QPushButton()
        self._side: Side | None = None
        self._tip = QPoint()
        self._arrange()
        self.next_button.clicked.connect(self.nextWanted)
        self.back_button.clicked.connect(self.backWanted)
        self.skip_button.clicked.connect(self.skipWanted)

    def say(self, title: str, text: str, index: int, count: int) -> None:
        """Show the words of step ``index`` (from 0) of ``count``."""
        last = index == count - 1
        place = self.tr("{step} of {steps}").format(step=index + 1, steps=count)
        self.title.setText(title)
        self.text.setText(text)
        self.place.setText(place)
        self.next_button.setText(self.tr("Done") if last else self.tr("Next"))
        self.back_button.setVisible(index > 0)
        self.skip_button.setVisible(not last)
        self.setAccessibleName(f"{title} ({place})")
        self.setAccessibleDescription(text)
        self.next_button.setAccessibleDescription(f"{title}. {text} {place}")  # read out when it takes the focus

    def sizeHint(self) -> QSize:
        width = WIDTH_LETTERS * self.fontMetrics().averageCharWidth() + 2 * (PADDING + POINTER)
        layout = self.layout()
        assert layout is not None
        return QSize(width, layout.heightForWidth(width))

    def point(self, side: Side | None, tip: QPoint) -> None:
        """Draw the pointer on the side opposite to ``side`` with its end at ``tip`` in the card; None draws none."""
        self._side, self._tip = side, tip
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2.0))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawPath(self._outline())

    def _outline(self) -> QPainterPath:
        """The rounded card, united with the pointer."""
        body = QRectF(self.rect()).adjusted(POINTER, POINTER, -POINTER, -POINTER)
        path = QPainterPath()
        path.addRoundedRect(body, RADIUS, RADIUS)
        if self._side is None:
            return path
        tip = QPointF(self._tip)
        right, down = self._side.value
        across, inward = QPointF(down, right) * POINTER, QPointF(right, down) * (POINTER + 2)
        pointer = QPainterPath()
        pointer.addPolygon(QPolygonF([tip, tip + inward + across, tip + inward - across, tip]))
        return path.united(pointer)

    def _arrange(self) -> None:
        self.title.setObjectName("coach-title")
        self.place.setProperty("role", "muted")
        for button in (self.skip_button, self.back_button, self.next_button):
            button.setAutoDefault(True)  # Enter presses it, outside a dialog too
        self.next_button.setObjectName("coach-next")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.place)
        buttons = QHBoxLayout()
        buttons.addWidget(self.skip_button)
        buttons.addStretch(1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        margin = POINTER + PADDING
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(8)
        nest(layout, head)
        layout.addWidget(self.text, 1)
        nest(layout, buttons)


def place_beside(target: QRect, size: QSize, room: QRect) -> tuple[QRect, Side | None]:
    """Where a card of ``size`` stands beside ``target`` inside ``room``, all in the coordinates of one window.

    A tall target has it on its right or left, a flat one below or above. Where no side has room for it, it stands
    in the lower right corner of what can be seen of the target, and points nowhere.
    """
    upright = target.height() > size.height()
    sides = (Side.RIGHT, Side.LEFT, Side.BELOW, Side.ABOVE)
    for side in sides if upright else (*sides[2:], *sides[:2]):
        card = _standing(side, target, size, room)
        if room.contains(card):
            return card, side
    card = QRect(QPoint(), size)
    card.moveBottomRight((target & room or room).bottomRight())
    return _kept_inside(card, room), None


def _standing(side: Side, target: QRect, size: QSize, room: QRect) -> QRect:
    card = QRect(QPoint(), size)
    card.moveCenter(target.center())
    kept = _kept_inside(card, room)
    right, down = side.value
    if right:
        card.moveTopLeft(QPoint(target.right() + 1 if right > 0 else target.left() - card.width(), kept.top()))
    else:
        card.moveTopLeft(QPoint(kept.left(), target.bottom() + 1 if down > 0 else target.top() - card.height()))
    return card


def _kept_inside(card: QRect, room: QRect) -> QRect:
    """``card`` moved into ``room``; its upper left corner counts where it is too large."""
    kept = QRect(card)
    kept.moveRight(min(kept.right(), room.right()))
    kept.moveBottom(min(kept.bottom(), room.bottom()))
    kept.moveLeft(max(kept.left(), room.left()))
    kept.moveTop(max(kept.top(), room.top()))
    return kept


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
        self.ring: Ring | None = None  # while something is pointed at
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._place)

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
        self._place_card(around if self.ring is not None and host is self._window else None)

    def _place_card(self, around: QRect | None) -> None:
        """Beside ``around``, or in the lower right corner of the window: a floating panel has no room for it."""
        room = self._window.rect()
        place, side = place_beside(around or room, self.card.sizeHint(), room)
        self.card.setGeometry(place)
        self.card.point(side, _tip(side, place, around or place))
        self.card.raise_()
        self.card.show()

    def _surround(self, host: QWidget, around: QRect) -> None:
        if self.ring is None or self.ring.parentWidget() is not host:
            self._drop_ring()
            self.ring = Ring(host)
        self.ring.surround(around)

    def _drop_ring(self) -> None:
        if self.ring is not None:
            self.ring.hide()
            self.ring.deleteLater()
            self.ring = None

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
    right, down = side.value
    if right:
        return QPoint(0 if right > 0 else card.width() - 1, y)
    return QPoint(x, 0 if down > 0 else card.height() - 1)
