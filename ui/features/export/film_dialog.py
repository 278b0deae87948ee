"""The question before a film: what is filmed, for how long, how large, and what kind of file it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from relulab.model.layout import Layout
from relulab.report.film.encoders import ENCODERS
from relulab.views.film import (
    ANYBODY,
    FILMED,
    MOST_RATE,
    MOST_SECONDS,
    RATE,
    SECONDS,
    WIDTH,
    WIDTHS,
    FilmForm,
    Subject,
    amount_words,
    subject_words,
)
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.decimal_field import DecimalField
from ui.widgets.fitting import fit
from ui.widgets.labels import set_tip
from ui.widgets.messages import ProblemLine
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

DIALOG_WIDTH = 460  # pixels


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """What was asked for, of whom; ``suffix`` is that of the kind of file."""

    what: str
    form: FilmForm
    suffix: str
    subject: Subject = ANYBODY


class FilmDialog(QDialog):
    """``wanted`` carries a ``FilmOrder``. ``steps``: the moments of ``run`` that were kept; ``order``: the last one."""

    wanted = Signal(object)

    def __init__(
        self, run: str, steps: Sequence[int], order: FilmOrder, parent: QWidget | None = None,
        layout: Layout | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(self.tr("Film of {run}").format(run=run))
        self._steps, self._layout, self._subject = steps, layout, order.subject
        self.what = Combo([Item(key, said(title)) for key, title in FILMED.items()])
        self.seconds = DecimalField(1.0, MOST_SECONDS, 1)
        self.seconds.setValue(order.form.seconds)
        self.rate = QSpinBox(minimum=1, maximum=MOST_RATE, value=order.form.rate)
        self.width_choice = Combo(
            [Item(str(width), self.tr("{width:,} pixels").format(width=width)) for width in WIDTHS]
        )
        self.kind = Combo([Item(suffix, f"{encoder.title} (*{suffix})") for suffix, encoder in ENCODERS.items()])
        self.dark = QCheckBox(self.tr("&Dark colours"))
        self.amount = WrappedLabel()
        self.problem = ProblemLine()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save_button = QPushButton(self.tr("&Choose a place…"))  # made here: one that Qt made is not ours to keep
        self.buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._arrange()
        self._show(order)
        self._connect()
        self.check()

    def order(self) -> FilmOrder:
        """What the fields say now."""
        form = FilmForm(
            self.seconds.value(), self.rate.value(), int(self.width_choice.value()), dark=self.dark.isChecked()
        )
        return FilmOrder(self.what.value(), form, self.kind.value(), self._subject)

    @Slot()
    def check(self) -> None:
        """Say how much it will be, or why there can be none."""
        enough = len(self._steps) > 1
        amount = said(amount_words(self.order().form, self._steps)) if enough else ""
        about = "" if self._layout is None else said(subject_words(self.what.value(), self._layout, self._subject))
        self.amount.setText(" ".join(filter(None, (about, amount))))
        too_few = self.tr("This run kept its weights at one moment only, and a film needs two: train it on first.")
        problem = ENCODERS[self.kind.value()].missing if enough else too_few
        self.problem.set_text(problem)
        self.save_button.setEnabled(not problem)

    @Slot()
    def _tell(self) -> None:
        order = self.order()
        self.accept()
        self.wanted.emit(order)

    def _show(self, order: FilmOrder) -> None:
        self.what.setValue(order.what)
        self.width_choice.setValue(str(order.form.width))
        self.kind.setValue(order.suffix)
        self.dark.setChecked(order.form.dark)

    def _connect(self) -> None:
        for field in (self.seconds, self.rate):
            field.valueChanged.connect(self.check)
        for combo in (self.what, self.width_choice, self.kind):
            combo.edited.connect(self.check)
        self.buttons.accepted.connect(self._tell)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self.deleteLater)

    def _arrange(self) -> None:
        self.seconds.setSuffix(self.tr(" s"))
        self.rate.setSuffix(self.tr(" pictures a second"))
        set_tip(self.seconds, self.tr("Without the last picture, which stays for two seconds"))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Picture"), self.what)
        form.addRow(self.tr("&Length"), self.seconds)
        form.addRow(self.tr("&Speed"), self.rate)
        form.addRow(self.tr("&Width"), self.width_choice)
        form.addRow(self.tr("&Kind of file"), self.kind)
        form.addRow("", self.dark)
        layout = QVBoxLayout(self)
        nest(layout, form)
        layout.addWidget(self.amount)
        layout.addWidget(self.problem)
        layout.addStretch()
        layout.addWidget(self.buttons)
        fit(self, QSize(px(DIALOG_WIDTH), 0), self.buttons)


def first_order(what: str, *, dark: bool) -> FilmOrder:
    """What is proposed the first time."""
    return FilmOrder(what, FilmForm(SECONDS, RATE, WIDTH, dark), next(iter(ENCODERS)))
