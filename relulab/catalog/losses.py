"""Losses: what training makes small, and for which tasks each is meant."""

from dataclasses import dataclass
from enum import Enum

from relulab.catalog.entry import Entry
from relulab.registry import Registry


class Task(Enum):
    """What the network is asked for."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


class Target(Enum):
    """The form in which a loss wants its targets."""

    CLASS_INDEX = "class index"
    BINARY = "0 or 1"
    VECTOR = "numbers, or one-hot rows for classes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss(Entry):
    """A loss. ``torch_function`` names a function of ``torch.nn.functional``, all with mean reduction."""

    formula: str
    tasks: frozenset[Task]
    target: Target
    torch_function: str
    expects_output: str


LOSSES: Registry[Loss] = Registry(
    "loss",
    Loss(
        key="cross_entropy",
        title="Cross-entropy",
        tasks=frozenset({Task.CLASSIFICATION}),
        target=Target.CLASS_INDEX,
        summary="How surprised the network is by the right class. It contains the softmax.",
        formula="-ln softmax(z)[class]",
        torch_function="cross_entropy",
        expects_output="identity",
    ),
    Loss(
        key="binary_cross_entropy",
        title="Binary cross-entropy",
        tasks=frozenset({Task.CLASSIFICATION}),
        target=Target.BINARY,
        summary="Cross-entropy for two classes with a single output. It contains the sigmoid.",
        formula="-[y·ln σ(z) + (1 - y)·ln(1 - σ(z))]",
        torch_function="binary_cross_entropy_with_logits",
        expects_output="identity",
    ),
    Loss(
        key="mse",
        title="Mean squared error",
        tasks=frozenset(Task),
        target=Target.VECTOR,
        summary="The mean squared distance to the target; for classes: 1 for the right one, 0 for the others.",
        formula="mean (z - y)²",
        torch_function="mse_loss",
        expects_output="identity",
    ),
    Loss(
        key="l1",
        title="Mean absolute error (L1)",
        tasks=frozenset(Task),
        target=Target.VECTOR,
        summary="The mean distance to the target. Single outliers count less than with squares.",
        formula="mean |z - y|",
        torch_function="l1_loss",
        expects_output="identity",
    ),
    Loss(
        key="multi_margin",
        title="Multi-class hinge",
        tasks=frozenset({Task.CLASSIFICATION}),
        target=Target.CLASS_INDEX,
        summary="Wants the right class to win by a margin of 1.",
        formula="Σ_{k≠class} max(0, 1 - z[class] + z[k]) / classes",
        torch_function="multi_margin_loss",
        expects_output="identity",
    ),
)
