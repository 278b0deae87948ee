"""What values each layer puts out, or what weights it has: over the steps, and in the last measurement.

Histograms with ranges of their own are brought onto one axis by ``rebin``: live panel and figures use the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.formatting import count, number, percent
from relulab.session.history import RunHistory
from relulab.text import Text, joined, text
from relulab.training.telemetry import ProbeRecord
from relulab.views.parts import ShownRun, Table, probe_set
from relulab.views.room import Leaves, leaving
from relulab.views.thinning import MOST_LAYERS, layers_drawn, spread

LEAST_SHARE = 1e-3  # a smaller share of the values looks like none
WORTH_SAYING = 0.005  # a smaller share would be written as 0 %

Floats = NDArray[Any]  # as histories hold them
Levels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Values:
    """Which values are counted: ``fields`` are shares, least and greatest value. ``has_mean``: also of the sample."""

    key: str
    title: Text
    what: Text
    fields: tuple[str, str, str]
    has_mean: bool


ACTIVATIONS = Values(
    "histograms",
    text("Histograms of activations"),
    text("activations"),
    ("histogram", "histogram_low", "histogram_high"),
    True,
)
WEIGHTS = Values(
    "weights", text("Histograms of weights"), text("weights"), ("weight_histogram", "weight_low", "weight_high"), False
)


@dataclass(frozen=True, slots=True, eq=False)
class LayerValues:
    """One layer at ``steps`` (n,): shares ``histogram`` (n, bins) from ``low`` to ``high`` (n,).

    Of activations with their ``means`` (n,); now they have a spread ``std``, and a share ``zero`` or ``saturated``.
    """

    name: str
    steps: NDArray[np.int64]
    histogram: Floats
    low: Floats
    high: Floats
    means: Floats | None
    std: float
    zero: float
    saturated: float

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest value now."""
        return float(self.low[-1]), float(self.high[-1])

    @property
    def shares(self) -> list[Text]:
        """How many values are exactly 0 now, and how many saturated, where it is worth saying."""
        if self.means is None:
            return []
        told = (
            (self.zero, text("exactly 0: {share}", share=percent(self.zero, 0))),
            (self.saturated, text("saturated: {share}", share=percent(self.saturated, 0))),
        )
        return [words for share, words in told if share >= WORTH_SAYING]

    @property
    def caption(self) -> Text:
        """The name of the layer and the numbers of its present histogram."""
        low, high = self.range
        if self.means is None:
            return joined([self.name, text("weights from {low} to {high}", low=low, high=high)], " · ")
        mean = float(self.means[-1])
        if not np.isfinite([mean, self.std]).all():
            return joined([self.name, *self.shares, text("values that are not finite")], " · ")
        middle = leaving(Leaves.LATE, text("mean {mean}", mean=mean))
        spread = leaving(Leaves.CONDITION, text("std {std}", std=self.std))
        return joined([self.name, *self.shares, middle, spread], " · ")

    @property
    def words(self) -> Text:
        """The same in a sentence."""
        low, high = map(number, self.range)
        told = [text("{layer} from {low} to {high}", layer=self.name, low=low, high=high)]
        if self.means is not None:
            told.append(text("mean {mean}", mean=number(float(self.means[-1]))))
        return joined([*told, *self.shares], ", ")


def layer_values(values: Values, history: RunHistory) -> list[LayerValues]:
    """The layers of a run, input first; none before the first measurement."""
    fields = (*values.fields, "mean", "std", "sparsity", "saturated")
    steps, *columns = history.columns(ProbeRecord, "step", *fields, glance=True)
    found = []
    for index, layer in enumerate(history.info.layout.layers if len(steps) else ()):
        histogram, low, high, means, *newest = (column[:, index] for column in columns)
        now = (float(column[-1]) for column in newest)
        found.append(LayerValues(layer.title, steps, histogram, low, high, means if values.has_mean else None, *now))
    return found


def caption(values: Values, history: RunHistory) -> str:
    """What was counted, over which sample, how often, and which layers are drawn."""
    sample = f"{probe_set(history.info)}; " if values.has_mean else ""
    some = layers_drawn(MOST_LAYERS, len(history.info.layout.layers))
    return (
        f"Share of the {values.what} of a layer at each value, over the steps (left) and in the last measurement "
        f"(right, each to its own scale). {sample}{count(history.rows(ProbeRecord), 'measurement')}.{some}"
    )


def in_words(values: Values, run: ShownRun) -> Text:
    """What is seen, for whoever does not see it."""
    layers = spread(layer_values(values, run.history), MOST_LAYERS)
    return text(
        "{title} over the steps, {run}. At step {step:,}: {layers}.",
        title=values.title,
        run=run.label,
        step=int(layers[0].steps[-1]),
        layers=joined((layer.words for layer in layers), "; "),
    )


def table(values: Values, runs: Sequence[ShownRun]) -> Table | None:
    """A row for every measurement of every layer of the first run."""
    rows = [row for run in runs[:1] for row in _rows(values, run)]
    bins = len(rows[0]) - 5 if rows else 0
    names = ("run", "step", "layer", "low", "high", *(f"bin {index + 1}" for index in range(bins)))
    return Table(names, rows) if rows else None


def _rows(values: Values, run: ShownRun) -> Iterator[tuple[Any, ...]]:
    steps, histogram, low, high = run.history.columns(ProbeRecord, "step", *values.fields)
    for row, step in enumerate(steps):
        for index, layer in enumerate(run.history.info.layout.layers):
            yield (run.label, step, layer.name, low[row, index], high[row, index], *histogram[row, index])


def rebin(histogram: Floats, low: Floats, high: Floats, axis: tuple[float, float], bins: int) -> Floats:
    """Shares (n, B) in equal bins between ``low`` and ``high`` (n,), divided anew into ``bins`` of ``axis``.

    Within a bin values count as evenly spread; a record whose values are all the same stays one bin. Values
    beyond the axis are left out. A record that is not finite becomes NaN.
    """
    histogram, low, high = (np.asarray(values, float) for values in (histogram, low, high))
    broken = ~(np.isfinite(low) & np.isfinite(high) & np.isfinite(histogram).all(axis=1))
    histogram = np.where(broken[:, None], 0.0, histogram)
    low, high = np.where(broken, 0.0, low)[:, None], np.where(broken, 1.0, high)[:, None]
    count = histogram.shape[1]
    spread = np.maximum(high - low, 1e-9 * (axis[1] - axis[0]) / bins)
    edges = np.linspace(*axis, bins + 1)[None, :]
    place = np.clip((edges - low) / spread, 0.0, 1.0) * count
    cumulative = np.concatenate([np.zeros((len(histogram), 1)), np.cumsum(histogram, axis=1)], axis=1)
    left = np.minimum(place.astype(np.intp), count - 1)
    below = np.take_along_axis(cumulative, left, axis=1)
    above = np.take_along_axis(cumulative, left + 1, axis=1)
    shares = np.diff(below + (place - left) * (above - below), axis=1)
    shares[broken] = np.nan
    return np.asarray(shares, float)


def levels(shares: Floats) -> Levels:
    """Shades 0 to 255 of shares on a log scale from ``LEAST_SHARE`` to 1; NaN and less are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shade = 1.0 - np.log10(shares) / np.log10(LEAST_SHARE)
    return np.asarray(255 * np.clip(np.nan_to_num(shade, nan=0.0), 0.0, 1.0), np.uint8)
