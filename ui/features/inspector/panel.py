"""One unit, looked at closely: what it is, how it came here, what it listens to, how it died, what can be done.

The panel draws what the history holds. What must be computed for it (the details of the unit, the step it died
in, a change by hand) it asks for by signals.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from relulab.report.figures.figure import FigureKind
from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.training.checkpoint import Checkpoint
from relulab.training.state import State
from relulab.training.telemetry import DeathCertificate, ProbeRecord, UnitDetails, UnitTraceRecord
from relulab.views.death import death_view
from relulab.views.parts import Curve, Mark, change_marks
from relulab.views.unit import DIED, UnitFacts, changes_of, neighbour, sample, unit_curves, unit_facts
from relulab.views.units import Unit, unit_name
from ui.features.inspector.body import Body
from ui.live.base import LivePanel
from ui.platform.translation import said
from ui.plots.legend import LegendEntry, Sample
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import Shown, explained_at
from ui.widgets.labels import set_tip
from ui.widgets.palette import Palette


class Heading(QWidget):
    """``stepped`` carries -1 or 1: to the unit before or after. The keys work everywhere in ``scope``."""

    stepped = Signal(int)

    def __init__(self, scope: QWidget) -> None:
        super().__init__(scope)
        self.name = ElidedLabel()
        self.before, self.after = QToolButton(), QToolButton()
        bold = self.name.font()
        bold.setBold(True)
        self.name.setFont(bold)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.name, 1)
        for button, arrow, by, key, text in (
            (self.before, Qt.ArrowType.LeftArrow, -1, "Alt+PgUp", self.tr("Unit before ({key})")),
            (self.after, Qt.ArrowType.RightArrow, 1, "Alt+PgDown", self.tr("Next unit ({key})")),
        ):
            shortcut = QShortcut(QKeySequence(key), scope)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            tip = text.format(key=QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText))
            button.setArrowType(arrow)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            set_tip(button, tip)
            button.setAccessibleName(tip)
            for signal in (shortcut.activated, button.clicked):
                signal.connect(lambda _checked=False, by=by: self.stepped.emit(by))
            layout.addWidget(button)

    def show_name(self, name: str) -> None:
        """Of a unit; nothing where none is chosen."""
        self.name.setText(name)
        self.before.setVisible(bool(name))
        self.after.setVisible(bool(name))


class InspectorPanel(LivePanel):
    """``unit`` is (layer of the layout, unit), None until one is chosen.

    ``unitChosen`` carries it; ``operationWanted`` a key of the engine's operations, layer, unit and amount;
    ``deathWanted`` an ``AutopsyRequest`` and the history it is about; ``deathCancelled`` ends the search;
    ``undoWanted`` takes the last change by hand back. ``weightGiven``: layer, unit, input of the layer (None: its bias)
    and the new value, given by hand.
    """

    name = "inspector"
    explains = "unit"
    drawn_from = (ProbeRecord, UnitTraceRecord, UnitDetails, Checkpoint)
    measured_by = ProbeRecord
    glances = False
    figures = ("unit",)  # made for each unit, see ``figure_kinds``
    unitChosen = Signal(object)
    operationWanted = Signal(str, int, int, float)
    deathWanted = Signal(object, object)
    deathCancelled = Signal()
    undoWanted = Signal()
    weightGiven = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = self.tr("Click a unit in the heatmap, or walk there with the arrow keys and press Enter.")
        super().__init__(self.tr("Unit inspector"), empty, parent)
        self.unit: Unit | None = None
        self.heading = Heading(self)
        self.header.removeWidget(self.legend)
        self.legend.hide()  # until the body has it
        self.header.insertWidget(0, self.heading, 1)
        self._facts: UnitFacts | None = None
        self._details: UnitDetails | None = None
        self._drawn_traces: object = None
        self._state = State.EMPTY
        self._live = True
        self._to_undo = 0
        self._search: tuple[RunHistory, Unit, DeathCertificate | None] | None = None
        self._progress = 0.0
        self.heading.stepped.connect(self._walk)
        self._explain("unit", self.heading.name)
        self.set_theme(self.palette_now)

    @cached_property
    def body(self) -> Body:
        """Made for the first unit: it is the largest part of the window, and not seen at the start."""
        body = Body(self.legend)
        self.legend.show()
        self.set_body(body)
        body.death.searchWanted.connect(self._find_death)
        body.death.searchCancelled.connect(self._cancel_search)
        body.changes.wanted.connect(self._operate)
        body.excitement.hand.moved.connect(self._give_bias)
        body.changes.undoWanted.connect(self.undoWanted)
        body.changes.show_to_undo(self._to_undo)
        traces, numbers = body.traces, body.numbers
        for part, key in (
            (traces.bias, "bias"), (traces.weight_norm, "weight_norm"), (traces.gradient_norm, "unit_gradient"),
            (traces.firing, "firing_rate"),
        ):  # fmt: skip
            self._explain(key, part, part.plot.axes.plot)
        self._explain("firing_rate", numbers.fires)
        self._explain("greatest_input", numbers.greatest)
        self._explain("unit", numbers.fired_last)
        self._explain("push", numbers.changed)
        self._explain("death", body.death)
        self._explain("unit_formula", body.weights)
        self._explain("exciting_samples", body.excitement)
        body.set_theme(self.palette_now)
        if self._history is not None:
            body.excitement.begin(self._history.info, self.palette_now)
        return body

    def explained_entry(self, index: int) -> Shown | None:
        return None if self.unit is None else Shown("unit", *self.unit)

    def _explain(self, key: str, *widgets: QWidget) -> None:
        """They show a quantity of the unit that is looked at."""
        for widget in widgets:
            explained_at(widget, lambda _at: None if self.unit is None else Shown(key, *self.unit))

    @property
    def _has_body(self) -> bool:
        return "body" in self.__dict__

    # What the window tells

    @Slot(int, int)
    def choose(self, layer: int, unit: int) -> None:
        """Look at another unit."""
        self._set_unit((layer, unit))

    @Slot(object)
    def show_state(self, state: State) -> None:
        """The state of the run says what can be done."""
        self._state = state
        self.refresh()

    def show_to_undo(self, changes: int) -> None:
        """How many changes by hand can be taken back."""
        self._to_undo = changes
        if self._has_body:
            self.body.changes.show_to_undo(changes)

    @Slot(bool)
    def show_live(self, live: bool) -> None:
        """Whether the panel shows the run as it stands: only that one can be changed or searched."""
        if live != self._live:
            self._live = live
            self.refresh()

    def show_search(self, progress: float | None) -> None:
        """How far the search for a death is (None: not begun, or over)."""
        self._progress = progress or 0.0
        self._show_search()

    def design_index(self, layer: int) -> int | None:
        """Where a layer of the layout stands in the design; None for the output layer, and before any run."""
        return None if self._history is None else self._history.info.layout.layers[layer].index

    def figure_kinds(self) -> tuple[FigureKind, ...]:
        """That of the unit that is looked at."""
        from relulab.report.figures.units import unit_figure

        return () if self.unit is None else (unit_figure(*self.unit),)

    @property
    def searching(self) -> bool:
        """Whether a certificate is awaited."""
        if self._search is not None:
            history, unit, before = self._search
            if history is not self._history or history.certificate(*unit) is not before:
                self._search = None
        return self._search is not None

    @Slot()
    def end_search(self) -> None:
        """The certificate will not come."""
        self._search = None
        self._show_search()

    # Drawing

    def start_over(self) -> None:
        self._forget_unit()

    def begin(self, history: RunHistory) -> None:
        if self._has_body:
            self.body.excitement.begin(history.info, self.palette_now)
        self._details = self._drawn_traces = None
        if self.unit is not None and not history.info.layout.has_unit(*self.unit):
            self._set_unit(None)

    def draw(self, history: RunHistory) -> bool:
        known = self.unit is not None and history.info.layout.has_unit(*self.unit)  # a hidden panel is a run behind
        self._facts = facts = unit_facts(history, self.unit) if self.unit is not None and known else None
        self._show_heading(history)
        if self.unit is None or facts is None:
            return False
        self.body.numbers.show_numbers(facts, changes_of(history, self.unit), history.info.probe_samples)
        curves = unit_curves(history, self.unit)
        self._draw_traces(history, curves, facts)
        self._draw_death(history, self.unit, facts)
        layer, has_bias = history.info.layout.layers[self.unit[0]], curves[0].is_number
        self.body.changes.show_possible(self._state, layer, has_bias, self._live)
        self.body.excitement.hand.allow(self._state.is_resting and self._live and has_bias)
        self._draw_details(history)
        return True

    def recolour(self, palette: Palette) -> None:
        if self._has_body:
            self.body.set_theme(palette)

    def sample_text(self) -> Text | str:
        if self._history is None or self._facts is None:
            return ""
        step = None if self._details is None else self._details.step
        return sample(self._history.info, self._facts, step)

    def summary(self) -> str:
        if self._facts is None:
            return ""
        facts = self._facts
        fired = [said(facts.fired_words)] if facts.fires else []
        return " · ".join((self.heading.name.text(), said(facts.status_words), *fired))

    # Parts of the drawing

    def _show_heading(self, history: RunHistory) -> None:
        facts = self._facts
        if self.unit is None or facts is None:
            self.heading.show_name("")
            self.legend.set_entries(())
            return
        self.heading.show_name(said(unit_name(history.info.layout, self.unit)))
        style = self.palette_now.status[facts.status]
        entry = LegendEntry(said(facts.status_words), (style.colour,), Sample.CELL, symbol=style.symbol, ink=style.ink)
        self.legend.set_entries((entry,))
        set_tip(self.legend, said(facts.status_since))

    def _draw_traces(self, history: RunHistory, curves: Sequence[Curve], facts: UnitFacts) -> None:
        """Only where something is new: this is the dearest part. A change by hand measures a step again."""
        marks = list(change_marks(history))
        certificate = None if self.unit is None else history.certificate(*self.unit)
        if certificate is not None and certificate.died_in:
            marks.append(Mark(certificate.died_in, DIED))
        newest = [(len(curve.steps), float(np.nan_to_num(curve.values[-1]))) for curve in curves if len(curve.steps)]
        drawn = (self.unit, tuple(marks), newest, self.axis_end(facts.last))
        if drawn != self._drawn_traces:
            self._drawn_traces = drawn
            self.body.traces.show_curves(curves, marks, drawn[-1])

    def _draw_death(self, history: RunHistory, unit: Unit, facts: UnitFacts) -> None:
        view = death_view(history, unit, facts)
        self.body.death.setVisible(view is not None)
        if view is not None:
            self.body.death.show_death(view, history.info.dataset)
            self._show_search()

    def _show_search(self) -> None:
        if not self._has_body:
            return
        mine = self.searching and self._search is not None and self._search[1] == self.unit
        self.body.death.show_search(self._progress if mine else None, possible=self._live and self._state.has_run)

    def _draw_details(self, history: RunHistory) -> None:
        found = history.unit_details
        details = found if found is not None and (found.layer, found.unit) == self.unit else None
        if details is not None and details is self._details:
            return
        self._details = details
        self.body.weights.show_details(details, history.info)
        self.body.excitement.show_details(details, history.no_picture)

    # What the user does

    def _set_unit(self, unit: Unit | None) -> None:
        if unit == self.unit:
            return
        self.unit = unit
        self._forget_unit()
        self.unitChosen.emit(unit)
        self.refresh()

    def _forget_unit(self) -> None:
        self._details = self._drawn_traces = None
        if self._has_body:
            self.body.traces.start_over()

    @Slot(int)
    def _walk(self, by: int) -> None:
        if self.unit is not None and self._history is not None:
            self._set_unit(neighbour(self._history.info.layout, self.unit, by))

    @Slot()
    def _find_death(self) -> None:
        request = None if self.unit is None or self._facts is None else self._facts.request(self.unit)
        if request is not None and self.unit is not None and self._history is not None:
            self._search = (self._history, self.unit, self._history.certificate(*self.unit))
            self.show_search(0.0)
            self.deathWanted.emit(request, self._history)

    @Slot()
    def _cancel_search(self) -> None:
        self.end_search()
        self.deathCancelled.emit()

    @Slot(str, float)
    def _operate(self, key: str, amount: float) -> None:
        if self.unit is not None:
            self.operationWanted.emit(key, *self.unit, amount)

    @Slot(float)
    def _give_bias(self, value: float) -> None:
        if self.unit is not None:
            self.weightGiven.emit(*self.unit, None, value)
