"""The weights alone of many moments, as a part of a session and back."""

from collections.abc import Sequence

import numpy as np

from relulab.errors import SessionError
from relulab.session.file.arrays import Pieces, from_tensors, to_tensors
from relulab.session.limits import KEPT_BYTES, KEPT_WEIGHTS
from relulab.training.checkpoint import Checkpoint
from relulab.training.kept_weights import KeptWeights

WEIGHTS = "weights.safetensors"  # in the folder of a run
NAMES = {"step", "design", "values"}


def weights_part(kept: Sequence[KeptWeights], checkpoints: Sequence[Checkpoint]) -> Pieces:
    """Steps, weights, and for each the index of a checkpoint of its network; those without one are left out.

    Nothing for none.
    """
    designs = [checkpoint.spec for checkpoint in checkpoints]
    size = _numbers(checkpoints[0]) if checkpoints else 0
    held = [one for one in kept if one.spec in designs and one.values.size == size]
    if not held:
        return ()
    return to_tensors(
        {
            "step": np.array([one.step for one in held], np.int64),
            "design": np.array([designs.index(one.spec) for one in held], np.int64),
            "values": np.stack([one.values for one in held]),
        }
    )


def weights_of(data: bytes, checkpoints: Sequence[Checkpoint], name: str) -> tuple[KeptWeights, ...]:
    """What ``weights_part`` wrote as the part ``name``. Raises SessionError for anything else."""
    tensors = from_tensors(data, name)
    if tensors.keys() != NAMES:
        raise SessionError(f"its part {name} does not hold what it should.")
    steps, designs, values = tensors["step"], tensors["design"], tensors["values"]
    fits = steps.shape == designs.shape == values.shape[:1] and values.ndim == 2 and values.dtype.kind == "f"
    if not fits or steps.dtype != np.int64 or designs.dtype != np.int64:
        raise SessionError(f"its part {name} holds numbers of types or shapes that do not go together.")
    if len(steps) > KEPT_WEIGHTS or values.nbytes > KEPT_BYTES:
        raise SessionError(f"its part {name} holds more than the weights of {KEPT_WEIGHTS} moments, or more bytes.")
    if len(steps) and (steps[0] < 0 or (np.diff(steps) <= 0).any()):
        raise SessionError(f"its part {name} holds steps that are not in order.")
    if {_numbers(checkpoint) for checkpoint in checkpoints} != {values.shape[1]}:
        raise SessionError(f"its part {name} holds weights of another network than its checkpoints.")
    if designs.size and not 0 <= designs.min() <= designs.max() < len(checkpoints):
        raise SessionError(f"its part {name} names a checkpoint that is not there.")
    return tuple(
        KeptWeights(checkpoints[design].spec, int(step), row)
        for step, design, row in zip(steps, designs, values, strict=True)
    )


def _numbers(checkpoint: Checkpoint) -> int:
    return sum(array.size for array in checkpoint.network.values())
