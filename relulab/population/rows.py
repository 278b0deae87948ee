"""The rows of a sweep: its runs are trained in portions, and each is a row as soon as it is done.

So a sweep of any length needs the memory of its rows and of one portion.
"""

import itertools
from collections.abc import Iterator, Sequence

from relulab.callbacks import ignore
from relulab.data.dataset import Source
from relulab.diagnosis.ends import End
from relulab.errors import SpecError
from relulab.population.sweep import Row, Sweep
from relulab.population.trained import Trained
from relulab.population.training import OnProgress, train_all

PORTION = 1024  # runs


def rows_of(
    sweep: Sweep, done: Sequence[int] = (), source: Source | None = None, on_progress: OnProgress = ignore
) -> Iterator[tuple[int, Row]]:
    """Train all runs that are not ``done``; each one's number and row, as they come.

    ``on_progress`` is told how many are done, and ends the sweep where it raises.
    """
    finished = set(done)
    rest = (run for run in range(len(sweep)) if run not in finished)
    count = len(finished)
    while portion := list(itertools.islice(rest, PORTION)):
        runs, specs = [], []
        for run in portion:
            try:
                specs.append(sweep.design(run))
                runs.append(run)
            except SpecError as error:
                yield run, _failed(sweep, run, str(error))
        missing = len(portion) - len(runs)
        for place, result in train_all(specs, source, _after(count + missing, on_progress)):
            yield runs[place], _row(sweep, runs[place], result)
        count += len(portion)
        on_progress(count)


def _after(done: int, on_progress: OnProgress) -> OnProgress:
    return lambda share: on_progress(done + share)


def _failed(sweep: Sweep, run: int, reason: str) -> Row:
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
    }
