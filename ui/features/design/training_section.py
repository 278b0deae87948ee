"""How the network learns: loss, optimizer, learning rate, length, and what keeps it from learning too much."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.catalog.entry import Parameter, integer, real
from relulab.catalog.losses import LOSSES, Task
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.experiment.described_fields import setting_title
from relulab.experiment.experiment import SEED_LIMIT
from ui.features.design.edits import suits
from ui.features.design.review import Review
from ui.platform.translation import said
from ui.widgets.choice_editor import ChoiceEditor, EntryField
from ui.widgets.combo import Item
from ui.widgets.edit import Path
from ui.widgets.field_row import ComboRow, LengthField, ParameterRow
from ui.widgets.form import SPACING, Form
from ui.widgets.number_field import Empty
from ui.widgets.section import Section

SMALLEST_RATE = 1e-12
PENALTY = 1e-4  # where the arrows begin above 0


class TrainingSection(Form):
    """Edits a ``TrainingSpec``, but for the device, which belongs to the controls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = EntryField(said(setting_title("loss")), LOSSES)
        self.class_weights = self._class_weights()
        self.column.setSpacing(SPACING)
        self._sections: dict[Section, list[Path]] = {}
        self._add_learning()
        self._add_regularization()
        self._add_numerics()
        self.column.addStretch()

    def show_review(self, review: Review) -> None:
        """Offer only the losses that suit the data."""
        if review.description is not None:
            fitting = [loss.key for loss in LOSSES.values() if suits(loss, review.description)]
            self.loss.combo.set_enabled_keys(fitting)
            self.class_weights.setVisible(review.description.task is Task.CLASSIFICATION)

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Mark a field, and unfold the part that it is in."""
        super().mark(where, message, awaits_choice)
        for section, paths in self._sections.items():
            if message and any(where[: len(path)] == path for path in paths):
                section.setExpanded(True)

    def _add_learning(self) -> None:
        self.add_field(("loss",), self.loss)
        self.add_field(("class_weights",), self.class_weights)
        self.add_field(("optimizer",), ChoiceEditor(said(setting_title("optimizer")), OPTIMIZERS))
        self.add_field(("learning_rate",), ParameterRow(self._rate()))
        self.add_field(("schedule",), ChoiceEditor(said(setting_title("schedule")), SCHEDULES))
        self.add_field(("batch_size",), ParameterRow(self._batch_size()))
        self.add_field((), LengthField())

    def _add_regularization(self) -> None:
        body = self._section(self.tr("Regularization"), ("l1",), ("l2",), ("clipping",), ("early_stopping",))
        penalty = self.tr("This times the sum of {term} over all weights is added to the loss.")
        for name, term in (("l1", "|w|"), ("l2", "w²")):
            parameter = real(name, said(setting_title(name)), PENALTY, 0.0, 1e3, help=penalty.format(term=term))
            self.add_field((name,), ParameterRow(parameter, Empty(0.0, self.tr("None"))), body)
        self.add_field(("clipping",), ChoiceEditor(said(setting_title("clipping")), CLIPPINGS), body)
        stopping = ParameterRow(self._early_stopping(), Empty(0, self.tr("Never")))
        self.add_field(("early_stopping",), stopping, body)

    def _add_numerics(self) -> None:
        body = self._section(self.tr("Numbers and chance"), ("precision",), ("seed",))
        items = (
            Item("float32", self.tr("32 bits"), self.tr("Fast; about 7 digits.")),
            Item("float64", self.tr("64 bits"), self.tr("Slower; about 16 digits.")),
        )
        self.add_field(
            ("precision",),
            ComboRow(said(setting_title("precision")), items, self.tr("How exactly all numbers are computed.")),
            body,
        )
        help = self.tr("Draws the order of the batches and the dropped units.")
        seed = integer("seed", self.tr("Order seed"), 0, 0, SEED_LIMIT - 1, help=help)
        self.add_field(("seed",), ParameterRow(seed), body)

    def _section(self, title: str, *paths: Path) -> QVBoxLayout:
        section = Section(title)
        self._sections[section] = list(paths)
        section.body.setSpacing(SPACING)
        self.column.addWidget(section)
        return section.body

    def _class_weights(self) -> ComboRow:
        items = (
            Item("none", self.tr("None"), self.tr("Every sample counts alike, so large classes count more.")),
            Item(
                "balanced",
                self.tr("Balanced"),
                self.tr("Every class counts alike: samples of small classes count more."),
            ),
        )
        help = self.tr("How classes count in the loss that is trained; the losses that are shown stay plain means.")
        return ComboRow(said(setting_title("class_weights")), items, help)

    def _rate(self) -> Parameter:
        help = self.tr("How far each step goes along the gradient. Too high breaks a network, too low stalls it.")
        return real("learning_rate", said(setting_title("learning_rate")), 0.1, SMALLEST_RATE, 1e6, help=help)

    def _batch_size(self) -> Parameter:
        return integer("batch_size", said(setting_title("batch_size")), 32, 1, help=self.tr("Samples per step."))

    def _early_stopping(self) -> Parameter:
        help = self.tr("Stops after this many epochs without a better validation loss.")
        return integer(
            "early_stopping", said(setting_title("early_stopping")), 10, 0, unit=self.tr("epochs"), help=help
        )
