"""AUTOTRAINER (Zhang et al., ICSE 2021), rebuilt from facts about its code: shiningrain/AUTOTRAINER,
AutoTrainer/utils/monitor.py and reproduce.py.

Our readings, where the facts leave a choice: the gradients are looked at in epochs 3, 6, 9, … and in the last one;
the accuracy that the gradients' problems need is that of the latest epoch; oscillation is said beside the others.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import ClassVar

from benchmarks.exam.course import Course
from benchmarks.exam.detector import Condition, Conditions, Detector
from benchmarks.exam.sight import Sight, all_finite

EVERY_EPOCHS = 3
VANISHED_RATIO, VANISHED_NORM = 1e-3, 1e-4
EXPLODED_RATIO, EXPLODED_LOSS = 70.0, 1e3
DEAD_SHARE = 0.7
SWING, SWINGING_SHARE = 0.03, 0.2  # of the accuracy; pairs of turns per epoch
LEAST_ACCURACY, LEAST_RISE = 0.6, 0.01
JUDGED_FROM = 0.3  # of the epochs of the run
GRAVEST_FIRST = ("dying_relu", "exploding_gradient", "vanishing_gradient", "slow_convergence")


class Autotrainer(Detector):
    """Five problems of a classifier; of four of them it says only the first."""

    name = "AUTOTRAINER"
    source = "shiningrain/AUTOTRAINER, AutoTrainer/utils/monitor.py"
    classes_only = True
    conditions: ClassVar[Conditions] = {
        "vanishing_gradient": Condition.of(
            "gradient of the first kernel < 1e-4, and < 1e-3 of that of the last", "vanishing_gradient"
        ),
        "exploding_gradient": Condition.of(
            "gradient of the first kernel > 70 times that of the last; or a number that is not finite, and such a loss",
            "exploding",
        ),
        "dying_relu": Condition.of("at least 70 % of all gradients are exactly 0", "dead_nodes"),
        "oscillating_loss": Condition.of(
            "turns of the training accuracy, a fifth as many as epochs, differ by at least .03", "oscillation"
        ),
        "slow_convergence": Condition.of("no accuracy of .6, and no rise by .01 in an epoch", "slow_convergence"),
    }

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def after_epoch(self, course: Course) -> None:
        if course.epoch % EVERY_EPOCHS == 0 or course.is_last:
            self._seen |= _gradient_problems(course.first_batch, course.batch_losses[-1])
        judges = course.epoch >= JUDGED_FROM * course.epochs or course.is_last
        slow = judges and is_slow(course.accuracies.train, course.accuracies.validation)
        poor = slow or not course.accuracies.train[-1] >= LEAST_ACCURACY
        present = (self._seen if poor else set()) | ({"slow_convergence"} if slow else set())
        said = next((problem for problem in GRAVEST_FIRST if problem in present), None)
        for problem in GRAVEST_FIRST:
            self.ask(problem, problem == said, course.step)
        self.ask("oscillating_loss", judges and oscillates(course.accuracies.train), course.step)


def _gradient_problems(sight: Sight, loss: float) -> set[str]:
    first, last = (layer.kernel_gradient.norm().item() for layer in (sight.layers[0], sight.layers[-1]))
    tensors = [
        tensor
        for layer in sight.layers
        for tensor in (layer.kernel, layer.kernel_gradient, layer.bias, layer.bias_gradient)
        if tensor is not None
    ]
    gradients = [
        tensor
        for layer in sight.layers
        for tensor in (layer.kernel_gradient, layer.bias_gradient)
        if tensor is not None
    ]
    lost = not math.isfinite(loss) or loss >= EXPLODED_LOSS
    zeros = sum(int((gradient == 0).sum()) for gradient in gradients)
    found = {
        "vanishing_gradient": first < VANISHED_RATIO * last and first < VANISHED_NORM,
        "exploding_gradient": first > EXPLODED_RATIO * last or (lost and not all(map(all_finite, tensors))),
        "dying_relu": zeros >= DEAD_SHARE * sum(gradient.numel() for gradient in gradients),
    }
    return {problem for problem, holds in found.items() if holds}


def oscillates(accuracies: list[float]) -> bool:
    """Whether enough of the local maxima and minima, paired in order of appearance, lie apart."""
    inner = list(zip(accuracies, accuracies[1:], accuracies[2:], strict=False))
    maxima = [here for before, here, after in inner if here > before and here > after]
    minima = [here for before, here, after in inner if here < before and here < after]
    apart = sum(abs(high - low) >= SWING for high, low in zip(maxima, minima, strict=False))
    return apart > 0 and apart >= SWINGING_SHARE * len(accuracies)


def is_slow(train: list[float], validation: list[float]) -> bool:
    """Whether neither accuracy was ever good, or rose from one epoch to the next; two epochs are the least."""
    if len(train) < 2:
        return False
    rises = [after - before for series in (train, validation) for before, after in pairwise(series)]
    return max(*train, *validation) < LEAST_ACCURACY and max(rises) < LEAST_RISE
