"""How long runs will take on this machine: a few designs are prepared, make some steps, and are judged once.

What is timed is what the runs will do, with the load that the machine has now; the rest is multiplication.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from statistics import median
from time import perf_counter
from typing import TypeVar

from relulab.data.dataset import Source
from relulab.diagnosis.moment import Moment
from relulab.errors import DivergedError, ReluLabError
from relulab.model.plan import DesignPlan
from relulab.population.blocks import MULTIPLE, block_size
from relulab.population.judging import BatchLosses, Judge, read_off
from relulab.population.kinds import kind_of, too_few, why_alone
from relulab.population.looking import Looking
from relulab.population.preparation import Preparation
from relulab.population.stack import Stack
from relulab.population.work import multiplications_of
from relulab.training.run import TrainingRun
from relulab.training.schedule import JUDGED_ONLY, UNWATCHED
from relulab.training.trainer import torch_threads

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

TIMED_KINDS = 4  # of designs that are trained as one; others are taken to be as fast for each multiplication
TIMED_DESIGNS = 4  # of each kind
TIMED_FOR = 0.03  # seconds of steps
TIMED_STEPS = 4  # at once


def seconds_of(
    plans: Sequence[DesignPlan], runs: int, source: Source | None = None, *, ends_only: bool = False
) -> float:
    """What ``runs`` take, of which these designs are an even sample; NaN where none of those tried can be trained.

    ``ends_only``: only how they end is asked.
    """
    kinds: dict[Hashable, list[DesignPlan]] = defaultdict(list)
    for plan in plans:
        kinds[kind_of(plan)].append(plan)
    preparation = Preparation(source)
    seconds = multiplications = 0.0
    with torch_threads(1):
        for alike in _spread(list(kinds.values()), TIMED_KINDS):
            count = round(runs * len(alike) / len(plans))
            is_alone = why_alone(alike[0]) is not None or too_few(alike[0], count) is not None
            timed = _spread(alike, 1 if is_alone else TIMED_DESIGNS)
            try:
                if is_alone:
                    per_run = _alone(timed[0], preparation)
                else:
                    per_run = _together(timed, max(1, count), preparation, ends_only=ends_only)
            except ReluLabError:  # its rows will say why
                continue
            seconds += len(alike) * per_run
            multiplications += sum(map(multiplications_of, timed)) * len(alike) / len(timed)
    if not multiplications:
        return math.nan
    return seconds / multiplications * sum(map(multiplications_of, plans)) * runs / len(plans)


def _spread(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    """At most so many, evenly spread."""
    return things if len(things) <= most else [things[place * len(things) // most] for place in range(most)]


def _together(plans: Sequence[DesignPlan], count: int, preparation: Preparation, *, ends_only: bool) -> float:
    """Seconds for each of ``count`` runs, trained as one. The first of these brings what others find there already."""
    prepared = [_timed(partial(preparation.prepare, plan)) for plan in plans]
    nets = list(islice(cycle(net for net, _ in prepared), min(count, block_size(plans[0]))))
    members = [net.member for net in nets]
    stack = Stack(members + members[-1:] * (-len(members) % MULTIPLE))
    looking, tally = Looking(stack, nets), BatchLosses(len(nets))
    judge = Judge(nets[0], stack.total_steps, ends_only=ends_only)

    def look(*, whole: bool) -> list[Moment]:
        return looking.look(read_off(stack, stack.read_step()), tally.means, final=False, whole=whole)

    def judging(times: int) -> None:
        for _ in range(times):
            judge.judge(moments[0])

    look(whole=True)  # warm
    moments, whole = _timed(partial(look, whole=True))
    _, glance = _timed(partial(look, whole=False)) if ends_only else (moments, whole)
    _, first = _timed(partial(judging, 1))  # with what is worked out once in a run
    _, others = _timed(partial(judging, TIMED_STEPS))
    looked, judged = len(judge.looked_at_whole) + 1, len(judge.moments)
    measuring = (looked * whole + (judged + 1 - looked) * glance) / len(nets)
    steps, began = 0, perf_counter()
    while perf_counter() - began < TIMED_FOR:
        stack.run(TIMED_STEPS)
        steps += TIMED_STEPS
    learning = (perf_counter() - began) / steps / len(nets)
    preparing = median(seconds for _, seconds in prepared)
    return preparing + measuring + first + judged * others / TIMED_STEPS + stack.total_steps * learning


def _timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    """What it gives, and the seconds that it took."""
    began = perf_counter()
    answer = work()
    return answer, perf_counter() - began


def _alone(plan: DesignPlan, preparation: Preparation) -> float:
    """Seconds of one run that is trained by itself."""
    began = perf_counter()
    prepared = preparation.prepare(plan)
    judged = TrainingRun(plan.spec, prepared.dataset, recording=JUDGED_ONLY)
    judged.instruments.pictures_wanted = False
    preparing = perf_counter() - began
    judged.measure_start()  # warm
    began = perf_counter()
    judged.step()  # the first one is judged
    judged.instruments.settle()
    judging = perf_counter() - began
    run = TrainingRun(plan.spec, prepared.dataset, recording=UNWATCHED)
    moments = len(Judge(prepared, run.total_steps).moments) + 1
    began = perf_counter()
    with suppress(DivergedError):  # what was timed until then counts
        while not run.finished and perf_counter() - began < TIMED_FOR:
            run.step()
    return preparing + moments * judging + (perf_counter() - began) / max(1, run.step_index) * run.total_steps
