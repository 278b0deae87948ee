"""Build a curve of ReLUs by hand: drag kinks and slopes, and see the errors beside those of two other lines."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from relulab.introspection.best_pieces import PiecewiseLine, equal_pieces
from relulab.introspection.relu_sum import BuiltUnit, ReluSum
from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.views.hand_built import PIECES, TARGETS, HandBuiltView, Target
from relulab.views.hand_built_run import design_of, sum_of, target_of
from ui.features.benches.best_finder import BestFinder
from ui.features.benches.curve_plot import CurvePlot
from ui.features.benches.number_table import NumberTable
from ui.features.benches.target_row import TargetRow
from ui.features.benches.unit_box import UnitBox
from ui.features.benches.units_plot import UnitsPlot
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.explained import all_within
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import Palette
from ui.widgets.sizes import px, px_size
from ui.widgets.wrapped import WrappedLabel

SIZE = QSize(1080, 660)
RIGHT = 340  # pixels
LOWER = 190  # pixels: the ReLUs one by one
LINES = 3  # that errors are told of
JUDGEMENT_LINES = 4


class HandBuiltWindow(QDialog):
    """``built`` is what stands in the window for ``target``; ``learnWanted`` carries a design that begins with it.

    ``find_run`` gives the run that is shown in the lab.
    """

    learnWanted = Signal(object)

    def __init__(
        self, palette: Palette, find_run: Callable[[], RunHistory | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._find_run = find_run
        self.setObjectName("hand-built")
        self.setWindowTitle(self.tr("Build it by hand"))
        self.target: Target = next(iter(TARGETS.values()))
        self.built = ReluSum()
        self.chosen = 0
        self.finder = BestFinder(self)
        self._starting: Callable[[], None] | None = None  # with the best line, which is being worked out
        self.row = TargetRow()
        self.curve_plot, self.units_plot = CurvePlot(), UnitsPlot()
        self.errors = NumberTable(self.tr("Errors"), LINES)
        self.judgement = WrappedLabel()
        self.count = Combo([Item(str(count), str(count)) for count in PIECES])
        self.equal = QPushButton(self.tr("&Equal pieces"))
        self.best = QPushButton(self.tr("&Best pieces"))
        self.nothing = QPushButton(self.tr("&Nothing"))
        self.unit = UnitBox()
        self.learn = QPushButton(self.tr("Now let it &learn"))
        self.back = QPushButton(self.tr("&Take it back"))
        self.said_of_run = WrappedLabel()
        self._arrange()
        all_within("by_hand", self)
        self._connect()
        self.count.setValue(str(PIECES[0]))
        self.set_theme(palette)

    @property
    def view(self) -> HandBuiltView:
        """What is shown."""
        pieces = self.built.pieces(self.target.low, self.target.high)
        return HandBuiltView(self.target, self.built, self.finder.line(self.target, pieces))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.curve_plot.set_theme(palette)
        self.units_plot.set_theme(palette)
        self.refresh()

    def done(self, result: int) -> None:
        super().done(result)
        self.finder.stop()

    @Slot()
    def refresh(self) -> None:
        """Draw and write everything anew."""
        view = self.view
        self.curve_plot.show_view(view)
        self.units_plot.show_sum(self.target, self.built, self.chosen)
        self.errors.show_rows([said(column) for column in view.columns], [(said(n), *rest) for n, *rest in view.rows])
        self.judgement.setText(said(view.judgement))
        self.setAccessibleDescription(self.judgement.text())
        self.unit.show_sum(self.built, self.chosen)
        self.learn.setEnabled(bool(self.built.units))

    @Slot()
    def let_learn(self) -> None:
        """Make a design of it, and give the view free for its training."""
        self.learnWanted.emit(design_of(self.target, self.built))
        self.accept()

    @Slot()
    def take_back(self) -> None:
        """Go on by hand with the network of the run that is shown."""
        run = self._find_run()
        found = sum_of(run)
        if run is None or not isinstance(found, ReluSum):
            self.said_of_run.setText(said(found) if isinstance(found, Text) else "")
            return
        target = target_of(run)
        if target is not None and target != self.target:
            self.row.show_target(target)
            self.set_target(target)
        self.chosen = 0
        self.set_sum(found)

    @Slot(object)
    def set_target(self, target: Target) -> None:
        """Build another curve; what was built stays, for those who only change a number of the formula."""
        self.target = target
        self.curve_plot.start_over()
        self.units_plot.start_over()
        self.refresh()

    @Slot(object)
    def set_sum(self, built: ReluSum) -> None:
        """Go on with this."""
        self.built, self.chosen = built, min(self.chosen, max(len(built.units) - 1, 0))
        self.said_of_run.setText("")
        self.refresh()

    @Slot()
    def start_equal(self) -> None:
        """Begin with pieces of one width through the curve."""
        self._start(equal_pieces(self.target.x, self.target.curve, int(self.count.value())))

    @Slot()
    def start_best(self) -> None:
        """Begin with the best line, as soon as it is known."""
        line = self.finder.line(self.target, int(self.count.value()))
        self._starting = self.start_best if line is None else None
        if line is not None:
            self._start(line)

    @Slot()
    def add_unit(self) -> None:
        """One more ReLU, in the middle of the widest stretch without a kink."""
        ends = [self.target.low, *sorted(unit.kink for unit in self.built.units), self.target.high]
        widest = int(np.diff(ends).argmax())
        kink = float(f"{(ends[widest] + ends[widest + 1]) / 2:.4g}")
        self.chosen = len(self.built.units)
        self.set_sum(replace(self.built, units=(*self.built.units, BuiltUnit(kink, self._first_slope()))))

    @Slot()
    def remove_unit(self) -> None:
        """Take the chosen ReLU away."""
        units = self.built.units
        self.set_sum(replace(self.built, units=units[: self.chosen] + units[self.chosen + 1 :]))

    def _first_slope(self) -> float:
        """Of a new ReLU: it crosses the height of the target over its width."""
        height = float(self.target.curve.max() - self.target.curve.min()) or 1.0
        return float(f"{height / (self.target.high - self.target.low):.2g}")

    def _start(self, line: PiecewiseLine) -> None:
        self.chosen = 0
        self.set_sum(ReluSum.along(line))

    @Slot()
    def _best_found(self) -> None:
        self.refresh()
        if self._starting is not None:
            self._starting()

    @Slot(int, object)
    def _change_unit(self, index: int, unit: BuiltUnit) -> None:
        units = self.built.units
        self.chosen = index
        self.set_sum(replace(self.built, units=(*units[:index], unit, *units[index + 1 :])))

    @Slot(int)
    def _choose_unit(self, index: int) -> None:
        self.chosen = index
        self.refresh()

    @Slot(int)
    def _walk(self, by: int) -> None:
        """To the next kink on the way, not in the order in which they were made."""
        order = sorted(range(len(self.built.units)), key=lambda i: self.built.units[i].kink)
        self._choose_unit(order[(order.index(self.chosen) + by) % len(order)])

    def _connect(self) -> None:
        self.finder.found.connect(self._best_found)
        self.row.chosen.connect(self.set_target)
        self.equal.clicked.connect(self.start_equal)
        self.best.clicked.connect(self.start_best)
        self.nothing.clicked.connect(lambda: self.set_sum(ReluSum()))
        self.units_plot.unitChanged.connect(self._change_unit)
        self.units_plot.unitChosen.connect(self._choose_unit)
        self.unit.edited.connect(lambda unit: self._change_unit(self.chosen, unit))
        self.unit.offsetEdited.connect(lambda offset: self.set_sum(replace(self.built, offset=offset)))
        self.unit.walked.connect(self._walk)
        self.unit.added.connect(self.add_unit)
        self.unit.removed.connect(self.remove_unit)
        self.learn.clicked.connect(self.let_learn)
        self.back.clicked.connect(self.take_back)

    def _arrange(self) -> None:
        plots = QVBoxLayout()
        plots.addWidget(self.curve_plot, 3)
        plots.addWidget(self.units_plot, 2)
        self.units_plot.setMinimumHeight(px(LOWER))
        hint = Label(self.tr("Drag a round handle to move a kink, the square one to change the slope of its ReLU."))
        hint.setWordWrap(True)
        hint.setProperty("role", "muted")
        plots.addWidget(hint)
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(self.errors)
        self.judgement.reserve(JUDGEMENT_LINES)
        side.addWidget(self.judgement)
        side.addWidget(_line())
        nest(side, self._starts())
        side.addWidget(_line())
        side.addWidget(self.unit)
        side.addWidget(_line())
        nest(side, self._run_part())
        side.addStretch()
        right = QWidget()
        right.setLayout(side)
        right.setFixedWidth(px(RIGHT))
        side.setContentsMargins(0, 0, 0, 0)
        below = QHBoxLayout()
        below.setSpacing(14)
        nest(below, plots, 1)
        below.addWidget(right)
        layout = QVBoxLayout(self)
        layout.addWidget(self.row)
        nest(layout, below, 1)
        fit(self, px_size(SIZE))

    def _run_part(self) -> QVBoxLayout:
        set_tip(self.learn, self.tr("A design of one hidden layer that begins with exactly these weights"))
        set_tip(self.back, self.tr("The ReLUs as the run that is shown has them now"))
        buttons = QHBoxLayout()
        for button in (self.learn, self.back):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        part = QVBoxLayout()
        nest(part, buttons)
        part.addWidget(self.said_of_run)
        return part

    def _starts(self) -> QVBoxLayout:
        head = QHBoxLayout()
        name = Label(self.tr("Start from"))
        name.setBuddy(self.count)
        for widget in (name, self.count, Label(self.tr("pieces"))):
            head.addWidget(widget)
        buttons = QHBoxLayout()
        for button in (self.equal, self.best, self.nothing):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        part = QVBoxLayout()
        nest(part, head)
        nest(part, buttons)
        return part


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line
