"""What to ask the trainer in order to see an earlier moment of a run. No torch in here."""

from collections.abc import Callable
from dataclasses import dataclass

from relulab.data.dataset import Dataset
from relulab.training.checkpoint import Checkpoint
from relulab.training.resumption import accept


@dataclass(frozen=True, slots=True, eq=False)
class MomentRequest:
    """The picture of the output at ``checkpoint``, and the unit (layer of the layout, unit) looked at closely.

    ``check`` raises where the data are no longer those that the run learned from.
    """

    checkpoint: Checkpoint
    unit: tuple[int, int] | None = None
    check: Callable[[Dataset], None] = accept
