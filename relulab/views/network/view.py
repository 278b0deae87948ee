"""The picture of a network at one moment: numbers to draw, words to say, for the window, a report and Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.status import UnitStatus
from relulab.session.history import RunHistory
from relulab.text import Text, joined, telling, text
from relulab.training.telemetry import NetworkPicture, ProbeRecord, RunStarted
from relulab.views.network.arrange import ColumnSize, Shown
from relulab.views.network.columns import Column, gap_rules, network_columns
from relulab.views.network.edges import EdgeRule, Lines
from relulab.views.parts import DROPOUT_OFF, Table
from relulab.views.room import Leaves, leaving

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]

TITLE = "Network"
COLUMNS = ("run", "step", "layer", "unit", "state", "bias", "weight norm", "sample", "h of the sample")
DROPPED = text("dropped")
HATCHED = text("hatched: dropped in this batch, for its first sample")
WEAK_SHARE = 0.9  # of a layer's units have no stronger colour than the end of its scale
SLOWLY = 0.1  # of the way down, with each picture


@dataclass(frozen=True, slots=True, eq=False)
class NetworkView:
    """``status``: the state of every unit of the layout in the newest measurement, empty before the first."""

    info: RunStarted
    picture: NetworkPicture
    status: Codes

    @property
    def columns(self) -> tuple[Column, ...]:
        return network_columns(self.info)

    @property
    def rules(self) -> tuple[EdgeRule, ...]:
        """The rule for the lines before each layer."""
        return gap_rules(self.info)

    @property
    def step(self) -> int:
        return self.picture.step

    def sizes(self, measure: Callable[[str], float], say: Callable[[Text], str] = str) -> list[ColumnSize]:
        """What the layout knows of each column; ``measure`` gives the width of words in pixels."""
        sizes = []
        for column in self.columns:
            widest = max((measure(say(name)) for name in column.names), default=0.0)
            value = measure(" −88.88") if column.layer is not None else 0.0  # beside the name of an output
            sizes.append(ColumnSize(column.units, column.shown, min(96, round(widest + value + 8)) if widest else 0))
        return sizes

    def pictures(self, column: int) -> Floats:
        """What is drawn of each unit: (units, rows, columns), (units, points) of curves, (units,) of values."""
        shown = self.columns[column].shown
        if column == 0:
            return self._input()
        if shown is Shown.WEIGHTS:
            weights = self.picture.weights[0]
            shape = self.info.dataset.description.input_shape
            return np.asarray(weights.reshape(len(weights), *shape).mean(axis=1), np.float32)
        values = self.picture.values or self.picture.at_sample
        return values[column - 1]

    def scale(self, column: int) -> float:
        """The value whose colour is the strongest: one for a layer, so that who is weak is seen."""
        pictures = self.pictures(column).reshape(self.columns[column].units, -1)
        largest = np.maximum(pictures.max(axis=1), -pictures.min(axis=1))
        largest = np.sort(largest if np.isfinite(largest).all() else np.nan_to_num(largest, posinf=0.0))
        weak = len(largest) - 1 if self.columns[column].shown is Shown.VALUE else int(WEAK_SHARE * len(largest))
        return float(largest[min(weak, len(largest) - 1)]) or float(largest[-1]) or 1.0

    def weights(self, column: int) -> Floats:
        """What the lines before a column tell, (receivers, senders): weights, norms of kernels, or who feeds whom."""
        rule = self.rules[column - 1]
        if rule.lines is Lines.NONE:
            return np.zeros((0, 0), np.float32)
        if rule.lines is Lines.ONE_TO_ONE:
            return np.eye(rule.receivers, rule.senders, dtype=np.float32)
        measured = self.columns[column].measured
        assert measured is not None, "a pool is one to one"
        weights = self.picture.weights[measured]
        if rule.lines is Lines.WEIGHTS:
            return weights
        return np.asarray(np.linalg.norm(weights.reshape(rule.receivers, rule.senders, -1), axis=2), np.float32)

    def kernels(self) -> Floats:
        """The filters of a first layer of convolutions, (channels, rows, columns); none for another layer."""
        first = self.columns[1].layer
        if first is None or first.kind != "conv2d":
            return np.zeros((0, 1, 1), np.float32)
        return np.asarray(self.picture.weights[0].mean(axis=1), np.float32)

    def states(self, column: int) -> Codes:
        """The state of each unit; all active where nothing was measured."""
        measured = self.columns[column].measured
        if measured is None or not len(self.status):
            return np.zeros(self.columns[column].units, np.uint8)
        offsets = self.info.layout.offsets
        return self.status[offsets[measured] : offsets[measured + 1]]

    def dropped(self, column: int) -> NDArray[np.bool_]:
        """Which units dropout dropped in the newest batch, for its first sample."""
        told = self.picture.dropped
        units = self.columns[column].units
        return told[column] if told and len(told[column]) == units else np.zeros(units, bool)

    @property
    def drops(self) -> bool:
        """Whether it is known whom dropout dropped in the newest batch."""
        return any(len(mask) for mask in self.picture.dropped)

    def titles(self, columns: range) -> tuple[Text, ...]:
        """The title of a column, or of several that are folded, the longest first."""
        if len(columns) == 1:
            return self.columns[columns[0]].titles
        first, last = (self.columns[c].titles[-1] for c in (columns[0], columns[-1]))
        told = {"first": first, "last": last}
        return text("Layers {first} to {last}, folded", **told), text("{first}–{last}", **told)

    def counts(self, columns: range) -> tuple[Text, ...]:
        """The second line of a caption, the longest first: units, and how many are in which state but the healthy."""
        counted = [self.columns[c].counted for c in columns]
        codes = np.concatenate([self.states(c) for c in columns])
        each = counted[0] if len(columns) == 1 else text("{counted} each", counted=counted[0])
        alike = len({str(words) for words in counted}) == 1
        units = each if alike else text("{count:unit|units}", count=len(codes))
        states = [
            text("{count:,} {status}", count=int(n), status=state.label)
            for state in UnitStatus
            if state is not UnitStatus.ACTIVE and (n := (codes == state).sum())
        ]
        shorter = [joined((units, *states[:1]), " · "), *states[:1]] if states else []
        told = dict(counted[0].values)
        size = text("{rows} × {columns}", **told) if "rows" in told else text("{count:,}", count=len(codes))
        return joined((units, *states), " · "), *shorter, size

    @property
    def sample(self) -> Text:
        """Over what the units are drawn."""
        told = {"sample": self.picture.sample + 1, "step": self.step}
        scaled = leaving(Leaves.HOW, text("as scaled for the network"))
        over = {
            1: joined((text("Each unit over the input"), scaled), ", "),
            2: joined((text("Each unit over the plane of the inputs"), scaled), ", "),
        }
        shown = over.get(len(self.picture.ranges), text("Values for validation sample {sample:,}", **told))
        hatched = (leaving(Leaves.LATE, HATCHED),) if self.drops else ()
        at = telling("moment", joined((DROPOUT_OFF, leaving(Leaves.LATE, text("at step {step:,}", **told))), ", "))
        return joined((telling("sample", shown), at, *hatched), ", ")

    def occurring(self) -> list[UnitStatus]:
        """The states that the legend names."""
        return [s for s in UnitStatus if s is not UnitStatus.ACTIVE and bool((self.status == s).any())]

    def _input(self) -> Floats:
        """The inputs over the plane or the line, or those of the sample."""
        inputs, ranges = self.picture.inputs, self.picture.ranges
        if self.info.dataset.description.is_image:
            return np.asarray(inputs.mean(axis=0)[np.newaxis], np.float32)
        if not ranges:
            return inputs
        return _inputs_over(ranges, self.picture.values[0].shape[-1])


def in_words(run: str, view: NetworkView) -> Text:
    """What is seen, for whoever does not see it."""
    layers = [
        text("{title}, {counts}", title=column.titles[0], counts=view.counts(range(place, place + 1))[0])
        for place, column in enumerate(view.columns)
    ]
    return text("Network of {run} at step {step:,}: {layers}.", run=run, step=view.step, layers=joined(layers, "; "))


def caption(view: NetworkView) -> str:
    """Over what it was measured, and which weights are lines."""
    rules = [str(rule.words[0]) for rule in view.rules]
    return f"{view.sample}. Amber: above zero, blue: below. Lines, layer after layer: {'; '.join(rules)}."


def table(run: str, view: NetworkView) -> Table:
    """A row for every unit: its state, bias, the norm of its incoming weights, and its value for the sample."""
    rows = []
    for place, column in enumerate(view.columns):
        if column.layer is None or column.measured is None:
            continue
        weights, biases = view.picture.weights[column.measured], view.picture.biases[column.measured]
        norms = np.linalg.norm(weights.reshape(column.units, -1), axis=1)
        flat = None if biases is None or biases.size != column.units else biases
        values = view.picture.at_sample[place - 1].reshape(column.units, -1)
        name, states = view.info.layout.layers[column.measured].name, view.states(place)
        for unit in range(column.units):
            value = values[unit, 0] if values.shape[1] == 1 else np.nan
            bias = np.nan if flat is None else flat[unit]
            state = str(UnitStatus(int(states[unit])).label)
            rows.append((run, view.step, name, unit, state, bias, norms[unit], view.picture.sample, value))
    return Table(COLUMNS, rows)


@lru_cache(maxsize=4)  # asked with every picture, and the same for a whole run
def _inputs_over(ranges: tuple[tuple[float, float], ...], points: int) -> Floats:
    """What each input is over the line, (1, points), or over the plane, (2, points, points). Not to be written to."""
    along = [np.linspace(low, high, points, dtype=np.float32) for low, high in ranges]
    if len(along) == 1:
        inputs = along[0][np.newaxis]
    else:
        inputs = np.stack([np.tile(along[0], (points, 1)), np.tile(along[1][::-1, None], (1, points))])
    inputs.setflags(write=False)
    return inputs


def network_view(history: RunHistory) -> NetworkView | None:
    """The newest picture of a run; None where there is none."""
    picture = history.network
    if picture is None:
        return None
    probe = history.latest(ProbeRecord, glance=True)
    status = np.zeros(0, np.uint8) if probe is None else probe["unit_status"]
    return NetworkView(history.info, picture, status)


def followed(before: float | None, now: float) -> float:
    """The end of a scale after another picture: upwards at once, downwards slowly, so that colours keep still."""
    return now if before is None or now >= before else before + SLOWLY * (now - before)


def scales_after(before: Sequence[float], view: NetworkView, last: NetworkView | None) -> list[float]:
    """The ends of the scales of all columns; ``before`` has those of the view that was drawn ``last``, if any."""
    if not before or last is None:
        return [view.scale(column) for column in range(len(view.columns))]
    same = view.pictures(0) is last.pictures(0)  # the inputs over the plane stay what they are
    return [end if same and not column else followed(end, view.scale(column)) for column, end in enumerate(before)]
