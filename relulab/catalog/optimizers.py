"""Optimizers, learning-rate schedules and gradient clipping."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relulab.catalog.entry import Entry, TorchEntry, Value, integer, real
from relulab.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer(TorchEntry):
    """An optimizer of ``torch.optim``. ``fused`` says whether torch has a one-call version on the CPU.

    ``state_tensors`` counts the numbers it keeps per weight, for the memory estimate.
    """

    formula: str
    typical_learning_rate: float
    torch_class: str
    fused: bool = False
    state_tensors: int = 0

    def arguments(self, parameters: Mapping[str, Value]) -> dict[str, Any]:
        """Keyword arguments of ``torch.optim.<torch_class>``, without the learning rate."""
        given = TorchEntry.arguments(self, parameters)
        if "beta1" in parameters:
            given["betas"] = (parameters["beta1"], parameters["beta2"])
        return given


_MOMENTUM = real("momentum", "Momentum", 0.9, 0.0, 0.9999, help="Share of the last step that is kept.")
_BETAS = (
    real("beta1", "Beta 1", 0.9, 0.0, 0.9999, help="Memory of the mean gradient."),
    real("beta2", "Beta 2", 0.999, 0.0, 0.99999, help="Memory of the squared gradient."),
    real("epsilon", "Epsilon", 1e-8, 1e-16, 1.0, help="Keeps the division finite."),
)

OPTIMIZERS: Registry[Optimizer] = Registry(
    "optimizer",
    Optimizer(
        key="sgd",
        title="SGD",
        summary="A step straight down the gradient.",
        formula="w ← w - η·g",
        typical_learning_rate=0.1,
        torch_class="SGD",
        fused=True,
    ),
    Optimizer(
        key="momentum",
        title="SGD with momentum",
        summary="Steps that keep rolling in the direction they had.",
        formula="v ← μ·v + g;  w ← w - η·v",
        parameters=(_MOMENTUM,),
        typical_learning_rate=0.05,
        torch_class="SGD",
        torch_arguments={"momentum": "momentum"},
        fused=True,
        state_tensors=1,
    ),
    Optimizer(
        key="nesterov",
        title="Nesterov momentum",
        summary="Momentum that looks ahead before it steps.",
        formula="v ← μ·v + g;  w ← w - η·(g + μ·v)",
        parameters=(real("momentum", "Momentum", 0.9, 0.001, 0.9999, help="Share of the last step that is kept."),),
        typical_learning_rate=0.05,
        torch_class="SGD",
        torch_arguments={"momentum": "momentum"},
        torch_constants={"nesterov": True},
        fused=True,
        state_tensors=1,
    ),
    Optimizer(
        key="adam",
        title="Adam",
        summary="A step size of its own for every weight, from the history of its gradients.",
        formula="w ← w - η·m̂ / (√v̂ + ε)",
        parameters=_BETAS,
        typical_learning_rate=0.001,
        torch_class="Adam",
        torch_arguments={"epsilon": "eps"},
        fused=True,
        state_tensors=2,
    ),
    Optimizer(
        key="adamw",
        title="AdamW",
        summary="Adam with weight decay done separately from the gradient.",
        formula="w ← w - η·(m̂ / (√v̂ + ε) + λ·w)",
        parameters=(
            *_BETAS,
            real(
                "weight_decay", "Weight decay", 0.01, 0.0, 10.0, help="Shrinks every parameter a little at each step."
            ),
        ),
        typical_learning_rate=0.001,
        torch_class="AdamW",
        torch_arguments={"epsilon": "eps", "weight_decay": "weight_decay"},
        fused=True,
        state_tensors=2,
    ),
    Optimizer(
        key="rmsprop",
        title="RMSprop",
        summary="Divides each step by the recent size of the gradient.",
        formula="w ← w - η·g / (√v + ε)",
        parameters=(
            real("alpha", "Memory", 0.99, 0.0, 0.9999, help="Memory of the squared gradient."),
            real("epsilon", "Epsilon", 1e-8, 1e-16, 1.0, help="Keeps the division finite."),
        ),
        typical_learning_rate=0.001,
        torch_class="RMSprop",
        torch_arguments={"alpha": "alpha", "epsilon": "eps"},
        state_tensors=1,
    ),
    Optimizer(
        key="adagrad",
        title="Adagrad",
        summary="Weights that moved a lot move less and less.",
        formula="w ← w - η·g / (√Σg² + ε)",
        parameters=(real("epsilon", "Epsilon", 1e-10, 1e-16, 1.0, help="Keeps the division finite."),),
        typical_learning_rate=0.01,
        torch_class="Adagrad",
        torch_arguments={"epsilon": "eps"},
        fused=True,
        state_tensors=1,
    ),
)

# step, total steps, parameters -> factor on the learning rate
Factor = Callable[[int, int, Mapping[str, Any]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Entry):
    """A learning-rate schedule: ``factor(step, total_steps, parameters)`` multiplies the learning rate."""

    factor: Factor


def _warm_up(step: int, total: int, p: Mapping[str, Any]) -> float:
    return min(1.0, (step + 1) / int(p["warm_up_steps"]))


SCHEDULES: Registry[Schedule] = Registry(
    "schedule",
    Schedule(
        key="constant",
        title="Constant",
        summary="The same learning rate at every step.",
        factor=lambda step, total, p: 1.0,
    ),
    Schedule(
        key="step",
        title="Steps",
        summary="The learning rate is cut by a factor every so many steps.",
        parameters=(integer("every_steps", "Every", 500, 1, unit="steps"), real("decay", "Factor", 0.5, 0.0, 1.0)),
        factor=lambda step, total, p: float(p["decay"]) ** (step // int(p["every_steps"])),
    ),
    Schedule(
        key="cosine",
        title="Cosine",
        summary="The learning rate falls to zero along half a cosine.",
        factor=lambda step, total, p: 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / max(1, total)))),
    ),
    Schedule(
        key="warm_up",
        title="Warm-up",
        summary="The learning rate grows from almost zero, then stays.",
        parameters=(integer("warm_up_steps", "Warm-up", 100, 1, unit="steps"),),
        factor=_warm_up,
    ),
    Schedule(
        key="warm_up_cosine",
        title="Warm-up and cosine",
        summary="Grows first, then falls to zero along half a cosine.",
        parameters=(integer("warm_up_steps", "Warm-up", 100, 1, unit="steps"),),
        factor=lambda step, total, p: (
            _warm_up(step, total, p)
            * 0.5
            * (
                1.0
                + math.cos(
                    math.pi * min(1.0, max(0, step - int(p["warm_up_steps"])) / max(1, total - int(p["warm_up_steps"])))
                )
            )
        ),
    ),
    Schedule(
        key="rising",
        title="Rising",
        summary="The learning rate grows from a small share of itself, by the same factor at each step.",
        parameters=(real("first_share", "Begins at", 1e-6, 1e-12, 1.0),),
        factor=lambda step, total, p: float(p["first_share"]) ** (1.0 - min(1.0, step / max(1, total - 1))),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping(Entry):
    """A limit on the gradient before each step."""


CLIPPINGS: Registry[Clipping] = Registry(
    "gradient clipping",
    Clipping(key="none", title="None", summary="Gradients are used as they are."),
    Clipping(
        key="norm",
        title="By norm",
        summary="A gradient longer than the limit is shortened to it, keeping its direction.",
        parameters=(real("max_norm", "Largest norm", 1.0, 1e-6, 1e6),),
    ),
    Clipping(
        key="value",
        title="By value",
        summary="Every component is cut off at the limit.",
        parameters=(real("max_value", "Largest value", 0.5, 1e-6, 1e6),),
    ),
)
