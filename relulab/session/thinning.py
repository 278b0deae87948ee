"""Which checkpoints of a run stay where they are too many."""

import math
from collections.abc import Iterable

from relulab.session.limits import CHECKPOINT_BYTES, CHECKPOINTS
from relulab.training.checkpoint import Checkpoint


def thin(
    checkpoints: Iterable[Checkpoint], limit: int = CHECKPOINT_BYTES, most: int = CHECKPOINTS
) -> tuple[Checkpoint, ...]:
    """The first, the last, and of those between as many as fit into ``limit`` bytes, in the order of their steps.

    Those that stay are spread evenly over the logarithm of the step, because networks change most at the start.
    Where not even two fit, the last one stays, whatever its size: the run goes on from there. Of two checkpoints
    of one step the later in ``checkpoints`` counts.
    """
    kept = sorted({checkpoint.step: checkpoint for checkpoint in checkpoints}.values(), key=lambda c: c.step)
    while len(kept) > 1 and (len(kept) > most or sum(c.nbytes for c in kept) > limit):
        del kept[_least_missed(kept)]
    return tuple(kept)


def _least_missed(checkpoints: list[Checkpoint]) -> int:
    """The index of the checkpoint without which the gap is the smallest; the first only when there are but two."""
    if len(checkpoints) == 2:
        return 0
    places = [math.log1p(checkpoint.step) for checkpoint in checkpoints]
    return min(range(1, len(places) - 1), key=lambda i: places[i + 1] - places[i - 1])
