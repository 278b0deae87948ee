"""The parts of the inspector below one another; beside each other where there is room."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from relulab.formatting import number
from relulab.training.telemetry import ChangeRecord, RunStarted, UnitDetails
from relulab.views.colours import LineStyle
from relulab.views.parts import Curve, Mark, Reference, finite
from relulab.views.unit import (
    FIRING,
    NO_GRADIENT,
    TRACES,
    UnitFacts,
    change_line,
    has_formula,
    is_picture,
    latest,
    source_names,
    weights_in_words,
)
from relulab.views.units import FIRES_ON, GREATEST_INPUT
from ui.features.inspector.actions import UnitActions
from ui.features.inspector.death import DeathCard
from ui.features.inspector.excitement import Excitement
from ui.platform.translation import said
from ui.plots.curves import Line, Look
from ui.plots.legend import Legend
from ui.plots.line_plot import LinePlot
from ui.plots.plot_pair import NamedPlot, PlotStack
from ui.plots.weight_images import WeightBars, WeightImages
from ui.widgets.contents import nest
from ui.widgets.focus import tab_through
from ui.widgets.labels import Label, set_tip
from ui.widgets.layouts import column
from ui.widgets.palette import Palette
from ui.widgets.section import Section
from ui.widgets.wrapped import WrappedLabel


class Weights(QWidget):
    """``sentence`` says what is drawn; of few weights it is the formula of z."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images = WeightImages()
        self.bars = WeightBars()
        self.scale = Legend()
        self.sentence = WrappedLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for part in (self.sentence, self.scale, self.images, self.bars):
            layout.addWidget(part)

    def show_details(self, details: UnitDetails | None, info: RunStarted) -> None:
        """Draw the weights of ``details``; None while they are on their way."""
        pictured = details is not None and is_picture(details)
        barred = details is not None and not (pictured or has_formula(details))
        weights = np.zeros(0, np.float32) if details is None else details.weights
        pictures = weights.reshape(-1, *weights.shape[-2:]) if pictured else np.zeros((0, 1, 1), np.float32)
        self.images.show_weights(pictures)
        name_of = str if details is None else source_names(info, details, said)
        self.bars.show_weights(weights if barred else np.zeros(0, np.float32), name_of)
        self.images.setVisible(pictured)
        self.scale.setVisible(pictured)
        self.bars.setVisible(barred)
        self.scale.set_entries(self.images.scale)
        self.sentence.setText("" if details is None else said(weights_in_words(details, self.images.left_out)))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.images.set_theme(palette)
        self.bars.set_theme(palette)
        self.scale.set_entries(self.images.scale)


CURVE = "unit"


class Traces(QWidget):
    """Four plots with one curve each; without a bias, or of a unit that is never off, fewer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bias, self.weight_norm, self.gradient_norm = (
            NamedPlot(said(name), LinePlot("", say=number)) for _, name in TRACES
        )
        rate = LinePlot("", fixed=(0.0, 100.0), say="{:.1f} %".format, tick_unit=" %")
        self.firing = NamedPlot(said(FIRES_ON), rate)
        self.stack = PlotStack((self.bias, self.weight_norm, self.gradient_norm, self.firing))
        self.gradient_norm.plot.set_log(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def start_over(self) -> None:
        """Another unit or another run follows."""
        self.stack.start_over()

    def show_curves(self, curves: Sequence[Curve], marks: Sequence[Mark], last_step: float) -> None:
        """Draw the ``curves`` of a unit, with marks where something happened."""
        for part, curve in zip(self.stack.parts, curves, strict=True):
            part.plot.set_data(CURVE, curve.steps, 100 * curve.values if curve.key == FIRING else curve.values)
            part.say(said(latest(curve)))
            part.plot.set_marks(marks)
        bias, _, gradient, firing = curves
        self.bias.setVisible(bias.is_number)
        self.stack.show_part(self.firing, firing.is_number)
        silent = bool((gradient.values == 0).any())
        self.gradient_norm.plot.set_guides([Reference(0.0, NO_GRADIENT)] if silent else [])
        self.stack.redraw(last_step)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.stack.set_theme(palette)
        for part in self.stack.parts:
            part.plot.set_lines([Line(CURVE, part.name, LineStyle(palette.train), Look.BOLD)])


CHANGES_SHOWN = 3  # the newest ones


class Numbers(QWidget):
    """Names on the left, values on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fires = WrappedLabel()
        self.greatest = WrappedLabel()
        self.fired_last = WrappedLabel()
        self.fired_last.reserve(2)  # a change by hand lengthens and shortens it above the buttons
        self.changed = WrappedLabel()
        self._changed_name = Label(self.tr("changed by hand"))
        self._fires_name, self._fired_name = Label(said(FIRES_ON)), Label(self.tr("fired last"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, value, tip) in enumerate(
            (
                (self._fires_name, self.fires, self.tr("Share of samples (and positions) with h above 0")),
                (Label(said(GREATEST_INPUT)), self.greatest, self.tr("Over the probe set, now")),
                (self._fired_name, self.fired_last, self.tr("As far as the measurements tell")),
            )
        ):
            name.setProperty("role", "muted")
            set_tip(name, tip)
            set_tip(value, tip)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        self._changed_name.setProperty("role", "muted")
        set_tip(self.changed, self.tr("The newest changes to this unit or its layer"))
        self.by_hand = QWidget()  # stands below the buttons that make it longer
        column(self.by_hand, self._changed_name, self.changed)

    def show_numbers(self, facts: UnitFacts, changes: Sequence[ChangeRecord], samples: int) -> None:
        """Over ``samples`` probe samples."""
        self.fires.setText(said(facts.firing_words(samples)))
        self.greatest.setText(said(finite(facts.greatest)))
        self.fired_last.setText(said(facts.fired_words))
        self.changed.setText("\n".join(said(change_line(change)) for change in changes[-CHANGES_SHOWN:]))
        for part in (self._changed_name, self.changed):
            part.setVisible(bool(changes))
        for part in (self._fires_name, self.fires, self._fired_name, self.fired_last):
            part.setVisible(facts.fires)


TWO_COLUMNS_FROM = 720  # pixels of width
BELOW_CHANGES = 2  # place in the left column: after the numbers and the buttons
MARGIN = 4  # pixels between the content and the scroll bar


class Body(QWidget):
    """``status`` stays on top, the rest scrolls."""

    def __init__(self, status: Legend, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = Numbers()
        self.death = DeathCard()
        self.changes = UnitActions()
        self.traces = Traces()
        self.weights = Weights()
        self.excitement = Excitement()
        self.area = QScrollArea()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._arrange(status)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        for part in (self.death, self.traces, self.weights):
            part.set_theme(palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= TWO_COLUMNS_FROM
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _arrange(self, status: Legend) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.numbers)
        for beside, title, part in (
            (left, self.tr("Change it"), self.changes),
            (left, self.tr("How it came here"), self.traces),
            (right, self.tr("What it listens to"), self.weights),
            (right, self.tr("What excites it"), self.excitement),
        ):
            section = Section(title)
            section.body.addWidget(part)
            if part is self.changes:
                section.body.addWidget(self.numbers.by_hand)
            beside.addWidget(section)
        left.insertWidget(BELOW_CHANGES, self.death)  # a click on a change brings it and takes it away
        for beside in (left, right):
            beside.addStretch()
            nest(self._columns, beside, 1)
        self._columns.setContentsMargins(0, 0, MARGIN, 0)
        content = QWidget()
        content.setLayout(self._columns)
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(status)
        layout.addWidget(self.area, 1)
        tab_through(self)
