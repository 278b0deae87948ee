"""The layers as a column of cards: open one, drag it, move it by keyboard, duplicate it, remove it.

The list owns no layers. It says what somebody wants (``layersEdited`` with the new tuple) and shows what it is given.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from relulab.model.shapes import LayerShape
from ui.features.design import edits
from ui.features.design.forecast_line import ForecastLine
from ui.features.design.layer_card import LayerCard
from ui.widgets.edit import Edit, Path
from ui.widgets.number_field import NumberField

SPACING = 4  # pixels between two cards
MARK = 3  # pixels: height of the line that shows where a dragged card would go


class LayerList(QWidget):
    """``edited`` carries edits whose paths begin at the tuple of layers. At most one card is open.

    ``opened`` says that a card was opened, so that another place can close its own.
    """

    edited = Signal(object)
    drafted = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[LayerCard] = []
        self._layers: edits.Layers = ()
        self._mark = QFrame(self)
        self._target = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING)
        self._mark.setAutoFillBackground(True)
        self._mark.setBackgroundRole(QPalette.ColorRole.Highlight)
        self._mark.hide()
        self._connect_keys()

    def setValue(self, layers: edits.Layers) -> None:
        """Show ``layers`` without a signal."""
        self._layers = layers
        while len(self.cards) > len(layers):
            self._drop_card()
        while len(self.cards) < len(layers):
            self._add_card()
        for card, layer in zip(self.cards, layers, strict=True):
            card.setValue(layer)

    def set_shapes(self, shapes: tuple[LayerShape, ...]) -> None:
        """Show the shapes that are known; there may be fewer than layers."""
        for index, card in enumerate(self.cards):
            card.set_shape(shapes[index] if index < len(shapes) else None)

    def set_forecasts(self, forecasts: tuple[ForecastLine | None, ...]) -> None:
        """Show the forecasts that are known; there may be fewer than layers."""
        for index, card in enumerate(self.cards):
            card.set_forecast(forecasts[index] if index < len(forecasts) else None)

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Mark the card that ``where`` begins with, and clear all others."""
        for index, card in enumerate(self.cards):
            inside = bool(message) and where[:1] == (index,)
            card.mark(where[1:] if inside else (), message if inside else "", awaits_choice)

    def drafts(self) -> Iterator[tuple[Path, str]]:
        """Where a text stands that is no value, and why."""
        for index, card in enumerate(self.cards):
            for where, message in card.drafts():
                yield (index, *where), message

    @property
    def selected(self) -> int | None:
        """The index of the open card."""
        return next((index for index, card in enumerate(self.cards) if card.expanded), None)

    def open_card(self, index: int | None, focus: bool = True) -> None:
        """Open the card at ``index`` and close the others; None closes all."""
        for position, card in enumerate(self.cards):
            with QSignalBlocker(card):
                card.setExpanded(position == index)
        if index is not None:
            self.opened.emit()
            if focus:
                self.cards[index].header.setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self, kind: str) -> None:
        """A new layer behind the open one, or at the end."""
        self.insert(kind, len(self._layers) if self.selected is None else self.selected + 1)

    def insert(self, kind: str, index: int) -> None:
        """A new layer at ``index``."""
        layers = edits.added(self._layers, index, kind)
        self._emit(self.tr("Add {layer} layer").format(layer=layers[index].entry.title), layers, index)

    def remove(self, index: int) -> None:
        """Without the layer at ``index``; the next one takes its place."""
        was_open = self.selected
        layers = edits.removed(self._layers, index)
        text = self.tr("Remove layer {number}").format(number=index + 1)
        last = len(layers) - 1
        self._emit(text, layers, min(index, last) if was_open is not None and layers else None)
        if layers and was_open is None:
            self.cards[min(index, last)].header.setFocus(Qt.FocusReason.OtherFocusReason)

    def change_units(self, index: int, by: int) -> None:
        """So many units more in the layer at ``index``."""
        text = self.tr("Add a unit to layer {number}") if by > 0 else self.tr("Remove a unit of layer {number}")
        self.edited.emit(Edit(text.format(number=index + 1), {(): edits.resized(self._layers, index, by)}))

    def duplicate(self, index: int, stay: bool = False) -> None:
        """The layer at ``index`` twice, the second one open; the first one where its buttons are to ``stay``."""
        text = self.tr("Duplicate layer {number}").format(number=index + 1)
        self._emit(text, edits.duplicated(self._layers, index), index if stay else index + 1)

    def move_layer(self, start: int, end: int) -> None:
        """The layer at ``start`` to the place ``end``."""
        if end == start or not 0 <= end < len(self._layers):
            return
        was_open = self.selected == start
        text = self.tr("Move layer {number}").format(number=start + 1)
        self._emit(text, edits.moved(self._layers, start, end), end if was_open else None)
        self.cards[end].header.setFocus(Qt.FocusReason.OtherFocusReason)

    def _emit(self, text: str, layers: edits.Layers, open_index: int | None) -> None:
        """Drop what is being typed in the cards first: they show other layers afterwards."""
        self.open_card(None)
        for field in self.findChildren(NumberField):
            field.revert()
        self.edited.emit(Edit(text, {(): layers}))
        if open_index is not None and open_index < len(self.cards):
            self.open_card(open_index)

    def _add_card(self) -> None:
        index = len(self.cards)
        card = LayerCard(index)
        card.edited.connect(lambda edit: self.edited.emit(edit.under((index,))))
        card.drafted.connect(self.drafted)
        card.toggled.connect(lambda expanded: self.open_card(index if expanded else None))
        card.moveWanted.connect(lambda places: self.move_layer(index, index + places))
        card.duplicateWanted.connect(lambda: self.duplicate(index, stay=True))
        card.removeWanted.connect(lambda: self.remove(index))
        card.header.dragged.connect(lambda position: self._drag(index, position))
        card.header.dropped.connect(lambda: self._drop(index))
        self.cards.append(card)
        self._column.addWidget(card)

    def _drop_card(self) -> None:
        card = self.cards.pop()
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _drag(self, start: int, position: QPoint) -> None:
        """Show where the card would go: before the first card whose middle is below the mouse."""
        y = self.mapFromGlobal(position).y()
        gap = next((i for i, card in enumerate(self.cards) if y < card.geometry().center().y()), len(self.cards))
        self._target = gap if gap <= start else gap - 1
        top = self.cards[gap].y() - SPACING if gap < len(self.cards) else self.height() - MARK
        self._mark.setGeometry(QRect(0, max(0, top), self.width(), MARK))
        self._mark.raise_()
        self._mark.show()
        area = self._scroll_area()
        content = area.widget() if area is not None else None
        if area is not None and content is not None:
            inside = content.mapFromGlobal(position)
            area.ensureVisible(inside.x(), inside.y(), 0, self.cards[start].header.height())

    def _drop(self, start: int) -> None:
        self._mark.hide()
        self.move_layer(start, self._target)

    def _scroll_area(self) -> QScrollArea | None:
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        return parent

    def _connect_keys(self) -> None:
        for keys, act in (
            ("Alt+Up", lambda index: self.move_layer(index, index - 1)),
            ("Alt+Down", lambda index: self.move_layer(index, index + 1)),
            ("Ctrl+D", self.duplicate),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=act: self._with_focused(act))

    def _with_focused(self, act: Callable[[int], None]) -> None:
        """Act on the card that has the keyboard."""
        for index, card in enumerate(self.cards):
            if card.isAncestorOf(self.focusWidget() or self):
                act(index)
                return
