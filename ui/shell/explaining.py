"""Explain this: F1 on a number, or the mouse resting on it, shows a card beside it that says what it is.

The card stands beside the ringed number, never over it, and follows it twice a second. Escape, a click elsewhere, or a
mouse that leaves puts it away.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from relulab.formatting import capital
from relulab.session.history import RunHistory
from relulab.text import NOTHING, Text
from relulab.views.explained.entry import Scale, Value
from ui.platform.translation import said, translate
from ui.shell.commands import Command, Controller
from ui.shell.explain_card import CardScale, CardWords, ExplainCard, Part
from ui.shell.theme import Theme
from ui.shell.window import Window
from ui.widgets.coach_mark import Ring, place_beside
from ui.widgets.explained import Explained, Shown

FOLLOW_MS = 500
LEAVING_MS, LEAVINGS = 150, 3  # the mouse is looked for so often, and may be elsewhere one time less
NEAR = 24  # pixels around number and card that belong to them
GAP = 8  # pixels between the number and its card
LONGEST_NOTE = 400  # letters of a tool tip that is said below


class ShowsHistory(Protocol):
    """What the panels draw."""

    @property
    def history(self) -> RunHistory | None: ...


class Explainer(Controller):
    """Shows cards in ``window`` and its dialogs.

    ``shown`` has the run as the panels show it. ``show_unit`` goes to a (layer, unit), ``look_at`` to a step.
    """

    def __init__(
        self, window: Window, shown: ShowsHistory, theme: Theme, show_unit: Callable[[int, int], object],
        look_at: Callable[[int], object],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.card: ExplainCard | None = None  # while one is shown
        self._window, self._view, self._theme = window, shown, theme
        self._show_unit, self._look_at = show_unit, look_at
        self._asked: Explained | None = None
        self._shown: Shown | None = None
        self._by_hand = False
        self._away = 0
        self._before: QWidget | None = None  # what had the focus
        self._ring: Ring | None = None
        self._follow = QTimer(self, interval=FOLLOW_MS)
        self._follow.timeout.connect(self.follow)
        self._leave = QTimer(self, interval=LEAVING_MS)
        self._leave.timeout.connect(self._look_for_mouse)
        window.explainer = self
        tip = self.tr("What the numbers of the panel with the focus mean, one after the other")
        self.commands = (
            Command("explain", self.tr("E&xplain the next number"), tip, self.explain_next, "help", keys=("Ctrl+F1",)),
        )

    def explain(self, asked: Explained, shown: Shown, by_hand: bool) -> None:
        """Show the card of what ``asked`` shows; ``by_hand``: it stays until it is put away."""
        same = self._asked is asked and self._shown is not None and self._shown.area == shown.area
        if self.card is not None and same and self._by_hand >= by_hand:
            return
        focus = self._before if self.card is not None else QApplication.focusWidget()
        self.hide()
        self._asked, self._shown, self._by_hand, self._before = asked, shown, by_hand, focus
        asked.widget.destroyed.connect(self.hide, Qt.ConnectionType.UniqueConnection)
        self.card = card = ExplainCard(asked.widget.window())
        card.closeWanted.connect(self.hide)
        card.offered.connect(self._go)
        self.follow()
        self._place()
        card.show()
        card.raise_()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self._follow.start()
        if by_hand:
            card.setFocus()
        else:
            self._leave.start()

    @Slot()
    def explain_next(self) -> None:
        """Explain the first number of what has the focus, or the one after that which is explained."""
        known = [(found, shown) for found in self._within_reach() for shown in found.each()]
        if not known:
            return
        places = [(found, shown.key, shown.area) for found, shown in known]
        now = (self._asked, self._shown.key, self._shown.area) if self._asked and self._shown else None
        following = places.index(now) + 1 if now in places else 0
        self.explain(*known[following % len(known)], by_hand=True)

    @Slot()
    def hide(self) -> None:
        """Put the card away."""
        self._follow.stop()
        self._leave.stop()
        card, self.card = self.card, None
        self._asked = self._shown = None
        self._away = 0
        if self._ring is not None:
            self._ring.hide()
            self._ring.deleteLater()
            self._ring = None
        if card is None:
            return
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        had_focus = card.isAncestorOf(QApplication.focusWidget() or self._window) or card.hasFocus()
        card.hide()
        card.deleteLater()
        if had_focus and self._before is not None:
            self._before.setFocus()
        self._before = None

    def close(self) -> None:
        super().close()
        self.hide()

    @Slot()
    def follow(self) -> None:
        """Say the number as it is now."""
        if self.card is None or self._asked is None or self._shown is None:
            return
        if not self._asked.widget.isVisible():
            self.hide()
            return
        now = self._asked.find(self._shown.area.center() if self._shown.area else None)
        if now is not None and now.key == self._shown.key:
            self._shown = now
        if self.card.say(self._words(self._shown), self._theme.palette) and self.card.isVisible():
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape and a click elsewhere put the card away; only while there is one."""
        kind = event.type()
        if kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            if event.key() != Qt.Key.Key_Escape or self.card is None:
                return False
            if kind == QEvent.Type.KeyPress:
                self.hide()
            event.accept()
            return True
        if kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._press(event.globalPosition().toPoint())
        return False

    def _press(self, at: QPoint) -> None:
        if self.card is not None and not self._card_area().contains(at):
            self.hide()

    def _within_reach(self) -> list[Explained]:
        """Everything that is explained in the dock or dialog that has the focus, in the order of the screen."""
        focus = self._asked.widget if self._asked is not None else QApplication.focusWidget()
        area = focus.window() if focus is not None else self._window
        above = focus
        while above is not None and not above.isWindow():
            if above.objectName().startswith("dock-") or above.inherits("QToolBar"):
                area = above
                break
            above = above.parentWidget()
        found = [child for child in area.findChildren(Explained) if child.widget.isVisible()]

        def place(explained: Explained) -> tuple[int, int]:
            at = explained.widget.mapTo(area, QPoint())
            return at.y(), at.x()

        return sorted(found, key=place)

    def _words(self, shown: Shown) -> CardWords:
        from relulab.views.explained.catalogue import EXPLAINED  # not before somebody asks
        from relulab.views.explained.entry import Value
        from relulab.views.explained.values import Place, value_of

        entry = EXPLAINED[shown.key]
        place = Place(shown.layer, shown.unit)
        value = shown.value or value_of(shown.key, self._view.history, place) or Value(words=shown.words)
        scale = entry.scale(value.facts)
        written = shown.words if shown.words and value.number is None else _said(entry.written(value))
        formula = [value.formula or entry.formula, entry.with_numbers(value)]
        offers = [(key, self._window.dock(key).windowTitle()) for key in entry.panels[:2]]
        if value.unit is not None:
            offers[1:] = [("unit", translate("Explain", "Inspector"))]
        if value.step is not None:
            offers.append(("step", translate("Explain", "step {step:,}").format(step=value.step)))
        self._value = value
        return CardWords(
            name=shown.name or said(entry.name),
            value=written,
            place=_said(value.place),
            sentence=shown.sentence or said(entry.sentence),
            formula=tuple(said(words) for words in formula if words != NOTHING),
            scale=None if scale is None else _card_scale(scale, value, written),
            offers=tuple(offers),
            note=self._note(),
        )

    def _note(self) -> str:
        """The tool tip of the widget, whose place the card takes."""
        whole = self._asked is not None and (self._shown is None or self._shown.area is None)
        tip = self._asked.widget.toolTip() if self._asked is not None and whole else ""
        return tip if len(tip) <= LONGEST_NOTE and not tip.startswith("<") else ""

    def _place(self) -> None:
        """Beside the number in its window; where that has no room, in a window of its own."""
        assert self.card is not None
        assert self._asked is not None
        widget, card = self._asked.widget, self.card
        host = widget.window()
        area = QRect(widget.mapTo(host, QPoint()), widget.size())
        if self._shown is not None and self._shown.area is not None:
            area = self._shown.area.translated(widget.mapTo(host, QPoint())) & area
        if self._ring is None:
            self._ring = Ring(host)
        self._ring.surround(area)
        target = area.adjusted(-GAP, -GAP, GAP, GAP)
        place = beside(target, card.size(), host.rect())
        if place is not None:
            if card.isWindow():
                card.setParent(host)
            card.setGeometry(place)
            card.raise_()
            return
        card.setWindowFlags(Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        card.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not self._by_hand)
        screen = host.screen() or QGuiApplication.primaryScreen()
        target.moveTopLeft(host.mapToGlobal(target.topLeft()))
        room = screen.availableGeometry()
        found = beside(target, card.size(), room) or QRect(target.bottomLeft(), card.size())
        card.setGeometry(found)

    def _card_area(self) -> QRect:
        assert self.card is not None
        return QRect(self.card.mapToGlobal(QPoint()), self.card.size())

    @Slot()
    def _look_for_mouse(self) -> None:
        """Away from the number and from the card for a while: it was only passing."""
        if self.card is None or self._asked is None or self._by_hand or self.card.isAncestorOf(
            QApplication.focusWidget() or self._window
        ):  # fmt: skip
            return
        widget = self._asked.widget
        area = self._shown.area if self._shown is not None and self._shown.area is not None else widget.rect()
        number = QRect(widget.mapToGlobal(area.topLeft()), area.size())
        near = [one.adjusted(-NEAR, -NEAR, NEAR, NEAR) for one in (number, self._card_area())]
        self._away = 0 if any(one.contains(QCursor.pos()) for one in near) else self._away + 1
        if self._away >= LEAVINGS:
            self.hide()

    @Slot(str)
    def _go(self, key: str) -> None:
        """Show it where the button says."""
        value = self._value
        self.hide()
        if key == "unit" and value.unit is not None:
            self._show_unit(*value.unit)
        elif key == "step" and value.step is not None:
            self._look_at(value.step)
        else:
            self._window.bring_to_front(key)


