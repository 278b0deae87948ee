"""A branch: a run that goes on from a checkpoint of another one, with a change.

What can be changed is what may change while a network learns and leaves every weight its place. Whatever else
differs is refused in words. No torch in here: a window asks before it begins.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from relulab.errors import SpecError
from relulab.experiment import ActivationChoice, ExperimentSpec, LayerSpec, ModelSpec
from relulab.experiment.described_fields import Path
from relulab.experiment.live_settings import LiveSettings
from relulab.training.checkpoint import Checkpoint

BEFORE_THE_END = 10.0  # weights that grew by more than this factor will not be cured by smaller steps
SMALLEST_SIZE = 0.1  # of weights to compare with: networks may begin with zeros

LAYER_PARAMETERS = {"dropout": "rate", "alpha_dropout": "rate", "batch_norm": "momentum"}  # those without weights

_NEW_RUN = "Reset with the changed design to see what it does."
_REFUSED_TRAINING = {
    "loss": "Another loss is on another scale, so its curve could not go on from here.",
    "batch_size": "The batch size decides how many steps an epoch has, and this epoch has begun.",
    "precision": "The weights at this checkpoint are numbers of one precision.",
    "seed": "The order of the batches was drawn when the run began and goes on from there.",
    "device": "A run stays on the device that it began on.",
}


def branched(checkpoint: Checkpoint, spec: ExperimentSpec) -> Checkpoint:
    """``checkpoint`` as the first moment of a run of ``spec``, which is its settled spec with a change.

    The weights, the random states and the place in the data stay. So does what the optimizer remembers, unless it
    is another optimizer now: that one begins with an empty memory. Raises SpecError for what cannot be changed.
    """
    before = checkpoint.settled_spec()
    check_branch(before, spec)
    if not checkpoint.is_finite:
        raise SpecError(
            f"At step {checkpoint.step:,} some weights are no longer finite numbers: nothing can be learned from "
            "there. Go back to an earlier checkpoint."
        )
    training = spec.training
    same_optimizer = training.optimizer.name == before.training.optimizer.name
    return replace(
        checkpoint,
        spec=spec,
        optimizer=checkpoint.optimizer if same_optimizer else {},
        settings=LiveSettings.of(training),
        early_stopped=checkpoint.early_stopped if training.early_stopping == before.training.early_stopping else "",
    )


FEWEST_MORE = 3  # epochs that a run that ended goes on for
SHARE_MORE = 10  # of a long run: a tenth more


def epochs_more(total: float) -> int:
    """How many epochs a run of ``total`` epochs goes on for when nothing else is asked for."""
    return max(FEWEST_MORE, round(total / SHARE_MORE))


def lengthened(checkpoint: Checkpoint, epochs: int, per_epoch: float) -> ExperimentSpec:
    """The design of a branch that goes on for so many epochs of ``per_epoch`` steps, and does not stop early."""
    spec = checkpoint.settled_spec()
    if spec.training.steps is not None:
        length: dict[str, int] = {"steps": checkpoint.step + round(epochs * per_epoch)}
    else:
        length = {"epochs": math.ceil(round(checkpoint.step / per_epoch, 6)) + epochs}
    return spec.replace(training=spec.training.replace(early_stopping=0, **length))


def last_sound(checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
    """The newest one from which a run that came to harm may still be saved; None where there is none.

    Its weights are finite and in size (root mean square) at most ``BEFORE_THE_END`` times those of the oldest.
    """
    sizes = [_size(checkpoint) for checkpoint in checkpoints]
    limit = BEFORE_THE_END * max(SMALLEST_SIZE, sizes[0]) if sizes else 0.0
    sound = [c for c, size in zip(checkpoints, sizes, strict=True) if c.is_finite and size <= limit]
    return sound[-1] if sound else None


def check_branch(before: ExperimentSpec, after: ExperimentSpec) -> None:
    """Raises SpecError unless a run of ``before`` can go on as one of ``after`` in the middle."""
    if before.data != after.data:
        raise SpecError(f"A branch learns from the same data as the run it leaves. {_NEW_RUN}", ("data",))
    for name, reason in _REFUSED_TRAINING.items():
        if getattr(before.training, name) != getattr(after.training, name):
            raise SpecError(f"{reason} {_NEW_RUN}", ("training", name))
    _check_model(before.model, after.model)


def _check_model(before: ModelSpec, after: ModelSpec) -> None:
    if [layer.kind for layer in before.layers] != [layer.kind for layer in after.layers]:
        raise SpecError(
            f"A branch keeps the layers: weights that were learned have no place in others. {_NEW_RUN}",
            ("model", "layers"),
        )
    for number, layers in enumerate(zip(before.layers, after.layers, strict=True)):
        _check_layer(number, *layers)
    where: Path = ("model", "output")
    _check_activation(where, "Output", before.output.activation, after.output.activation)
    if before.output.replace(activation=after.output.activation) != after.output or before.seed != after.seed:
        raise _only_at_the_start(where)


def _check_layer(number: int, before: LayerSpec, after: LayerSpec) -> None:
    where: Path = ("model", "layers", number)
    title = f"{number + 1} {before.entry.title}"
    _check_activation(where, title, before.activation, after.activation)
    for parameter in before.entry.parameters:
        same = before.parameters[parameter.name] == after.parameters[parameter.name]
        if not same and parameter.name != LAYER_PARAMETERS.get(before.kind):
            raise SpecError(
                f"{title}: another value of “{parameter.title}” would need other weights than those learned so far. "
                f"{_NEW_RUN}",
                (*where, "parameters", parameter.name),
            )
    if (before.initialization, before.bias) != (after.initialization, after.bias):
        raise _only_at_the_start(where)


def _check_activation(where: Path, title: str, before: ActivationChoice | None, after: ActivationChoice | None) -> None:
    if before != after and any(choice is not None and choice.name == "prelu" for choice in (before, after)):
        raise SpecError(
            f"{title}: the slope of a PReLU is learned with the weights, so it can neither come nor go in a branch. "
            f"{_NEW_RUN}",
            (*where, "activation"),
        )


def _size(checkpoint: Checkpoint) -> float:
    """Root mean square of everything that was learned."""
    with np.errstate(over="ignore", invalid="ignore"):
        flat = np.concatenate([array.ravel().astype(np.float64) for array in checkpoint.network.values()])
        return float(np.sqrt(np.mean(np.square(flat))))


def _only_at_the_start(where: Path) -> SpecError:
    return SpecError(
        f"Initial values only say how a network begins; behind the first step they change nothing. {_NEW_RUN}", where
    )
