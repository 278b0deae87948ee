"""One line of a form: the name of a field, its control, and below them the reason when its value cannot be used."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from relulab.catalog.entry import Parameter, Value, integer
from relulab.experiment import TrainingSpec
from relulab.formatting import mid_sentence
from ui.widgets.combo import Combo, Item
from ui.widgets.controls import TYPED, Control, control_for
from ui.widgets.edit import Edit, Path
from ui.widgets.explained import Shown, explained_at, text_of
from ui.widgets.labels import Label, set_tip
from ui.widgets.messages import ProblemLine
from ui.widgets.number_field import Empty, NumberField

NAME_WIDTH = 15  # average characters: names stand in one column through all forms, longer ones wrap
EPOCHS, STEPS = "epochs", "steps"
LIKELY = {EPOCHS: 10, STEPS: 500}  # what a change of unit begins with


class Field(Protocol):
    """What a form is made of: it shows a value, reports edits and can be marked as wrong, or as not chosen yet."""

    edited: Any  # Signal(Edit)
    drafted: Any  # Signal()

    def setValue(self, value: Any) -> None: ...
    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None: ...
    def drafts(self) -> Iterator[tuple[Path, str]]: ...


class TitledField(QWidget):
    """What fields with a ``title`` have in common: their signals, a line for a problem, and words for the undo menu."""

    edited = Signal(object)
    drafted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._problem = ProblemLine()

    @property
    def problem(self) -> str:
        """The reason that is shown, empty while all is well."""
        return self._problem.text()

    def drafts(self) -> Iterator[tuple[Path, str]]:
        """Where a text stands that is no value, and why: nowhere in most controls."""
        yield from ()

    def change_text(self) -> str:
        """How the undo menu calls an edit of this field."""
        return self.tr("Change {field}").format(field=mid_sentence(self.title))


class FieldRow(TitledField):
    """Name, control and problem. ``help`` becomes the tool tip and the text of "What's this?"."""

    def __init__(self, title: str, control: QWidget, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.control = control
        self._help = help
        self._name = Label(title, wordWrap=True)
        self._arrange()
        set_tip(self, help)
        control.setAccessibleName(title)
        control.setAccessibleDescription(help)
        control.setWhatsThis(help)
        explained_at(control, lambda _at: Shown("setting", words=text_of(control), name=title, sentence=help))

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Show ``message`` below the control and tell it to screen readers; an empty one clears the mark."""
        self._problem.set_problem(message, awaits_choice)
        self.control.setAccessibleDescription(message or self._help)

    def _arrange(self) -> None:
        self._name.setBuddy(self.control)
        self._name.setFixedWidth(self._name.fontMetrics().averageCharWidth() * NAME_WIDTH)
        self._name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self._name, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.control, 0, 1)
        layout.addWidget(self._problem, 1, 0, 1, 2)


class ComboRow(FieldRow):
    """A line that chooses one of a few ``items``; the one with an empty key stands for None."""

    def __init__(self, title: str, items: Iterable[Item], help: str = "", parent: QWidget | None = None) -> None:
        self.combo = Combo(items)
        super().__init__(title, self.combo, help, parent)
        self.combo.edited.connect(lambda key: self.edited.emit(Edit(self.change_text(), {(): key or None})))

    def setValue(self, key: str | None) -> None:
        """Show ``key`` without a signal."""
        self.combo.setValue(key or "")


class ParameterRow(FieldRow):
    """A line that edits one ``Parameter`` with the control that suits its kind."""

    def __init__(self, parameter: Parameter, empty: Empty | None = None, parent: QWidget | None = None) -> None:
        control = NumberField(parameter, empty) if empty else control_for(parameter)
        title = f"{parameter.title} ({parameter.unit})" if parameter.unit else parameter.title
        super().__init__(title, control, parameter.help, parent)
        self.title = parameter.title
        self._parameter = parameter
        self._value: Control = control
        self._marked, self._awaits_choice = "", False
        control.edited.connect(self._edited)
        if isinstance(control, NumberField):
            control.problemChanged.connect(self._show_problem)
            control.problemChanged.connect(lambda: self.drafted.emit())

    def value(self) -> Value | None:
        return self._value.value()

    def setValue(self, value: Value | None) -> None:
        """Show ``value`` without a signal."""
        self._value.setValue(value)

    def set_empty(self, empty: Empty) -> None:
        """Say anew what an empty number field stands for."""
        if isinstance(self.control, NumberField):
            self.control.set_empty(empty)

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        self._marked, self._awaits_choice = message, awaits_choice
        self._show_problem()

    def drafts(self) -> Iterator[tuple[Path, str]]:
        if isinstance(self.control, NumberField) and self.control.problem:
            yield (), self.control.problem

    def _edited(self, value: Value | None) -> None:
        self.edited.emit(Edit(self.change_text(), {(): value}, typed=self._parameter.kind in TYPED))

    def _show_problem(self) -> None:
        """What is typed comes first: it hides what was said of the value before."""
        typed = self.control.problem if isinstance(self.control, NumberField) else ""
        super().mark((), typed or self._marked, self._awaits_choice and not typed)


class LengthField(FieldRow):
    """How long to train: edits ``epochs`` and ``steps`` of a ``TrainingSpec``, of which exactly one is set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        title = self.tr("Train for")
        self.count = NumberField(integer("length", self.tr("Length"), 10, 1))
        self.unit = Combo(
            (
                Item(EPOCHS, self.tr("epochs"), self.tr("Once through all training samples each")),
                Item(STEPS, self.tr("steps"), self.tr("One batch each")),
            )
        )
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.count, 1)
        row.addWidget(self.unit, 1)
        pair.setFocusProxy(self.count)
        super().__init__(
            title, pair, self.tr("An epoch is once through the training set, a step is one batch."), parent
        )
        self.count.setAccessibleName(title)
        self.unit.setAccessibleName(self.tr("Epochs or steps"))
        self.count.edited.connect(lambda count: self._emit(self.unit.value(), count, typed=True))
        self.unit.edited.connect(lambda unit: self._emit(unit, LIKELY[unit], typed=False))
        self.count.problemChanged.connect(lambda: self.mark((), ""))
        self.count.problemChanged.connect(lambda: self.drafted.emit())

    def setValue(self, training: TrainingSpec) -> None:
        """Show the length of ``training`` without a signal."""
        self.unit.setValue(EPOCHS if training.epochs is not None else STEPS)
        self.count.setValue(training.epochs if training.epochs is not None else training.steps)

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Other fields of the training have nothing to do with its length."""
        own = where[:1] in ((EPOCHS,), (STEPS,))
        super().mark((), message if own else self.count.problem, own and awaits_choice)

    def drafts(self) -> Iterator[tuple[Path, str]]:
        if self.count.problem:
            yield (self.unit.value(),), self.count.problem

    def _emit(self, unit: str, count: int, *, typed: bool) -> None:
        other = STEPS if unit == EPOCHS else EPOCHS
        self.edited.emit(Edit(self.tr("Change training length"), {(unit,): count, (other,): None}, typed))