def beside(target: QRect, size: QSize, room: QRect) -> QRect | None:
    """Where a card of ``size`` stands in ``room`` beside ``target``, nowhere over it; None where that has no room."""
    place, side = place_beside(target, size, room)
    if side is not None:
        return place
    for corner in (room.topLeft(), room.topRight(), room.bottomLeft(), room.bottomRight()):
        place = QRect(QPoint(), size)
        place.moveLeft(corner.x() if corner.x() == room.left() else room.right() - size.width() + 1)
        place.moveTop(corner.y() if corner.y() == room.top() else room.bottom() - size.height() + 1)
        if room.contains(place) and not place.intersects(target):
            return place
    return None


def _said(words: Text | str) -> str:
    return said(words) if isinstance(words, Text) else words


def _card_scale(scale: Scale, value: Value, written: str) -> CardScale:
    """A scale as a card paints it."""
    start, parts = 0.0, []
    for stretch in scale.stretches:
        end = scale.place(stretch.upto)
        parts.append(Part(start, end, said(stretch.name), scale.write(stretch.upto), stretch.healthy))
        start = end
    marked = value.on_scale
    title = said(scale.measure)
    if marked is not None:
        where = said(scale.stretch_of(marked).name)
        title = translate("Explain", "{value}: {where}").format(value=scale.write(marked), where=where)
    source = f"{capital(said(scale.measure))}. {said(scale.source)}" if marked is not None else said(scale.source)
    marker = None if marked is None else scale.place(marked)
    return CardScale(title, tuple(parts), scale.write(scale.start), marker, source)
