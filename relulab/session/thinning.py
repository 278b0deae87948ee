"""Which checkpoints, and which weights alone, of a run stay where they are too many."""

import math
from collections.abc import Iterable, Sequence

from relulab.session.limits import CHECKPOINT_BYTES, CHECKPOINTS, KEPT_BYTES, KEPT_WEIGHTS
from relulab.training.checkpoint import Checkpoint
from relulab.training.kept_weights import FIRST_STEPS, KeptWeights


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


def thin_weights(
    kept: Sequence[KeptWeights], limit: int = KEPT_BYTES, most: int = KEPT_WEIGHTS
) -> tuple[KeptWeights, ...]:
    """As many as fit into ``limit`` bytes: all of the first steps and the last one, the others evenly spread.

    They are of one network, so all have the same size. This is called in the run's own thread for each of them.
    """
    room = min(most, limit // kept[-1].values.nbytes) if kept else most
    if len(kept) <= room:
        return tuple(kept)
    left = list(kept)
    first = max(1, sum(one.step <= FIRST_STEPS for one in left))
    while len(left) > max(room, first + 1):
        del left[min(range(first, len(left) - 1), key=lambda i: left[i + 1].step - left[i - 1].step)]
    return tuple(left)
