"""The output of a regression: a fitted curve with its data, or predictions against targets."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from relulab.views.output import NETWORK, ON_THE_LINE, CurveOutput, ScatterOutput
from relulab.views.regions import kinks_legend, kinks_of
from ui.platform.translation import said
from ui.plots.axes import Axes, Range
from ui.plots.curves import CurveItem, Stroke
from ui.plots.legend import LegendEntry, Sample
from ui.plots.plane_plot import TEST_POINTS, TRAIN_POINTS, PointItems, point_entries
from ui.plots.rules import rim
from ui.plots.scales import keep_or_move, linear_range
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette

Floats = NDArray[np.float32]
KINK = 9  # pixels across


class FitPlot(QWidget):
    """Curves in front of points; the y range moves in steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("", "")
        self.points = PointItems(self.axes)
        self.curves = CurveItem()
        self._y_range: Range | None = None
        self.axes.add(self.curves, depth=20)
        self.axes.freeze()
        column(self, self.axes)

    def start_over(self) -> None:
        """Forget the range of another run."""
        self._y_range = None

    def show_curves(
        self, x: Floats, curves: Sequence[Floats], colours: Sequence[str], x_range: Range, shown: Floats
    ) -> None:
        """Draw ``curves`` (each like ``x``); the y range holds them and the values ``shown``."""
        values = np.concatenate([np.ravel(shown), *curves])
        values = values[np.isfinite(values)]
        wanted = linear_range(float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        low, high = self._y_range = keep_or_move(self._y_range, wanted)
        self.axes.set_ranges(x_range, (low, high))
        strokes = [
            Stroke(colour, (), np.asarray(x, float), np.where(np.isfinite(y), y, np.nan).astype(float), bold=True)
            for colour, y in zip(colours, curves, strict=True)
        ]
        self.curves.show_strokes(strokes, QRectF(x_range[0], low, x_range[1] - x_range[0], high - low))


class _FitView:
    """A plot with the names of its axes."""

    def __init__(self) -> None:
        self.widget = FitPlot()
        self._palette = LIGHT

    def begin(self, output: Any, palette: Palette) -> None:
        self._palette = palette
        self.widget.start_over()
        self.widget.axes.set_theme(palette)
        self.widget.axes.set_titles(*output.axis_names(said))


class CurveView(_FitView):
    """1-D regression: the fitted curve and the data."""

    def __init__(self) -> None:
        super().__init__()
        self._targets: NDArray[np.float32] = np.empty(0, np.float32)
        self._kink_colours: tuple[str, ...] = ()  # of the hidden layers, where the curve has kinks
        self.kinks: Any = pg.ScatterPlotItem(symbol="d", size=KINK, pxMode=True)
        self.widget.axes.add(self.kinks, depth=25)

    def begin(self, output: CurveOutput, palette: Palette) -> None:
        super().begin(output, palette)
        train, test = output.info.dataset.train, output.info.dataset.test
        self._targets = np.concatenate([train.targets[:TRAIN_POINTS], test.targets[:TEST_POINTS]])
        positions = [
            np.column_stack([split.inputs[:count, 0], split.targets[:count, 0]])
            for split, count in ((train, TRAIN_POINTS), (test, TEST_POINTS))
        ]
        colours = [[colour] * len(p) for colour, p in zip((palette.train, palette.lines[2]), positions, strict=True)]
        self.widget.points.show_points(positions[0], positions[1], colours[0], colours[1], palette.background)

    def show(self, output: CurveOutput) -> None:
        x, curves = output.picture.x, list(output.picture.y)
        colours = [self._palette.validation] * len(curves)
        self.widget.show_curves(x, curves, colours, (float(x[0]), float(x[-1])), self._targets)
        self._show_kinks(output)

    def legend(self) -> tuple[LegendEntry, ...]:
        network = LegendEntry(said(NETWORK), (self._palette.validation,))
        kinks = kinks_legend(len(self._kink_colours)), self._kink_colours
        entries = (LegendEntry(said(kinks[0]), kinks[1], Sample.DIAMONDS),) if self._kink_colours else ()
        return network, *point_entries(self._palette.train, self._palette.lines[2]), *entries

    def _show_kinks(self, output: CurveOutput) -> None:
        """A mark on the curve wherever a unit bends, in the colour of its layer."""
        kinks = kinks_of(output)
        if kinks is None:
            self.kinks.clear()
            self._kink_colours = ()
            return
        colours = self._palette.layer_lines(len(output.info.layout.layers))
        self._kink_colours = tuple(style.colour for style in colours[:-1])
        brushes = [pg.mkBrush(style.colour) for style in colours]
        self.kinks.setData(
            x=kinks.positions,
            y=np.interp(kinks.positions, output.picture.x, output.picture.y[0]),
            brush=[brushes[layer] for layer in kinks.layers],
            pen=rim(self._palette.background, KINK),
        )


class ScatterView(_FitView):
    """A regression of more than two inputs: what was predicted against what was right."""

    def __init__(self) -> None:
        super().__init__()
        self._samples = ""

    def begin(self, output: ScatterOutput, palette: Palette) -> None:
        super().begin(output, palette)
        self._samples = said(output.checked[0])

    def show(self, output: ScatterOutput) -> None:
        points, target = output.points, output.picture.target
        colours = [self._palette.train] * len(points)
        self.widget.points.show_points(points, points[:0], colours, [], self._palette.background)
        ends = linear_range(float(target.min()), float(target.max()))
        diagonal = np.array(ends, np.float32)
        self.widget.show_curves(diagonal, [diagonal], [self._palette.muted], ends, output.picture.predicted)

    def legend(self) -> tuple[LegendEntry, ...]:
        return (
            LegendEntry(self._samples, (self._palette.train,), Sample.POINT),
            LegendEntry(said(ON_THE_LINE), (self._palette.muted,)),
        )
