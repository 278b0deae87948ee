"""The network itself: every unit as a picture of what it computes, the weights as lines, alive while it trains."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import NetworkPicture, ProbeRecord
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView, in_words, network_view
from relulab.views.samples import checked_split
from ui.live.base import MOVING, LivePanel
from ui.platform.translation import said
from ui.plots.network.canvas import NetworkCanvas
from ui.plots.network.number_hand import NumberHand
from ui.widgets.explained import Shown, explained, explained_at
from ui.widgets.labels import set_tip
from ui.widgets.palette import Palette
from ui.widgets.sizes import indent

MOST_SAMPLES = 64  # a run out of a file holds no more


class NetworkPanel(LivePanel):
    """``unitClicked``: layer of the layout and unit. ``sampleChosen``: the validation sample to look at (from 0).

    ``pictureWanted``: the run that is shown has no picture of its network, but weights to make one of.
    ``unitPointed``: the view and the cell under the mouse, with each picture of it; None where there is none.
    ``designEdited``: what is to be added to the design or removed, and where: see ``NetworkCanvas``.
    ``weightGiven``: a weight or a bias changed by hand, see ``NumberHand``; ``undoWanted``: take the last one back.
    """

    name = "network"
    explains = "network_picture"
    measured_by = NetworkPicture
    drawn_from = (NetworkPicture, ProbeRecord, Checkpoint)
    interval = MOVING
    figures = ("network",)
    unitClicked = Signal(int, int)
    sampleChosen = Signal(int)
    pictureWanted = Signal(object)
    unitPointed = Signal(object, object)
    designEdited = Signal(str, int)
    weightGiven = Signal(int, int, object, float)
    undoWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        words = self.tr("The network is drawn here as soon as it is built.")
        super().__init__(self.tr("Network"), words, parent)
        self.canvas = NetworkCanvas()
        self.hand = NumberHand(self.canvas)
        self.undo = QPushButton(self.tr("Undo the change"))
        self.sample = QSpinBox()
        indent(self.sample)
        self._view: NetworkView | None = None
        self._looked_at: int | None = None
        self._design_changed = False
        self._asked: RunHistory | None = None  # for a picture of this one
        self._fill()
        explained(self.sample, "sample")
        explained_at(self.canvas, lambda at: Shown("network_picture") if at is None else None)
        self.set_theme(self.palette_now)

    def begin(self, history: RunHistory) -> None:
        held = len(checked_split(history.info.dataset)[1])
        self.sample.setMaximum(max(1, min(MOST_SAMPLES, held)))

    def draw(self, history: RunHistory) -> bool:
        self._view = view = network_view(history)
        if view is None:
            self._ask(history)
            return False
        self._asked = None  # it came; where it goes again, it is asked for again
        self.canvas.show_view(
            view,
            note=self._note(view),
            looking_back=self._looked_at is not None,
            at_rest=not self._training or self._looked_at is not None,
        )
        if self.canvas.current is not None:
            self._tell_pointed(self.canvas.current)
        return True

    def show_moment(self, step: int | None) -> None:
        """Say that this moment of the past is looked at, or with None the newest state."""
        self._looked_at = step

    @Slot(bool)
    def set_limited(self, on: bool) -> None:
        """Whether the run waits between its steps: then there is time to draw lines and words more often."""
        self.canvas.in_haste = not on

    def show_design(self, *, changed: bool, editable: bool) -> None:
        """Whether the design is another one than the network that is shown, and whether it can be edited here."""
        self.canvas.set_editable(editable)
        if changed != self._design_changed:
            self._design_changed = changed
            self.canvas.set_pale(changed)
            self.refresh()

    def show_changeable(self, on: bool, to_undo: int) -> None:
        """Whether weights can be changed by hand, and how many changes can be taken back."""
        self.hand.allow(on)
        self.undo.setVisible(on and to_undo > 0)

    def mark(self, unit: tuple[int, int] | None) -> None:
        """Mark the picture of (layer of the layout, unit), or none."""
        self.canvas.set_chosen(unit)

    def nothing_yet(self) -> str:
        history = self._history
        why = "" if history is None else history.no_network or history.no_picture
        return why or super().nothing_yet()

    def recolour(self, palette: Palette) -> None:
        self.canvas.set_theme(palette)

    def sample_text(self) -> Text | str:
        return self._view.sample if self._view is not None else ""

    def summary(self) -> str:
        return said(in_words(self.shown_runs()[0].label, self._view)) if self._view is not None else ""

    def _note(self, view: NetworkView) -> str:
        words = self.tr("step {step:,}")
        if self._looked_at is not None:
            words = self.tr("step {step:,} · looking back")
        elif self._design_changed:
            words = self.tr("step {step:,} · the design has changed: Train begins it")
        return words.format(step=view.step)

    def _ask(self, history: RunHistory) -> None:
        if history is not self._asked and history.checkpoints and not self._training:
            self._asked = history
            self.pictureWanted.emit(history)

    @Slot(object)
    def _tell_pointed(self, cell: Cell | None) -> None:
        self.unitPointed.emit(self._view, cell)

    @Slot(int)
    def _choose_sample(self, number: int) -> None:
        self._asked = None
        self.sampleChosen.emit(number - 1)

    def _fill(self) -> None:
        self.sample.setMinimum(1)
        self.sample.setMaximum(1)
        self.sample.setPrefix(self.tr("sample "))
        self.sample.setAccessibleName(self.tr("The validation sample for which values are shown"))
        set_tip(self.sample, self.tr("Which validation sample the values in the picture are for"))
        self.sample.valueChanged.connect(self._choose_sample)
        self.canvas.setAccessibleName(
            self.tr("Network; the arrow keys walk from unit to unit, Enter inspects, Space shows the sum")
        )
        self.canvas.clicked.connect(self.unitClicked)
        self.undo.hide()
        set_tip(self.undo, self.tr("Take the last change of a weight, a bias or a unit back, until training goes on"))
        self.undo.clicked.connect(self.undoWanted)
        self.hand.weightGiven.connect(self.weightGiven)
        self.canvas.designEdited.connect(self.designEdited)
        self.canvas.hovered.connect(self._tell_pointed)
        self.add_control(self.sample)
        self.add_control(self.undo)
        self.set_body(self.canvas)
