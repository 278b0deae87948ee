"""The activation explorer: functions side by side, applied once, twice, three times, with all their numbers.

It needs no run. Values and slopes are those that a network computes; the cost is measured on this machine.
"""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.entry import real
from relulab.errors import SpecError
from relulab.views.activations import (
    EXPLORED,
    FIRST_INPUTS,
    LARGEST_INPUT,
    MOST_FUNCTIONS,
    TIMES,
    FunctionsView,
    UnitSum,
    all_digits,
    read_inputs,
)
from relulab.views.colours import line_style
from ui.features.benches.cost_box import CostBox
from ui.features.benches.function_plot import FunctionPlot
from ui.features.benches.number_table import NumberTable
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.controls import TextField
from ui.widgets.curve_picture import ICON, activation_icon
from ui.widgets.entry_page import entry_tip
from ui.widgets.explained import all_within
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, set_tip
from ui.widgets.messages import ProblemLine
from ui.widgets.number_field import NumberField
from ui.widgets.palette import Palette
from ui.widgets.sizes import px, px_size
from ui.widgets.wrapped import WrappedLabel

SIZE = QSize(1080, 680)
FIRST_FUNCTIONS = ("relu", "sigmoid", "", "")
NO_FUNCTION = "none"
PLOT_HEIGHT = 190  # pixels at the least
GAP = 14  # pixels between two groups


