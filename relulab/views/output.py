"""What a network computes, as its newest picture tells: over a plane, as a curve, as classes, or as predictions.

Each kind of picture has its view. ``sample`` says in short what was asked, ``caption`` in sentences; ``in_words``
says what is seen, for whoever does not see it; ``table`` has the numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Description, Split
from relulab.formatting import listed, number, percent, rounded
from relulab.text import Text, joined, telling, text
from relulab.training.telemetry import (
    Answers,
    ClassesPicture,
    CurvePicture,
    Picture,
    PlanePicture,
    RunStarted,
    ScatterPicture,
)
from relulab.views.own_unit import picture_in_own_unit, target_label
from relulab.views.parts import DROPOUT_OFF, Table, last_at
from relulab.views.room import Leaves, in_short, leaving
from relulab.views.samples import Answer, Say, checked_split, class_names, input_names, to_pixels

Floats = NDArray[np.float32]
P = TypeVar("P", bound=Picture)

OUTPUT_TITLE = "Output of the network"
VALUE_MAP = "cividis"  # the colours of values
FAINT, STRONG = 0.12, 0.62  # how much of a class's colour an undecided and a certain network show
MISTAKES_TOLD = 3
OUTPUT, NETWORK = text("output"), text("network")
PREDICTED, TRUE = text("predicted"), text("true")
ON_THE_LINE = text("predicted = target")
SURE = text("Strong colour: the network is sure")


@dataclass(frozen=True, slots=True, eq=False)
class _Output(Generic[P]):
    """What all kinds have in common: the run and its picture."""

    info: RunStarted
    picture: P

    @property
    def step(self) -> int:
        return self.picture.step

    @property
    def description(self) -> Description:
        return self.info.dataset.description

    @property
    def class_names(self) -> tuple[str, ...]:
        return class_names(self.description)

    @property
    def checked(self) -> tuple[Text, Split]:
        """The samples that were asked for, where the picture is of samples: what they are called, and they."""
        return checked_split(self.info.dataset)

    def samples(self, count: int) -> Text:
        """What so many of them are called."""
        name = self.checked[0]
        return Text(name.template.removesuffix("s")) if count == 1 else name


class PlaneOutput(_Output[PlanePicture]):
    """2-D input: the decision boundary, or the fitted surface."""

    @property
    def is_classes(self) -> bool:
        return self.description.task is Task.CLASSIFICATION

    @property
    def values(self) -> Floats:
        """(outputs, size, size); of classes a share for each: a single output is that of class 1."""
        values = self.picture.values
        return np.concatenate([1 - values, values]) if self.is_classes and len(values) == 1 else values

    @property
    def value_range(self) -> tuple[float, float]:
        """The least and the greatest target: the ends of the colours of a surface."""
        targets = self.info.dataset.train.targets
        return float(targets.min()), float(targets.max())

    @property
    def sample(self) -> Text:
        size = self.picture.values.shape[-1]
        asked = leaving(Leaves.OFTEN, text("asked at {size} × {size} points", size=size))
        line = joined((telling("asked_points", joined((asked, DROPOUT_OFF), ", ")), last_at(self.step)), ", ")
        return joined((SURE, line), " · ") if self.is_classes else line

    @property
    def caption(self) -> str:
        size = self.picture.values.shape[-1]
        asked = f"Asked at {size} × {size} points, dropout off, at step {self.step:,}"
        return f"{asked}; inputs as scaled for the network.{f' {SURE}.' if self.is_classes else ''}"

    def axis_names(self, say: Say = str) -> tuple[str, str]:
        x_name, y_name = input_names(self.description, say)
        return x_name, y_name

    def output_names(self, say: Say = str) -> tuple[str, ...]:
        """One for each of the ``values``."""
        return self.class_names if self.is_classes else (say(OUTPUT),)

    def in_words(self, run: str) -> Text:
        told = {"run": run, "step": self.step}
        if not self.is_classes:
            values = _range(self.picture.values)
            return text("Output of {run} over its two inputs at step {step:,}: from {values}.", values=values, **told)
        best = np.nan_to_num(self.values, nan=0.0).argmax(axis=0)
        areas = [f"{name} on {percent(float((best == k).mean()))}" for k, name in enumerate(self.class_names)]
        told["areas"] = listed(areas)
        return text("Decision boundary of {run} at step {step:,}: of the plane shown, {areas}.", **told)

    def table(self, run: str) -> Table:
        """A row for every point."""
        values = self.picture.values
        outputs, height, width = values.shape
        x, y = np.linspace(*self.picture.x_range, width), np.linspace(*self.picture.y_range, height)
        rows = [
            (run, self.step, x[column], y[row], *values[:, row, column])
            for row in range(height)
            for column in range(width)
        ]
        return Table(("run", "step", *self.axis_names(), *_numbered(outputs)), rows)


class CurveOutput(_Output[CurvePicture]):
    """1-D regression: the fitted curve and the data."""

    @property
    def sample(self) -> Text:
        points = len(self.picture.x)
        asked = leaving(Leaves.OFTEN, text("{points:point|points} asked", points=points))
        line = joined((telling("asked_points", joined((asked, DROPOUT_OFF), ", ")), last_at(self.step)), ", ")
        return joined((leaving(Leaves.HOW, text("Inputs as scaled for the network")), line), " · ")

    @property
    def caption(self) -> str:
        asked = f"{len(self.picture.x):,} points asked, dropout off, at step {self.step:,}"
        return f"The fitted curve with the data; {asked}; inputs as scaled for the network."

    def axis_names(self, say: Say = str) -> tuple[str, str]:
        return input_names(self.description, say)[0], target_label(self.description, say)

    def in_words(self, run: str) -> Text:
        ranges = {"outputs": _range(self.picture.y[0]), "inputs": _range(self.picture.x)}
        words = text("from {outputs}, for inputs from {inputs}", **ranges)
        return text("Fitted curve of {run} at step {step:,}: {words}.", run=run, step=self.step, words=words)

    def table(self, run: str) -> Table:
        """A row for every point."""
        rows = [(run, self.step, x, *y) for x, y in zip(self.picture.x, self.picture.y.T, strict=True)]
        return Table(("run", "step", self.axis_names()[0], *_numbered(len(self.picture.y))), rows)


@dataclass(frozen=True, slots=True, eq=False)
class ClassesOutput(_Output[ClassesPicture]):
    """Classes of anything: sample predictions where the samples are images, and the confusion matrix.

    ``asked``: what the network said to the samples alone, where that was asked after the picture.
    """

    asked: Answers | None = None

    @property
    def sample(self) -> Text:
        told = self._score(1)
        score = text("Right: {right:,} of {total:,} {samples} ({share})", **told)
        told.pop("samples")
        score = in_short(score, text("Right: {right:,} of {total:,} ({share})", **told))
        parts = [telling("accuracy", joined((score, DROPOUT_OFF), ", ")), last_at(self.step)]
        if self._newest is not self.picture and self.description.is_image:
            images = telling("last_measured", text("the images at step {step:,}", step=self._newest.step))
            parts.append(leaving(Leaves.LATE, images))
        return joined(parts, " · ")

    @property
    def _newest(self) -> ClassesPicture | Answers:
        return self.picture if self.asked is None or self.asked.step <= self.step else self.asked

    @property
    def caption(self) -> str:
        score = text("{right:,} of {total:,} {samples} ({share})", **self._score())
        asked = f"Answers at step {self.step:,}, dropout off"
        return f"{asked}. Right: {score}. A cell is as strong as its share of its row."

    @property
    def row_shares(self) -> NDArray[np.float64]:
        """(true, predicted): the share of each cell of its row."""
        counts = self.picture.confusion
        return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))

    def axis_names(self, say: Say = str) -> tuple[str, str]:
        return say(PREDICTED), say(TRUE)

    def images(self, most: int) -> NDArray[np.uint8]:
        """The first of the samples asked, as pixels (n, rows, columns, 3); none where they are no images."""
        inputs = self.checked[1].first(most if self.description.is_image else 0).inputs
        return to_pixels(inputs) if len(inputs) else np.empty(0, np.uint8)

    def answers(self, images: NDArray[np.uint8]) -> list[Answer]:
        """What the network says to the samples among these ``images``."""
        names, targets, said = self.class_names, self.checked[1].targets, self._newest
        best = np.nan_to_num(said.probabilities, nan=-1.0).argmax(axis=1)
        shares = np.take_along_axis(said.probabilities, best[:, None], axis=1)[:, 0]
        return [
            Answer(images[sample], names[likeliest], names[int(targets[sample])], float(share))
            for sample, likeliest, share in zip(said.samples, best, shares, strict=True)
            if sample < len(images)
        ]

    def in_words(self, run: str) -> Text:
        score = text("{right:,} of {total:,} {samples} right ({share})", **self._score())
        answers = text("Answers of {run} at step {step:,}: {score}.", run=run, step=self.step, score=score)
        mistakes = self._mistakes()
        if not mistakes:
            return answers
        return text("{answers} Most frequent mistakes: {mistakes}.", answers=answers, mistakes=joined(mistakes, "; "))

    def table(self, run: str) -> Table:
        """The confusion matrix: a row for every pair of classes."""
        names = self.class_names
        rows = [
            (run, self.step, names[true], names[said], int(count))
            for (true, said), count in np.ndenumerate(self.picture.confusion)
        ]
        return Table(("run", "step", "true", "predicted", "samples"), rows)

    def _score(self, decimals: int | None = None) -> dict[str, Any]:
        """What is told of how many answers are right."""
        right, total = int(np.trace(self.picture.confusion)), int(self.picture.confusion.sum())
        share = percent(right / total if total else np.nan, decimals)
        return {"right": right, "total": total, "samples": self.samples(total), "share": share}

    def _mistakes(self) -> list[Text]:
        """The most frequent confusions in words."""
        wrong = self.picture.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(wrong, axis=None, kind="stable")[::-1][:MISTAKES_TOLD]
        pairs = [divmod(int(cell), len(wrong)) for cell in order]
        return [
            text("{mistake} ({times:time|times})", mistake=taken_for(self.class_names, *pair), times=int(wrong[pair]))
            for pair in pairs
            if wrong[pair]
        ]


class ScatterOutput(_Output[ScatterPicture]):
    """A regression of more than two inputs: what was predicted against what was right."""

    @property
    def sample(self) -> Text:
        count = len(self.picture.target)
        asked = joined((text("{count:,} {samples}", count=count, samples=self.samples(count)), DROPOUT_OFF), ", ")
        known = np.isfinite(self.explained)
        explained = [telling("r_squared", text("R² {value}", value=self.explained))] if known else []
        return joined((*explained, telling("checked_on", asked), last_at(self.step)), " · ")

    @property
    def caption(self) -> str:
        count = len(self.picture.target)
        asked = f"{count:,} {self.samples(count)}, dropout off, at step {self.step:,}"
        explained = f" R² {rounded(self.explained)}." if np.isfinite(self.explained) else ""
        return f"{asked}. On the line: {ON_THE_LINE}.{explained}"

    @property
    def explained(self) -> float:
        """R²: the share of the targets' variance that the predictions explain."""
        target, predicted = self.picture.target, self.picture.predicted
        total = float(((target - target.mean()) ** 2).sum())
        return 1 - float(((target - predicted) ** 2).sum()) / total if total > 0 else float("nan")

    @property
    def points(self) -> Floats:
        """(n, 2): target and prediction of every sample for which both are finite."""
        pairs = np.column_stack([self.picture.target, self.picture.predicted])
        return pairs[np.isfinite(pairs).all(axis=1)]

    def axis_names(self, say: Say = str) -> tuple[str, str]:
        return target_label(self.description, say), say(PREDICTED)

    def in_words(self, run: str) -> Text:
        values = {"run": run, "step": self.step, "explained": self.explained}
        if np.isfinite(self.explained):
            return text("Predicted against target values of {run} at step {step:,}; R² {explained}.", **values)
        return text("Predicted against target values of {run} at step {step:,}.", **values)

    def table(self, run: str) -> Table:
        """Target and prediction of every sample."""
        pairs = zip(self.picture.target, self.picture.predicted, strict=True)
        return Table(("run", "step", "target", "predicted"), [(run, self.step, *pair) for pair in pairs])


