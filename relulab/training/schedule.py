"""When to measure: a plan made of data, and a budget that measuring never exceeds.

What is judged is planned in steps (``judged_plan``), from the experiment alone: the same on every machine and under
any load. What is drawn beside that can be planned in two ways, which can be combined: exact steps (every n, powers
of ten, the ends of epochs), for runs without a window, and a rate per second, for a person who watches. A rate gives
way to its budget: an instrument that took t seconds rests for at least t / budget seconds. A run that is over within
a second would then be measured at its ends only, so a plan can ask for a least number of measurements in every run, or
that what is drawn is never old.
"""

from dataclasses import dataclass, fields, replace

MANTISSAS = (1, 2, 5, 10)
FREE_SECONDS = 0.4  # what an instrument may take in a run before it has to keep its budget
MOST = 0.1  # of the time: where a look takes seconds, keeping it fresh must not take more
FREE_AT_ONCE = 0.2  # share of that at the start; the rest comes as the run goes on, so that its end is measured too


@dataclass(frozen=True, slots=True)
class MeasurementPlan:
    """When one instrument measures.

    ``every`` counts steps; ``logarithmic`` adds steps 1, 2, 5, 10, 20, 50, …; ``rate`` is per second at most,
    within ``budget``, a share of the time (0 to 1). With a rate, ``least`` is the number of measurements that a
    run gets however short it is, spread evenly over its steps, as long as they cost less than ``FREE_SECONDS``.
    With ``growth`` there is one whenever the step has grown by this share (.25: 1, 2, 3, 4, 5, 7, 9, 12, …),
    evenly over the logarithm of the step, within ``budget`` once they cost more than ``FREE_SECONDS``.
    With ``oldest`` the rate alone counts while measurements cost less than ``FREE_SECONDS``, so that a run of seconds
    is seen to move; after that the budget gives way where what is shown would be older (seconds), within ``MOST``.
    """

    every: int | None = None
    logarithmic: bool = False
    epoch_ends: bool = False
    rate: float | None = None
    budget: float = 1.0
    least: int = 0
    growth: float | None = None
    oldest: float | None = None


NEVER = MeasurementPlan()

JUDGED_AT_MOST = 25  # moments of a run, evenly spread over its steps, beside those at steps 1, 2, 5, 10, 20, …
JUDGED_AT_LEAST = 16
JUDGED_SHARE = 0.03  # of the operations of a run that judging may take where more moments than the least are wanted
FREE_OPERATIONS = 5e9  # multiplications that are worth no thought: about a second


