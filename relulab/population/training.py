"""Train many designs, those of a kind as one, the rest one after another, and judge each as if it had been alone.

for place, result in train_all(specs):
    ...
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import partial
from time import perf_counter

from relulab.callbacks import ignore
from relulab.collector import collect_newest, collector_off
from relulab.data.dataset import Source
from relulab.diagnosis.ends import End, end_of
from relulab.errors import DivergedError, ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan, check_experiment
from relulab.population.blocks import MULTIPLE, Block, Planned, blocks_of
from relulab.population.course import Pace
from relulab.population.judging import BatchLosses, Judge, read_off
from relulab.population.looking import Looking
from relulab.population.preparation import Preparation, Prepared
from relulab.population.shares import WHOLE, Share, part_of
from relulab.population.stack import Stack
from relulab.population.trained import Trained, trained
from relulab.population.watching import Seen, Show, Watching
from relulab.training.devices import explain
from relulab.training.run import TrainingRun
from relulab.training.schedule import JUDGED_ONLY
from relulab.training.telemetry import FindingsRecord, Record
from relulab.training.trainer import torch_threads

TOGETHER, ALONE = "batched", "single"  # the engines
ASKED_EVERY = 50  # steps of a run that is trained alone

OnProgress = Callable[[float], object]  # how many of the designs are done; may raise CancelledError


def train_all(
    specs: Sequence[ExperimentSpec],
    source: Source | None = None,
    on_progress: OnProgress = ignore,
    show: Show | None = None,
    done: Set[int] = frozenset(),
    *,
    ends_only: bool = False,
    share: Share = WHOLE,
) -> Iterator[tuple[int, Trained]]:
    """Train every design to its end, with one thread; each result with the place of its design, as they are done.

    A design that cannot be trained is a result that says why. ``on_progress`` ends everything where it raises; results
    that were handed over stay what they are. ``show`` is called with those that are being trained. Places that are
    ``done`` are left out; nothing changes for the others. ``ends_only``: where rules need not say more, they
    are asked only how each one ended. ``share``: which of how many processes this is, each of which trains a part.
    """
    planned, failed = plan_all(specs)
    if share[0] == 0:  # one process tells
        yield from failed
    count, plans = len(failed), dict(planned)
    trainer = BlockTrainer(Preparation(source), Watching(show), ends_only=ends_only)
    left = [block for whole in blocks_of(planned) if (block := whole.without(done)).places]
    for block in part_of(left, plans, share):
        yield from trainer.train(block, plans, after(count, len(block.places), on_progress))
        count += len(block.places)
        on_progress(count)


def plan_all(specs: Sequence[ExperimentSpec]) -> tuple[list[Planned], list[tuple[int, Trained]]]:
    """The plans of designs, each with its place; and what became of those that cannot be trained."""
    planned: list[Planned] = []
    failed = []
    for place, spec in enumerate(specs):
        try:
            planned.append((place, check_experiment(spec)))
        except ReluLabError as error:
            failed.append((place, Trained(spec, End.FAILED, str(error))))
    return planned, failed


class BlockTrainer:
    """Trains blocks of designs, with one thread. ``preparation`` keeps data sets from one to the next."""

    def __init__(self, preparation: Preparation, watching: Watching, *, ends_only: bool = False) -> None:
        self._preparation, self._watching, self._ends_only = preparation, watching, ends_only

    def train(
        self, block: Block, plans: Mapping[int, DesignPlan], on_share: OnProgress = ignore
    ) -> Iterator[tuple[int, Trained]]:
        """Train a block, whose designs have these ``plans`` by their place."""
        with torch_threads(1):
            if block.together:
                yield from self._together(block, plans, on_share, ends_only=self._ends_only)
                return
            for done, place in enumerate(block.places):
                told = after(done / len(block.places), 1 / len(block.places), on_share)
                yield place, _train_alone((place, plans[place]), self._preparation, told, self._watching)

    def _together(
        self, block: Block, plans: Mapping[int, DesignPlan], on_share: OnProgress, *, ends_only: bool
    ) -> Iterator[tuple[int, Trained]]:
        """Train designs of one kind as one; with ``ends_only`` those once more that have to be judged as a whole."""
        began, pace, done = perf_counter(), Pace(), set[int]()
        nets: dict[int, Prepared] = {}  # by position
        place_of = dict(zip(block.positions, block.places, strict=True))
        for position, place in place_of.items():
            try:
                nets[position] = self._preparation.prepare(plans[place])
            except ReluLabError as error:
                done.add(place)
                yield place, Trained(plans[place].spec, End.FAILED, str(error))
        if not nets:
            return
        filler = next(iter(nets.values()))
        laid_out = [nets.get(position, filler) for position in range(max(nets) + 1)]
        members = [net.member for net in laid_out]
        stack = Stack(members + members[-1:] * (-len(members) % MULTIPLE), block.room, own=block.own)
        data = list(dict.fromkeys(net.dataset for net in nets.values()))
        judge_of = partial(Judge, total_steps=stack.total_steps, ends_only=ends_only, beside=data)
        judges = {net: judge_of(prepared) for net, prepared in nets.items()}
        shown = _shown(place_of, nets, stack, judges, self._watching)
        with collector_off():  # it would look through all that torch brings for what is kept of these nets
            _run_judged(stack, laid_out, judges, pace, lambda share: (on_share(share), shown()))
        for net, judge in judges.items():
            end = judge.end
            if end is None:
                continue
            stack.put_back(net)
            assert judge.said is not None, "each net is judged at its start"
            result = trained(
                nets[net],
                judge.diagnosis.evidence,
                (end, judge.said.current),
                stack.lost[net].step - 1 if net in stack.lost else stack.total_steps,
                "" if judge.error is None else str(judge.error),
                seconds=(perf_counter() - began) / len(nets),
                step_seconds=pace.seconds,
                engine=TOGETHER,
            )
            done.add(place_of[net])
            yield place_of[net], result
        if len(done) < len(block.places):
            yield from self._together(block.without(done), plans, lambda _: on_share(1.0), ends_only=False)


def after(done: float, count: float, on_progress: OnProgress) -> OnProgress:
    """Tells the share of ``count`` designs that come after ``done`` others."""
    return lambda share: on_progress(done + share * count)


def _shown(
    place_of: Mapping[int, int],
    nets: Mapping[int, Prepared],
    stack: Stack,
    judges: Mapping[int, Judge],
    watching: Watching,
) -> Callable[[], None]:
    """Shows the nets of a stack as they are when it is called, where it is time for that."""

    def show() -> None:
        if not watching.is_due(is_over=stack.step_index == stack.total_steps):
            return
        seen = []
        for net, judge in judges.items():
            stack.put_back(net)
            is_lost = net in stack.lost
            step = stack.lost[net].step - 1 if is_lost else stack.step_index
            is_over = is_lost or step == stack.total_steps
            evidence = judge.diagnosis.evidence
            seen.append(Seen(place_of[net], nets[net], evidence, step, stack.total_steps, is_over))
        watching.tell(seen)

    return show


def _run_judged(
    stack: Stack, nets: Sequence[Prepared], judges: Mapping[int, Judge], pace: Pace, on_share: OnProgress
) -> None:
    """Train a stack to its end, and let each judge look at its net when it is due; the others fill it up."""
    looking, tally = Looking(stack, nets), BatchLosses(len(nets))
    reading = stack.read_start()
    tally.count(reading.losses)
    moments = looking.look(read_off(stack, reading), tally.means, final=False)
    for net, judge in judges.items():
        judge.judge(moments[net])
        tally.begin_anew(net)
    on_share(0.0)
    lost: set[int] = set()
    whole = set().union(*(judge.looked_at_whole for judge in judges.values()))
    for step in sorted(set().union(*(judge.moments for judge in judges.values()))):
        if step - 1 > stack.step_index:
            tally.count(pace.run(stack, step - 1 - stack.step_index))
        reading = pace.read(stack)
        tally.count(reading.losses)
        final = step == stack.total_steps
        moments = looking.look(read_off(stack, reading), tally.means, final=final, whole=step in whole)
        for net, judge in judges.items():
            if net in lost:
                continue
            if net in stack.lost:
                lost.add(net)
                stack.put_back(net)
                judge.lose(stack.lost[net], stack.rate(net, stack.lost[net].step - 1))
            elif step in judge.moments:
                if final:
                    stack.put_back(net)
                judge.judge(moments[net])
                tally.begin_anew(net)
        collect_newest()
        on_share(step / stack.total_steps)


def _train_alone(planned: Planned, preparation: Preparation, on_share: OnProgress, watching: Watching) -> Trained:
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
    evidence, current = run.instruments.diagnosis.evidence, findings[-1].current
    return trained(
        prepared,
        evidence,
        (end_of(evidence, current), current),
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
