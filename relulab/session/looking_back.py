"""The moments of a run that one can look back at: those whose weights there are, in a checkpoint or alone."""

from relulab.session.history import RunHistory
from relulab.training.kept_weights import MomentWeights


def steps_with_weights(history: RunHistory) -> tuple[int, ...]:
    """All of them, in order."""
    steps = {checkpoint.step for checkpoint in history.checkpoints}
    if steps:  # a checkpoint says what is what in those alone
        steps |= {kept.step for kept in history.kept_weights}
    return tuple(sorted(steps))


def weights_at(history: RunHistory, step: int | None) -> MomentWeights | None:
    """The weights after ``step`` steps, or with None those of the newest checkpoint; None where they were not kept."""
    checkpoints = history.checkpoints
    for checkpoint in reversed(checkpoints):
        if step in (None, checkpoint.step):
            return MomentWeights.of(checkpoint)
    alone = next((kept for kept in history.kept_weights if kept.step == step), None) if checkpoints else None
    return None if alone is None else alone.unpacked(checkpoints[-1].network)
