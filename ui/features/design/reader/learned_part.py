"""What will be learned: which column is predicted, as what, a picture of it, and what there is to beat."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from relulab.catalog.losses import Task
from relulab.data.tables.choices import PARAMETERS
from relulab.data.tables.columns import Role
from relulab.data.tables.guesses import Sure
from relulab.data.tables.roles import may_have
from relulab.formatting import one_line
from relulab.views.table import SHOWN_IN, Fact
from relulab.views.table_lines import SIGNS
from ui.features.design.reader.picture import TablePicture
from ui.features.design.reader.reading import Reading
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.controls import TextField
from ui.widgets.elided import ElidedLabel
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import Palette
from ui.widgets.sizes import px

PICTURE_HEIGHT = 250  # pixels
LIST_WIDTH = 8  # of a list; longer ones are cut
HELP: Mapping[str, str] = {parameter.name: parameter.help for parameter in PARAMETERS}


class LearnedPart(QFrame):
    """``targetWanted`` carries the number of a column, ``chosen`` another choice and its value."""

    targetWanted = Signal(int)
    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.target = Combo()
        self.number, self.classes = QRadioButton(), QRadioButton()
        self.why = ElidedLabel()
        self.unit = TextField()
        self.gaps = Combo()
        self.words = Combo()
        self.sentence = Label(wordWrap=True)
        self.picture = TablePicture()
        self._facts = QFormLayout()
        self._shown_facts: tuple[Fact, ...] = ()
        self._rows: dict[str, QWidget] = {}
        self._arrange()
        self._connect()

    def show_reading(self, reading: Reading) -> None:
        """Show what would be learned; nothing where there is no table."""
        view = reading.view
        self.setEnabled(view is not None)
        if view is None:
            self.picture.show_table(None, self.tr("There is nothing to draw yet."))
            self.sentence.setText("")
            self._show_facts(())
            for row in self._rows.values():
                row.hide()
            return
        table = view.table
        target = table.columns[table.target.value]
        usable = [one for one in table.columns if may_have(one, Role.TARGET)]
        self.target.set_items([Item(str(one.number), one_line(one.name)) for one in usable])
        self.target.setValue(str(target.number))
        as_number = table.task.value is Task.REGRESSION
        (self.number if as_number else self.classes).setChecked(True)
        self.number.setEnabled(target.values is not None)
        guess = table.task if table.task.sure is not Sure.CERTAIN else table.target
        whys = dict.fromkeys((said(table.target.why), said(table.task.why)))
        self.why.setText(f"{SIGNS[guess.sure]} {'; '.join(whys)}")
        self.unit.setValue(reading.choices.unit)
        self.unit.setPlaceholderText(target.unit)
        self._rows["unit"].setVisible(as_number)
        self.sentence.setText(said(view.sentence))
        self.gaps.setValue(reading.choices.gaps)
        self.words.setValue(reading.choices.words)
        self._rows["gaps"].setVisible(any(column.missing for column in table.features))
        has_words = any(column.values is None for column in table.features)
        self._rows["words"].setVisible(has_words or reading.choices.words == "ignore")
        self._show_facts(view.facts)

    def draw_reading(self, reading: Reading) -> None:
        """The picture of what ``show_reading`` told of: a turn of its own, it is the longest."""
        if (view := reading.view) is not None:
            hint = self.tr("The picture comes when the question is answered.") if view.table.questions else ""
            self.picture.show_table(view, hint)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.picture.set_theme(palette)

    def _show_facts(self, shown: tuple[Fact, ...]) -> None:
        if shown == self._shown_facts:
            return
        self._shown_facts = shown
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for fact in shown:
            title, words = Label(said(fact.title)), Label(said(fact.words), wordWrap=True)
            title.setProperty("role", "muted")
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            words.setAccessibleName(f"{said(fact.title)}: {said(fact.words)}")
            self._facts.addRow(title, words)

    def _connect(self) -> None:
        self.target.edited.connect(lambda number: self.targetWanted.emit(int(number)))
        self.number.clicked.connect(lambda: self.chosen.emit("task", Task.REGRESSION.value))
        self.classes.clicked.connect(lambda: self.chosen.emit("task", Task.CLASSIFICATION.value))
        self.unit.editingFinished.connect(self._name_unit)
        self.gaps.edited.connect(lambda value: self.chosen.emit("gaps", value))
        self.words.edited.connect(lambda value: self.chosen.emit("words", value))

    def _name_unit(self) -> None:
        if self.unit.isModified():
            self.unit.setModified(False)
            self.chosen.emit("unit", self.unit.text().strip())

    def _arrange(self) -> None:
        question = Label(self.tr("What do you want to predict?"))
        question.setObjectName("coach-title")
        question.setBuddy(self.target)
        self.target.setAccessibleName(question.text())
        self.number.setText(self.tr("a number"))
        self.classes.setText(self.tr("one of a few classes"))
        group = QButtonGroup(self)
        kinds = QHBoxLayout()
        kinds.addWidget(Label(self.tr("as")))
        for button in (self.number, self.classes):
            group.addButton(button)
            button.setAccessibleName(self.tr("Predict {what}").format(what=button.text()))
            kinds.addWidget(button)
        kinds.addStretch()
        self.why.setProperty("role", "muted")
        self.picture.setFixedHeight(px(PICTURE_HEIGHT))
        self._fill_lists()
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.addWidget(question)
        layout.addWidget(self.target)
        nest(layout, kinds)
        layout.addWidget(self.why)
        layout.addWidget(self._row("unit", said(SHOWN_IN), self.unit))
        layout.addWidget(self.sentence)
        layout.addWidget(self.picture)
        self._facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        nest(layout, self._facts)
        for name, title, control in (("gaps", self.tr("gaps are"), self.gaps), ("words", self.tr("words"), self.words)):
            layout.addWidget(self._row(name, title, control))
        layout.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(_scrolling(body))

    def _fill_lists(self) -> None:
        for combo in (self.target, self.gaps, self.words):
            combo.setMinimumContentsLength(LIST_WIDTH)
        self.gaps.set_items(
            [
                Item("fill", self.tr("filled with the median or commonest word"), self.tr("Of the training rows")),
                Item("drop", self.tr("left out with their rows")),
            ]
        )
        self.words.set_items(
            [Item("one_hot", self.tr("become columns of 0 and 1")), Item("ignore", self.tr("are left out"))]
        )

    def _row(self, name: str, title: str, control: QWidget) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        label = Label(title)
        label.setProperty("role", "muted")
        label.setBuddy(control)
        control.setAccessibleName(title)
        control.setWhatsThis(HELP[name])
        set_tip(label, HELP[name])
        line.addWidget(label)
        line.addWidget(control, 1)
        self._rows[name] = row
        return row


def _scrolling(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
