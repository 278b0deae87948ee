"""What a run tells while it trains: frozen records of flat NumPy arrays.

L counts the measured layers (every layer with weights, the output layer last), U all their units.
The ``Layout`` names them once; the records that follow hold numbers only.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Dataset
from relulab.diagnosis.findings import Finding
from relulab.diagnosis.moment import Moment
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import changes
from relulab.introspection.dense_stack import DenseStack
from relulab.measurements.measurement import Measured, with_measurements
from relulab.measurements.registry import PROBE, STEP, TRACE
from relulab.model.layout import Layout
from relulab.model.plan import DesignPlan
from relulab.training.checkpoint import Checkpoint
from relulab.training.kept_weights import KeptWeights

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class RunStarted:
    """A new history begins: a new design, a new seed or a reset. It holds what does not change during the run.

    ``dataset`` has the first samples alone where the run comes from a file; ``trained_on`` counts all to learn from.
    """

    spec: ExperimentSpec
    layout: Layout
    dataset: Dataset
    probe_samples: int
    validation_samples: int
    device: str
    trained_on: int = 0

    @property
    def training_samples(self) -> int:
        """How many samples there are to learn from."""
        return self.trained_on or len(self.dataset.train)

    @property
    def plan(self) -> DesignPlan:
        """The design on the shape of its data."""
        return DesignPlan.of(self.spec, self.dataset.description)


@with_measurements(STEP.values())
class StepRecord(Measured):
    """Read off the training batch of one step; at step 0 the losses are of the first batch, before learning.

    ``loss``, ``loss_low``, ``loss_high``: mean, least, greatest batch loss of the steps since the record before,
    without the L1/L2 ``penalty``. ``accuracy``: share of this batch, NaN in a regression. Every entry of
    ``measurements.registry.STEP`` is a field (L,): ``gradient_norm``, ||dL/dW||₂ before clipping; ``gradient_rms``,
    norm / √n; ``update_ratio``, log10(||ΔW|| / ||W||) of the actual step, NaN at step 0 and where W is zero.
    """

    step: int
    epoch: float
    learning_rate: float
    loss: float
    loss_low: float
    loss_high: float
    penalty: float
    accuracy: float


@with_measurements(PROBE.values())
class ProbeRecord(Measured):
    """Measured on the probe set in eval mode: every entry of ``measurements.registry.PROBE`` is a field.

    Layer arrays are (L,), unit arrays (U,), histograms (L, bins); ``loss`` and ``accuracy`` are of the probe set
    (``accuracy`` NaN in a regression). Shares run from 0 to 1, NaN where a layer's activation has no such state.
    """

    step: int
    epoch: float
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationRecord:
    """Loss and accuracy on the validation set (on the training set where there is none), in eval mode."""

    step: int
    epoch: float
    loss: float
    accuracy: float


@with_measurements(TRACE.values())
class UnitTraceRecord(Measured):
    """The weights of every unit at a probe: every entry of ``measurements.registry.TRACE`` is a field.

    (U,) each, NaN where there is no such parameter. ``gradient_norm``: of the unit's incoming weights in
    the last batch, as the optimizer saw it.
    """

    step: int


@dataclass(frozen=True, slots=True, eq=False)
class PlanePicture:
    """2-D input: ``values`` (outputs, size, size), row 0 at the lowest y, over ``x_range`` and ``y_range``.

    Class probabilities in a classification, the value in a regression. ``stack``: the network itself, where it is
    affine in pieces, to draw its regions; no session keeps it.
    """

    step: int
    values: Floats
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    stack: DenseStack | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CurvePicture:
    """1-D regression: the fitted curve ``y`` (outputs, n) at ``x`` (n,). ``stack``: as of a ``PlanePicture``."""

    step: int
    x: Floats
    y: Floats
    stack: DenseStack | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ClassesPicture:
    """Classes of any input: ``confusion`` (true, predicted) counts on the validation set.

    ``samples`` are indices into that set; ``probabilities`` (n, classes) the network's shares for them.
    """

    step: int
    confusion: NDArray[np.int64]
    samples: NDArray[np.int64]
    probabilities: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the network says to the ``samples`` of a ``ClassesPicture`` alone, asked while somebody looks at them.

    ``probabilities`` (n, classes), as there.
    """

    step: int
    samples: NDArray[np.int64]
    probabilities: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ScatterPicture:
    """A regression with more than two inputs: ``target`` against ``predicted`` (n,) on the validation set."""

    step: int
    target: Floats
    predicted: Floats


Picture = PlanePicture | CurvePicture | ClassesPicture | ScatterPicture


