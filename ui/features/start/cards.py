"""What the start page is made of: buttons that paint themselves, all sizes as shares of the height of their letters."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from ui.widgets.explained import Shown, explained_at
from ui.widgets.icons import line_pixmap
from ui.widgets.labels import set_tip
from ui.widgets.palette import LIGHT, Palette

SMALLER = 0.87  # letters of second lines, as a share of the others
CARD, PICTURE, LARGER = (17.6, 10.0), 5.9, 1.4  # lines: of a card, of its picture; how much larger three of them are
RECENT = (17.6, 4.9)  # lines: of a card of a session
MOST_CUT = 1.15  # of a picture that is to fill its place
ENTRY = 2.6  # lines: of an entry at the left
CENTRE = Qt.AlignmentFlag.AlignCenter
NONE = Qt.KeyboardModifier.NoModifier
WRAPPED = Qt.TextFlag.TextWordWrap


class StartButton(QAbstractButton):
    """Enter presses it, as Space does. ``_line`` is the height of its letters, in which it is measured."""

    def __init__(self, name: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours: Palette = LIGHT
        self.setText(name)
        self.setAccessibleName(name)
        if tip:
            self.setAccessibleDescription(tip)
            set_tip(self, tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.pressed_with(event.modifiers())
        elif event.key() in arrows:
            event.ignore()  # the page knows what stands beside it
        else:
            super().keyPressEvent(event)

    def pressed_with(self, modifiers: Qt.KeyboardModifier) -> None:
        """Enter was pressed."""
        self.clicked.emit()

    @property
    def line(self) -> int:
        """Pixels."""
        return QFontMetrics(self.font()).height()

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALLER)
        return font

    def _begin(self, painter: QPainter, framed: bool) -> None:
        """The ground, and a frame that shows where the keys go."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.hasFocus() or self.underMouse()
        width = max(1.0, self.line / 8) if self.hasFocus() else max(1.0, self.line / 16)
        frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        if framed or active:
            painter.setBrush(QColor(self._colours.background))
            painter.setPen(QPen(QColor(self._colours.accent if active else self._colours.grid), width))
            painter.drawRoundedRect(frame, self.line / 4, self.line / 4)

    def _write(self, painter: QPainter, area: QRect, text: str, font: QFont, colour: str, lines: int = 1) -> int:
        """Write at most so many ``lines``, the rest as dots. Returns the height of what was written."""
        painter.setFont(font)
        painter.setPen(QColor(colour))
        metrics = QFontMetrics(font)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if lines == 1:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        else:
            flags |= int(WRAPPED)
            line = metrics.lineSpacing()  # some are a pixel higher: half a line more is no other line
            while metrics.boundingRect(area, flags, text).height() > (lines + 0.5) * line and " " in text:
                text = text.removesuffix(" …").rpartition(" ")[0] + " …"
        drawn: QRect = metrics.boundingRect(area, flags, text)
        painter.drawText(area, flags, text)
        return drawn.height()


