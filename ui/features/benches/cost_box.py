"""What functions cost on this machine, measured when somebody asks, beside the window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from relulab.data.dataset import Progress
from relulab.experiment import ActivationChoice
from relulab.views.activations import MOST_FUNCTIONS, costs_table, costs_words
from ui.features.benches.number_table import NumberTable
from ui.platform.jobs import Job
from ui.platform.translation import said
from ui.widgets.labels import set_tip
from ui.widgets.layouts import column
from ui.widgets.wrapped import WrappedLabel

if TYPE_CHECKING:
    from relulab.introspection.activations import Costs

WORDS = 3  # lines


class CostBox(QWidget):
    """A button, how it was measured, and a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measure = QPushButton(self.tr("&Measure the cost"))
        self.table = NumberTable(self.tr("Cost"), MOST_FUNCTIONS)
        self.words = WrappedLabel(self.tr("Not measured yet: how long does each function take, there and back?"))
        self.words.setProperty("role", "muted")
        self._keys: tuple[str, ...] = ()
        self._costs: Costs | None = None
        self._job: Job | None = None
        set_tip(self.measure, self.tr("Takes about a second; a run that trains meanwhile disturbs it"))
        self.measure.setAutoDefault(False)
        self.measure.clicked.connect(self.start)
        self.words.reserve(WORDS)  # what was found comes late, and must not move what somebody is clicking then
        layout = column(self)
        layout.addWidget(self.measure, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.words)
        layout.addWidget(self.table)
        layout.addStretch()

    def show_functions(self, keys: Sequence[str]) -> None:
        """The chosen functions, "" for none; those that were not measured yet wait for the button."""
        self._keys = tuple(key for key in keys if key)
        self._enable()
        self._show()

    @Slot()
    def start(self) -> None:
        """Measure the chosen functions in a thread of its own."""
        choices = [ActivationChoice(name=key) for key in dict.fromkeys(self._keys)]
        found: list[Costs] = []

        def measure(progress: Progress) -> None:
            from relulab.introspection.activations import measured_costs

            found.append(measured_costs(choices, progress))

        self._job = Job.begin(measure, self, lambda: self._take(found[0]), self._fail)
        self._enable()

    def stop(self) -> None:
        """Measure nothing any more."""
        if self._job is not None:
            self._job.close()
            self._job = None
            self._enable()

    def _take(self, costs: "Costs") -> None:
        self._job, self._costs = None, costs
        self._enable()
        self.words.setText(said(costs_words(costs)))
        self._show()

    def _fail(self, error: Exception) -> None:
        self._job = None
        self._enable()
        self.words.setText(self.tr("It could not be measured: {reason}").format(reason=error))

    def _enable(self) -> None:
        self.measure.setEnabled(bool(self._keys) and self._job is None)

    def _show(self) -> None:
        shown = costs_table(self._costs, self._keys)
        self.table.show_rows([said(text) for text in shown.columns], shown.rows)
