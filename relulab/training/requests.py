"""What the window asks of a trainer beside the plain commands, and how far a trial is. No torch in here."""

from collections.abc import Callable
from dataclasses import dataclass

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.training.checkpoint import Checkpoint
from relulab.training.kept_weights import MomentWeights
from relulab.training.state import Status
from relulab.training.telemetry import Record

SEVERAL_SEEDS = 3  # of a trial whose runs take less than SHORT_SECONDS
SHORT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Companion:
    """A design that is trained in step with the present run. ``record`` gets what is measured, ``ended`` how it ended;
    both in the worker thread.
    """

    spec: ExperimentSpec
    record: Callable[[Record], None]
    ended: Callable[[Status], None]


def accept(dataset: Dataset) -> None:
    """A check of the data for those who know that they are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Resumption:
    """Go on from ``checkpoint`` of a run that began as ``spec``.

    ``record`` receives all further records, a ``RunStarted`` with the whole data set first
    (``SessionStore.continuation`` makes one). ``check`` raises where the data are no longer those the run learned
    from. ``seconds`` were spent in training before. ``ended`` tells why the run is over, empty where it goes on.
    """

    spec: ExperimentSpec
    checkpoint: Checkpoint
    record: Callable[[Record], None]
    check: Callable[[Dataset], None] = accept
    seconds: float = 0.0
    ended: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MomentRequest:
    """What a run with these ``weights`` looked like: the picture of the output where it is to be ``painted``, the unit
    (layer of the layout, unit) looked at closely, with a ``sample`` of the validation set the picture of the network.

    Without ``measured`` also what probe and validation set say there, for a run that was not measured at this very
    step; ``epoch`` is its place in the data. ``check`` raises where the data are no longer those that the run
    learned from.
    """

    weights: MomentWeights
    unit: tuple[int, int] | None = None
    epoch: float = 0.0
    measured: bool = True
    sample: int | None = None
    painted: bool = True
    check: Callable[[Dataset], None] = accept


@dataclass(frozen=True, slots=True)
class NetworkWish:
    """What of the network a user looks at: its values for this ``sample`` of the validation set, and each unit over the
    plane in ``pixels`` across where that is not too dear, so that none has to be made larger; 0: as is cheap.
    """

    sample: int = 0
    pixels: int = 0


@dataclass(frozen=True, slots=True)
class AutopsyRequest:
    """Unit ``unit`` of layer ``layer`` of the layout fired last at the probe after ``fired_at`` steps (None: never),
    and was silent at the probe after ``silent_at``."""

    layer: int
    unit: int
    fired_at: int | None
    silent_at: int


def leaky_design(spec: ExperimentSpec, index: int, slope: float) -> ExperimentSpec:
    """``spec`` with a leaky ReLU of this slope in layer ``index`` of the design. Raises SpecError for a bad slope."""
    layers = list(spec.model.layers)
    leaky = {"name": "leaky_relu", "parameters": {"negative_slope": slope}}
    layers[index] = layers[index].replace(activation=leaky)
    return spec.replace(model=spec.model.replace(layers=tuple(layers)))


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """Train ``changed`` beside ``spec``, for ``seeds`` seeds each. ``title`` names the change for people.

    ``seeds`` None: three where the first run took less than 2 s of computing, else one.
    """

    title: str
    spec: ExperimentSpec
    changed: ExperimentSpec
    seeds: int | None = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one arm ended: validation loss and accuracy (NaN in a regression) after so many steps."""

    loss: float
    accuracy: float
    diverged: bool = False
    steps: int = 0


@dataclass(frozen=True, slots=True)
class TrialStatus:
    """A moment of a trial. ``progress`` runs from 0 to 1; ``error`` is set where it could not be done.

    ``seeds``: how many there are, as far as that is known.
    """

    title: str
    progress: float = 0.0
    done: bool = False
    helped: bool = False
    verdict: str = ""
    error: str = ""
    seeds: int = 1
    before: tuple[Outcome, ...] = ()
    after: tuple[Outcome, ...] = ()
