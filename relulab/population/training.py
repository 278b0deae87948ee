"""Train many designs, those of a kind as one, the rest one after another, and judge each as if it had been alone.

for place, result in train_all(specs):
    ...
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import islice
from time import perf_counter

from relulab.callbacks import ignore
from relulab.data.dataset import Source
from relulab.diagnosis.ends import End
from relulab.errors import DivergedError, ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan, check_experiment
from relulab.population.course import Pace
from relulab.population.judging import BatchLosses, Judge, read_off
from relulab.population.kinds import kind_of, too_few, why_alone
from relulab.population.looking import Looking
from relulab.population.preparation import Preparation, Prepared, data_key
from relulab.population.stack import Stack
from relulab.population.trained import Trained, trained
from relulab.population.watching import Seen, Show, Watching
from relulab.training.devices import explain
from relulab.training.run import TrainingRun
from relulab.training.schedule import JUDGED_ONLY
from relulab.training.telemetry import FindingsRecord, Record
from relulab.training.trainer import torch_threads

TOGETHER, ALONE = "batched", "single"  # the engines
MULTIPLE = 16  # of nets in a stack: with other numbers the ends of torch's loops round in another way
MOST_TOGETHER = 256
STACK_NUMBERS = 2**18  # of one stack: about what a processor's cache holds
ASKED_EVERY = 50  # steps of a run that is trained alone

OnProgress = Callable[[float], object]  # how many of the designs are done; may raise CancelledError

_Planned = tuple[int, DesignPlan]


def train_all(
    specs: Sequence[ExperimentSpec],
    source: Source | None = None,
    on_progress: OnProgress = ignore,
    show: Show | None = None,
) -> Iterator[tuple[int, Trained]]:
    """Train every design to its end, with one thread; each result with the place of its design, as they are done.

    A design that cannot be trained is a result that says why. ``on_progress`` ends everything where it raises; results
    that were handed over stay what they are. ``show`` is called with those that are being trained.
    """
    preparation, watching = Preparation(source), Watching(show)
    together: dict[Hashable, list[_Planned]] = defaultdict(list)
    alone: list[_Planned] = []
    done = 0
    for place, spec in enumerate(specs):
        try:
            plan = check_experiment(spec)
        except ReluLabError as error:
            done += 1
            yield place, Trained(spec, End.FAILED, str(error))
            continue
        if why_alone(plan) is None:
            together[kind_of(plan)].append((place, plan))
        else:
            alone.append((place, plan))
    with torch_threads(1):
        for planned in together.values():
            if too_few(planned[0][1], len(planned)) is not None:
                alone += planned
                continue
            for block in _blocks(planned):
                yield from _train_block(block, preparation, _after(done, len(block), on_progress), watching)
                done += len(block)
                on_progress(done)
        for place, plan in alone:
            yield place, _train_alone((place, plan), preparation, _after(done, 1, on_progress), watching)
            done += 1
            on_progress(done)


def _after(done: int, count: int, on_progress: OnProgress) -> OnProgress:
    """Tells the share of ``count`` designs that come after ``done`` others."""
    return lambda share: on_progress(done + share * count)


def block_size(plan: DesignPlan) -> int:
    """How many networks of this kind are trained at once."""
    spec = plan.spec
    batch = spec.training.batch_size
    numbers = plan.parameter_count * (2 + spec.training.optimizer.entry.state_tensors)
    numbers += 4 * batch * sum(shape.units for shape in plan.shapes)
    return max(MULTIPLE, min(MOST_TOGETHER, STACK_NUMBERS // numbers // MULTIPLE * MULTIPLE))


def _blocks(planned: Sequence[_Planned]) -> Iterator[list[_Planned]]:
    """Designs of one kind in blocks, those of one data set and of one order side by side."""
    ordered = sorted(planned, key=lambda each: (data_key(each[1].spec.data), each[1].spec.training.seed, each[0]))
    rest = iter(ordered)
    size = min(block_size(plan) for _, plan in planned)
    while block := list(islice(rest, size)):
        yield block


def _train_block(
    block: Sequence[_Planned], preparation: Preparation, on_share: OnProgress, watching: Watching
) -> Iterator[tuple[int, Trained]]:
    """Train designs of one kind as one."""
    began = perf_counter()
    places: list[int] = []
    nets: list[Prepared] = []
    for place, plan in block:
        try:
            nets.append(preparation.prepare(plan))
            places.append(place)
        except ReluLabError as error:
            yield place, Trained(plan.spec, End.FAILED, str(error))
    if not nets:
        return
    members = [net.member for net in nets]
    stack = Stack(members + members[-1:] * (-len(members) % MULTIPLE))
    judges = [Judge(net, stack.total_steps) for net in nets]
    shown = _shown(places, nets, stack, judges, watching)
    pace = Pace()
    _run_judged(stack, nets, judges, pace, lambda share: (on_share(share), shown()))
    for net, judge in enumerate(judges):
        stack.put_back(net)
        steps = stack.lost[net].step - 1 if net in stack.lost else stack.total_steps
        assert judge.said is not None, "each net is judged at its start"
        seconds = (perf_counter() - began) / len(nets)
        yield (
            places[net],
            trained(
                nets[net],
                judge.diagnosis.evidence,
                judge.said.current,
                steps,
                "" if judge.error is None else str(judge.error),
                seconds=seconds,
                step_seconds=pace.seconds,
                engine=TOGETHER,
            ),
        )


def _shown(
    places: Sequence[int], nets: Sequence[Prepared], stack: Stack, judges: Sequence[Judge], watching: Watching
) -> Callable[[], None]:
    """Shows the nets of a stack as they are when it is called, where it is time for that."""

    def show() -> None:
        if not watching.is_due(is_over=stack.step_index == stack.total_steps):
            return
        seen = []
        for net, (place, prepared, judge) in enumerate(zip(places, nets, judges, strict=True)):
            stack.put_back(net)
            is_lost = net in stack.lost
            step = stack.lost[net].step - 1 if is_lost else stack.step_index
            is_over = is_lost or step == stack.total_steps
            seen.append(Seen(place, prepared, judge.diagnosis.evidence, step, stack.total_steps, is_over))
        watching.tell(seen)

    return show


def _run_judged(
    stack: Stack, nets: Sequence[Prepared], judges: Sequence[Judge], pace: Pace, on_share: OnProgress
) -> None:
    """Train a stack to its end, and let each judge look at its net when it is due."""
    looking, tally = Looking(stack, nets), BatchLosses(len(judges))
    reading = stack.read_start()
    tally.count(reading.losses)
    moments = looking.look(read_off(stack, reading), tally.means, final=False)
    for net, judge in enumerate(judges):
        judge.judge(moments[net])
        tally.begin_anew(net)
    on_share(0.0)
    lost: set[int] = set()
    for step in sorted(set().union(*(judge.moments for judge in judges))):
        if step - 1 > stack.step_index:
            tally.count(pace.run(stack, step - 1 - stack.step_index))
        reading = pace.read(stack)
        tally.count(reading.losses)
        moments = looking.look(read_off(stack, reading), tally.means, final=step == stack.total_steps)
        for net, judge in enumerate(judges):
            if net in lost:
                continue
            if net in stack.lost:
                lost.add(net)
                stack.put_back(net)
                judge.lose(stack.lost[net], stack.rate(net, stack.lost[net].step - 1))
            elif step in judge.moments:
                if step == stack.total_steps:
                    stack.put_back(net)
                judge.judge(moments[net])
                tally.begin_anew(net)
        on_share(step / stack.total_steps)


def _train_alone(planned: _Planned, preparation: Preparation, on_share: OnProgress, watching: Watching) -> Trained:
    """Train one design by the engine of single runs."""
    (place, plan), began, pace = planned, perf_counter(), Pace()
    findings: list[FindingsRecord] = []

    def record(entry: Record) -> None:
        if isinstance(entry, FindingsRecord):
            findings.append(entry)

    try:
        prepared = preparation.prepare(plan)
        run = TrainingRun(plan.spec, prepared.dataset, recording=JUDGED_ONLY, record=record)
        run.instruments.pictures_wanted = False
        run.measure_start()

        def show(share: float, *, is_over: bool = False) -> None:
            on_share(share)
            if watching.is_due(is_over=is_over):
                prepared.network.load_state_dict(run.network.state_dict())
                evidence = run.instruments.diagnosis.evidence
                watching.tell([Seen(place, prepared, evidence, run.step_index, run.total_steps, is_over)])

        reason = _run_alone(run, pace, show)
        show(1.0, is_over=True)
    except ReluLabError as error:
        return Trained(plan.spec, End.FAILED, str(error))
    except (RuntimeError, MemoryError) as error:  # torch's own errors: memory, device
        return Trained(plan.spec, End.FAILED, explain(error, plan.spec.training.device))
    prepared.network.load_state_dict(run.network.state_dict())
    return trained(
        prepared,
        run.instruments.diagnosis.evidence,
        findings[-1].current,
        run.step_index,
        reason,
        seconds=perf_counter() - began,
        step_seconds=pace.seconds,
        engine=ALONE,
    )


def _run_alone(run: TrainingRun, pace: Pace, on_share: OnProgress) -> str:
    """Train a run to its end; why it ended before its last step."""
    try:
        while not run.finished:
            pace.step(run)
            if run.step_index % ASKED_EVERY == 0:
                on_share(run.step_index / run.total_steps)
    except DivergedError as error:
        return str(error)
    return run.early_stopped
