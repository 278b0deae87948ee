"""What one step does to the weights of all nets, once their gradients are there: penalties, clipping, the optimizer.

What is the same for all nets is one number, and torch's own optimizer then takes the whole storage. What differs is a
number for each element, and the optimizer's formula is written out. Both are what ``training.update`` does to one net.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from relulab.catalog.optimizers import OPTIMIZERS
from relulab.experiment import TrainingSpec
from relulab.population.stackable import PER_NET
from relulab.population.storage import Storage, add_scaled
from relulab.training.plain_optimizer import leave_compiler_out, plain_step

NORM_EPSILON = 1e-6  # as torch.nn.utils.clip_grad_norm_
Number = float | Tensor  # one for all nets, or one for each element of the storage


class StackOptimizer(ABC):
    """Moves the values of a storage along its gradients. ``step(factor)``: the factor of the schedule."""

    @abstractmethod
    def step(self, factor: float) -> None: ...

    @abstractmethod
    def memory(self) -> Any:
        """A copy of what it remembers, for ``recall``."""

    @abstractmethod
    def recall(self, memory: Any) -> None: ...


class TorchOptimizer(StackOptimizer):
    """Torch's own, where all nets have the same settings: it works element by element."""

    def __init__(self, storage: Storage, training: TrainingSpec) -> None:
        entry = OPTIMIZERS[training.optimizer.name]
        arguments = entry.arguments(training.optimizer.parameters)
        if entry.fused:
            arguments["fused"] = True
        leave_compiler_out()
        self._rate = training.learning_rate
        self._values = torch.nn.Parameter(storage.values)
        self._values.grad = storage.gradients
        self._optimizer: torch.optim.Optimizer = getattr(torch.optim, entry.torch_class)(
            [self._values], lr=self._rate, **arguments
        )
        self._step = plain_step(self._optimizer)

    def step(self, factor: float) -> None:
        self._optimizer.param_groups[0]["lr"] = self._rate * factor
        self._step()

    def memory(self) -> dict[str, Any]:
        state: dict[str, Any] = self._optimizer.state[self._values]
        return {name: value.clone() if isinstance(value, Tensor) else value for name, value in state.items()}

    def recall(self, memory: dict[str, Any]) -> None:
        self._optimizer.state[self._values] = memory


class WrittenOut(StackOptimizer):
    """A formula of ``torch.optim`` with a learning rate, a momentum and a weight decay for each net."""

    def __init__(self, storage: Storage, trainings: Sequence[TrainingSpec]) -> None:
        choices = [training.optimizer for training in trainings]
        self.values, self.gradients = storage.values, storage.gradients
        self.rate: Number = storage.spread([training.learning_rate for training in trainings])
        self.parameters: dict[str, Number] = {
            name: storage.spread([float(choice.parameters[name]) for choice in choices])
            if name in PER_NET
            else float(value)
            for name, value in choices[0].parameters.items()
        }
        kept, self._formula = FORMULAS[choices[0].name]
        self.state = [torch.zeros_like(storage.values) for _ in range(kept)]
        self.steps = 0

    def step(self, factor: float) -> None:
        self.steps += 1
        self._formula(self, factor)

    def memory(self) -> tuple[int, list[Tensor]]:
        return self.steps, [state.clone() for state in self.state]

    def recall(self, memory: tuple[int, list[Tensor]]) -> None:
        self.steps, self.state = memory


def _descend(own: WrittenOut, factor: float) -> None:
    add_scaled(own.values, own.gradients, own.rate, -factor)


def _roll(own: WrittenOut, factor: float) -> None:
    (velocity,) = own.state
    velocity.mul_(own.parameters["momentum"]).add_(own.gradients)
    add_scaled(own.values, velocity, own.rate, -factor)


def _roll_ahead(own: WrittenOut, factor: float) -> None:
    (velocity,) = own.state
    velocity.mul_(own.parameters["momentum"]).add_(own.gradients)
    add_scaled(own.values, own.gradients + velocity * own.parameters["momentum"], own.rate, -factor)


