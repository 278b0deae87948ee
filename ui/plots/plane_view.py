"""The output over a plane: the decision boundary, or the fitted surface, with the data on top."""

import numpy as np
from numpy.typing import NDArray

from relulab.views.colours import hex_of
from relulab.views.output import VALUE_MAP, PlaneOutput
from ui.platform.translation import said
from ui.plots.legend import LegendEntry, Sample, scale_entry
from ui.plots.plane_plot import TEST_POINTS, TRAIN_POINTS, PlanePlot, class_pixels, point_entries, value_pixels
from ui.widgets.palette import LIGHT, Palette, colour_table

SHADES = 16  # of the points of a regression


class PlaneView:
    """2-D input: the decision boundary, or the fitted surface."""

    def __init__(self) -> None:
        self.widget = PlanePlot()
        self._palette = LIGHT
        self._names: tuple[str, ...] = ()
        self._range: tuple[float, float] | None = None  # of the targets of a regression

    def begin(self, output: PlaneOutput, palette: Palette) -> None:
        self._palette = palette
        self._names = output.output_names(said)
        self._range = None if output.is_classes else output.value_range
        self.widget.set_theme(palette)
        self.widget.axes.set_titles(*output.axis_names(said))
        train, test = output.info.dataset.train, output.info.dataset.test
        self.widget.points.show_points(
            train.inputs[:TRAIN_POINTS],
            test.inputs[:TEST_POINTS],
            self._colours(train.targets[:TRAIN_POINTS]),
            self._colours(test.targets[:TEST_POINTS]),
            palette.background,
        )

    def show(self, output: PlaneOutput) -> None:
        values, picture = output.values, output.picture
        if self._range is not None:
            pixels = value_pixels(values[0], *self._range)
        else:
            pixels = class_pixels(values, self._palette)
        self.widget.show_plane(values, pixels, picture.x_range, picture.y_range, self._names)

    def legend(self) -> tuple[LegendEntry, ...]:
        points = point_entries(self._palette.muted, self._palette.muted)
        if self._range is not None:
            return (scale_entry("{:.3g} … {:.3g}".format(*self._range), colour_table(VALUE_MAP)), *points)
        classes = [
            LegendEntry(name, (self._palette.class_colour(i),), Sample.CELL) for i, name in enumerate(self._names)
        ]
        return (*classes, *points)

    def _colours(self, targets: NDArray[np.float32]) -> list[str]:
        """Of points: the colours of their classes, or of their values in a few shades."""
        if self._range is None:
            return [self._palette.class_colour(int(target)) for target in targets]
        low, high = self._range
        level = np.clip((targets[:, 0] - low) / max(high - low, 1e-12), 0, 1)
        rounded = (np.round(level * (SHADES - 1)) * (255 / (SHADES - 1))).astype(np.uint8)
        return [hex_of(colour_table(VALUE_MAP)[shade]) for shade in rounded]
