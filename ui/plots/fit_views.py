"""The output of a regression: a fitted curve with its data, or predictions against targets."""

import numpy as np
from numpy.typing import NDArray

from relulab.views.output import NETWORK, ON_THE_LINE, CurveOutput, ScatterOutput
from relulab.views.samples import TEST, TRAINING
from ui.platform.translation import said
from ui.plots.fit_plot import FitPlot
from ui.plots.legend import LegendEntry, Sample
from ui.plots.plane_plot import TEST_POINTS, TRAIN_POINTS
from ui.plots.scales import linear_range
from ui.widgets.palette import LIGHT, Palette


class CurveView:
    """1-D regression: the fitted curve and the data."""

    def __init__(self) -> None:
        self.widget = FitPlot()
        self._palette = LIGHT
        self._targets: NDArray[np.float32] = np.empty(0, np.float32)

    def begin(self, output: CurveOutput, palette: Palette) -> None:
        self._palette = palette
        self.widget.start_over()
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(*output.axis_names(said))
        train, test = output.info.dataset.train, output.info.dataset.test
        self._targets = np.concatenate([train.targets[:TRAIN_POINTS], test.targets[:TEST_POINTS]])
        places = [
            np.column_stack([split.inputs[:count, 0], split.targets[:count, 0]])
            for split, count in ((train, TRAIN_POINTS), (test, TEST_POINTS))
        ]
        colours = [[colour] * len(p) for colour, p in zip((palette.train, palette.lines[2]), places, strict=True)]
        self.widget.points.show_points(places[0], places[1], colours[0], colours[1], palette.background)

    def show(self, output: CurveOutput) -> None:
        x, curves = output.picture.x, list(output.picture.y)
        colours = [self._palette.validation] * len(curves)
        self.widget.show_curves(x, curves, colours, (float(x[0]), float(x[-1])), self._targets)

    def legend(self) -> tuple[LegendEntry, ...]:
        return (
            LegendEntry(said(NETWORK), (self._palette.validation,)),
            LegendEntry(said(TRAINING), (self._palette.train,), Sample.POINT),
            LegendEntry(said(TEST), (self._palette.lines[2],), Sample.TRIANGLE),
        )


class ScatterView:
    """A regression of more than two inputs: what was predicted against what was right."""

    def __init__(self) -> None:
        self.widget = FitPlot()
        self._palette = LIGHT
        self._samples = ""

    def begin(self, output: ScatterOutput, palette: Palette) -> None:
        self._palette, self._samples = palette, said(output.checked[0])
        self.widget.start_over()
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(*output.axis_names(said))

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