OutputView = PlaneOutput | CurveOutput | ClassesOutput | ScatterOutput
_VIEWS: Mapping[type[Picture], Callable[[RunStarted, Any], OutputView]] = {
    PlanePicture: PlaneOutput,
    CurvePicture: CurveOutput,
    ClassesPicture: ClassesOutput,
    ScatterPicture: ScatterOutput,
}


def output_view(info: RunStarted, picture: Picture, asked: Answers | None = None) -> OutputView:
    """The view of a picture of this run, its numbers in the unit of the data; ``asked``: see ``ClassesOutput``."""
    info, picture = picture_in_own_unit(info, picture)
    view = _VIEWS[type(picture)](info, picture)
    return replace(view, asked=asked) if isinstance(view, ClassesOutput) else view


def taken_for(names: Sequence[str], true: int, predicted: int) -> Text:
    """A cell of the confusion matrix."""
    return text("{true} taken for {predicted}", true=names[true], predicted=names[predicted])


def class_strength(shares: NDArray[np.floating[Any]]) -> tuple[NDArray[np.intp], NDArray[np.floating[Any]]]:
    """The likeliest class at each point (rows, columns) and how strong its colour is, from shares (classes, …).

    The surer, the stronger: how sure is the lead of the likeliest class over an even split, (p - 1/C) / (1 - 1/C).
    """
    shares = np.nan_to_num(shares, nan=0.0)
    even = 1 / len(shares)
    lead = np.clip((shares.max(axis=0) - even) / (1 - even), 0.0, 1.0)
    return shares.argmax(axis=0), FAINT + (STRONG - FAINT) * lead


def _numbered(outputs: int) -> tuple[str, ...]:
    return ("output",) if outputs == 1 else tuple(f"output {index + 1}" for index in range(outputs))


def _range(values: Floats) -> Text:
    """The least and the greatest finite value."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return text("no finite number to another")
    return text("{least} to {greatest}", least=number(float(finite.min())), greatest=number(float(finite.max())))
