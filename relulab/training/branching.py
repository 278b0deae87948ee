"""A branch: a run that goes on from a checkpoint of another one, with a change.

What can be changed is what may change while a network learns and leaves every weight its place. Whatever else
differs is refused in words. No torch in here: a window asks before it begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relulab.errors import SpecError
from relulab.experiment import ActivationChoice, ExperimentSpec, LayerSpec, ModelSpec, TrainingSpec
from relulab.experiment.experiment import Choice
from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import ChangeRecord

Path = tuple[str | int, ...]

BEFORE_THE_END = 10.0  # weights that grew by more than this factor will not be cured by smaller steps
SMALLEST_SIZE = 0.1  # of weights to compare with: networks may begin with zeros

# Fields of a TrainingSpec that can change in the middle of a run, and what the history calls them.
TRAINING = {
    "learning_rate": "learning rate",
    "schedule": "learning rate schedule",
    "optimizer": "optimizer",
    "clipping": "gradient clipping",
    "l1": "L1",
    "l2": "L2",
    "early_stopping": "early stopping",
}
LENGTH = ("epochs", "steps")
LAYER_PARAMETERS = {"dropout": "rate", "alpha_dropout": "rate", "batch_norm": "momentum"}  # those without weights

_NEW_RUN = "Reset with the changed design to see what it does."
_REFUSED_TRAINING = {
    "loss": "Another loss is on another scale, so its curve could not go on from here.",
    "batch_size": "The batch size decides how many steps an epoch has, and this epoch has begun.",
    "precision": "The weights at this checkpoint are numbers of one precision.",
    "seed": "The order of the batches was drawn when the run began and goes on from there.",
    "device": "A run stays on the device that it began on.",
}


@dataclass(frozen=True, slots=True)
class BranchChange:
    """``what`` is another value ``after`` the branch than ``before``; ``path`` leads to it in the spec."""

    path: Path
    what: str
    before: str
    after: str

    def record(self, step: int) -> ChangeRecord:
        """For the history of the branch."""
        return ChangeRecord(step, self.what, self.before, self.after)


def branched(checkpoint: Checkpoint, spec: ExperimentSpec) -> Checkpoint:
    """``checkpoint`` as the first moment of a run of ``spec``, which is its settled spec with a change.

    The weights, the random states and the place in the data stay. So does what the optimizer remembers, unless it
    is another optimizer now: that one begins with an empty memory. Raises SpecError for what cannot be changed.
    """
    before = checkpoint.settled_spec()
    changes_between(before, spec)
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
        learning_rate=training.learning_rate,
        clipping=training.clipping,
        l1=training.l1,
        l2=training.l2,
        early_stopped=checkpoint.early_stopped if training.early_stopping == before.training.early_stopping else "",
    )


def last_sound(checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
    """The newest one from which a run that came to harm may still be saved; None where there is none.

    Its weights are finite and in size (root mean square) at most ``BEFORE_THE_END`` times those of the oldest.
    """
    sizes = [_size(checkpoint) for checkpoint in checkpoints]
    limit = BEFORE_THE_END * max(SMALLEST_SIZE, sizes[0]) if sizes else 0.0
    sound = [c for c, size in zip(checkpoints, sizes, strict=True) if c.is_finite and size <= limit]
    return sound[-1] if sound else None


def changes_between(before: ExperimentSpec, after: ExperimentSpec) -> tuple[BranchChange, ...]:
    """What a branch from ``before`` to ``after`` changes. Raises SpecError for what cannot be changed in a run."""
    if before.data != after.data:
        raise SpecError(f"A branch learns from the same data as the run it leaves. {_NEW_RUN}", ("data",))
    return (*_training_changes(before.training, after.training), *_model_changes(before.model, after.model))


def said(changes: Sequence[BranchChange]) -> str:
    """``learning rate 0.1 → 0.01``."""
    return ", ".join(f"{change.what} {change.before} → {change.after}" for change in changes) or "nothing changed"


def _training_changes(before: TrainingSpec, after: TrainingSpec) -> Iterator[BranchChange]:
    for name, reason in _REFUSED_TRAINING.items():
        if getattr(before, name) != getattr(after, name):
            raise SpecError(f"{reason} {_NEW_RUN}", ("training", name))
    for name, what in TRAINING.items():
        yield from _change(("training", name), what, getattr(before, name), getattr(after, name))
    if any(getattr(before, name) != getattr(after, name) for name in LENGTH):
        yield BranchChange(("training",), "length", _length(before), _length(after))


def _model_changes(before: ModelSpec, after: ModelSpec) -> Iterator[BranchChange]:
    if [layer.kind for layer in before.layers] != [layer.kind for layer in after.layers]:
        raise SpecError(
            f"A branch keeps the layers: weights that were learned have no place in others. {_NEW_RUN}",
            ("model", "layers"),
        )
    for number, layers in enumerate(zip(before.layers, after.layers, strict=True)):
        yield from _layer_changes(number, *layers)
    where: Path = ("model", "output")
    yield from _activation_change(where, "Output", before.output.activation, after.output.activation)
    if before.output.replace(activation=after.output.activation) != after.output or before.seed != after.seed:
        raise _only_at_the_start(where)


def _layer_changes(number: int, before: LayerSpec, after: LayerSpec) -> Iterator[BranchChange]:
    where: Path = ("model", "layers", number)
    title = f"{number + 1} {before.entry.title}"
    yield from _activation_change(where, title, before.activation, after.activation)
    changeable = LAYER_PARAMETERS.get(before.kind)
    for parameter in before.entry.parameters:
        old, new = before.parameters[parameter.name], after.parameters[parameter.name]
        if parameter.name == changeable:
            path = (*where, "parameters", parameter.name)
            yield from _change(path, f"{title}: {parameter.title.lower()}", old, new)
        elif old != new:
            raise SpecError(
                f"{title}: another value of “{parameter.title}” would need other weights than those learned so far. "
                f"{_NEW_RUN}",
                (*where, "parameters", parameter.name),
            )
    if (before.initialization, before.bias) != (after.initialization, after.bias):
        raise _only_at_the_start(where)


def _activation_change(
    where: Path, title: str, before: ActivationChoice | None, after: ActivationChoice | None
) -> Iterator[BranchChange]:
    if before != after and any(choice is not None and choice.name == "prelu" for choice in (before, after)):
        raise SpecError(
            f"{title}: the slope of a PReLU is learned with the weights, so it can neither come nor go in a branch. "
            f"{_NEW_RUN}",
            (*where, "activation"),
        )
    yield from _change((*where, "activation"), f"{title}: activation", before, after)


def _size(checkpoint: Checkpoint) -> float:
    """Root mean square of everything that was learned."""
    with np.errstate(over="ignore", invalid="ignore"):
        flat = np.concatenate([array.ravel().astype(np.float64) for array in checkpoint.network.values()])
        return float(np.sqrt(np.mean(np.square(flat))))


def _only_at_the_start(where: Path) -> SpecError:
    return SpecError(
        f"Initial values only say how a network begins; behind the first step they change nothing. {_NEW_RUN}", where
    )


def _change(path: Path, what: str, before: Any, after: Any) -> Iterator[BranchChange]:
    if before != after:
        yield BranchChange(path, what, _words(before), _words(after))


def _words(value: Any) -> str:
    if isinstance(value, Choice):
        numbers = ", ".join(f"{number:g}" for number in value.parameters.values() if not isinstance(number, str))
        return value.entry.title + (f" ({numbers})" if numbers else "")
    return f"{value:g}"


def _length(training: TrainingSpec) -> str:
    return f"{training.steps:,} steps" if training.steps is not None else f"{training.epochs:,} epochs"
