"""Which number a widget shows: so it is explained by F1 where it has the focus, and where the mouse rests on it.

A widget only names the quantity, an entry of ``relulab.views.explained``; ``ui.shell.explaining`` shows the card. It
asks the nearest window above that can: what stands in no such window explains nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QWidget,
)

if TYPE_CHECKING:
    from relulab.views.explained.entry import Value

PICTURES = (QGraphicsView, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)  # which the mouse changes
CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)  # whose tool tips say what they do


@dataclass(frozen=True, slots=True)
class Shown:
    """A quantity that is shown: its ``key``, of which layer and unit, and ``area``, its pixels in the widget.

    ``words`` are the value where no run has it; ``name`` and ``sentence`` stand instead of those of the quantity, for
    a setting that has its own. ``value``: of another run than that in view, or of a finding.
    """

    key: str
    layer: int | None = None
    unit: int | None = None
    area: QRect | None = None
    words: str = ""
    name: str = ""
    sentence: str = ""
    value: "Value | None" = None


Find = Callable[[QPoint | None], Shown | None]  # at a pixel of the widget; None: what is shown at all


class CanExplain(Protocol):
    """Shows cards for a window: see ``ui.shell.explaining.Explainer``."""

    def explain(self, asked: "Explained", shown: Shown, by_hand: bool) -> None: ...


class Explained(QObject):
    """What ``widget`` shows, as ``find`` says. ``rests``: also where the mouse rests on it, not by F1 alone.

    ``each`` has all of it, one after the other, where that is several.
    """

    def __init__(
        self, widget: QWidget, find: Find, rests: bool = True, each: Callable[[], list[Shown]] | None = None
    ) -> None:
        super().__init__(widget)
        self._each = each
        self._rests = rests and not isinstance(widget, CONTROLS)
        self.find = find
        widget.installEventFilter(self)

    @property
    def widget(self) -> QWidget:
        """Asked of Qt each time, never kept: Python may hold a part that Qt made itself, such as the header of a table,
        for deleted while it is on the screen, because it took another one's place in memory.
        """
        parent = self.parent()
        assert isinstance(parent, QWidget)
        return parent

    def each(self) -> list[Shown]:
        """Everything that it shows, for who goes from one to the next."""
        if self._each is not None:
            return self._each()
        shown = self.find(None)
        return [] if shown is None else [shown]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return self._rest(event.pos())
        if kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def ask(self, at: QPoint | None, by_hand: bool) -> bool:
        """Have the card shown; False where there is none to show it, or nothing at this pixel."""
        explainer, shown = explainer_of(self.widget), self.find(at)
        if explainer is None or shown is None:
            return False
        explainer.explain(self, shown, by_hand)
        return True

    def _rest(self, at: QPoint) -> bool:
        """The mouse has rested: instead of a tool tip, but where that says what a control does."""
        return self._rests and self.ask(at, by_hand=False)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_F1 or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:  # or the help of the panel would take it
            found = explainer_of(self.widget) is not None and self.find(None) is not None
            event.setAccepted(found)
            return found
        return self.ask(None, by_hand=True)


def explained(widget: QWidget, key: str, words: Callable[[], str] | None = None) -> None:
    """``widget`` shows the quantity ``key``. ``words`` give the value where no run has it: else its own text."""
    told = words or (lambda: text_of(widget))
    explained_at(widget, lambda _at: Shown(key, words=told()))


def all_explained(key: str, *widgets: QWidget) -> None:
    """All of ``widgets`` show the quantity ``key``."""
    for widget in widgets:
        explained(widget, key)


def all_within(key: str, *areas: QWidget) -> None:
    """What is shown in ``areas`` is the quantity ``key``: by F1 anywhere in them, by the mouse on their words."""
    for area in areas:
        all_explained(key, *area.findChildren(QLabel))
        for kind in PICTURES:
            for picture in area.findChildren(kind):
                Explained(picture, lambda _at: Shown(key), rests=False)
        Explained(area, lambda _at: Shown(key), rests=False)


def explained_at(widget: QWidget, find: Find) -> None:
    """``widget`` shows several quantities, or one of several things: ``find`` says which."""
    Explained(widget, find)


def explainer_of(widget: QWidget) -> CanExplain | None:
    """Who shows cards in the window of ``widget``, or in one that this belongs to."""
    above: QWidget | None = widget
    while above is not None:
        if (found := getattr(above, "explainer", None)) is not None:
            shows: CanExplain = found
            return shows
        above = above.parentWidget()
    return None


def text_of(widget: QWidget) -> str:
    """What a widget says, where that is short enough to be a value."""
    told = getattr(widget, "text", None)
    words = widget.currentText() if isinstance(widget, QComboBox) else str(told()) if callable(told) else ""
    return words if len(words) <= LONGEST_VALUE and any(letter.isdigit() for letter in words) else ""


LONGEST_VALUE = 24  # letters
