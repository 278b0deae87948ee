"""The timeline: a slim strip with every moment of a run that one can go back to, and where one is.

It knows no trainer and no history. What is chosen here is announced by signals; the controller beside it decides what
comes of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ui.features.timeline.moment_slider import MomentSlider
from ui.shell.commands import Command


@dataclass(frozen=True, slots=True)
class Moments:
    """Where one can look in a run: ``steps`` of its checkpoints, and its newest step ``present``.

    ``looked_at`` is the step of the moment that is shown, None for the present. ``per_epoch``: steps in an epoch.
    """

    steps: Sequence[int] = ()
    present: int = 0
    total: int = 0
    per_epoch: float = 0.0
    looked_at: int | None = None

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
        self.title = QLabel(self.tr("Timeline"))
        self.slider = MomentSlider()
        self.words = QLabel()
        self.buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._arrange()
        self.slider.valueChanged.connect(self._choose)
        self.show_moments(Moments())

    def show_moments(self, moments: Moments) -> None:
        """Show where the run stands and where one looks."""
        self.moments = moments
        stops = moments.stops
        past = moments.looked_at is not None and moments.looked_at != moments.present
        self.slider.setEnabled(len(stops) > 1)
        self.slider.show_steps(
            stops if len(stops) > 1 else (), stops.index(moments.looked_at) if past else len(stops) - 1
        )
        words = self._words()
        self.words.setText(words)
        self.words.setMinimumWidth(self._room_for_words())
        self.slider.setAccessibleDescription(words)
        self._show_past(past)

    def add_button(self, command: Command) -> None:
        """A button for ``command`` at the end of the strip."""
        button = self.buttons[command.key] = command.button()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._row.addWidget(button)

    def step(self, by: int) -> None:
        """Go ``by`` moments on, or back where it is negative."""
        self.slider.setValue(self.slider.value() + by)

    @Slot(int)
    def _choose(self, index: int) -> None:
        if index >= len(self.slider.steps) - 1:
            self.nowWanted.emit()
        else:
            self.momentWanted.emit(self.slider.steps[index])

    def _words(self) -> str:
        moments = self.moments
        if moments.looked_at is not None and moments.looked_at != moments.present:
            return self.tr("You are looking at step {step:,}. The training stands at step {present:,}.").format(
                step=moments.looked_at, present=moments.present
            )
        if len(moments.stops) < 2:
            return self.tr("Train: then you can go back here to earlier moments, and branch from there.")
        epoch = moments.present / moments.per_epoch if moments.per_epoch else 0.0
        return self.tr("Now: step {step:,} of {total:,}, epoch {epoch:,.1f}").format(
            step=moments.present, total=max(moments.total, moments.present), epoch=epoch
        )

    def _room_for_words(self) -> int:
        """So much that the slider keeps its size while it is moved."""
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
        self.words.setObjectName("timeline-words")
        self.words.setAccessibleName(self.tr("Moment that is shown"))
        self.slider.setAccessibleName(self.tr("Moments of the run"))
        self.slider.setToolTip(
            self.tr("Every tick is a checkpoint: go back to it with the mouse, the arrow keys, Home and End")
        )
        row = self._row
        row.setContentsMargins(8, 3, 6, 3)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.slider, 1)
        row.addWidget(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
