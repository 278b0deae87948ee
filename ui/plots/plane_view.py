"""The output over a plane: the decision boundary, or the fitted surface, with the data on top."""

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.session.store import RunInfo
from relulab.training.telemetry import PlanePicture
from ui.platform.translation import translate
from ui.plots.legend import LegendEntry, Sample
from ui.plots.picture_words import class_names, input_names, point_legend
from ui.plots.plane_plot import TEST_POINTS, TRAIN_POINTS, VALUE_MAP, PlanePlot, class_pixels, value_pixels
from ui.widgets.palette import LIGHT, Palette, colour_table, hex_of

SHADES = 16  # of the points of a regression


class PlaneView:
    """2-D input: the decision boundary, or the fitted surface."""

    def __init__(self) -> None:
        self.widget = PlanePlot()
        self._palette = LIGHT
        self._names: tuple[str, ...] = ()
        self._range: tuple[float, float] | None = None  # of the targets of a regression

    def begin(self, info: RunInfo, palette: Palette) -> None:
        self._palette = palette
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(*input_names(info))
        train, test = info.dataset.train, info.dataset.test
        if info.dataset.description.task is Task.CLASSIFICATION:
            self._names, self._range = class_names(info), None
            colours = [[palette.class_colour(int(k)) for k in s.targets] for s in (train, test)]
        else:
            self._names = (translate("Pictures", "output"),)
            self._range = float(train.targets.min()), float(train.targets.max())
            colours = [self._shades(s.targets[:, 0]) for s in (train, test)]
        self.widget.points.show_points(
            train.inputs[:TRAIN_POINTS],
            test.inputs[:TEST_POINTS],
            colours[0][:TRAIN_POINTS],
            colours[1][:TEST_POINTS],
            palette.background,
        )

    def show(self, picture: PlanePicture) -> None:
        values = picture.values
        if self._range is not None:
            pixels = value_pixels(values[0], *self._range)
        else:
            if len(values) == 1:  # a single output is the share of class 1
                values = np.concatenate([1 - values, values])
            pixels = class_pixels(values, self._palette)
        self.widget.show_plane(values, pixels, picture.x_range, picture.y_range, self._names)

    def legend(self) -> tuple[LegendEntry, ...]:
        points = point_legend(self._palette.muted)
        if self._range is not None:
            shades = tuple(hex_of(rgb) for rgb in colour_table(VALUE_MAP)[:: 256 // SHADES])
            return (LegendEntry("{:.3g} … {:.3g}".format(*self._range), shades, Sample.SCALE), *points)
        classes = [
            LegendEntry(name, (self._palette.class_colour(i),), Sample.CELL) for i, name in enumerate(self._names)
        ]
        return (*classes, *points)

    def sentence(self, picture: PlanePicture) -> str:
        size = picture.values.shape[-1]
        strength = translate("Pictures", "Strong colour: the network is sure · ") if self._range is None else ""
        asked = translate("Pictures", "asked at {size} × {size} points, dropout off, last at step {step:,}")
        return strength + asked.format(size=size, step=picture.step)

    def _shades(self, targets: NDArray[np.float32]) -> list[str]:
        low, high = self._range or (0.0, 1.0)
        level = np.clip((targets - low) / max(high - low, 1e-12), 0, 1)
        rounded = (np.round(level * (SHADES - 1)) * (255 / (SHADES - 1))).astype(np.uint8)
        return [hex_of(colour_table(VALUE_MAP)[shade]) for shade in rounded]
