"""What a sweep will take, said before it begins.

Multiplications and bytes are counted, of designs that are evenly spread over the sweep. Seconds are taken on this
machine there and then (``pilot.py``), never from measurements elsewhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from relulab.data.loading import sizes_of
from relulab.durations import remaining
from relulab.model.memory import BYTES, show_bytes
from relulab.model.plan import DesignPlan
from relulab.population.blocks import block_size
from relulab.population.kinds import why_alone
from relulab.population.stackable import CHUNK_BYTES, NUMBERS_AT_ONCE
from relulab.text import Text, text

READ_OFF = 3  # copies of the weights while a step is looked at: gradients, before, after
BUFFERS = 4  # of each layer and sample: z and h, and their gradients
LAID_OUT = 3  # the samples as they are loaded, as the batches hold them, and as networks are looked at with them
LOOKED_AT = 6  # tensors of a layer, in float64, while all networks are looked at


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a sweep: ``multiplications`` to learn, ``memory`` in bytes of its rows and of what is trained at once, and
    ``seconds`` with one thread, NaN where nobody knows.
    """

    runs: int
    multiplications: float
    memory: int
    seconds: float

    @property
    def text(self) -> Text:
        """In words, for whoever is about to wait."""
        if not self.multiplications:  # none of its designs suits its data
            return text("{runs:run|runs}.", runs=self.runs)
        known = "{runs:run|runs}, about {time} with one thread (a few steps were timed on this machine just now). "
        counted = "Counted: {multiplications:about} multiplications to learn, {memory} of memory at most."
        return text(
            ("{runs:run|runs}. " if math.isnan(self.seconds) else known) + counted,
            runs=self.runs,
            time="" if math.isnan(self.seconds) else remaining(self.seconds),
            memory=show_bytes(self.memory),
            multiplications=self.multiplications,
        )


def training_memory(plans: Sequence[DesignPlan], runs: int, data_sets: int) -> int:
    """What training the dearest of these designs takes, in bytes, with as many others as are trained at once.

    ``data_sets``: how many different ones the runs learn from.
    """
    return max((_memory(plan, runs, data_sets) for plan in plans), default=0)


def _memory(plan: DesignPlan, runs: int, data_sets: int) -> int:
    if why_alone(plan) is not None:
        return plan.memory.total
    training = plan.spec.training
    nets, width = min(runs, block_size(plan)), BYTES[training.precision]
    sizes = sizes_of(plan.spec.data, plan.description)
    units = [shape.units for shape in plan.shapes]
    weights = plan.parameter_count * (3 + training.optimizer.entry.state_tensors + READ_OFF)
    buffers = BUFFERS * min(training.batch_size, sizes[0]) * sum(units)
    looked = min(NUMBERS_AT_ONCE, nets * max(units) * sizes[0]) * LOOKED_AT * BYTES["float64"]
    data = LAID_OUT * plan.memory.data * min(nets, data_sets)
    return nets * (weights + buffers) * width + looked + data + 2 * CHUNK_BYTES
