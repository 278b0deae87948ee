"""Branches between the timeline and the engine: what is asked before one begins, and what comes of the answer."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from relulab.catalog.entry import Parameter, integer, real
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import changes, in_words
from relulab.experiment.described_fields import setting_title
from relulab.session.history import RunHistory
from relulab.session.model import SessionModel
from relulab.training.branching import LAYER_PARAMETERS, check_branch, epochs_more, last_sound, lengthened
from relulab.training.checkpoint import Checkpoint
from relulab.training.state import State, Status
from relulab.training.telemetry import RunStarted
from ui.features.timeline.bar import TimelineBar
from ui.features.timeline.controller import TimelineController
from ui.features.training.controller import RunController
from ui.platform.translation import said, translate
from ui.shell.commands import Command, Controller
from ui.shell.window import Window
from ui.widgets.banner import ERROR, SUCCESS
from ui.widgets.choice_editor import ActivationEditor, ChoiceEditor
from ui.widgets.combo import Combo, Item
from ui.widgets.edit import Edit, Path
from ui.widgets.explained import explained
from ui.widgets.field_row import ComboRow, LengthField, ParameterRow
from ui.widgets.fitting import fit
from ui.widgets.form import Form, with_values
from ui.widgets.messages import ProblemLine
from ui.widgets.number_field import NumberField
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

NOTHING, RATE, LENGTH = "nothing", "training.learning_rate", "training"
WIDTH = 460  # pixels
GENTLER = 0.1  # of the learning rate, proposed where a run has come to harm
CONTEXT = "BranchDialog"
Fields = Iterator[tuple[str, Path, Any]]  # title, path in the spec, field of a form


class BranchDialog(QDialog):
    """Offers what can change in the middle of a run, one thing at a time. ``chosen`` carries the spec of the branch.

    ``per_epoch``: steps in an epoch of the run, to tell where a length in epochs ends.
    """

    chosen = Signal(object)

    def __init__(
        self, info: RunStarted, checkpoint: Checkpoint, per_epoch: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._checkpoint = checkpoint
        self._per_epoch = per_epoch
        self.before = self._going_on(checkpoint.settled_spec())
        self.spec = self.before
        self.what = ComboRow(self.tr("Change"), (), self.tr("One thing, so that you know what made the difference."))
        self.form = Form()
        self.outcome = WrappedLabel()
        explained(self.outcome, "moment")
        self.problem = ProblemLine()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = QPushButton(self.tr("Branch"))
        self.buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._fields: dict[str, Any] = {}
        self._fill()
        self._arrange(info)
        self.what.edited.connect(lambda edit: self.choose(edit.changes[()]))
        self.form.edited.connect(self._edit)
        self.form.drafted.connect(self._judge)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.choose(RATE)

    @property
    def combo(self) -> Combo:
        """The choice of what changes."""
        return self.what.combo

    def showEvent(self, event: QShowEvent) -> None:
        """Ready to type another learning rate."""
        super().showEvent(event)
        field = self._fields[RATE]
        if field.isVisible():
            field.control.setFocus(Qt.FocusReason.TabFocusReason)

    def choose(self, key: str) -> None:
        """Change this, and nothing else any more."""
        self.what.setValue(key)
        self.spec = self.before
        self.form.setValue(self.before)
        for name, field in self._fields.items():
            field.setVisible(name == key)
        self._judge()
        self._fit()

    def propose_rate(self, rate: float) -> None:
        """Put in another learning rate, which can still be changed."""
        self._edit(Edit("", {("training", "learning_rate"): rate}))
        self.form.setValue(self.spec)

    @Slot(object)
    def _edit(self, edit: Edit) -> None:
        try:
            self.spec = with_values(self.spec, edit.changes)
        except SpecError as error:
            self._say(str(error))
            return
        self.form.setValue(self.spec)
        self._judge()

    @Slot()
    def _judge(self) -> None:
        """Say what the branch would be, or why it cannot be."""
        try:
            check_branch(self.before, self.spec)
            problem = self._too_short()
        except SpecError as error:
            problem = str(error)
        field = self._fields.get(self.combo.value())
        unread = field is not None and any(True for _ in field.drafts())  # the field says what is wrong with it
        self.outcome.setText(self._words())
        self._say(problem, unread)

    def _fit(self) -> None:
        """As high as its wrapped texts need."""
        self.area.take(QSize(max(px(WIDTH), self.width()), 0))

    def _say(self, problem: str, unread: bool = False) -> None:
        self.problem.set_text(problem)
        self.accept_button.setEnabled(not (problem or unread))
        self._fit()

    def _words(self) -> str:
        changed = changes(self._checkpoint.settled_spec(), self.spec)
        if not changed:
            return self.tr("Without a change it will take exactly the steps of the run that it leaves.")
        words = self.tr("From step {step:,} on: {change}.").format(step=self._checkpoint.step, change=in_words(changed))
        if self.before.training.optimizer.name != self.spec.training.optimizer.name:
            words += " " + self.tr("Another optimizer begins with an empty memory.")
        return words

    def _going_on(self, spec: ExperimentSpec) -> ExperimentSpec:
        """The design that the run had; where the run has come to its end, some epochs longer."""
        last = self._last_step(spec)
        if last > self._checkpoint.step or self._per_epoch <= 0:
            return spec
        return lengthened(self._checkpoint, epochs_more(last / self._per_epoch), self._per_epoch)

    def _last_step(self, spec: ExperimentSpec) -> float:
        return spec.training.steps or (spec.training.epochs or 0) * self._per_epoch

    def _too_short(self) -> str:
        last = self._last_step(self.spec)
        if last > self._checkpoint.step:
            return ""
        return self.tr(
            "The run would end at step {last:,}, and the branch begins at step {step:,}: train longer, or branch "
            "from an earlier moment."
        ).format(last=int(last), step=self._checkpoint.step)

    @Slot()
    def _accept(self) -> None:
        for field in self.form.findChildren(NumberField):
            field.finish()  # what was typed just now counts
        if self.accept_button.isEnabled():
            self.accept()
            self.chosen.emit(self.spec)

    def _fill(self) -> None:
        items = [Item(NOTHING, self.tr("Nothing"), self.tr("Go on from here once more"))]
        for title, path, field in (*_training_fields(), *_layer_fields(self.before)):
            key = ".".join(map(str, path))
            self._fields[key] = field
            self.form.add_field(path, field)
            items.append(Item(key, title))
        self.combo.set_items(items)

    def _arrange(self, info: RunStarted) -> None:
        self.setWindowTitle(self.tr("Branch from step {step:,}").format(step=self._checkpoint.step))
        self.setObjectName("branch-dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = WrappedLabel(
            self.tr(
                "A new run begins here, with the weights, the optimizer's memory and the order of the batches that "
                "“{name}” had at step {step:,}. That run stays as it is."
            ).format(name=info.spec.name, step=self._checkpoint.step)
        )
        rest = WrappedLabel(
            self.tr(
                "Data, layers and their sizes, initialization, loss, batch size, precision and seeds cannot change in "
                "the middle of a run: change them in the design, then Reset."
            )
        )
        rest.setProperty("role", "muted")
        explained(head, "moment")
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for part in (head, self.what, self.form, self.outcome, self.problem, rest, self.buttons):
            layout.addWidget(part)
        layout.insertStretch(layout.count() - 2)
        self.area = fit(self, QSize(px(WIDTH), 0), self.buttons)
        self.accept_button.setDefault(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())  # as plain as its neighbour


def _training_fields() -> Fields:
    rate = said(setting_title("learning_rate"))
    yield rate, ("training", "learning_rate"), ParameterRow(real("learning_rate", rate, 0.1, 1e-12, 1e6))
    for name, registry in (("schedule", SCHEDULES), ("optimizer", OPTIMIZERS), ("clipping", CLIPPINGS)):
        title = said(setting_title(name))
        yield title, ("training", name), ChoiceEditor(title, registry)
    for name in ("l1", "l2"):
        title = said(setting_title(name))
        yield title, ("training", name), ParameterRow(real(name, title, 1e-4, 0.0, 1e3))
    length = translate(CONTEXT, "Length of the run")
    yield length, ("training",), LengthField()
    stopping = said(setting_title("early_stopping"))
    epochs = translate(CONTEXT, "epochs")
    help = translate(CONTEXT, "Stops after this many epochs without a better validation loss; 0 never stops early.")
    yield stopping, ("training", "early_stopping"), ParameterRow(_count("early_stopping", stopping, help, epochs))


def _layer_fields(spec: ExperimentSpec) -> Fields:
    """Activations but for PReLU, whose slope is a weight, and rates of layers without weights."""
    for number, layer in enumerate(spec.model.layers):
        where: Path = ("model", "layers", number)
        title = f"{number + 1} {layer.entry.title}"
        if layer.activation is not None and layer.activation.name != "prelu":
            yield _activation(title), (*where, "activation"), _without_prelu(_activation(title))
        for parameter in layer.entry.parameters:
            if LAYER_PARAMETERS.get(layer.kind) == parameter.name:
                yield f"{title}: {parameter.title}", (*where, "parameters", parameter.name), ParameterRow(parameter)
    if spec.model.output.activation.name != "prelu":
        title = _activation(translate(CONTEXT, "Output"))
        yield title, ("model", "output", "activation"), _without_prelu(title)


def _activation(layer: str) -> str:
    return translate(CONTEXT, "{layer}: activation").format(layer=layer)


def _without_prelu(title: str) -> ActivationEditor:
    editor = ActivationEditor(title)
    editor.combo.set_enabled_keys(key for key in editor.registry if key != "prelu")
    return editor


def _count(name: str, title: str, help: str, unit: str) -> Parameter:
    return integer(name, title, 0, 0, help=help, unit=unit)


class Branching(Controller):
    """Asks for a change in a dialog over ``window`` and lets ``run_controller`` begin the branch."""

    def __init__(
        self, window: Window, bar: TimelineBar, timeline_controller: TimelineController, model: SessionModel,
        run_controller: RunController,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window = window
        self._timeline_controller = timeline_controller
        self._model = model
        self._run_controller = run_controller
        self._said = ""  # of the branch that waits for its first step
        tip = self.tr("A new run from this moment on, with one change; this run stays as it is")
        branch = Command("branch", self.tr("Branc&h from here…"), tip, self.ask, "run", keys=("Ctrl+B",), group=2,
                         enabled=self._can_branch)  # fmt: skip
        branch.setIconText(self.tr("Branch from here…"))  # Qt would leave out the dots
        bar.add_button(branch, may_go=True)
        self.commands = (branch,)
        timeline_controller.changed.connect(self.refresh_commands)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """The branch is on its way: nobody has to be told to press Train."""
        if status.state is State.RUNNING and self._said and self._window.banner.message == self._said:
            self._window.banner.dismiss()

    @Slot()
    def ask(self) -> None:
        """Ask for the change of a branch that begins at the moment that is shown, or the last checkpoint before it."""
        run, checkpoint = self._timeline_controller.run, self._timeline_controller.checkpoint
        if self._timeline_controller.ended_diverged:
            self.ask_before_divergence()
        elif run is not None and checkpoint is not None:
            if self._timeline_controller.looked_at is not None:  # of a moment between, only the weights were kept
                self._timeline_controller.look_at(checkpoint.step)
            self._ask(run, checkpoint)

    @Slot()
    def ask_before_divergence(self) -> None:
        """Go back to the last checkpoint from which a run that diverged may be saved, and propose smaller steps."""
        run = self._timeline_controller.run
        checkpoint = last_sound(run.checkpoints) if run is not None else None
        if run is None or checkpoint is None:
            words = self.tr(
                "This run has no checkpoint from before it came to harm. Reset it with a smaller learning rate."
            )
            self._window.banner.show_message(ERROR, words)
            return
        self._timeline_controller.look_at(checkpoint.step)
        dialog = self._ask(run, checkpoint)
        dialog.choose(RATE)
        dialog.propose_rate(float(f"{GENTLER * checkpoint.settings.learning_rate:.3g}"))

    def _can_branch(self) -> bool:
        run = self._timeline_controller.run
        return self._timeline_controller.checkpoint is not None and run is not None and run.trained

    def _ask(self, run: RunHistory, checkpoint: Checkpoint) -> BranchDialog:
        dialog = BranchDialog(run.info, checkpoint, self._timeline_controller.per_epoch, self._window)
        dialog.chosen.connect(lambda spec: self.begin(run, checkpoint, spec))
        dialog.open()
        return dialog

    def begin(self, run: RunHistory, checkpoint: Checkpoint, spec: ExperimentSpec) -> bool:
        """Leave ``run`` at ``checkpoint`` for a branch with this design; False where that cannot be, which is said."""
        try:
            resumption = self._model.branch(run, checkpoint, spec)
        except SpecError as error:
            self._window.banner.show_message(ERROR, str(error))
            return False
        words = self.tr("Branch at step {step:,}: {change}. Press Train to go on from here; the run it left is kept.")
        change = in_words(changes(checkpoint.settled_spec(), spec))
        self._timeline_controller.go_to_now()
        self._run_controller.branch(spec, resumption)
        self._said = words.format(step=checkpoint.step, change=change)
        self._window.banner.show_message(SUCCESS, self._said)
        return True
