"""DeepLocalize (Wardat et al., ICSE 2021), rebuilt from facts about its code: Wardat-ISU/DeepLocalize, Our Callback.

Our readings: a batch is looked at after its step; "equal in 5 batches" means in a row; each layer is asked for its
outputs, its kernel and both gradients before the next one; of what it says about the place of an error, everything that
can stand behind it counts as the cause.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from typing import ClassVar

from benchmarks.exam.course import Course
from benchmarks.exam.detector import Condition, Conditions, Detector
from benchmarks.exam.sight import mean

EQUAL_BATCHES = 5
ZERO_SHARE = 0.5  # of the batches so far

Place = tuple[int, str]


class DeepLocalize(Detector):
    """Looks at every batch, layer by layer from the input on, and stops at the first error."""

    name = "DeepLocalize"
    source = "Wardat-ISU/DeepLocalize, Our Callback/callbacks.py"
    conditions: ClassVar[Conditions] = {
        "forward": Condition.of(
            "mean of a layer's outputs: not finite, exactly 0 in half of the batches, or the same in 5",
            *("exploding", "dead_nodes", "vanishing_signal"),
        ),
        "weights": Condition.of("the same, of a kernel", "exploding", "unchanged_weights"),
        "weight_gradient": Condition.of("the same, of a kernel's gradient", "exploding", "vanishing_gradient"),
        "output_gradient": Condition.of("the same, of the gradient of the outputs", "exploding", "vanishing_gradient"),
        "nothing_learned": Condition.of(
            "loss or accuracy of the batch the same in 5 batches, or not a number", "slow_convergence"
        ),
    }

    def __init__(self) -> None:
        super().__init__()
        self._zeros: Counter[Place] = Counter()
        self._latest: defaultdict[Place, deque[float]] = defaultdict(lambda: deque(maxlen=EQUAL_BATCHES))
        self._stopped = False

    def after_step(self, course: Course) -> None:
        if self._stopped:
            return
        found = self._first_error(course)
        for condition in self.conditions:
            self.ask(condition, condition == found, course.step)
        self._stopped = found is not None

    def _first_error(self, course: Course) -> str | None:
        for place, layer in enumerate(course.batch.layers):
            parts = {
                "forward": layer.outputs,
                "weights": layer.kernel,
                "weight_gradient": layer.kernel_gradient,
                "output_gradient": layer.output_gradient,
            }
            for part, tensor in parts.items():
                if self._is_error((place, part), mean(tensor), course.step):
                    return part
        accuracy = course.batch_accuracies[-1]
        learned = {"loss": course.batch_losses[-1], "accuracy": accuracy}
        classes = course.batch_samples.labels is not None
        numbers = learned if classes else {"loss": learned["loss"]}
        lost = any(math.isnan(number) or self._stays((-1, name), number) for name, number in numbers.items())
        return "nothing_learned" if lost else None

    def _is_error(self, place: Place, value: float, batches: int) -> bool:
        self._zeros[place] += value == 0
        same = self._stays(place, value)
        return same or not math.isfinite(value) or (value == 0 and self._zeros[place] >= ZERO_SHARE * batches)

    def _stays(self, place: Place, value: float) -> bool:
        latest = self._latest[place]
        latest.append(value)
        return len(latest) == EQUAL_BATCHES and len(set(latest)) == 1