def judged_plan(total_steps: int, batch_size: int, looked_at: int, operations: float) -> MeasurementPlan:
    """The moments at which a run of ``total_steps`` is judged; the end of a run is always one.

    ``operations``: multiplications of one sample on its way forward. A step takes three times that (forward, and both
    factors backward) for each of ``batch_size`` samples; a moment takes it for ``looked_at`` samples. Costs are
    counted in operations and never in seconds, so the same experiment is judged at the same steps everywhere.
    """
    moment = max(1.0, operations * looked_at)
    budget = max(FREE_OPERATIONS, JUDGED_SHARE * total_steps * 3 * batch_size * operations)
    moments = min(JUDGED_AT_MOST, max(JUDGED_AT_LEAST, int(budget / moment)))
    return MeasurementPlan(every=max(1, total_steps // moments), logarithmic=True)


@dataclass(frozen=True, slots=True)
class MeasurementSchedule:
    """The plans of all instruments: training batch, probe set, validation set, picture, one unit looked at closely,
    checkpoints (with a plan for them there is also one whenever the run comes to rest), and the picture of the network.
    They are drawn; a run that is ``judged`` is measured for its diagnosis on a plan of its own, whatever stands here.
    With ``glances`` somebody watches, and nothing that is shown may be old (``glances.py``). ``weights``: those of a
    small network are kept at many moments, as they are wherever there are checkpoints (``weight_keeper.py``).
    """

    steps: MeasurementPlan
    probes: MeasurementPlan
    evaluations: MeasurementPlan
    pictures: MeasurementPlan
    inspections: MeasurementPlan
    checkpoints: MeasurementPlan = NEVER
    networks: MeasurementPlan = NEVER
    judged: bool = True
    glances: bool = False
    weights: bool = False

    @property
    def keeps_weights(self) -> bool:
        """Whether the weights alone of a small network are kept at many moments."""
        return self.weights or self.checkpoints != NEVER

    @classmethod
    def every(cls, steps: int, probes: int | None = None) -> "MeasurementSchedule":
        """Exact steps, the same on every machine: for the command line, notebooks and tests."""
        return cls(
            steps=MeasurementPlan(every=steps, logarithmic=True, epoch_ends=True),
            probes=MeasurementPlan(every=probes, logarithmic=True, epoch_ends=True),
            evaluations=MeasurementPlan(epoch_ends=True),
            pictures=NEVER,
            inspections=NEVER,
        )


# The budgets add up to 1.8 % of the time, and 1 % more while the picture of the network is looked at; judging and
# glances come on top of that.
LIVE = MeasurementSchedule(
    steps=MeasurementPlan(rate=20.0, budget=0.0065, least=96),
    probes=MeasurementPlan(rate=4.0, budget=0.002, least=24),
    evaluations=MeasurementPlan(rate=4.0, budget=0.002, least=24),
    pictures=MeasurementPlan(rate=12.0, budget=0.003, oldest=0.8),
    inspections=MeasurementPlan(rate=4.0, budget=0.002, oldest=0.8),
    checkpoints=MeasurementPlan(growth=0.25, budget=0.002),
    networks=MeasurementPlan(rate=10.0, budget=0.01),
    glances=True,
)


_SELDOM = MeasurementSchedule.every(10**12)
JUDGED_ONLY = replace(_SELDOM, evaluations=NEVER)
UNWATCHED = replace(_SELDOM, judged=False)  # its first steps and the ends of its epochs


class MeasurementAgenda:
    """Keeps one plan for a run of ``total_steps``: is a measurement due now?"""

    def __init__(self, plan: MeasurementPlan, total_steps: int = 1) -> None:
        self.plan = plan
        self._total_steps = total_steps
        self._last_step = 0
        self._spent = 0.0
        self._next_time = 0.0
        self._next_logarithmic = 1

    def due(self, step: int, now: float, epoch_end: bool) -> bool:
        """Whether to measure after ``step`` finished steps at ``now`` seconds.

        The end of an epoch waits for the rate too where there is one, so that epochs of a few
        milliseconds do not drown the run in measurements.
        """
        plan = self.plan
        if plan.growth is not None:
            grown = step >= self._last_step * (1.0 + plan.growth) and step > self._last_step
            return grown and (now >= self._next_time or self._spent < self._free(step))
        if plan.rate is not None:
            return now >= self._next_time or self._is_due_in_every_run(step)
        if plan.every is not None and step % plan.every == 0:
            return True
        if plan.epoch_ends and epoch_end:
            return True
        return plan.logarithmic and step >= self._next_logarithmic

    def done(self, step: int, now: float, cost: float) -> None:
        """A measurement that took ``cost`` seconds is finished: plan the next.

        What was measured elsewhere costs nothing here, and does not end the rest that follows from a dear one.
        """
        self._last_step = step
        self._spent += cost
        if self.plan.rate is not None:
            self._next_time = max(self._next_time, now + max(1.0 / self.plan.rate, self._rest(step, cost)))
        elif self.plan.growth is not None:
            self._next_time = now + cost / self.plan.budget
        while self._next_logarithmic <= step:
            self._next_logarithmic = _next_logarithmic(self._next_logarithmic)

    def _rest(self, step: int, cost: float) -> float:
        """The seconds that a measurement of ``cost`` seconds is to be followed by."""
        rest, oldest = cost / self.plan.budget, self.plan.oldest
        if oldest is None:
            return rest
        return 0.0 if self._spent < self._free(step) else min(rest, max(oldest, cost / MOST))

    def _is_due_in_every_run(self, step: int) -> bool:
        """Whether the run has come to another of its ``least`` parts; the same step for equal plans."""
        least, total = self.plan.least, self._total_steps
        return self._spent < self._free(step) and least * step // total > least * self._last_step // total

    def _free(self, step: int) -> float:
        """The seconds that the budget does not look at, up to this step."""
        return FREE_SECONDS * (FREE_AT_ONCE + (1.0 - FREE_AT_ONCE) * step / self._total_steps)


def agendas_of(schedule: MeasurementSchedule, total_steps: int) -> dict[str, MeasurementAgenda]:
    """An agenda for every plan of ``schedule``, by the plan's name, in a run of ``total_steps``."""
    told = {field.name: getattr(schedule, field.name) for field in fields(schedule)}
    plans = {name: plan for name, plan in told.items() if isinstance(plan, MeasurementPlan)}
    return {name: MeasurementAgenda(plan, total_steps) for name, plan in plans.items()}


def _next_logarithmic(step: int) -> int:
    """The step after ``step`` in 1, 2, 5, 10, 20, 50, …"""
    scale: int = 10 ** (len(str(step)) - 1)
    return next(mantissa * scale for mantissa in MANTISSAS if mantissa * scale > step)