def _adapt(own: WrittenOut, factor: float) -> None:
    mean, square = own.state
    first, second = float(own.parameters["beta1"]), float(own.parameters["beta2"])
    mean.lerp_(own.gradients, 1.0 - first)
    square.mul_(second).addcmul_(own.gradients, own.gradients, value=1.0 - second)
    root = square.sqrt().div_(math.sqrt(1.0 - second**own.steps)).add_(own.parameters["epsilon"])
    add_scaled(own.values, mean / root, own.rate, -factor / (1.0 - first**own.steps))


def _decay_and_adapt(own: WrittenOut, factor: float) -> None:
    own.values.mul_(1.0 - factor * own.rate * own.parameters["weight_decay"])
    _adapt(own, factor)


def _divide_by_recent(own: WrittenOut, factor: float) -> None:
    (square,) = own.state
    memory = float(own.parameters["alpha"])
    square.mul_(memory).addcmul_(own.gradients, own.gradients, value=1.0 - memory)
    add_scaled(own.values, own.gradients / square.sqrt().add_(own.parameters["epsilon"]), own.rate, -factor)


def _divide_by_all(own: WrittenOut, factor: float) -> None:
    (total,) = own.state
    total.addcmul_(own.gradients, own.gradients)
    add_scaled(own.values, own.gradients / total.sqrt().add_(own.parameters["epsilon"]), own.rate, -factor)


# optimizer -> how many tensors it remembers, and its step
FORMULAS: Mapping[str, tuple[int, Callable[[WrittenOut, float], None]]] = {
    "sgd": (0, _descend),
    "momentum": (1, _roll),
    "nesterov": (1, _roll_ahead),
    "adam": (2, _adapt),
    "adamw": (2, _decay_and_adapt),
    "rmsprop": (1, _divide_by_recent),
    "adagrad": (1, _divide_by_all),
}


class StackUpdate:
    """Penalties, clipping, then the optimizer's step, on all nets at once."""

    def __init__(self, storage: Storage, trainings: Sequence[TrainingSpec]) -> None:
        self._storage = storage
        first = trainings[0]
        same = all((t.learning_rate, t.optimizer) == (first.learning_rate, first.optimizer) for t in trainings)
        is_one = same and not storage.own
        self.optimizer: StackOptimizer = TorchOptimizer(storage, first) if is_one else WrittenOut(storage, trainings)
        self._l1 = self._on_weights([training.l1 for training in trainings])
        self._l2 = self._on_weights([2.0 * training.l2 for training in trainings])
        self._clip = _CLIPPINGS[first.clipping.name](storage, [training.clipping.parameters for training in trainings])

    def make(self, factor: float) -> None:
        """Update all values; ``factor`` is that of the schedule at this step."""
        storage = self._storage
        if self._l1 is not None:
            storage.gradients.addcmul_(storage.values.sign(), self._l1)
        if self._l2 is not None:
            storage.gradients.addcmul_(storage.values, self._l2)
        self._clip()
        self.optimizer.step(factor)

    def _on_weights(self, strengths: Sequence[float]) -> Tensor | None:
        """A strength for each element, 0 where it is no weight; None where nobody asks for it."""
        return self._storage.matrices * self._storage.spread(strengths) if any(strengths) else None


Limits = Sequence[Mapping[str, Any]]


def _no_clipping(storage: Storage, limits: Limits) -> Callable[[], None]:
    return lambda: None


def _by_norm(storage: Storage, limits: Limits) -> Callable[[], None]:
    most = torch.tensor([float(limit["max_norm"]) for limit in limits], dtype=storage.values.dtype)

    def clip() -> None:
        parts = [torch.linalg.vector_norm(part, dim=(1, 2)) for part in storage.gradient_parts]
        norms = torch.linalg.vector_norm(torch.stack(parts), dim=0)
        shares = (most / norms.add_(NORM_EPSILON)).clamp_max_(1.0).view(-1, 1, 1)
        for part in storage.gradient_parts:
            part.mul_(shares)

    return clip


def _by_value(storage: Storage, limits: Limits) -> Callable[[], None]:
    most = torch.as_tensor(storage.spread([float(limit["max_value"]) for limit in limits]), dtype=storage.values.dtype)

    def clip() -> None:
        storage.gradients.clamp_(-most, most)

    return clip


_CLIPPINGS: Mapping[str, Callable[[Storage, Limits], Callable[[], None]]] = {
    "none": _no_clipping,
    "norm": _by_norm,
    "value": _by_value,
}
