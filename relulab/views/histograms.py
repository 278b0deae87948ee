"""What values each layer puts out, or what weights it has: over the steps, and in the last measurement."""

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
from relulab.views.thinning import MOST_LAYERS, layers_drawn, spread

WORTH_SAYING = 0.005  # a smaller share would be written as 0 %

Floats = NDArray[Any]  # as histories hold them


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
            return joined([self.name, text("weights from {low:.3g} to {high:.3g}", low=low, high=high)], " · ")
        mean = float(self.means[-1])
        spread = text("mean {mean:.3g} · std {std:.3g}", mean=mean, std=self.std)
        finite = np.isfinite([mean, self.std]).all()
        return joined([self.name, *self.shares, spread if finite else text("values that are not finite")], " · ")

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
    steps, *columns = history.columns(ProbeRecord, "step", *fields)
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
