"""Cards side by side, as many in a row as fit, all equally wide."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

GAP = 0.75  # lines between two cards
NARROWEST, WIDEST = 1.0, 1.6  # how wide a card may become, as a share of what it asks for


class Flow(QWidget):
    """``most`` rows are shown; what does not fit into them is hidden. ``fills``: no place of a row stays empty."""

    def __init__(self, most: int = 0, parent: QWidget | None = None, *, fills: bool = False) -> None:
        super().__init__(parent)
        self._fills = fills
        self.cards: tuple[QWidget, ...] = ()
        self._most = most
        self._wanted: set[QWidget] = set()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_cards(self, cards: Sequence[QWidget]) -> None:
        """Show these from now on."""
        for card in self.cards:
            if card not in cards:
                card.setParent(None)
                card.deleteLater()
        self.cards = tuple(cards)
        for card in cards:
            card.setParent(self)
        self.show_only(cards)

    def show_only(self, cards: Sequence[QWidget]) -> None:
        """Hide all others."""
        self._wanted = set(cards)
        self.arrange()

    def arrange(self) -> None:
        """Give each its place, for the present width."""
        shown = [card for card in self.cards if card in self._wanted]
        if not shown:
            for card in self.cards:
                card.hide()
            self.setFixedHeight(0)
            return
        gap = round(GAP * QFontMetrics(self.font()).height())
        asked = shown[0].sizeHint()
        columns = max(1, int((self.width() + gap) / (NARROWEST * asked.width() + gap)))
        if self._fills:
            columns = min(columns, len(shown))
        width = min((self.width() + gap) // columns - gap, round(WIDEST * asked.width()))
        if self._most:
            shown = shown[: self._most * columns]
        for index, card in enumerate(shown):
            row, column = divmod(index, columns)
            card.setGeometry(column * (width + gap), row * (asked.height() + gap), max(1, width), asked.height())
        for card in self.cards:
            card.setVisible(card in shown)
        rows = -(-len(shown) // columns)
        self.setFixedHeight(rows * (asked.height() + gap) - gap)

    def sizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()
