"""DeepDiagnosis (Wardat et al., ICSE 2022), rebuilt from facts about its code: DeepDiagnosis/ICSE2022,
callback/callbacks.py.

Our readings: "exactly equal in 5 epochs" means in 5 epochs in a row; the range is that of which the last activation is
capable. The output kernel's gradient has mean 0 by symmetry wherever a softmax follows, so its zero test is a condition
of its own, which one of the two rows of this tool leaves out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import ClassVar

from torch import Tensor

from benchmarks.exam.course import Course
from benchmarks.exam.detector import Condition, Conditions, Detector
from benchmarks.exam.sight import SeenLayer, mean

DEAD_SHARE, SATURATED_SHARE, SATURATED_FROM = 0.7, 0.5, 5.0
SATURATION_EVERY = 5  # epochs
VANISHED = 1e-7
EQUAL_EPOCHS, EQUAL_ACCURACIES = 5, 20
RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, math.inf), "softmax": (0.0, 1.0)}


class DeepDiagnosis(Detector):
    """Eight symptoms on the first batch at the ends of epochs, and the range of the outputs."""

    name = "DeepDiagnosis"
    source = "DeepDiagnosis/ICSE2022, callback/callbacks.py"
    conditions: ClassVar[Conditions] = {
        "exploding_tensor": Condition.of("mean of a layer's outputs or kernel is not finite", "exploding"),
        "zero_tensor": Condition.of("mean of a layer's outputs or kernel is exactly 0", "exploding"),
        "exploding_gradient": Condition.of("mean of a kernel's gradient is not finite", "exploding"),
        "zero_gradient": Condition.of("mean of a kernel's gradient is exactly 0", "exploding"),
        "vanishing_gradient": Condition.of("mean absolute gradient of a kernel < 1e-7", "vanishing_gradient"),
        "dead_node": Condition.of("at least 70 % of a ReLU layer's outputs are 0, in the last epoch", "dead_nodes"),
        "saturated_activation": Condition.of(
            "more than half of the inputs of a sigmoid or tanh are 5 or more from 0", "saturation"
        ),
        "loss_not_decreasing": Condition.of("the loss is exactly the same in 5 epochs", "slow_convergence"),
        "unchanged_weight": Condition.of(
            "mean of a layer's outputs, kernel or gradient is exactly the same in 5 epochs", "unchanged_weights"
        ),
        "accuracy_not_increasing": Condition.of("the accuracy is exactly the same in 20 epochs", "slow_convergence"),
        "output_range": Condition.of("the last activation cannot reach all targets", "output_clash"),
    }

    def __init__(self) -> None:
        super().__init__()
        self._means: defaultdict[tuple[int, str], list[float]] = defaultdict(list)

    def after_epoch(self, course: Course) -> None:
        step, layers = course.step, course.first_batch.layers
        for place, layer in enumerate(layers):
            self._look_at(place, layer, step)
            if layer.activation == "relu" and course.is_last:
                self.ask("dead_node", _share(layer.outputs <= 0) >= DEAD_SHARE, step)
            if layer.activation in ("sigmoid", "tanh") and course.epoch % SATURATION_EVERY == 0:
                saturated = _share(layer.inputs.abs() >= SATURATED_FROM)
                self.ask("saturated_activation", saturated > SATURATED_SHARE, step)
        self.ask("loss_not_decreasing", stays(course.losses.train, EQUAL_EPOCHS), step)
        self.ask("accuracy_not_increasing", stays(course.accuracies.train, EQUAL_ACCURACIES), step)
        if course.epoch == 1:
            self.ask("output_range", _out_of_reach(course), step)

    def _look_at(self, place: int, layer: SeenLayer, step: int) -> None:
        outputs, kernel, gradient = mean(layer.outputs), mean(layer.kernel), mean(layer.kernel_gradient)
        self.ask("exploding_tensor", not (math.isfinite(outputs) and math.isfinite(kernel)), step)
        self.ask("zero_tensor", outputs == 0 or kernel == 0, step)
        self.ask("exploding_gradient", not math.isfinite(gradient), step)
        self.ask("zero_gradient", gradient == 0, step)
        self.ask("vanishing_gradient", mean(layer.kernel_gradient.abs()) < VANISHED, step)
        for part, value in (("outputs", outputs), ("kernel", kernel), ("gradient", gradient)):
            self._means[place, part].append(value)
            self.ask("unchanged_weight", stays(self._means[place, part], EQUAL_EPOCHS), step)


def stays(values: list[float], count: int) -> bool:
    """Whether the last ``count`` values are exactly the same; NaN is like no other."""
    return len(values) >= count and len(set(values[-count:])) == 1 and not math.isnan(values[-1])


def _share(which: Tensor) -> float:
    return which.double().mean().item()


def _out_of_reach(course: Course) -> bool:
    if course.plan.description.class_names:
        return False
    low, high = RANGES.get(course.first_batch.layers[-1].activation, (-math.inf, math.inf))
    targets = course.first_samples(len(course.batch_samples)).targets
    return targets.min().item() < low or targets.max().item() > high
