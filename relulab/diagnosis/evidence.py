"""What a rule may look at: the design, the data, the present moment of a run and the moments before it.

The training layer fills in moments from its records:

    evidence = Evidence.of(plan, dataset, probe_samples)
    for ...:
        evidence = evidence.then(Moment(step=..., loss=..., dead=...))
        findings = diagnosis.observe(evidence)

An evidence without a moment is a design that nobody has built yet; the rules that read only the design
work on it already.
"""

import math
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.layers import LAYERS
from relulab.data.dataset import Dataset, Description
from relulab.diagnosis.data_statistics import DataStatistics, measured_statistics, usual_statistics
from relulab.diagnosis.forecast import Forecast, forecast
from relulab.experiment import ExperimentSpec
from relulab.measurements.measurement import Measured, with_measurements
from relulab.measurements.registry import JUDGED
from relulab.model.layout import Layout, MeasuredLayer
from relulab.model.plan import DesignPlan

Floats = NDArray[np.floating]
HISTORY_MOMENTS = 96  # then the older ones are thinned out; the first stays


def _unmeasured() -> Floats:
    return np.empty(0, np.float32)


@with_measurements(JUDGED, lambda entry: np.empty(0, entry.dtype))
class Moment(Measured):
    """What was measured at one step: every judged measurement of the registry is a field, too.

    Empty arrays, NaN and None mean "not measured". Layer arrays are (L,) in the order of the layout, unit arrays (U,).
    ``loss``, ``accuracy``: probe set, eval mode, without penalties. ``batch_loss``: mean of the training batches since
    the moment before. ``duplicates``: share of a layer's units with |corr| > 0.999 to another. ``effective_rank`` of
    the centred activations. ``bias_mean``: mean bias of each layer (NaN without bias). ``linear_r2``: R² of the
    centred outputs regressed on [x, 1]. ``linear_rank``: rank of the one matrix of a purely linear stack.
    ``diverged``: the run ended here, its loss (``batch_loss``) not finite; what is measured is of before that.
    ``non_finite``: title of the first layer with a value that is not finite then, empty where only the loss is not.
    """

    step: int
    learning_rate: float = math.nan
    batch_loss: float = math.nan
    loss: float = math.nan
    accuracy: float = math.nan
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan
    duplicates: Floats = field(default_factory=_unmeasured)
    effective_rank: Floats = field(default_factory=_unmeasured)
    bias_mean: Floats = field(default_factory=_unmeasured)
    linear_r2: float = math.nan
    linear_rank: int | None = None
    diverged: bool = False
    non_finite: str = ""

    def has(self, name: str) -> bool:
        """Whether the field ``name`` was measured."""
        value = getattr(self, name)
        if isinstance(value, np.ndarray):
            return bool(value.size)
        return value is not None and value == value


MOMENT_FIELDS = frozenset(part.name for part in fields(Moment))


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that the rules judge by. ``history`` holds the moments before the present one, oldest first.

    ``peak_update`` (L,): the greatest update : weight ratio (log10) of any moment so far; empty before the first.
    ``best``: the moment with the lowest validation loss so far.
    """

    plan: DesignPlan
    facts: DataStatistics
    forecast: Forecast
    probe_samples: int = 0
    moment: Moment | None = None
    history: tuple[Moment, ...] = ()
    peak_update: Floats = field(default_factory=_unmeasured)
    best: Moment | None = None

    @classmethod
    def design(cls, plan: DesignPlan, facts: DataStatistics | None = None) -> "Evidence":
        """A design before it is built, by default on data of the usual scale."""
        facts = facts or usual_statistics(plan.spec, plan.description)
        return cls(plan, facts, forecast(plan, facts))

    @classmethod
    def of(cls, plan: DesignPlan, dataset: Dataset, probe_samples: int) -> "Evidence":
        """A design with its data, before the first moment. ``probe_samples``: size of the probe set."""
        return replace(cls.design(plan, measured_statistics(plan.spec, dataset)), probe_samples=probe_samples)

    @property
    def spec(self) -> ExperimentSpec:
        return self.plan.spec

    @property
    def description(self) -> Description:
        """The shape of the data."""
        return self.plan.description

    @property
    def layout(self) -> Layout:
        return self.plan.layout

    def then(self, moment: Moment) -> "Evidence":
        """The evidence one moment later."""
        history = self.history if self.moment is None else (*self.history, self.moment)
        better = self.best is None or moment.validation_loss < self.best.validation_loss
        return replace(
            self,
            moment=moment,
            history=_thinned(history),
            peak_update=_peak(self.peak_update, moment.update_ratio),
            best=moment if better and moment.has("validation_loss") else self.best,
        )

    @property
    def now(self) -> Moment:
        """The present moment, where there is known to be one."""
        assert self.moment is not None, "this evidence is a design without a run"
        return self.moment

    @property
    def first(self) -> Moment | None:
        """The oldest moment: step 0 of a run that was watched from its start."""
        return self.history[0] if self.history else self.moment

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All moments that are kept, oldest first, the present one last."""
        return self.history if self.moment is None else (*self.history, self.moment)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Positions of the hidden layers in the layout."""
        return tuple(range(len(self.layout.layers) - 1))

    @property
    def bent(self) -> tuple[int, ...]:
        """Positions of the hidden layers that have an activation; of all hidden layers in a linear stack."""
        bent = tuple(position for position in self.hidden if self.layer(position).activation != "identity")
        return bent or self.hidden

    @property
    def weighted(self) -> tuple[int, ...]:
        """Positions of the layers with a weight matrix or filters, the output layer last."""
        last = len(self.layout.layers) - 1
        return tuple(
            position
            for position, layer in enumerate(self.layout.layers)
            if position == last or LAYERS[layer.kind].has_weights
        )

    def layer(self, position: int) -> MeasuredLayer:
        """The measured layer at a position of the layer arrays."""
        return self.layout.layers[position]

    def activation(self, position: int) -> Activation:
        """Catalogue entry of the activation of the layer at this position."""
        return ACTIVATIONS[self.layer(position).activation]


def _thinned(history: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """Drop every second moment of the older three quarters when there are too many; keep the first."""
    if len(history) <= HISTORY_MOMENTS:
        return history
    older = 3 * HISTORY_MOMENTS // 4
    return (history[0], *history[2:older:2], *history[older:])


def _peak(before: Floats, now: Floats) -> Floats:
    if not before.size or not now.size:
        return now if now.size else before
    return np.fmax(before, now)