class ActivationWindow(QDialog):
    """``find_unit`` gives the sum of the unit that is inspected in the run; None where there is none."""

    def __init__(
        self, palette: Palette, find_unit: Callable[[], UnitSum | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("activation-explorer")
        self.setWindowTitle(self.tr("Activation explorer"))
        self._find_unit = find_unit
        self._palette = palette
        self.times = 1
        self.inputs_read = FIRST_INPUTS
        self.combos = [Combo() for _ in range(MOST_FUNCTIONS)]
        self.switches = QButtonGroup(self)
        self.place = NumberField(real("x", self.tr("x"), 0.0, -LARGEST_INPUT, LARGEST_INPUT))
        self.unit = QPushButton(self.tr("x of the inspected &unit"))
        self.whose = WrappedLabel()
        self.value_plot, self.slope_plot = FunctionPlot(), FunctionPlot()
        self.at_x = NumberTable(self.tr("Numbers at x"), MOST_FUNCTIONS)
        self.lessons = WrappedLabel()
        self.inputs = TextField()
        self.problem = ProblemLine()
        self.outputs = NumberTable(self.tr("Inputs and outputs"), MOST_FUNCTIONS)
        self.cost = CostBox(self)
        self._fill_combos()
        self._arrange()
        all_within("activation", self)
        self._connect()
        self.set_theme(palette)

    @property
    def keys(self) -> tuple[str, ...]:
        """The chosen functions, "" for an empty slot."""
        return tuple("" if combo.value() == NO_FUNCTION else combo.value() for combo in self.combos)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        for plot in (self.value_plot, self.slope_plot):
            plot.set_theme(palette)
        self._fill_combos()
        self.refresh()

    def done(self, result: int) -> None:
        super().done(result)
        self.cost.stop()

    @Slot()
    def refresh(self) -> None:
        """Draw and write everything for the present choice."""
        view = FunctionsView.of(self.keys, self.times, self._x_value())
        styles = [line_style(self._palette.lines, curve.slot) for curve in view.curves]
        colours = [style.colour for style in styles]
        values, slopes = [curve.values for curve in view.curves], [curve.slopes for curve in view.curves]
        self.value_plot.show_functions(view.name, view.grid, values, styles, view.x)
        slope = self.tr("slope of {name}").format(name=view.name)
        self.slope_plot.show_functions(slope, view.grid, slopes, styles, view.x)
        for table, numbers in ((self.at_x, view.at_x()), (self.outputs, view.of_inputs(self.inputs_read))):
            table.show_rows([said(column) for column in numbers.columns], numbers.rows, colours)
        self.lessons.setText(said(view.lessons()))
        self.setAccessibleDescription(f"x = {view.x:g}. {self.lessons.text()}")
        self.cost.show_functions(self.keys)

    @Slot(float)
    def set_x(self, x: float) -> None:
        """Look at another x."""
        self.place.setValue(float(f"{x:.4g}"))
        self.whose.setText("")
        self.refresh()

    @Slot()
    def take_from_unit(self) -> None:
        """Take the sum of the inspected unit for x, and its function for the first slot where no slot has it."""
        found = self._find_unit()
        if found is None:
            self.whose.setText(self.tr("No unit is inspected: click one in the Network panel, then come back."))
            return
        if found.key in EXPLORED and found.key not in self.keys:
            self.combos[0].setValue(found.key)
        self.place.setValue(found.z)
        self.whose.setText(said(found.words))
        self.refresh()

    def _x_value(self) -> float:
        value = self.place.value()
        assert isinstance(value, float)
        return value

    @Slot()
    def _typed_x(self) -> None:
        self.whose.setText("")
        self.refresh()

    @Slot(int)
    def _apply_times(self, times: int) -> None:
        self.times = times
        self.refresh()

    @Slot()
    def _read_inputs(self) -> None:
        try:
            self.inputs_read = read_inputs(self.inputs.value())
        except SpecError as error:
            self.problem.set_text(str(error))
            return
        self.problem.set_text("")
        self.refresh()

    def _fill_combos(self) -> None:
        items = [Item(NO_FUNCTION, self.tr("(none)"))]
        for key in EXPLORED:
            entry = ACTIVATIONS[key]
            items.append(Item(key, entry.title, entry_tip(entry), icon=activation_icon(key, self)))
        for combo, first in zip(self.combos, FIRST_FUNCTIONS, strict=True):
            chosen = combo.value() or first or NO_FUNCTION
            combo.setIconSize(px_size(QSize(*ICON)))
            combo.set_items(items)
            combo.setValue(chosen)

    def _connect(self) -> None:
        for combo in self.combos:
            combo.edited.connect(self.refresh)
        self.switches.idClicked.connect(self._apply_times)
        self.place.edited.connect(self._typed_x)
        for plot in (self.value_plot, self.slope_plot):
            plot.xMoved.connect(self.set_x)
        self.unit.clicked.connect(self.take_from_unit)
        self.inputs.edited.connect(self._read_inputs)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        nest(layout, self._choices())
        plots = QHBoxLayout()
        for plot in (self.value_plot, self.slope_plot):
            plot.setMinimumHeight(px(PLOT_HEIGHT))
            plots.addWidget(plot)
        nest(layout, plots, 1)
        nest(layout, self._where())
        layout.addWidget(self.at_x)
        layout.addWidget(self.lessons)
        below = QHBoxLayout()
        below.setSpacing(GAP)
        nest(below, self._lists(), 3)
        below.addWidget(self.cost, 2)
        nest(layout, below)
        fit(self, px_size(SIZE))

    def _choices(self) -> QHBoxLayout:
        """Up to four functions, and how often each is applied."""
        row = QHBoxLayout()
        for place, combo in enumerate(self.combos, 1):
            combo.setAccessibleName(self.tr("Function {number}").format(number=place))
            row.addWidget(combo, 1)
        row.addSpacing(GAP)
        for times, name in TIMES.items():
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(times == self.times)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            set_tip(button, self._tip_of(times))
            self.switches.addButton(button, times)
            row.addWidget(button)
        return row

    def _tip_of(self, times: int) -> str:
        return {
            1: self.tr("The function itself"),
            2: self.tr("The function of its own output"),
            3: self.tr("The function of its own output, and of that once more"),
        }[times]

    def _where(self) -> QHBoxLayout:
        row = QHBoxLayout()
        name = Label("x =")
        name.setBuddy(self.place)
        self.place.setMinimumWidth(px(170))
        set_tip(self.place, self.tr("Type a number, or drag the upright line in a plot"))
        set_tip(self.unit, self.tr("What the unit hands to its activation, for the sample of the Network panel"))
        self.unit.setAutoDefault(False)
        for widget in (name, self.place, self.unit):
            row.addWidget(widget)
        row.addWidget(self.whose, 1)
        return row

    def _lists(self) -> QVBoxLayout:
        head = QHBoxLayout()
        name = Label(self.tr("Inputs"))
        name.setBuddy(self.inputs)
        self.inputs.setAccessibleName(name.text())
        self.inputs.setText(" ".join(all_digits(x) for x in FIRST_INPUTS))
        set_tip(self.inputs, self.tr("Numbers with spaces between them"))
        head.addWidget(name)
        head.addWidget(self.inputs, 1)
        part = QVBoxLayout()
        nest(part, head)
        part.addWidget(self.problem)
        part.addWidget(self.outputs)
        part.addStretch()
        return part