@dataclass(frozen=True, slots=True, eq=False)
class ReadBatch:
    """What the batch of ``step`` did to the weights of each layer of the layout, in their shapes.

    ``gradients``: of its loss, before penalties and clipping. ``updates``: what the step added; none at step 0.
    """

    step: int
    gradients: tuple[Floats, ...]
    updates: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPicture:
    """Every unit and every weight at one moment, for a picture of the network itself. No session keeps it.

    There is an entry in ``values`` and ``at_sample`` for each of ``model.drawn.drawn_layers``, one in ``weights`` and
    ``biases`` (None: without) for each layer of the layout. ``values``: h of each unit over the ``ranges`` of the
    inputs, (units, rows, columns) with the highest y in row 0 for two inputs, (units, points) for one; none for more.
    ``at_sample``: h for the validation sample ``sample``, whose ``inputs`` are (*input_shape): (units,), or
    (channels, height, width). ``read``: the newest batch that was read; None before any. ``dropped``: for the input
    and each drawn layer, which units dropout dropped in the batch of this ``step`` for the first of its samples,
    (units,) or empty where nothing drops; none where that is not known.
    """

    step: int
    ranges: tuple[tuple[float, float], ...]
    values: tuple[Floats, ...]
    sample: int
    inputs: Floats
    at_sample: tuple[Floats, ...]
    weights: tuple[Floats, ...]
    biases: tuple[Floats | None, ...]
    read: ReadBatch | None = None
    dropped: tuple[NDArray[np.bool_], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class UnitDetails:
    """One unit, looked at closely. ``layer`` counts in the layout.

    ``weights``: its incoming weights in the shape that people know: (features,), (height, width) for the first
    layer of an image network, (channels, height, width) for filters. ``bias``: NaN where it has none. ``plane``: its
    activation over a 2-D input, like ``PlanePicture`` with one output; None elsewhere. ``samples``: those of the first
    ``searched`` training samples that excite it most, best first, with their ``activations``.
    """

    step: int
    layer: int
    unit: int
    weights: Floats
    bias: float
    plane: PlanePicture | None
    samples: NDArray[np.int64]
    activations: Floats
    searched: int


@dataclass(frozen=True, slots=True)
class DeathCertificate:
    """How one unit died: found by training again from the start, which gives the same run.

    ``died_in`` is the step whose update pushed it under: after ``died_in - 1`` steps some probe sample still
    made it fire, after ``died_in`` and until ``replayed_to`` none did. The gradient is that of the unit's incoming
    weights and bias in that update; ``batch`` are indices of its training samples. ``max_before`` and ``max_after``
    are the unit's greatest pre-activation over the probe set. ``born_dead``: it never fired, so there is no update
    to name and ``died_in`` is 0. ``problem`` says in words why the death could not be found, where it could not.
    """

    layer: int
    unit: int
    died_in: int
    replayed_to: int
    born_dead: bool
    learning_rate: float
    loss: float
    gradient_norm: float
    bias_before: float
    bias_after: float
    weight_norm_before: float
    weight_norm_after: float
    max_before: float
    max_after: float
    batch: tuple[int, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Something was changed while training: ``what`` from ``before`` to ``after``, after ``step`` steps.

    ``layer`` (of the layout) and ``unit`` are what was changed in the network; without ``unit`` a whole layer was.
    """

    step: int
    what: str
    before: str
    after: str
    layer: int | None = None
    unit: int | None = None

    @classmethod
    def between(cls, before: ExperimentSpec, after: ExperimentSpec, step: int, layout: Layout) -> list[Self]:
        """A record for every field of the experiment that is another value from ``step`` on."""
        return [
            cls(step, field.what, change.values[0].full, change.values[1].full, layout.layer_at(field.path))
            for change in changes(before, after)
            for field in change.fields
        ]


@dataclass(frozen=True, slots=True)
class FindingsRecord:
    """What the diagnosis says after ``step`` steps: the findings that stand, and those that stood once.

    ``moment`` is what it judged by last; None where that is not known any more.
    """

    step: int
    current: tuple[Finding, ...]
    ended: tuple[Finding, ...]
    moment: Moment | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What is drawn as the newest point until the next whole measurement: ``record``, of few ``samples``.

    That of a step tells its losses only; what the registry measures in a step is NaN.
    """

    record: StepRecord | ProbeRecord | EvaluationRecord
    samples: int


Measurement = StepRecord | ProbeRecord | EvaluationRecord | UnitTraceRecord | UnitDetails | Picture | Answers
Eye = Glance | NetworkPicture  # drawn only
Saved = Checkpoint | KeptWeights
Record = RunStarted | Measurement | DeathCertificate | FindingsRecord | ChangeRecord | Saved | Eye
