"""What a worker of Dask does: it is told a sweep once, then trains runs of it, whenever it is asked for some.

Data sets are loaded by their description and kept from one task to the next.
"""

import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin

from relulab.cluster.versions import Versions, difference, versions_here
from relulab.data.dataset import Source
from relulab.errors import CancelledError, ClusterError
from relulab.population.blocks import Block
from relulab.population.rows import RowTrainer
from relulab.population.standing import Standing, Told
from relulab.population.sweep import Row, Sweep
from relulab.population.teller import Teller

Rows = list[tuple[int, Row | Standing]]  # standings of a map


class AsOne(Rows):
    """Rows that travel as one piece: Dask packs each entry of a plain list by itself, and each is read by itself."""


@dataclass(frozen=True, slots=True)
class Task:
    """A block of runs of a sweep that workers were told of as ``sweep``."""

    sweep: str
    block: Block


@dataclass(slots=True)
class _Known:
    """A sweep that this process was told of."""

    sweep: Sweep
    trainer: RowTrainer
    problem: str
    source: Source | None
    is_map: bool
    stopped: threading.Event = field(default_factory=threading.Event)


_known: dict[str, _Known] = {}
_one_at_a_time = threading.Lock()  # torch's random state and number of threads belong to the process


class SweepPlugin(WorkerPlugin):
    """Tells a worker of a sweep, also one that comes later or comes back; and loads the engine there.

    ``root`` and ``allow_download`` say where data may come from, ``ours`` what must be the same there. ``is_local``:
    the process was started for this sweep, and gets the Ctrl-C that is meant for the command.
    """

    def __init__(
        self, name: str, sweep: Sweep, source: Source | None, *, ours: Versions | None = None, is_local: bool = False,
        is_map: bool = False,
    ) -> None:  # fmt: skip
        self.name = name
        self._sweep, self._is_local, self._is_map = sweep, is_local, is_map
        self._root = None if source is None or source.root is None else str(source.root)
        self._allow_download = source is not None and source.allow_download
        self._ours = versions_here() if ours is None else ours

    def setup(self, worker: Any) -> None:
        """Called by Dask in the worker."""
        if self._is_local and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        source = Source(Path(self._root) if self._root else None, self._allow_download)
        problem = difference(versions_here(), self._ours)
        trainer = RowTrainer(self._sweep, source, ends_only=self._is_map)
        _known[self.name] = _Known(self._sweep, trainer, problem, source, self._is_map)

    def teardown(self, worker: Any) -> None:
        """Called by Dask where the sweep is over."""
        _known.pop(self.name, None)


def plan_task(sweep: str, runs: Sequence[int]) -> tuple[list[Block], list[tuple[int, Row]]]:
    """Lay out a portion in blocks; and the rows of the runs that cannot be trained. Raises ClusterError."""
    return _get(sweep).trainer.plan(runs)


def train_task(task: Task) -> Rows:
    """Train some runs. Raises ClusterError where this process cannot, CancelledError where the sweep was stopped."""
    known = _get(task.sweep)

    def go_on(_done: float) -> None:
        if known.stopped.is_set():
            raise CancelledError("The sweep was stopped.")

    with _one_at_a_time:
        go_on(0.0)
        if not known.is_map:
            return AsOne(known.trainer.train(task.block, go_on))
        told: list[Told] = []
        teller = Teller(known.sweep, told.append, known.source, is_map=True)
        for run, result in known.trainer.results(task.block, go_on):
            teller.end(run, result)
        return AsOne((standing.run, standing) for standing in told if isinstance(standing, Standing))


def _get(sweep: str) -> _Known:
    known = _known.get(sweep)
    if known is None:
        raise ClusterError("a worker was not told what is trained.")
    if known.problem:
        raise ClusterError(f"a worker is of another version: {known.problem}.")
    return known


def stop(sweep: str) -> None:
    """End what this process trains of a sweep."""
    if sweep in _known:
        _known[sweep].stopped.set()
