"""The page that lies over the bench: new, continue, and every experiment as a card."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from relulab.views.start import FIRST, found, picture_bytes, start_cards
from ui.features.start.cards import LARGER, Entry, PresetCard, SessionCard, StartButton
from ui.features.start.flow import GAP, Flow
from ui.platform.translation import said
from ui.widgets.contents import nest
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import explained
from ui.widgets.labels import Label
from ui.widgets.palette import LIGHT, Palette

SIDE = 16.0  # lines: the width of the part at the left
MARGIN = 1.1  # lines
LEAST_SEARCH = 9.0  # lines: the width of the search
RECENT_ROWS = 1
log = logging.getLogger(__name__)

ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Scroll(QScrollArea):
    """Leaves the arrows to the page, which goes from card to card."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class StartPage(QWidget):
    """``presetChosen`` carries the key of an experiment and whether to train it, ``sessionChosen`` a path,
    ``entryChosen`` the key of a command; ``left``: Escape was pressed; ``shownAtStart``: whether the box is ticked.

    It covers the window from ``top()`` down. Tab stays inside of it, letters go into the search. Before there is a
    bench it ``waits``, and keeps what is chosen: ``go_on`` tells the last choice.
    """

    presetChosen = Signal(str, bool)
    sessionChosen = Signal(str)
    entryChosen = Signal(str)
    left = Signal()
    shownAtStart = Signal(bool)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("start-page")
        self.setAccessibleName(self.tr("Start"))
        self.setAutoFillBackground(True)
        self.hide()
        self.colours: Palette = LIGHT
        self.was_painted = self.waits = False
        self._choice: Callable[[], None] = _nothing
        self.entries: list[QWidget] = []
        self.new, self.learn = QVBoxLayout(), QVBoxLayout()
        self.at_start = QCheckBox(self.tr("Show this page at start"))
        self.search = QLineEdit(placeholderText=self.tr("Type to search"))
        self.offline = QCheckBox(self.tr("without a download"))
        self.count = ElidedLabel()
        explained(self.count, "preset")
        self.sessions, self.first = Flow(RECENT_ROWS), Flow(RECENT_ROWS, fills=True)
        self.cards: dict[str, PresetCard] = {}
        self.groups: dict[str, tuple[Label, Flow]] = {}
        self._there: frozenset[str] = frozenset()  # data sets that need no download
        self._drawn = False  # the pictures, in these colours
        self._scroll = Scroll(widgetResizable=True)
        self._continue = self._heading(self.tr("Continue"))
        self._side, self._body = QWidget(), QWidget()
        self._make_cards()
        self._add_entries()
        self._arrange()
        self._connect()

    @Slot()
    def wait(self) -> None:
        """Keep what is chosen: there is no bench yet."""
        self.waits = True

    @Slot()
    def go_on(self) -> None:
        """The bench is there."""
        self.waits = False
        choice, self._choice = self._choice, _nothing
        self.unsetCursor()
        choice()

    def _choose(self, signal: SignalInstance, *values: object) -> None:
        self._choice = partial(signal.emit, *values)
        if self.waits:
            self.setCursor(Qt.CursorShape.BusyCursor)
        else:
            self.go_on()

    def show_sessions(self, cards: Sequence[SessionCard]) -> None:
        """Those to go on with, the last one first; without any, three experiments to begin with."""
        for card in cards:
            card.clicked.connect(partial(self._choose, self.sessionChosen, card.path))
        self.sessions.set_cards(cards)
        self._continue.setText(self.tr("Continue") if cards else self.tr("Begin here"))
        self.first.setVisible(not cards)
        self.sessions.setVisible(bool(cards))
        self._paint_cards()

    def show_there(self, datasets: frozenset[str]) -> None:
        """These data sets need no download."""
        self._there = datasets
        for card in start_cards():
            for shown in self._shown_of(card.key):
                there = card.dataset in datasets
                shown.tell(said(card.told(there)), "" if there else said(card.once))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.colours, self._drawn = palette, False
        if self.isVisible():
            self._paint_cards()
        self.update()

    def begin(self) -> None:
        """Show it, with the focus where Enter goes on."""
        self.follow()
        self.show()
        self.raise_()
        self._paint_cards()
        self._settle()
        first = self.sessions.cards or self.first.cards
        first[0].setFocus()
        self._scroll.verticalScrollBar().setValue(0)

    @Slot()
    def follow(self) -> None:
        """Cover the window again, which is another size now."""
        self.setGeometry(0, self._top(), self._window.width(), self._window.height() - self._top())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves, arrows go to the neighbour, whatever is typed is searched."""
        focus = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.key() in ARROWS and isinstance(focus, StartButton):
            self._go(focus, *ARROWS[Qt.Key(event.key())])
        elif event.text().strip() and event.text().isprintable() and not _is_command(event):
            self.search.setFocus()
            self.search.insert(event.text())
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Round and round inside of the page: what lies below it cannot be seen."""
        stops = [stop for stop in self._stops() if stop.isVisibleTo(self)]
        focus = self.focusWidget()
        index = stops.index(focus) if focus in stops else -1
        stop = stops[(index + (1 if next else -1)) % len(stops)]
        stop.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        self._scroll.ensureWidgetVisible(stop)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self.isVisible():
            self.follow()
            self.raise_()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colours.window))
        painter.fillRect(self._side.geometry().right(), 0, 1, self.height(), QColor(self.colours.grid))
        if not self.was_painted:
            self.was_painted = True
            log.info("start page painted")  # benchmarks/starts.py looks for this

    @property
    def _line(self) -> int:
        return QFontMetrics(self.font()).height()

    def _top(self) -> int:
        bar = self._window.menuBar()
        return 0 if bar.isNativeMenuBar() else bar.height()

    def _stops(self) -> list[QWidget]:
        """What Tab visits, in the order of reading."""
        fields = (self.at_start, *self.sessions.cards, *self.first.cards, self.offline, self.search)
        return [*self.entries, *fields, *self.cards.values()]

    def _escape(self) -> None:
        if self.search.text():
            self.search.clear()
            self.search.setFocus()
        else:
            self._choose(self.left)

    def _go(self, focus: StartButton, across: int, down: int) -> None:
        """To the nearest button in this direction."""
        here = focus.mapTo(self, focus.rect().center())

        def cost(other: StartButton) -> int:
            way: QPoint = other.mapTo(self, other.rect().center()) - here
            along, aside = (way.x(), way.y()) if across else (way.y(), way.x())
            return abs(along) + 3 * abs(aside) if along * (across or down) > self._line else -1

        costs = {other: cost(other) for other in self.findChildren(StartButton) if other.isVisible()}
        ahead = {other: cost for other, cost in costs.items() if cost > 0}
        if ahead:
            nearest = min(ahead, key=lambda other: ahead[other])
            nearest.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(nearest)

    @Slot()
    def _filter(self) -> None:
        query, offline = self.search.text(), self.offline.isChecked()
        fitting = {
            card.key
            for card in start_cards()
            if card.matches(query) and not (offline and card.download and card.dataset not in self._there)
        }
        for heading, flow in self.groups.values():
            shown = [card for card in flow.cards if isinstance(card, PresetCard) and card.key in fitting]
            flow.show_only(shown)
            heading.setVisible(bool(shown))
        self.count.say(said(found(len(fitting))), said(found(len(fitting), short=True)), str(len(fitting)))

    @Slot()
    def _take_first(self) -> None:
        """Enter in the search opens the first that was found."""
        card = next((card for card in self.cards.values() if card.isVisibleTo(self)), None)
        if card is not None and self.search.text():
            self._choose(self.presetChosen, card.key, True)

    def _shown_of(self, key: str) -> list[PresetCard]:
        large = [card for card in self.first.cards if isinstance(card, PresetCard) and card.key == key]
        return [self.cards[key], *large]

    def _paint_cards(self) -> None:
        """Read the pictures, once for each theme."""
        for session in self.sessions.cards:
            if isinstance(session, SessionCard):
                session.set_theme(self.colours)
        if self._drawn:
            return
        self._drawn = True
        for button in self.findChildren(StartButton):
            button.set_theme(self.colours)
        for key in self.cards:
            picture = QPixmap()
            picture.loadFromData(picture_bytes(key, self.colours.dark))
            for card in self._shown_of(key):
                card.show_picture(picture)

    def _make_cards(self) -> None:
        def made(key: str) -> PresetCard:
            card = cards[key]
            made = PresetCard(key, card.preset.question, card.preset.title, said(card.time))
            made.chosen.connect(partial(self._choose, self.presetChosen))
            return made

        cards = {card.key: card for card in start_cards()}
        for card in cards.values():
            self.cards[card.key] = made(card.key)
            if card.preset.group not in self.groups:
                heading = Label(card.preset.group)
                heading.setProperty("role", "muted")
                self.groups[card.preset.group] = heading, Flow()
        for group, (_, flow) in self.groups.items():
            flow.set_cards([self.cards[key] for key, card in cards.items() if card.preset.group == group])
        large = [made(key) for key in FIRST]
        for one in large:
            one.scale = LARGER
        self.first.set_cards(large)
        self.show_there(frozenset(card.dataset for card in cards.values() if not card.download))

    def _add_entries(self) -> None:
        """Ways into the bench: the commands of the menus."""
        tr = self.tr
        new = (
            ("new", "new", tr("Empty bench"), tr("two moons, a small network")),
            ("open-table", "add", tr("Your own table…"), tr("CSV and text files")),
            ("open", "open", tr("Open a session…"), tr("or an experiment")),
        )
        learn = (
            ("tour", "help", tr("The tour"), tr("what stands where")),
            ("help", "info", tr("What do I see?"), tr("each panel in plain words")),
        )
        for layout, entries in ((self.new, new), (self.learn, learn)):
            for key, icon, name, more in entries:
                entry = Entry(icon, name, more)
                entry.clicked.connect(partial(self._choose, self.entryChosen, key))
                layout.addWidget(entry)
                self.entries.append(entry)

    def _heading(self, words: str) -> Label:
        heading = Label(words)
        heading.setObjectName("start-heading")
        return heading

    def _arrange(self) -> None:
        side = QVBoxLayout(self._side)
        side.addWidget(self._heading(self.tr("New")))
        nest(side, self.new)
        side.addSpacing(self._line)
        side.addWidget(self._heading(self.tr("Learn")))
        nest(side, self.learn)
        side.addStretch(1)
        side.addWidget(self.at_start)
        line = QHBoxLayout()
        line.addWidget(self._heading(self.tr("Experiments")))
        line.addWidget(self.count, 1)
        line.addWidget(self.offline)
        line.addWidget(self.search, 1)
        self.count.setProperty("role", "muted")
        self.search.setAccessibleName(self.tr("Search the experiments"))
        self.search.setClearButtonEnabled(True)
        column = QVBoxLayout(self._body)
        for widget in (self._continue, self.sessions, self.first):
            column.addWidget(widget)
        column.addSpacing(self._line // 2)
        nest(column, line)
        for heading, flow in self.groups.values():
            column.addWidget(heading)
            column.addWidget(flow)
        column.addStretch(1)
        self._scroll.setWidget(self._body)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self._side)
        both.addWidget(self._scroll, 1)
        self._settle()
        self._filter()

    def _settle(self) -> None:
        """All sizes for the present height of the letters."""
        line, margin = self._line, round(MARGIN * self._line)
        self._side.setFixedWidth(round(SIDE * line))
        self.search.setMinimumWidth(round(LEAST_SEARCH * line))
        for layout in (self._side.layout(), self._body.layout()):
            if layout is not None:
                layout.setContentsMargins(margin, margin, margin, margin)
                layout.setSpacing(round(0.6 * GAP * line))
        for flow in self.findChildren(Flow):
            flow.arrange()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.offline.toggled.connect(self._filter)
        self.at_start.clicked.connect(self.shownAtStart)
        self._window.installEventFilter(self)


def _nothing() -> None:
    """Nothing was chosen."""


def _is_command(event: QKeyEvent) -> bool:
    wanted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return bool(event.modifiers() & wanted)
