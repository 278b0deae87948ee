"""Two to six runs side by side: what each computes of the same inputs, where two differ, how their losses went.

Pictures lie on equal axes. Of two inputs the boundary of each run is drawn: where its likeliest class changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relulab.experiment.changes import Difference, differences, seed_differences
from relulab.formatting import listed, number, percent
from relulab.session.results import dead_shares
from relulab.text import NOTHING, Text, joined, text
from relulab.training.telemetry import EvaluationRecord, ProbeRecord
from relulab.views.level_lines import level_lines
from relulab.views.loss import checked_on
from relulab.views.output import ClassesOutput, CurveOutput, OutputView, PlaneOutput, output_view
from relulab.views.parts import ShownRun, Table

Floats = NDArray[np.float64]
Range = tuple[float, float]

COMPARE_TITLE = text("Compare")
DIFFER = text("where they differ")
LEAST, MOST = 2, 6
LETTERS = "ABCDEF"
ALMOST_SURE = 0.99
COLUMNS = ("letter", "run", "step", "loss", "accuracy", "dead_share", "differs_on_plane", "differs_on_samples")


@dataclass(frozen=True, slots=True)
class LayerDeath:
    """A hidden layer, and the share of its units that are dead."""

    title: str
    share: float


class CompareView:
    """The first ``MOST`` of ``runs``; each has a letter. ``left_out``: how many more there were."""

    def __init__(self, runs: Sequence[ShownRun]) -> None:
        self.runs = tuple(runs[:MOST])
        self.left_out = len(runs) - len(self.runs)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare yet."""
        return len(self.runs) < LEAST or not any(len(self.losses(place)[0]) for place in range(len(self.runs)))

    @cached_property
    def outputs(self) -> tuple[OutputView | None, ...]:
        """What each run computes; None where it was not asked yet."""
        pairs = ((run.history.info, run.history.picture) for run in self.runs)
        return tuple(None if picture is None else output_view(info, picture) for info, picture in pairs)

    @property
    def headline(self) -> Text:
        """The one thing that differs, or all that do."""
        specs = [run.history.info.spec for run in self.runs]
        found = differences(specs) or seed_differences(specs)
        if not found:
            return text("Nothing differs: these runs have one design and one seed.")
        if len(found) == 1:
            return text("One change: {what}.", what=_what(found[0]))
        return text("{count} settings differ: {names}.", count=len(found), names=listed(map(_what, found)))

    @property
    def common(self) -> Text:
        """What the runs have in common, as far as it matters to a comparison."""
        specs = [run.history.info.spec for run in self.runs]
        parts = [text("same data") if len({spec.data.model_dump_json() for spec in specs}) == 1 else text("other data")]
        seeds = {(spec.model.seed, spec.training.seed) for spec in specs}
        parts.append(text("same seeds") if len(seeds) == 1 else text("other seeds"))
        rates = {spec.training.learning_rate for spec in specs}
        if len(rates) == 1:
            parts.append(text("learning rate {rate}", rate=number(rates.pop())))
        steps = [_last(run)[0] for run in self.runs]
        if len(set(steps)) == 1:
            parts.append(text("each after {steps:step|steps}", steps=steps[0]))
        else:
            parts.append(text("after step {steps}", steps=listed(f"{step:,}" for step in steps)))
        return joined(parts, " · ")

    def title_of(self, place: int) -> Text:
        """A letter, and what the run is called."""
        return text("{letter}  {label}", letter=LETTERS[place], label=self.runs[place].label)

    @cached_property
    def ranges(self) -> tuple[Range, Range] | None:
        """What is shown of two inputs: what all pictures show together. None of other inputs."""
        planes = [output.picture for output in self.outputs if isinstance(output, PlaneOutput)]
        if not planes:
            return None
        both = [[getattr(picture, axis) for picture in planes] for axis in ("x_range", "y_range")]
        x, y = ((min(low for low, _ in axis), max(high for _, high in axis)) for axis in both)
        return x, y

    def boundary(self, place: int) -> list[Floats]:
        """Lines (points, 2) in the units of the inputs, at which the likeliest class of a run changes."""
        output = self.outputs[place]
        if not isinstance(output, PlaneOutput) or not output.is_classes:
            return []
        values = np.asarray(output.values, float)
        lines = []
        for index in range(1 if len(values) == 2 else len(values)):
            lines += level_lines(values[index] - np.delete(values, index, axis=0).max(axis=0), 0.0)
        size = values.shape[-1] - 1
        (left, right), (low, high) = output.picture.x_range, output.picture.y_range
        scale, begin = np.array([(right - left) / size, (high - low) / size]), np.array([left, low])
        return [begin + line * scale for line in lines]

    @cached_property
    def differing(self) -> NDArray[np.bool_] | None:
        """(rows, columns), the lowest first: where two runs choose different classes.

        None of more runs, and where they were not asked at the same points.
        """
        planes = [output for output in self.outputs if isinstance(output, PlaneOutput) and output.is_classes]
        if len(self.runs) != 2 or len(planes) != 2 or not _same_points(*planes):
            return None
        first, second = (np.asarray(plane.values) for plane in planes)
        is_known = np.isfinite(first).all(axis=0) & np.isfinite(second).all(axis=0)
        return np.asarray((first.argmax(axis=0) != second.argmax(axis=0)) & is_known)

    @property
    def differing_shares(self) -> tuple[float, float] | None:
        """Of the plane that is shown, and of the training samples (at the nearest point that was asked)."""
        differing, plane = self.differing, self.outputs[0]
        if differing is None or not isinstance(plane, PlaneOutput):
            return None
        rows, columns = _pixels(plane, plane.info.dataset.train.inputs)
        return float(differing.mean()), float(differing[rows, columns].mean())

    @property
    def differing_words(self) -> Text:
        """How much that is."""
        shares = self.differing_shares
        if shares is None:
            return NOTHING
        return text(
            "{plane:percent} of the plane, {samples:percent} of the samples", plane=shares[0], samples=shares[1]
        )

    def here(self, place: int, point: Sequence[float]) -> Text:
        """What a run says to an input of one or two numbers."""
        output = self.outputs[place]
        if isinstance(output, CurveOutput):
            y = np.interp(point[0], output.picture.x, output.picture.y[0])
            return text("here: {value}", value=number(float(y), 3))
        if not isinstance(output, PlaneOutput):
            return NOTHING
        rows, columns = _pixels(output, np.array([point]))
        values = output.values[:, rows[0], columns[0]]
        if not np.isfinite(values).all():
            return text("here: no finite number")
        if not output.is_classes:
            return text("here: {value}", value=number(float(values[0]), 3))
        best = int(values.argmax())
        name = output.class_names[best]
        name = f"class {name}" if name.isdecimal() else name
        if values[best] > ALMOST_SURE:
            return text("here: {name}, more than {share:percent} sure", name=name, share=ALMOST_SURE)
        return text("here: {name}, {share:percent} sure", name=name, share=float(values[best]))

    def losses(self, place: int) -> tuple[NDArray[np.int64], Floats]:
        """Steps and validation losses of a run."""
        steps, losses = self.runs[place].history.columns(EvaluationRecord, "step", "loss", glance=True)
        return steps, losses

    @property
    def checked(self) -> Text:
        """What samples the losses are of."""
        return text("{samples} loss", samples=checked_on(self.runs[0].history.info))

    def result(self, place: int) -> Text:
        """The newest accuracy; of a regression the loss."""
        _, loss, accuracy = _last(self.runs[place])
        samples = checked_on(self.runs[place].history.info)
        if np.isfinite(accuracy):
            return text("{samples} {share}", samples=samples, share=percent(accuracy, 0))
        return text("{samples} loss {loss}", samples=samples, loss=number(loss, 2))

    def dead(self, place: int) -> list[LayerDeath]:
        """The hidden layers of a run whose units can die, from the first on."""
        history = self.runs[place].history
        latest = history.latest(ProbeRecord)
        if latest is None:
            return []
        hidden = list(enumerate(history.info.layout.layers[:-1]))
        return [LayerDeath(layer.title, float(latest["dead"][at])) for at, layer in hidden if latest["dead"][at] >= 0]

    def dead_share(self, place: int) -> float:
        """Of all units that can die; NaN where none can."""
        _, shares = dead_shares(self.runs[place].history)
        return float(shares[-1]) if len(shares) else float("nan")

    @property
    def caption(self) -> str:
        """What is drawn, in sentences."""
        parts = ["What each run computes of the same inputs, on equal axes, dropout off"]
        if self.ranges is not None:
            parts.append("lines: where the likeliest class changes")
        if self.differing is not None:
            parts.append("hatched: where the two choose different classes")
        parts.append(f"below: {self.checked}, and the dead units of each layer")
        left = f" {self.left_out} more runs are left out." if self.left_out else ""
        return f"{'; '.join(parts)}. {self.headline}{left}"

    @property
    def in_words(self) -> Text:
        """What is seen, for whoever does not see it."""
        told = []
        for place in range(len(self.runs)):
            step, loss, _ = _last(self.runs[place])
            parts = [text("{loss} at step {step:,}", loss=text("loss {loss}", loss=number(loss, 3)), step=step)]
            parts.append(self.result(place))
            share = self.dead_share(place)
            if np.isfinite(share):
                parts.append(text("{share:percent} of its units dead", share=share))
            told.append(text("{title}: {parts}.", title=self.title_of(place), parts=joined(parts, ", ")))
        shares = self.differing_shares
        if shares is not None:
            told.append(text("A and B differ on {where}.", where=self.differing_words))
        return text("{headline} {runs}", headline=self.headline, runs=joined(told, " "))

    @property
    def table(self) -> Table:
        """A row for every run."""
        plane, samples = self.differing_shares or (float("nan"), float("nan"))
        rows = []
        for place, run in enumerate(self.runs):
            step, loss, accuracy = _last(run)
            dead = self.dead_share(place)
            rows.append((LETTERS[place], run.label, step, loss, accuracy, dead, plane, samples))
        return Table(COLUMNS, rows)


