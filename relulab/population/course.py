"""How a training went, in numbers that tables of many networks compare: how soon, how steep, how fast."""

import math
from time import thread_time

import numpy as np

from relulab.diagnosis.evidence import Evidence
from relulab.population.stack import Losses, Reading, Stack
from relulab.training.run import TrainingRun

NEARLY_RIGHT = 0.9  # share of right classes
IN_A_ROW = 3  # measurements, so that one lucky step does not count; at the end of a run as many as there are


def steps_to_nearly_right(evidence: Evidence) -> float:
    """The first of ``IN_A_ROW`` measured steps with ``NEARLY_RIGHT`` of the validation samples right.

    Of the probe set where there is no validation set. Infinite where there are none; NaN in a regression.
    """
    moments = evidence.moments
    right = [
        (moment.validation_accuracy if moment.has("validation_accuracy") else moment.accuracy) >= NEARLY_RIGHT
        for moment in moments
    ]
    for place in range(len(moments)):
        if all(right[place : place + IN_A_ROW]):
            return float(moments[place].step)
    return math.inf if any(moment.has("accuracy") for moment in moments) else math.nan


def greatest_gradient(evidence: Evidence) -> float:
    """The greatest norm of the gradient of all weights that was measured, before clipping.

    Infinite where the loss became no number.
    """
    if evidence.now.diverged:
        return math.inf
    norms = [float(np.linalg.norm(moment.gradient_norm)) for moment in evidence.moments if moment.has("gradient_norm")]
    return max(norms, default=math.nan)


class Pace:
    """What a step takes, in seconds of this thread's processor time.

    Steps that are looked at take longer: they count only where there are no others. The nets that fill a stack up are
    trained, too.
    """

    def __init__(self) -> None:
        self._seconds, self._steps = 0.0, 0
        self._looked = math.nan  # the least that a step took that was looked at

    @property
    def seconds(self) -> float:
        """Of one step of one network; NaN before any."""
        return self._seconds / self._steps if self._steps else self._looked

    def run(self, stack: Stack, steps: int) -> Losses:
        """Make so many steps with a stack."""
        began = thread_time()
        losses = stack.run(steps)
        self._seconds += thread_time() - began
        self._steps += steps * stack.storage.nets
        return losses

    def read(self, stack: Stack) -> Reading:
        """Make one step with a stack, and look at it."""
        began = thread_time()
        reading = stack.read_step()
        self._looked = float(np.fmin(self._looked, (thread_time() - began) / stack.storage.nets))
        return reading

    def step(self, run: TrainingRun) -> None:
        """Make one step of a run that is trained alone."""
        began = thread_time()
        run.step()
        self._seconds += thread_time() - began
        self._steps += 1
