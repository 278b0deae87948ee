"""The first loss, before any learning, tells whether the outputs start at a sane scale.

A network that knows nothing should guess: with C classes its cross-entropy is ln C. A first loss far above
means outputs of a bad scale; one close to it that then stays there means that no gradient gets through.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Loss, Task
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

# how step 0 is measured where there are batch norms: as learning sees it, see ``model.network.Network.start``
START_STATISTICS = text("batch norm with the statistics of training samples, as it has none of its own yet")


class FirstLoss(Enum):
    """The verdict on a first loss."""

    GOOD = "good"
    TOO_LARGE = "too large"
    NOT_FINITE = "not finite"
    UNKNOWN = "unknown"  # a regression: what guessing costs depends on the targets


@dataclass(frozen=True, slots=True)
class InitialLoss:
    """``loss`` at step 0 beside ``expected``, the loss of a network that guesses (NaN where unknown)."""

    loss: float
    expected: float
    verdict: FirstLoss

    @property
    def ratio(self) -> float:
        """The first loss as a multiple of the expected one."""
        return self.loss / self.expected


# classes -> loss of outputs that are all 0
_GUESSING: Mapping[str, Callable[[int], float]] = {
    "cross_entropy": math.log,
    "binary_cross_entropy": math.log,
    "multi_margin": lambda classes: (classes - 1) / classes,
    "mse": lambda classes: 1 / classes,
    "l1": lambda classes: 1 / classes,
}


def expected_first_loss(loss: Loss, task: Task, classes: int) -> float:
    """The loss of outputs that are all 0, where every class is as likely; NaN in a regression."""
    return _GUESSING[loss.key](classes) if task is Task.CLASSIFICATION else math.nan


def judge_first_loss(first: float, expected: float) -> InitialLoss:
    """Compare the loss at step 0 with the loss of guessing."""
    if not math.isfinite(first):
        verdict = FirstLoss.NOT_FINITE
    elif math.isnan(expected):
        verdict = FirstLoss.UNKNOWN
    elif first > THRESHOLDS.first_loss_factor.value * expected:
        verdict = FirstLoss.TOO_LARGE
    else:
        verdict = FirstLoss.GOOD
    return InitialLoss(first, expected, verdict)


def class_entropy(labels: NDArray[np.integer[Any]]) -> float:
    """Cross-entropy of always guessing the class shares of ``labels`` (n,): ln C for C balanced classes.

    This is where the loss sits when every path through the network is dead.
    """
    shares = np.bincount(labels) / len(labels)
    return float(sum(-p * math.log(p) for p in shares if p > 0))
