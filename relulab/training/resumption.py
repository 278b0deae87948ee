"""What the trainer needs to go on with a run that lay in a file."""

from collections.abc import Callable
from dataclasses import dataclass

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import Record


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
