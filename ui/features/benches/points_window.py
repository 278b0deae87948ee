"""Draw your own data: points of classes in the plane, or points along a curve, to be learned from."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from relulab.data.own_points import DECIMALS, MOST_CLASSES, MOST_POINTS, Points
from relulab.experiment import ExperimentSpec
from relulab.views.own_points import CLASSES, CURVE, count_words, drawn_points, problem_of
from ui.features.benches.draw_plot import DrawPlot
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.explained import all_within, explained
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import Palette
from ui.widgets.sizes import px_size
from ui.widgets.wrapped import WrappedLabel

SIZE = QSize(760, 700)
SWATCH = 14  # pixels
WIDEST_KIND = 17  # letters
MOST_UNDONE = 200


class PointsWindow(QDialog):
    """``useWanted`` carries the kind of data (``CLASSES`` or ``CURVE``) and the points, (n, 3): x, y, class."""

    useWanted = Signal(str, object)

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("own-points")
        self.setWindowTitle(self.tr("Draw your own data"))
        self.drawn: Points = np.zeros((0, 3))
        self._before: list[Points] = []
        self._pressed_at: Points | None = None  # what was drawn when the mouse was pressed, until something changes
        self.kind = Combo([Item(CLASSES, self.tr("Points of classes")), Item(CURVE, self.tr("A curve"))])
        self.tools = QButtonGroup(self)
        self.eraser = QToolButton()
        self.undo = QPushButton(self.tr("&Undo"))
        self.clear = QPushButton(self.tr("&Clear"))
        self.plot = DrawPlot()
        self.words = WrappedLabel()
        self.use = QPushButton(self.tr("&Learn from these"))
        self._arrange()
        all_within("data", self)
        self._connect()
        self.kind.setValue(CLASSES)
        self.kind.setAccessibleName(self.tr("What is drawn"))
        self.set_theme(palette)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.plot.set_theme(palette)
        for kind in range(MOST_CLASSES):
            swatch = QPixmap(SWATCH, SWATCH)
            swatch.fill(palette.class_colour(kind))
            self.tools.button(kind).setIcon(QIcon(swatch))
        self.refresh()

    def show_design(self, design: ExperimentSpec | None) -> None:
        """Begin with the points of a design that has some, where nothing is drawn yet."""
        found = drawn_points(design)
        if found is not None and not len(self.drawn):
            kind, self.drawn = found
            self.kind.setValue(kind)
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw the sheet, and say whether it can be learned from."""
        curve = self.kind.value() == CURVE
        self.plot.axes.set_titles(*(("x", "y") if curve else ("x₁", "x₂")))
        self.plot.show_points(self.drawn)
        for kind in range(MOST_CLASSES):
            self.tools.button(kind).setVisible(not curve or kind == 0)
        self.plot.erasing = self.eraser.isChecked()
        self.undo.setEnabled(bool(self._before))
        self.clear.setEnabled(bool(len(self.drawn)))
        problem = problem_of(self.kind.value(), self.drawn)
        self.use.setEnabled(problem is None)
        self.words.setText(said(problem or count_words(self.kind.value(), self.drawn)))
        self.setAccessibleDescription(self.words.text())

    @Slot()
    def take_back(self) -> None:
        """Undo the last click or stroke."""
        if self._before:
            self.drawn = self._before.pop()
            self.refresh()

    @Slot()
    def _begin(self) -> None:
        """Every press of the mouse that changes something is one step of undo."""
        self._pressed_at = self.drawn

    def _change(self, drawn: Points) -> None:
        if self._pressed_at is not None:
            self._before = [*self._before[-MOST_UNDONE + 1 :], self._pressed_at]
            self._pressed_at = None
        self.drawn = drawn
        self.refresh()

    @Slot(float, float)
    def _draw(self, x: float, y: float) -> None:
        kind = 0 if self.kind.value() == CURVE else max(0, self.tools.checkedId())
        point = np.round([x, y, kind], DECIMALS)
        if len(self.drawn) < MOST_POINTS and not (self.drawn == point).all(axis=1).any():
            self._change(np.vstack([self.drawn, point]))

    @Slot(object)
    def _erase(self, indices: NDArray[np.int64]) -> None:
        self._change(np.delete(self.drawn, indices, axis=0))

    @Slot()
    def _clear(self) -> None:
        self._begin()
        self._change(np.zeros((0, 3)))

    @Slot()
    def _change_kind(self) -> None:
        """Points of classes become points of a curve, and the other way, where they are."""
        self.tools.button(0).setChecked(True)
        self.refresh()

    @Slot()
    def _use(self) -> None:
        self.useWanted.emit(self.kind.value(), self.drawn)
        self.accept()

    def _connect(self) -> None:
        self.kind.edited.connect(self._change_kind)
        self.tools.idClicked.connect(self.refresh)
        self.plot.began.connect(self._begin)
        self.plot.drawn.connect(self._draw)
        self.plot.erased.connect(self._erase)
        self.undo.clicked.connect(self.take_back)
        self.clear.clicked.connect(self._clear)
        self.use.clicked.connect(self._use)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.take_back)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        self.kind.setMinimumContentsLength(WIDEST_KIND)
        head.addWidget(self.kind)
        for kind in range(MOST_CLASSES):
            button = QToolButton()
            button.setText(str(kind + 1))
            explained(button, "data")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            set_tip(button, self.tr("Click to set a point, press and move to draw many"))
            self._add_tool(head, button, kind)
        self.tools.button(0).setChecked(True)
        self.eraser.setText(self.tr("Eraser"))
        set_tip(self.eraser, self.tr("Take away the points under the mouse"))
        self._add_tool(head, self.eraser, MOST_CLASSES)
        head.addStretch()
        for plain in (self.undo, self.clear):
            plain.setAutoDefault(False)
            head.addWidget(plain)
        below = QWidget()
        foot = QHBoxLayout(below)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.words, 1)
        self.use.setAutoDefault(False)
        foot.addWidget(self.use)
        layout = QVBoxLayout(self)
        nest(layout, head)
        layout.addWidget(self.plot, 1)
        hint = Label(self.tr("Click to set a point, press and move to draw many."))
        hint.setProperty("role", "muted")
        layout.addWidget(hint)
        layout.addWidget(below)
        fit(self, px_size(SIZE), below)

    def _add_tool(self, row: QHBoxLayout, button: QToolButton, number: int) -> None:
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tools.addButton(button, number)
        row.addWidget(button)