class Entry(StartButton):
    """A way into the bench: an icon, what it is, and a word of explanation below."""

    def __init__(self, icon: str, name: str, more: str, parent: QWidget | None = None) -> None:
        super().__init__(name, more, parent)
        self._icon, self._more = icon, more

    def sizeHint(self) -> QSize:
        return QSize(11 * self.line, round(ENTRY * self.line))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._begin(painter, framed=False)
        line, side = self.line, round(1.3 * self.line)
        ratio = self.devicePixelRatioF()
        picture = line_pixmap(self._icon, self._colours.accent, round(side * ratio))
        picture.setDevicePixelRatio(ratio)
        painter.drawPixmap(round(0.5 * line), (self.height() - side) // 2, picture)
        left = side + line
        area = QRect(left, round(0.25 * line), self.width() - left - line // 3, line)
        self._write(painter, area, self.text(), self._bold(), self._colours.foreground)
        area.translate(0, round(1.1 * line))
        self._write(painter, area, self._more, self._small(), self._colours.muted)


class PresetCard(StartButton):
    """A ready-made experiment. ``chosen`` carries its key and whether it is to be trained at once."""

    chosen = Signal(str, bool)

    def __init__(self, key: str, question: str, title: str, time: str, parent: QWidget | None = None) -> None:
        super().__init__(question, "", parent)
        self.key = key
        self.scale = 1.0
        self.badge = ""  # what it needs from elsewhere
        self._title, self._time = title, time
        self._picture = QPixmap()
        self._modifiers = NONE  # of the click
        self.clicked.connect(lambda: self.pressed_with(self._modifiers))
        explained_at(self, lambda _at: Shown("preset", name=title))

    def show_picture(self, picture: QPixmap) -> None:
        """The picture at its top."""
        self._picture = picture
        self.update()

    def tell(self, words: str, badge: str) -> None:
        """``words`` for who does not see it; the ``badge`` stands on the picture."""
        self.badge = badge
        self.setAccessibleDescription(words)
        set_tip(self, words)
        self.update()

    def sizeHint(self) -> QSize:
        width, height = CARD
        extra = (self.scale - 1) * PICTURE
        return QSize(round(self.scale * width * self.line), round((height + extra) * self.line))

    minimumSizeHint = sizeHint

    def pressed_with(self, modifiers: Qt.KeyboardModifier) -> None:
        self.chosen.emit(self.key, not modifiers & Qt.KeyboardModifier.ShiftModifier)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._modifiers = event.modifiers()
        super().mouseReleaseEvent(event)
        self._modifiers = NONE

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """Its two ways."""
        menu = QMenu(self)
        menu.addAction(self.tr("Open and train"), lambda: self.chosen.emit(self.key, True))
        menu.addAction(self.tr("Open only (Shift)"), lambda: self.chosen.emit(self.key, False))
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._begin(painter, framed=True)
        line = self.line
        edge = max(1, line // 8)
        high = round(self.scale * PICTURE * line)
        at = QRect(edge, edge, self.width() - 2 * edge, high)
        if not self._picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            draw_into(painter, at, self._picture)
        if self.badge:
            self._stamp(painter, at)
        inner = QRect(
            round(0.7 * line), at.bottom() + round(0.45 * line), self.width() - round(1.4 * line), 2 * line + 4
        )
        self._write(painter, inner, self.text(), self._fitting(inner), self._colours.foreground, lines=2)
        small = QFontMetrics(self._small())
        below = QRect(inner.left(), self.height() - round(1.35 * line), inner.width(), line)
        room = small.horizontalAdvance(self._time)
        self._write(
            painter, below.adjusted(0, 0, -room - line // 2, 0), self._title, self._small(), self._colours.muted
        )
        below.setLeft(below.right() - room)
        self._write(painter, below, self._time, self._small(), self._colours.muted)

    def _fitting(self, area: QRect) -> QFont:
        """Bold letters, smaller ones where the question would need a third line."""
        font = self._bold()
        metrics = QFontMetrics(font)
        line = metrics.lineSpacing()  # some are a pixel higher: half a line more is no other line
        if metrics.boundingRect(area, int(WRAPPED), self.text()).height() > 2.5 * line:
            font.setPointSizeF(font.pointSizeF() * SMALLER)
        return font

    def _stamp(self, painter: QPainter, at: QRect) -> None:
        font = self._small()
        font.setBold(True)
        metrics = QFontMetrics(font)
        size = QSize(metrics.horizontalAdvance(self.badge) + self.line, metrics.height() + self.line // 4)
        stamp = QRect(
            at.right() - size.width() - self.line // 3, at.top() + self.line // 3, size.width(), size.height()
        )
        painter.setBrush(QColor(self._colours.background))
        painter.setPen(QPen(QColor(self._colours.foreground), max(1.0, self.line / 16)))
        painter.drawRoundedRect(stamp, self.line / 4, self.line / 4)
        painter.setFont(font)
        painter.drawText(stamp, int(CENTRE), self.badge)


class SessionCard(StartButton):
    """A session to go on with: its picture, its name, when it was saved and what is in it."""

    def __init__(self, path: str, name: str, more: str, parent: QWidget | None = None) -> None:
        super().__init__(name, more, parent)
        self.path = path
        self._more = more
        explained_at(self, lambda _at: Shown("session", name=name))
        self._picture = QPixmap()
        set_tip(self, path)

    def show_picture(self, picture: QPixmap) -> None:
        """The picture at its left; a null one stands for none."""
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        width, height = RECENT
        return QSize(round(width * self.line), round(height * self.line))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._begin(painter, framed=True)
        line = self.line
        edge = max(1, line // 8)
        at = QRect(edge, edge, round(6.3 * line), self.height() - 2 * edge)
        if self._picture.isNull():
            side = 2 * line
            ratio = self.devicePixelRatioF()
            icon = line_pixmap("open", self._colours.muted, round(side * ratio))
            icon.setDevicePixelRatio(ratio)
            painter.drawPixmap(at.center().x() - side // 2, at.center().y() - side // 2, icon)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            draw_into(painter, at, self._picture)
        left = at.right() + round(0.7 * line)
        area = QRect(left, round(0.6 * line), self.width() - left - line // 2, 2 * line + 4)
        used = self._write(painter, area, self.text(), self._bold(), self._colours.foreground, lines=2)
        area.translate(0, used + line // 5)
        self._write(painter, area, self._more, self._small(), self._colours.muted, lines=2)


def draw_into(painter: QPainter, area: QRect, picture: QPixmap) -> None:
    """Fill ``area`` with the middle of ``picture``, or show the whole of it where too much would be lost."""
    wide, high = picture.width() / max(1, area.width()), picture.height() / max(1, area.height())
    scale = max(wide, high) if max(wide, high) > MOST_CUT * min(wide, high) else min(wide, high)
    source = QRectF(0, 0, min(picture.width(), scale * area.width()), min(picture.height(), scale * area.height()))
    target = QRectF(0, 0, source.width() / scale, source.height() / scale)
    source.moveCenter(QRectF(picture.rect()).center())
    target.moveCenter(QRectF(area).center())
    painter.drawPixmap(target, picture, source)
