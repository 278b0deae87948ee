"""The rows of a sweep: its runs are trained in portions, and each is a row as soon as it is done.

So a sweep of any length needs the memory of its rows and of one portion.
"""

from collections.abc import Iterator, Sequence

from relulab.callbacks import ignore
from relulab.data.dataset import Source
from relulab.diagnosis.ends import End
from relulab.errors import SpecError
from relulab.model.plan import check_experiment
from relulab.population.blocks import Block, blocks_of
from relulab.population.preparation import Preparation
from relulab.population.sweep import Row, Sweep
from relulab.population.trained import Trained
from relulab.population.training import BlockTrainer, OnProgress, after, plan_all
from relulab.population.watching import Watching

PORTION = 1024  # runs


def rows_of(
    sweep: Sweep, done: Sequence[int] = (), source: Source | None = None, on_progress: OnProgress = ignore
) -> Iterator[tuple[int, Row]]:
    """Train all runs that are not ``done``; each one's number and row, as they come.

    ``on_progress`` is told how many are done, and ends the sweep where it raises.
    """
    finished, trainer = set(done), RowTrainer(sweep, source)
    count = len(finished)
    for portion in portions_of(sweep):
        if finished.issuperset(portion):
            continue
        blocks, failed = trainer.plan(portion)
        for run, row in failed:
            if run not in finished:
                yield run, row
                count += 1
        for block in blocks:
            left = block.without(finished)
            if left.places:
                yield from trainer.train(left, after(count, len(left.places), on_progress))
                count += len(left.places)
                on_progress(count)


def portions_of(sweep: Sweep) -> Iterator[range]:
    """Its runs in portions, each of which is laid out in blocks."""
    for first in range(0, len(sweep), PORTION):
        yield range(first, min(first + PORTION, len(sweep)))


class RowTrainer:
    """Trains runs of a sweep, a block at a time. Data sets are kept from one to the next. Maps: ``ends_only``."""

    def __init__(self, sweep: Sweep, source: Source | None, *, ends_only: bool = False) -> None:
        self._sweep = sweep
        self._trainer = BlockTrainer(Preparation(source), Watching(), ends_only=ends_only)

    def plan(self, runs: Sequence[int]) -> tuple[list[Block], list[tuple[int, Row]]]:
        """Blocks whose places are runs; and the rows of runs that cannot be trained."""
        designed, specs, rows = [], [], []
        for run in runs:
            try:
                specs.append(self._sweep.design(run))
                designed.append(run)
            except SpecError as error:
                rows.append((run, failed_row(self._sweep, run, str(error))))
        planned, failed = plan_all(specs)
        rows += [(designed[place], _row(self._sweep, designed[place], result)) for place, result in failed]
        return [block.named(designed) for block in blocks_of(planned)], rows

    def train(self, block: Block, on_share: OnProgress = ignore) -> Iterator[tuple[int, Row]]:
        """Train a block whose places are runs; each number and row, as they come."""
        for run, result in self.results(block, on_share):
            yield run, _row(self._sweep, run, result)

    def results(self, block: Block, on_share: OnProgress = ignore) -> Iterator[tuple[int, Trained]]:
        """Train a block whose places are runs; what came of each."""
        plans = {run: check_experiment(self._sweep.design(run)) for run in block.places}
        yield from self._trainer.train(block, plans, on_share)


def failed_row(sweep: Sweep, run: int, reason: str) -> Row:
    """The row of a run that could not be."""
    return _row(sweep, run, Trained(sweep.spec, End.FAILED, reason))


def _row(sweep: Sweep, run: int, result: Trained) -> Row:
    """A run as a row: what was set, and what came of it."""
    chosen, seed = sweep.settings(run)
    scores = {name: getattr(result, name) for name in ("train", "validation", "test")}
    return chosen | {
        "seed": seed,
        "status": result.end.value,
        "reason": result.reason,
        "steps": result.steps,
        **{f"{name}_loss": loss for name, (loss, _) in scores.items()},
        **{f"{name}_accuracy": accuracy for name, (_, accuracy) in scores.items()},
        "dead_share": result.dead_share,
        "findings": ",".join(dict.fromkeys(finding.rule for finding in result.findings)),
        "seconds": result.seconds,
        "engine": result.engine,
        "steps_to_90": result.steps_to_right,
        "greatest_gradient_norm": result.gradient,
        "step_seconds": result.step_seconds,
    }
