"""The output of a regression: a fitted curve with its data, or predictions against targets."""

import numpy as np
from numpy.typing import NDArray

from relulab.session.store import RunInfo
from relulab.training.telemetry import CurvePicture, ScatterPicture
from ui.platform.translation import translate
from ui.plots.fit_plot import FitPlot
from ui.plots.legend import LegendEntry, Sample
from ui.plots.picture_words import input_names, point_legend, samples_name
from ui.plots.plane_plot import TEST_POINTS, TRAIN_POINTS
from ui.plots.scales import linear_range
from ui.widgets.palette import LIGHT, Palette


class CurveView:
    """1-D regression: the fitted curve and the data."""

    def __init__(self) -> None:
        self.widget = FitPlot()
        self._palette = LIGHT
        self._targets: NDArray[np.float32] = np.empty(0, np.float32)

    def begin(self, info: RunInfo, palette: Palette) -> None:
        self._palette = palette
        self.widget.start_over()
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(input_names(info)[0], translate("Pictures", "target"))
        train, test = info.dataset.train, info.dataset.test
        self._targets = np.concatenate([train.targets[:TRAIN_POINTS], test.targets[:TEST_POINTS]])
        places = [
            np.column_stack([split.inputs[:count, 0], split.targets[:count, 0]])
            for split, count in ((train, TRAIN_POINTS), (test, TEST_POINTS))
        ]
        colours = [[colour] * len(p) for colour, p in zip((palette.train, palette.lines[2]), places, strict=True)]
        self.widget.points.show_points(places[0], places[1], colours[0], colours[1], palette.background)

    def show(self, picture: CurvePicture) -> None:
        x_range = (float(picture.x[0]), float(picture.x[-1]))
        colours = [self._palette.validation] * len(picture.y)
        self.widget.show_curves(picture.x, list(picture.y), colours, x_range, self._targets)

    def legend(self) -> tuple[LegendEntry, ...]:
        training, test = point_legend("")
        return (
            LegendEntry(translate("Pictures", "network"), (self._palette.validation,)),
            LegendEntry(training.name, (self._palette.train,), training.sample),
            LegendEntry(test.name, (self._palette.lines[2],), test.sample),
        )

    def sentence(self, picture: CurvePicture) -> str:
        words = translate(
            "Pictures",
            "Inputs as scaled for the network · {points:,} points asked, dropout off, last at step {step:,}",
        )
        return words.format(points=len(picture.x), step=picture.step)


class ScatterView:
    """A regression of more than two inputs: what was predicted against what was right."""

    def __init__(self) -> None:
        self.widget = FitPlot()
        self._palette = LIGHT
        self._samples = ""

    def begin(self, info: RunInfo, palette: Palette) -> None:
        self._palette, self._samples = palette, samples_name(info)
        self.widget.start_over()
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(translate("Pictures", "target"), translate("Pictures", "predicted"))

    def show(self, picture: ScatterPicture) -> None:
        target, predicted = picture.target, picture.predicted
        finite = np.isfinite(target) & np.isfinite(predicted)
        places = np.column_stack([target, predicted])[finite]
        self.widget.points.show_points(
            places, places[:0], [self._palette.train] * len(places), [], self._palette.background
        )
        ends = linear_range(float(target.min()), float(target.max()))
        diagonal = np.array(ends, np.float32)
        self.widget.show_curves(diagonal, [diagonal], [self._palette.muted], ends, predicted)

    def legend(self) -> tuple[LegendEntry, ...]:
        return (
            LegendEntry(self._samples, (self._palette.train,), Sample.POINT),
            LegendEntry(translate("Pictures", "predicted = target"), (self._palette.muted,)),
        )

    def sentence(self, picture: ScatterPicture) -> str:
        residual = float(((picture.target - picture.predicted) ** 2).sum())
        total = float(((picture.target - picture.target.mean()) ** 2).sum())
        words = translate("Pictures", "{count:,} {samples}, dropout off · last at step {step:,}")
        sentence = words.format(count=len(picture.target), samples=self._samples, step=picture.step)
        if total > 0 and np.isfinite(residual):
            explained = translate("Pictures", "R² {value:.3f}").format(value=1 - residual / total)
            return f"{explained} · {sentence}"
        return sentence
