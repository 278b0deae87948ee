"""How much work runs are, counted from their designs alone, without torch.

Multiplications are exact. Seconds are those of one slow core, known to a factor of two: they say which of two parts is
the longer one, and whether a second process is worth its start. What a user is told is timed there and then instead
(``pilot.py``).
"""

from relulab.data.loading import sizes_of
from relulab.model.plan import DesignPlan

PASSES = 3  # a forward pass, and two of its size backward
MULTIPLICATION = 0.06e-9  # seconds
NET_STEP = 2e-6  # of one network in a stack, beside its multiplications
STACK_STEP = 60e-6  # of the calls that a stack makes in a step
DRAWN_STEP = 6e-6  # of one network, for each layer that normalizes or drops
ALONE_STEP = 100e-6  # of the calls that a single run makes in a step
BESIDE = 30e-3  # of a run, to be prepared, looked at and judged
DEAR = ("batch_norm", "layer_norm", "dropout", "alpha_dropout")


def steps_of(plan: DesignPlan) -> int:
    """How many steps a run of this design makes."""
    training = plan.spec.training
    train, _, _ = sizes_of(plan.spec.data, plan.description)
    batch = min(training.batch_size, train)
    left_over = train % batch == 1 and train > 1  # a batch of one sample is left out
    return training.steps or (training.epochs or 0) * -(-(train - left_over) // batch)


def multiplications_of(plan: DesignPlan) -> float:
    """What a run of this design takes to learn."""
    train, _, _ = sizes_of(plan.spec.data, plan.description)
    return PASSES * plan.operations * min(plan.spec.training.batch_size, train) * steps_of(plan)


def seconds_together(plan: DesignPlan, runs: int) -> float:
    """About what so many runs of this design take as one stack."""
    return steps_of(plan) * STACK_STEP + runs * seconds_beside_others(plan)


def seconds_beside_others(plan: DesignPlan) -> float:
    """About what one more run takes in a stack."""
    dear = sum(layer.kind in DEAR for layer in plan.spec.model.layers)
    return BESIDE + steps_of(plan) * (NET_STEP + dear * DRAWN_STEP) + multiplications_of(plan) * MULTIPLICATION


def seconds_alone(plan: DesignPlan) -> float:
    """About what a run takes that is trained by itself."""
    return seconds_beside_others(plan) + steps_of(plan) * ALONE_STEP
