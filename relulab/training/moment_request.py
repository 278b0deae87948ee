"""What to ask the trainer in order to see an earlier moment of a run. No torch in here."""

from collections.abc import Callable
from dataclasses import dataclass

from relulab.data.dataset import Dataset
from relulab.training.checkpoint import Checkpoint
from relulab.training.resumption import accept


@dataclass(frozen=True, slots=True, eq=False)
class MomentRequest:
    """The picture of the output at ``checkpoint``, and the unit (layer of the layout, unit) looked at closely.

    Without ``measured`` also what probe and validation set say there, for a run that was not measured at this very
    step; ``epoch`` is its place in the data. ``check`` raises where the data are no longer those that the run
    learned from.
    """

    checkpoint: Checkpoint
    unit: tuple[int, int] | None = None
    epoch: float = 0.0
    measured: bool = True
    check: Callable[[Dataset], None] = accept
