"""The card that explains a number: its value, one sentence, the formula with the numbers put in, and a scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.contents import nest
from ui.widgets.icons import IconButton
from ui.widgets.labels import Label
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.wrapped import WrappedLabel

WIDTH, BASE = 404, 13  # pixels that the card is wide where the letters have the other size
BAR, MARKER, RADIUS = 14, 7, 4  # pixels: height of the scale, half the width of its marker, its corners
PADDING = 14
CLOSE = 18  # pixels


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a scale: from where to where it reaches (0 to 1), what stands below it and below its end."""

    start: float
    end: float
    name: str
    upto: str
    healthy: bool


@dataclass(frozen=True, slots=True)
class CardScale:
    """``marker``: where the value stands, from 0 to 1; None for none. ``first``: what stands at the beginning."""

    title: str
    parts: tuple[Part, ...]
    first: str
    marker: float | None
    source: str


@dataclass(frozen=True, slots=True)
class CardWords:
    """All that a card says; empty lines are not there. ``offers``: keys and words of the buttons."""

    name: str
    value: str
    place: str
    sentence: str
    formula: tuple[str, ...]
    scale: CardScale | None
    offers: tuple[tuple[str, str], ...]
    note: str = ""

    @property
    def text(self) -> str:
        """In one line, for screen readers."""
        scale = [self.scale.title, self.scale.source] if self.scale else []
        return " · ".join(filter(None, [self.name, self.value, self.place, self.sentence, *self.formula, *scale]))


