"""A column of finding cards that is brought up to date in place: cards keep their scroll, focus and what is open."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.diagnosis.findings import Finding
from relulab.views.many.ready import ReadyTable
from ui.features.findings.card import FindingCard
from ui.features.findings.cure_button import ShownCure
from ui.widgets.contents import widgets_in
from ui.widgets.focus import tab_through
from ui.widgets.palette import LIGHT, Palette

Key = tuple[str, str]
SPACING = 6  # pixels between two cards


class CardColumn(QWidget):
    """One card per ``Finding.key``. ``wanted`` carries the offer and the card whose button was pressed, ``tableWanted``
    the table that was asked for.
    """

    wanted = Signal(object, object)
    tableWanted = Signal(object)

    def __init__(self, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._cards: dict[Key, FindingCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING)

    @property
    def cards(self) -> list[FindingCard]:
        """From top to bottom."""
        return [widget for widget in widgets_in(self._column) if isinstance(widget, FindingCard)]

    def card(self, key: Key) -> FindingCard | None:
        """The card of a finding, if it is shown."""
        return self._cards.get(key)

    def show_findings(
        self, findings: Sequence[Finding], offers: Callable[[Finding], Sequence[ShownCure]], colours: Palette = LIGHT
    ) -> None:
        """Show these, in this order. The first card of a rule offers the cures; others of its rule begin closed."""
        for key in self._cards.keys() - {finding.key for finding in findings}:
            self._drop(key)
        offered: set[tuple[str, str]] = set()
        rules: set[str] = set()
        came = False
        for place, finding in enumerate(findings):
            card = self._cards.get(finding.key)
            if card is None:
                card, came = self._add(finding.key), True
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
            fresh = [offer for offer in offers(finding) if (finding.rule, offer.cure.key) not in offered]
            offered |= {(finding.rule, offer.cure.key) for offer in fresh}
            card.show_finding(finding, fresh, colours, opened=finding.rule not in rules)
            rules.add(finding.rule)
        if came:
            tab_through(self)

    def offer_tables(self, table_of: Callable[[Finding], ReadyTable | None]) -> None:
        """Offer each table once, on the first card whose cures it tries."""
        offered: list[ReadyTable] = []
        before = [card.table for card in self.cards]
        for card in self.cards:
            table = table_of(card.finding) if card.finding is not None else None
            is_new = table is not None and table not in offered
            card.offer_table(table if is_new else None)
            if table is not None:
                offered.append(table)
        if [card.table for card in self.cards] != before:
            tab_through(self)

    def _add(self, key: Key) -> FindingCard:
        card = self._cards[key] = FindingCard(self._action)
        card.wanted.connect(lambda offer: self.wanted.emit(offer, card))
        card.tableWanted.connect(self.tableWanted)
        return card

    def _drop(self, key: Key) -> None:
        card = self._cards.pop(key)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
