"""The ReLUs of a sum one by one, with handles: a round one at each kink, a square one on the chosen ReLU's slope."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QWidget

from relulab.introspection.relu_sum import BuiltUnit, ReluSum
from relulab.views.colours import mix
from relulab.views.hand_built import Target
from ui.plots.axes import Axes
from ui.plots.curves import CurveItem, Stroke
from ui.plots.scales import keep_or_move, linear_range
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette

HANDLE = 11  # pixels across
ARM = 0.15  # of the width: from a kink to the handle on its slope
SHORTEST_ARM = 0.03
FAINT = 0.45  # strength of the ReLUs that are not chosen
DIGITS = 4  # of numbers that are dragged
AROUND = 0.75  # spans of the target above and below 0 that are seen


class Handle(pg.TargetItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Something to drag: ``moved`` is called with its place, ``pressed`` when somebody takes hold of it."""

    def __init__(self, symbol: str, pressed: Callable[[], None], moved: Callable[[float, float], None]) -> None:
        super().__init__(size=HANDLE, symbol=symbol, movable=True)
        self._pressed = pressed
        self._silent = False
        self._moved = moved
        self.sigPositionChanged.connect(self._tell)

    def place(self, x: float, y: float) -> None:
        """Put it somewhere without a word."""
        self._silent = True
        self.setPos(x, y)
        self._silent = False

    def _tell(self) -> None:
        if not self._silent:
            self._moved(float(self.pos().x()), float(self.pos().y()))

    def colour(self, fill: str, outline: str) -> None:
        self.setBrush(pg.mkBrush(fill))
        self.setHoverBrush(pg.mkBrush(outline))
        self.setPen(pg.mkPen(outline, width=1))

    def mouseDragEvent(self, ev: Any) -> None:
        if ev.isStart() and ev.button() == Qt.MouseButton.LeftButton:
            self._pressed()
        super().mouseDragEvent(ev)

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            self._pressed()
            ev.accept()


class UnitsPlot(QWidget):
    """``unitChanged`` carries the index of a ReLU and what it became, ``unitChosen`` the index of one."""

    unitChanged = Signal(int, object)
    unitChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("x", self.tr("each ReLU"))
        self.axes.plot.setAccessibleName(self.tr("The ReLUs one by one, with handles to drag"))
        self.curves = CurveItem()
        self.kinks: list[Handle] = []
        self.slope = Handle("s", lambda: None, self._slope_moved)
        self._palette = LIGHT
        self._sum = ReluSum()
        self._chosen = 0
        self._range = (0.0, 1.0)
        self._y_range: tuple[float, float] | None = None
        self.axes.add(self.curves, depth=10)
        self.axes.add(self.slope, depth=40)
        self.axes.freeze()
        column(self, self.axes)

    def start_over(self) -> None:
        """Another target follows."""
        self._y_range = None

    def show_sum(self, target: Target, built: ReluSum, chosen: int) -> None:
        """Draw every ReLU of ``built``; ``chosen`` is in front and has both handles."""
        self._sum, self._chosen, self._range = built, chosen, (target.low, target.high)
        span = float(target.curve.max() - target.curve.min()) or 1.0
        low, high = self._y_range = keep_or_move(self._y_range, linear_range(-AROUND * span, AROUND * span))
        self.axes.set_ranges(target.seen, (low, high))
        faint = mix(self._palette.foreground, self._palette.background, FAINT)
        order = [*(i for i in range(len(built.units)) if i != chosen), *([chosen] if built.units else [])]
        strokes = [
            Stroke(self._palette.accent if i == chosen else faint, (), target.x, built.units[i].at(target.x), bold=True)
            for i in order
        ]
        self.curves.show_strokes(strokes, QRectF(target.seen[0], low, target.seen[1] - target.seen[0], high - low))
        self._place_handles()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``; the curves come with the next drawing."""
        self._palette = palette
        self.axes.set_theme(palette)

    def arm(self, unit: BuiltUnit) -> float:
        """How far from the kink the handle on the slope is: within what is seen."""
        low, high = self._range
        width, (bottom, top) = high - low, self._y_range or (-1.0, 1.0)
        room = (high - unit.kink) if unit.side > 0 else (unit.kink - low)
        reach = min(ARM * width, 0.9 * room)
        if unit.slope:
            reach = min(reach, 0.9 * (top if unit.slope > 0 else -bottom) / abs(unit.slope))
        return max(reach, SHORTEST_ARM * width)

    def _place_handles(self) -> None:
        units = self._sum.units
        while len(self.kinks) > len(units):
            self.axes.remove(self.kinks.pop())
        while len(self.kinks) < len(units):
            index = len(self.kinks)
            handle = Handle("o", partial(self.unitChosen.emit, index), partial(self._kink_moved, index))
            self.kinks.append(handle)
            self.axes.add(handle, depth=30)
        for index, (handle, unit) in enumerate(zip(self.kinks, units, strict=True)):
            handle.place(unit.kink, 0.0)
            is_chosen = index == self._chosen
            handle.colour(self._palette.accent if is_chosen else self._palette.background, self._palette.accent)
        self.slope.setVisible(bool(units))
        self.slope.colour(self._palette.background, self._palette.accent)
        if units:
            unit = units[self._chosen]
            arm = self.arm(unit)
            self.slope.place(unit.kink + unit.side * arm, unit.slope * arm)

    def _kink_moved(self, index: int, x: float, _y: float) -> None:
        low, high = self._range
        self.unitChanged.emit(index, replace(self._sum.units[index], kink=_short(min(max(x, low), high))))

    def _slope_moved(self, x: float, y: float) -> None:
        """The handle may be dragged away from its kink, too: the slope is that of the line from the kink to it."""
        unit = self._sum.units[self._chosen]
        least = SHORTEST_ARM * (self._range[1] - self._range[0])
        away = max(unit.side * (x - unit.kink), least)
        self.unitChanged.emit(self._chosen, replace(unit, slope=_short(y / away)))


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") + 0.0