class ScaleBar(QWidget):
    """Paints a scale: its parts, the healthy ones framed and named, and a marker where the value stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale: CardScale | None = None
        self._colours = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, scale: CardScale, colours: Palette) -> None:
        """Paint ``scale`` from now on."""
        self.scale, self._colours = scale, colours
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        rows = 1 + (max(self._rows(), default=0) + 1 if self.scale else 0)
        return QSize(100, MARKER + 3 + BAR + 2 + rows * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.scale is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = self._bar()
        for part in self.scale.parts:
            self._paint_part(painter, bar, part)
        self._paint_ends(painter, bar)
        for row, (part, middle) in zip(self._rows(), self._names(), strict=True):
            self._paint_name(painter, bar, part, middle, row)
        if self.scale.marker is not None:
            self._paint_marker(painter, bar, self.scale.marker)

    def _bar(self) -> QRectF:
        return QRectF(MARKER, MARKER + 3, self.width() - 2 * MARKER, BAR)

    def _paint_part(self, painter: QPainter, bar: QRectF, part: Part) -> None:
        area = QRectF(bar.left() + part.start * bar.width(), bar.top(), (part.end - part.start) * bar.width(), BAR)
        colour = QColor(self._colours.good if part.healthy else self._colours.muted)
        colour.setAlphaF(0.35 if part.healthy else 0.22)
        painter.fillRect(area.adjusted(0.5, 0, -0.5, 0), colour)
        if part.healthy:
            painter.setPen(QPen(QColor(self._colours.good), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 0, -1, 0), RADIUS, RADIUS)

    def _paint_ends(self, painter: QPainter, bar: QRectF) -> None:
        """The values at which the stretches end, those left out that would touch the one before."""
        assert self.scale is not None
        metrics, free = QFontMetrics(self.font()), -1.0
        painter.setPen(QColor(self._colours.foreground))
        for along, words in [(0.0, self.scale.first), *((part.end, part.upto) for part in self.scale.parts)]:
            width = metrics.horizontalAdvance(words)
            left = min(max(bar.left() + along * bar.width() - width / 2, 0.0), self.width() - width)
            if left > free:
                painter.drawText(QPointF(left, bar.bottom() + 2 + metrics.ascent()), words)
                free = left + width + 6

    def _names(self) -> list[tuple[Part, float]]:
        parts = self.scale.parts if self.scale else ()
        return [(part, (part.start + part.end) / 2) for part in parts]

    def _rows(self) -> list[int]:
        """In which row each name stands: in the next one where it would touch the name before."""
        metrics, bar, ends = QFontMetrics(self.font()), self._bar(), [-1.0] * 9
        rows = []
        for part, middle in self._names():
            width = metrics.horizontalAdvance(part.name)
            left = min(max(bar.left() + middle * bar.width() - width / 2, 0.0), max(0.0, self.width() - width))
            row = next(row for row, end in enumerate(ends) if left > end or row == len(ends) - 1)
            ends[row] = left + width + 8
            rows.append(row)
        return rows

    def _paint_name(self, painter: QPainter, bar: QRectF, part: Part, middle: float, row: int) -> None:
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(part.name)
        left = min(max(bar.left() + middle * bar.width() - width / 2, 0.0), max(0.0, self.width() - width))
        painter.setPen(QColor(self._colours.good if part.healthy else self._colours.muted))
        painter.drawText(QPointF(left, bar.bottom() + 2 + (row + 1) * metrics.height() + metrics.ascent()), part.name)

    def _paint_marker(self, painter: QPainter, bar: QRectF, along: float) -> None:
        x = bar.left() + along * bar.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.foreground))
        corners = [QPointF(x - MARKER, 0), QPointF(x + MARKER, 0), QPointF(x, MARKER + 1)]
        painter.drawPolygon(QPolygonF(corners))
        painter.fillRect(QRectF(x - 1, MARKER, 2, BAR + 3), QColor(self._colours.foreground))


class ExplainCard(QFrame):
    """``closeWanted``: its button; ``offered`` carries the key of another one."""

    closeWanted = Signal()
    offered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explain-card")
        self.words: CardWords | None = None
        self.name, self.value = WrappedLabel(), Label()
        self.place, self.sentence, self.note = WrappedLabel(), WrappedLabel(), WrappedLabel()
        self.formula, self.numbers = WrappedLabel(), WrappedLabel()
        self.scale_title, self.scale, self.source = WrappedLabel(), ScaleBar(), WrappedLabel()
        self.buttons: list[QPushButton] = []
        self._formulas, self._offers = QFrame(), QWidget()
        self._row = QHBoxLayout(self._offers)
        self._close = IconButton("close", self.tr("Close the explanation"), self.tr("Close (Esc)"))
        self._close.clicked.connect(self.closeWanted)
        self._arrange()

    def say(self, words: CardWords, colours: Palette) -> bool:
        """Say ``words``; False where that is what it says already."""
        if words == self.words:
            return False
        before, self.words = self.words, words
        self._style(colours)
        self.name.setText(words.name)
        self.value.setText(words.value)
        for label, text in (
            (self.place, words.place), (self.sentence, words.sentence), (self.note, words.note),
            (self.formula, words.formula[0] if words.formula else ""),
            (self.numbers, words.formula[1] if len(words.formula) > 1 else ""),
            (self.scale_title, words.scale.title if words.scale else ""),
            (self.source, words.scale.source if words.scale else ""),
        ):  # fmt: skip
            label.setText(text)
            label.setVisible(bool(text))
        self._formulas.setVisible(bool(words.formula))
        self.scale.setVisible(words.scale is not None)
        if words.scale is not None:
            self.scale.show_scale(words.scale, colours)
        if before is None or before.offers != words.offers:
            self._offer(words.offers)
        self.setAccessibleName(words.name)
        self.setAccessibleDescription(words.text)
        self.fit()
        return True

    def fit(self) -> None:
        """As wide as its letters ask, as high as its words."""
        width = round(WIDTH * max(1.0, self.fontInfo().pixelSize() / BASE))
        layout = self.layout()
        assert layout is not None
        self.scale.setFixedWidth(width - 2 * PADDING)
        layout.invalidate()
        self.resize(width, layout.totalHeightForWidth(width))

    def _offer(self, offers: Sequence[tuple[str, str]]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        for key, words in offers:
            button = QPushButton(words)
            button.setAutoDefault(True)
            button.clicked.connect(lambda _checked=False, key=key: self.offered.emit(key))
            self._row.insertWidget(self._row.count() - 1, button)
            self.buttons.append(button)
        self._offers.setVisible(bool(offers))

    def _style(self, colours: Palette) -> None:
        self.setStyleSheet(
            f"QFrame#explain-card {{ background: {colours.background}; border: 1px solid {colours.muted};"
            " border-radius: 8px; }"
            f"QFrame#explain-formula {{ background: {colours.window}; border: 1px solid {colours.grid};"
            " border-radius: 6px; }"
            "QFrame#explain-formula QLabel { font-family: serif; }"
            f"QLabel#explain-value {{ color: {colours.accent}; font-weight: 600; }}"
            "QLabel#explain-name, QLabel#explain-scale { font-weight: 600; }"
        )
        for label in (self.place, self.source, self.note):
            label.setStyleSheet(f"color: {colours.muted};")

    def _arrange(self) -> None:
        self.name.setObjectName("explain-name")
        self.value.setObjectName("explain-value")
        self.scale_title.setObjectName("explain-scale")
        self._formulas.setObjectName("explain-formula")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.value, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._close.setFixedSize(CLOSE, CLOSE)
        formulas = QVBoxLayout(self._formulas)
        formulas.setContentsMargins(10, 8, 10, 8)
        formulas.addWidget(self.formula)
        formulas.addWidget(self.numbers)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(Label(self.tr("Show it in")))
        self._row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 10, PADDING, PADDING)
        layout.setSpacing(8)
        nest(layout, head)
        for widget in (
            self.place, self.sentence, self._formulas, self.scale_title, self.scale, self.source, self.note,
            self._offers,
        ):  # fmt: skip
            layout.addWidget(widget)
