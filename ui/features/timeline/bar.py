"""The timeline: a slim strip with every moment of a run that one can go back to, and where one is.

It knows no trainer and no history. What is chosen here is announced by signals; the controller beside it decides what
comes of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QToolButton, QWidget

from ui.shell.commands import Command
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import all_explained
from ui.widgets.folding_row import FoldingRow
from ui.widgets.labels import Label, set_tip
from ui.widgets.sizes import px

TICK = 5  # pixels: how long a tick of a checkpoint is
SHORT_TICK = 2  # and of another moment, where each has this many for itself:
SPARSE = 4
ROOM = 12  # pixels that stay free between two numbers
SMALLER = 0.85  # size of the numbers, to that of other text
LEAST_SLIDER = 220  # pixels
LEAST_WORDS = 18  # letters
PAGE = 3  # moments that the page keys move by, at least
PAGES = 10  # of a run with many moments
FAINT = 0.6  # of the ink of texts


class MomentSlider(QSlider):
    """Index ``i`` stands for ``steps[i]``; the last one is the present.

    They are equally far apart, and many are of the first steps: there a network changes most.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.steps: tuple[int, ...] = ()
        self.checkpoints: frozenset[int] = frozenset()
        self.setPageStep(PAGE)
        self.setRange(0, 0)

    def show_steps(self, steps: Sequence[int], index: int, checkpoints: frozenset[int] = frozenset()) -> None:
        """Offer these steps and stand at ``index``, without a signal. A handle that is being dragged stays.

        ``checkpoints``: those among them that the run can go on from.
        """
        blocked = self.blockSignals(True)
        self.steps, self.checkpoints = tuple(steps), checkpoints
        self.setPageStep(max(PAGE, len(steps) // PAGES))
        self.setRange(0, max(0, len(steps) - 1))
        if not self.isSliderDown():
            self.setValue(index)
        self.blockSignals(blocked)
        self.update()

    def position_of(self, index: int) -> int:
        """The pixel of an index, from the left."""
        return self._positions([index])[0]

    def _positions(self, indices: Iterable[int]) -> list[int]:
        handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self)
        low, high, span = self.minimum(), self.maximum(), self.width() - handle
        return [handle // 2 + QStyle.sliderPositionFromValue(low, high, index, span) for index in indices]

    def numbers(self) -> list[tuple[QRect, str]]:
        """Where numbers stand and what they say: the present, the start, powers of ten, others where there is room."""
        metrics = QFontMetrics(self._small_font())
        bottom, height, places = (
            self.height() - metrics.height(),
            metrics.height(),
            self._positions(range(len(self.steps))),
        )
        placed: list[tuple[QRect, str]] = []
        for index in sorted(range(len(self.steps)), key=self._rank):
            text = f"{self.steps[index]:,}"
            width = metrics.horizontalAdvance(text)
            left = min(max(0, places[index] - width // 2), self.width() - width)
            rect = QRect(left, bottom, width, height)
            if not any(rect.adjusted(-ROOM, 0, ROOM, 0).intersects(other) for other, _ in placed):
                placed.append((rect, text))
        return placed

    def sizeHint(self) -> QSize:
        return QSize(
            super().sizeHint().width(), self._handle_height() + TICK + QFontMetrics(self._small_font()).height()
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def initStyleOption(self, option: QStyleOptionSlider) -> None:
        """Groove and handle stay at the top, for the drawing and for the mouse: the numbers are below them."""
        super().initStyleOption(option)
        option.rect = QRect(0, 0, self.width(), self._handle_height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes where it points, and can be dragged on from there."""
        if event.button() is Qt.MouseButton.LeftButton and self.steps:
            x = event.position().toPoint().x()
            away = [abs(place - x) for place in self._positions(range(len(self.steps)))]
            self.setValue(away.index(min(away)))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        ink.setAlphaF(FAINT)
        painter.setPen(ink)
        top, wide = self._handle_height(), self.width() >= SPARSE * len(self.steps)
        for x, step in zip(self._positions(range(len(self.steps))), self.steps, strict=True):
            if step in self.checkpoints or step == self.steps[-1]:
                painter.drawLine(x, top, x, top + TICK - 2)
            elif wide:
                painter.drawLine(x, top, x, top + SHORT_TICK - 1)
        painter.setFont(self._small_font())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        for rect, text in self.numbers():
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _rank(self, index: int) -> tuple[int, int]:
        """Which number is put down first."""
        if index == len(self.steps) - 1:
            return 0, 0
        if index == 0:
            return 1, 0
        longer = len(str(self.steps[index])) > len(str(self.steps[index - 1]))  # the first beyond a power of ten
        return (2 if longer else 3), -index

    def _handle_height(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_SliderThickness, None, self)

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALLER)
        return font


@dataclass(frozen=True, slots=True)
class Moments:
    """Where one can look in a run: ``steps`` of its moments, and its newest step ``present``.

    ``looked_at`` is the step of the moment that is shown, None for the present. ``per_epoch``: steps in an epoch.
    ``checkpoints``: the steps that a branch can begin at.
    """

    steps: Sequence[int] = ()
    present: int = 0
    total: int = 0
    per_epoch: float = 0.0
    looked_at: int | None = None
    checkpoints: frozenset[int] = frozenset()

    @property
    def stops(self) -> tuple[int, ...]:
        """The steps that the slider stops at, the present last."""
        past = {step for step in self.steps if step < self.present}
        if self.looked_at is not None:
            past |= {self.looked_at} - {self.present}
        return (*sorted(past), self.present)


class TimelineBar(QFrame):
    """``momentWanted`` carries the step to look at, ``nowWanted`` asks for the present."""

    momentWanted = Signal(int)
    nowWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moments = Moments()
        self.title = Label(self.tr("Timeline"))
        self.slider = MomentSlider()
        self.words = ElidedLabel()
        self.buttons: dict[str, QToolButton] = {}
        self._row = FoldingRow(self)
        self._arrange()
        all_explained("moment", self.slider, self.words)
        self.slider.valueChanged.connect(self._choose)
        self.show_moments(Moments())

    def show_moments(self, moments: Moments) -> None:
        """Show where the run stands and where one looks."""
        self.moments = moments
        stops = moments.stops
        past = moments.looked_at is not None and moments.looked_at != moments.present
        self.slider.setEnabled(len(stops) > 1)
        self.slider.show_steps(
            stops if len(stops) > 1 else (),
            stops.index(moments.looked_at) if past else len(stops) - 1,
            moments.checkpoints,
        )
        words, *shorter = self._words()
        self.words.say(words, *shorter)
        self.words.setMaximumWidth(self._room_for_words())
        self.slider.setAccessibleDescription(words)
        self._show_past(past)

    def add_button(self, command: Command, *, may_go: bool = False) -> None:
        """A button for ``command`` at the end of the strip; it ``may_go`` where a narrow window has no room for it."""
        button = self.buttons[command.key] = command.button()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._row.addWidget(button)
        if may_go:
            self._row.may_go += (button,)

    def add_player(self, *parts: Command | QWidget) -> None:
        """What plays the run, before the slider."""
        for part in parts:
            widget = self._icon_button(part) if isinstance(part, Command) else part
            self._row.insertWidget(self._row.indexOf(self.slider), widget)
            if not isinstance(part, Command):
                self._row.may_go += (widget,)

    def _icon_button(self, command: Command) -> QToolButton:
        button = self.buttons[command.key] = command.button()
        button.setProperty("role", "player")
        button.setAccessibleName(command.text().replace("&", ""))
        return button

    def step(self, by: int) -> None:
        """Go ``by`` moments on, or back where it is negative."""
        self.slider.setValue(self.slider.value() + by)

    @Slot(int)
    def _choose(self, index: int) -> None:
        if index >= len(self.slider.steps) - 1:
            self.nowWanted.emit()
        else:
            self.momentWanted.emit(self.slider.steps[index])

    def _words(self) -> tuple[str, ...]:
        """Where one looks, and the same in fewer words."""
        moments = self.moments
        present = moments.present
        if moments.looked_at is not None and moments.looked_at != moments.present:
            long = self.tr("You are looking at step {step:,}. The training stands at step {present:,}.")
            short = (self.tr("Looking back at step {step:,} of {present:,}"), self.tr("Back at step {step:,}"))
            return tuple(words.format(step=moments.looked_at, present=present) for words in (long, *short))
        if len(moments.stops) < 2:
            words = self.tr("Train: then you can go back here to earlier moments, and branch from there.")
            return words, self.tr("Train: then you can go back here."), self.tr("No moments yet")
        epoch = present / moments.per_epoch if moments.per_epoch else 0.0
        whole = self.tr("Now: step {step:,} of {total:,}, epoch {epoch:,.1f}")
        short = (self.tr("Now: step {step:,} of {total:,}"), self.tr("Now: step {step:,}"))
        total = max(moments.total, present)
        return tuple(words.format(step=present, total=total, epoch=epoch) for words in (whole, *short))

    def _room_for_words(self) -> int:
        """What the longest of them take; the slider keeps its size whatever is said."""
        longest = self.tr("You are looking at step {step:,}. The training stands at step {present:,}.")
        most = max(self.moments.total, self.moments.present)
        bold = QFont(self.words.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(bold).horizontalAdvance(longest.format(step=most, present=most))

    def _show_past(self, past: bool) -> None:
        if self.property("past") is not past:
            self.setProperty("past", past)
            for widget in (self, self.words):
                self.style().unpolish(widget)
                self.style().polish(widget)

    def _arrange(self) -> None:
        self.setObjectName("timeline")
        self.title.setBuddy(self.slider)
        self.slider.setMinimumWidth(px(LEAST_SLIDER))
        self.words.setObjectName("timeline-words")
        self.words.setMinimumWidth(LEAST_WORDS * self.words.fontMetrics().averageCharWidth())
        self.words.setAccessibleName(self.tr("Moment that is shown"))
        self.slider.setAccessibleName(self.tr("Moments of the run"))
        set_tip(
            self.slider,
            self.tr(
                "Go back to any moment with the mouse, the arrow keys, Home and End; ticks are checkpoints, from which "
                "a branch can go on"
            ),
        )
        row = self._row
        row.setContentsMargins(8, 3, 6, 3)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.slider, 3)
        row.addWidget(self.words, 2)
        row.may_go = (self.title,)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
