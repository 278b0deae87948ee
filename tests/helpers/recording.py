"""What is recorded of a run as in a user's window, also on a busy machine: what is dear is measured all the same."""

import math
from dataclasses import replace

from relulab.training.schedule import LIVE


def often(plan):
    """What had to wait for a processor once is measured again soon, and not when its budget allows that again."""
    return replace(plan, budget=0.1)


EVERY_MOMENT = replace(
    LIVE,
    steps=often(LIVE.steps),
    probes=often(LIVE.probes),
    evaluations=often(LIVE.evaluations),
    pictures=often(LIVE.pictures),
    inspections=often(LIVE.inspections),
    checkpoints=replace(LIVE.checkpoints, budget=math.inf),  # none is left out
    networks=often(LIVE.networks),
)
