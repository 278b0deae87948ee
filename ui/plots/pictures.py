"""One view per kind of picture that a network's output can be shown as; the output panel picks by type."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from relulab.catalog.losses import Task
from relulab.session.store import RunInfo
from relulab.training.telemetry import ClassesPicture, CurvePicture, Picture, PlanePicture, ScatterPicture
from ui.plots.confusion import ConfusionMatrix
from ui.plots.fit_plot import FitPlot
from ui.plots.legend import LegendEntry, Sample
from ui.plots.plane_plot import VALUE_MAP, PlanePlot, class_pixels, value_pixels
from ui.plots.scales import linear_range, percent
from ui.plots.thumbnails import Thumbnail, Thumbnails, to_pixels
from ui.widgets.palette import LIGHT, Palette, colour_table, hex_of

TRAIN_POINTS, TEST_POINTS = 1000, 400  # at most so many are drawn
SHADES = 16  # of the points of a regression in the plane
IMAGES = 64  # of the validation set, made ready to be shown
SIDE_BY_SIDE_FROM = 460  # pixels of width for samples and matrix beside each other


class PictureView(Protocol):
    """Shows one kind of picture. ``begin`` comes before the first picture of a run and after a change of theme."""

    @property
    def widget(self) -> QWidget: ...

    def begin(self, info: RunInfo, palette: Palette) -> None: ...

    def show(self, picture: Any) -> None: ...

    def legend(self) -> tuple[LegendEntry, ...]: ...

    def sentence(self, picture: Any) -> str: ...


def _tr(text: str) -> str:
    return QCoreApplication.translate("Pictures", text)


def samples_name(info: RunInfo) -> str:
    """What the live pictures of samples are made from."""
    return _tr("validation samples") if len(info.dataset.validation) else _tr("training samples")


def class_names(info: RunInfo) -> tuple[str, ...]:
    """The names of the classes; numbers where they have none."""
    description = info.dataset.description
    count = max(2, description.outputs)
    names = description.class_names
    return names if len(names) == count else tuple(str(i) for i in range(count))


def input_names(info: RunInfo) -> tuple[str, ...]:
    """The names of the input features; numbered where they have none."""
    description = info.dataset.description
    count = description.input_shape[0]
    names = description.feature_names
    return names if len(names) == count else tuple(_tr("input {number}").format(number=i + 1) for i in range(count))


def point_legend(colour: str) -> tuple[LegendEntry, ...]:
    """Discs are training points, triangles test points."""
    return (
        LegendEntry(_tr("training"), (colour,), Sample.POINT),
        LegendEntry(_tr("test"), (colour,), Sample.TRIANGLE),
    )


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
            self._names = (_tr("output"),)
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
        strength = _tr("Strong colour: the network is sure · ") if self._range is None else ""
        return strength + _tr("asked at {size} × {size} points, dropout off, last at step {step:,}").format(
            size=size, step=picture.step
        )

    def _shades(self, targets: NDArray[np.float32]) -> list[str]:
        low, high = self._range or (0.0, 1.0)
        level = np.clip((targets - low) / max(high - low, 1e-12), 0, 1)
        rounded = (np.round(level * (SHADES - 1)) * (255 / (SHADES - 1))).astype(np.uint8)
        return [hex_of(colour_table(VALUE_MAP)[shade]) for shade in rounded]


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
        self.widget.axes.set_titles(input_names(info)[0], _tr("target"))
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
            LegendEntry(_tr("network"), (self._palette.validation,)),
            LegendEntry(training.name, (self._palette.train,), training.sample),
            LegendEntry(test.name, (self._palette.lines[2],), test.sample),
        )

    def sentence(self, picture: CurvePicture) -> str:
        return _tr(
            "Inputs as scaled for the network · {points:,} points asked, dropout off · last at step {step:,}"
        ).format(points=len(picture.x), step=picture.step)


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
        self.widget.axes.set_titles(_tr("target"), _tr("predicted"))

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
            LegendEntry(_tr("predicted = target"), (self._palette.muted,)),
        )

    def sentence(self, picture: ScatterPicture) -> str:
        residual = float(((picture.target - picture.predicted) ** 2).sum())
        total = float(((picture.target - picture.target.mean()) ** 2).sum())
        share = (
            _tr("R² {value:.3f} · ").format(value=1 - residual / total) if total > 0 and np.isfinite(residual) else ""
        )
        return share + _tr("{count:,} {samples}, dropout off · last at step {step:,}").format(
            count=len(picture.target), samples=self._samples, step=picture.step
        )


class ClassesView:
    """Classes of anything: sample predictions where the samples are images, and the confusion matrix."""

    def __init__(self) -> None:
        self.thumbnails = Thumbnails()
        self.matrix = ConfusionMatrix()
        self.widget = SideBySide(self.thumbnails, self.matrix)
        self._palette = LIGHT
        self._names: tuple[str, ...] = ()
        self._samples = ""
        self._pixels: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._targets: NDArray[np.int64] = np.empty(0, np.int64)

    def begin(self, info: RunInfo, palette: Palette) -> None:
        self._palette, self._names, self._samples = palette, class_names(info), samples_name(info)
        self.thumbnails.set_theme(palette)
        self.matrix.set_theme(palette)
        dataset = info.dataset
        shown = dataset.validation if len(dataset.validation) else dataset.train
        self._targets = shown.targets
        self.widget.set_has_first(dataset.description.is_image)
        self._pixels = to_pixels(shown.inputs[:IMAGES]) if dataset.description.is_image else self._pixels[:0]

    def show(self, picture: ClassesPicture) -> None:
        self.matrix.show_counts(picture.confusion, self._names)
        shares = np.nan_to_num(picture.probabilities, nan=-1.0)
        best = shares.argmax(axis=1)
        self.thumbnails.show_thumbnails(
            [
                Thumbnail(
                    self._pixels[sample],
                    self._names[best[i]],
                    self._names[int(self._targets[sample])],
                    float(picture.probabilities[i, best[i]]),
                )
                for i, sample in enumerate(picture.samples)
                if sample < len(self._pixels)
            ]
        )

    def legend(self) -> tuple[LegendEntry, ...]:
        return ()

    def sentence(self, picture: ClassesPicture) -> str:
        total = int(picture.confusion.sum())
        right = int(np.trace(picture.confusion))
        share = percent(right / total, 1) if total else "–"
        return _tr("Right: {right:,} of {total:,} {samples} ({share}), dropout off · last at step {step:,}").format(
            right=right, total=total, samples=self._samples, share=share, step=picture.step
        )


class SideBySide(QWidget):
    """Two widgets beside each other; in a narrow view one of them, as ``chosen`` (0 or 1)."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self.chosen = 0
        self.narrow = False
        self._parts = (first, second)
        self._has_first = True
        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(first, 1)
        layout.addWidget(second, 1)

    @property
    def has_choice(self) -> bool:
        """Whether only one of two parts is to be seen."""
        return self.narrow and self._has_first

    def set_has_first(self, has: bool) -> None:
        """Whether there is a first part at all."""
        self._has_first = has
        self._arrange()

    def choose(self, part: int) -> None:
        """The part to be seen in a narrow view."""
        self.chosen = part
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.narrow = self.width() < SIDE_BY_SIDE_FROM
        self._arrange()

    def _arrange(self) -> None:
        self._parts[0].setVisible(self._has_first and (not self.narrow or self.chosen == 0))
        self._parts[1].setVisible(not self.has_choice or self.chosen == 1)


def picture_views() -> dict[type[Picture], PictureView]:
    """A view for every kind of picture."""
    return {
        PlanePicture: PlaneView(),
        CurvePicture: CurveView(),
        ClassesPicture: ClassesView(),
        ScatterPicture: ScatterView(),
    }