def shares_right(output: ClassesOutput) -> Floats:
    """Of each class the share of its samples that is right; NaN of one without samples."""
    counts = output.picture.confusion
    with np.errstate(invalid="ignore"):
        return np.asarray(np.diag(counts) / counts.sum(axis=1), float)


def _what(difference: Difference) -> str:
    """What differs, with its place."""
    if not difference.where:
        return difference.name
    return (
        f"{difference.name} of the {difference.where}"
        if "hidden" in difference.where
        else (f"{difference.name} of {difference.where}")
    )


def _last(run: ShownRun) -> tuple[int, float, float]:
    """Step, loss and accuracy of the newest check; step 0 and NaN before any."""
    latest = run.history.latest(EvaluationRecord, glance=True)
    if latest is None:
        return 0, float("nan"), float("nan")
    return int(latest["step"]), float(latest["loss"]), float(latest["accuracy"])


def _same_points(one: PlaneOutput, other: PlaneOutput) -> bool:
    pictures = one.picture, other.picture
    return len({(each.x_range, each.y_range, each.values.shape[1:]) for each in pictures}) == 1


def _pixels(output: PlaneOutput, points: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of the nearest point that was asked, for each of some points (n, 2)."""
    size = output.picture.values.shape[-1]
    found = []
    for axis, (low, high) in enumerate((output.picture.x_range, output.picture.y_range)):
        places = (points[:, axis] - low) / (high - low) * (size - 1)
        found.append(np.clip(np.rint(places), 0, size - 1).astype(np.intp))
    return found[1], found[0]
