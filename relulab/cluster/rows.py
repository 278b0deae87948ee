"""The rows of a sweep, trained by workers: a few tasks for each are under way, and rows come as their tasks are done.

A task whose workers were killed is tried again net by net. Who was beside a deadly net on a worker seems deadly, too:
what is under suspicion is tried at the end, alone on all workers, until the row says which net it was.
"""

import asyncio
import math
import queue
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from itertools import islice
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from relulab.callbacks import ignore
from relulab.cluster.addresses import Workers
from relulab.cluster.connection import Connection, connect
from relulab.data.dataset import Source
from relulab.errors import ClusterError, MemoryLimitError
from relulab.model.memory import available_memory, show_bytes
from relulab.population.blocks import MOST_TOGETHER, Block
from relulab.population.cost import Cost
from relulab.population.rows import failed_row, portions_of, rows_of
from relulab.population.standing import Standing
from relulab.population.sweep import Row, Sweep
from relulab.population.training import OnProgress

if TYPE_CHECKING:
    from distributed import Future

    from relulab.cluster.worker import Rows, SweepPlugin

IN_FLIGHT = 3  # tasks for each worker, so that none waits for this process
TASK_SECONDS = 3.0  # of a task: long against the 1 ms that it costs the scheduler, short to wait for and to lose
TASKS_EACH = 4  # for each worker at least, so that all end at about the same time
LAID_OUT_FOR = 8  # workers by each portion that is laid out at a time, which takes half a millisecond a run
COUNTED_EVERY = 1.0  # seconds between two looks how many workers there are
NONE_SECONDS = 300.0  # without any worker: one that comes back is there within 120
LOOK_SECONDS = 0.2  # between two looks whether to stop
TOGETHER_SECONDS = 0.05  # those that end within this time are asked for, and replaced, in one message
PROCESS_BYTES = 300_000_000  # of a worker with torch; 255 MB measured


def rows_by(
    workers: Workers,
    sweep: Sweep,
    *,
    done: Sequence[int] = (),
    source: Source | None = None,
    cost: Cost | None = None,
    on_progress: OnProgress = ignore,
) -> Generator[tuple[int, Row]]:
    """Train all runs that are not ``done`` by ``workers``; each number and row, as they come: the same, but for the
    seconds, whoever trains them.

    ``cost``: what they will take, where it is known. ``on_progress`` is told how many of the sweep are done, and ends
    it where it raises. Raises ClusterError, and MemoryLimitError where so many processes need more than is free.
    """
    if workers.is_this_process:
        yield from rows_of(sweep, done, source, on_progress)
        return
    wanted = portions_by(workers, sweep, portions_of(sweep), set(done), source, cost, on_progress)
    with closing(wanted) as found:
        for run, row in found:
            assert not isinstance(row, Standing), "only maps have standings"
            yield run, row


def portions_by(
    workers: Workers,
    sweep: Sweep,
    portions: Iterator[Sequence[int]],
    done: set[int],
    source: Source | None = None,
    cost: Cost | None = None,
    on_progress: OnProgress = ignore,
    *,
    is_map: bool = False,
) -> Generator[tuple[int, Row | Standing]]:
    """Train the runs of these portions that are not ``done``, by processes of Dask. ``is_map``: what comes back is how
    each run stands, but for those that could not be trained.
    """
    cost = cost or sweep.cost(len(done), source, ends_only=is_map)
    if workers.scheduler is None:
        _check_memory(sweep, workers.jobs, cost)
    with connect(workers) as connection:
        from relulab.cluster.worker import SweepPlugin

        plugin = SweepPlugin(f"relulab-{uuid4().hex}", sweep, source, is_local=connection.is_local, is_map=is_map)
        work = _Work(connection, sweep, plugin, done, cost.seconds / max(1, cost.runs))
        try:
            yield from work.rows(portions, on_progress)
        finally:
            work.end()


def piece_size(runs: int, seconds: float, workers: int) -> int:
    """How many of ``runs`` make a task of a few seconds. ``seconds``: of a run, NaN where nobody knows."""
    size = 1 if math.isnan(seconds) else max(1, round(min(MOST_TOGETHER, TASK_SECONDS / max(seconds, 1e-9))))
    return max(1, min(size, -(-runs // (TASKS_EACH * max(1, workers)))))


def _check_memory(sweep: Sweep, jobs: int, cost: Cost) -> None:
    free, needed = available_memory(), sweep.memory + jobs * (cost.memory - sweep.memory + PROCESS_BYTES)
    if free is not None and needed > free:
        raise MemoryLimitError(
            f"{jobs} processes need about {show_bytes(needed)} of memory for this sweep; this machine has "
            f"{show_bytes(free)} free. Use fewer."
        )


class _Work:
    """A sweep on the workers of a connection. ``seconds``: of a run."""

    def __init__(
        self, connection: Connection, sweep: Sweep, plugin: "SweepPlugin", done: set[int], seconds: float
    ) -> None:
        self._connection, self._client, self._sweep = connection, connection.client, sweep
        self._plugin, self._name = plugin, plugin.name
        self._done, self._seconds = done, seconds
        self._left, self._workers, self._counted = len(sweep) - len(done), connection.workers, monotonic()
        self._none_since: float | None = None  # since when every count found no worker
        self._ended: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._under_way: dict[Future[Any], Block | Sequence[int]] = {}  # a block that is trained, a portion laid out
        self._waiting: deque[Block] = deque()
        self._suspects: deque[Block | Sequence[int]] = deque()  # single nets, and portions
        self._tried_alone: set[tuple[bool, tuple[int, ...]]] = set()

    def rows(self, portions: Iterator[Sequence[int]], on_progress: OnProgress) -> Iterator[tuple[int, Row | Standing]]:
        """Train these. ``on_progress`` is called several times a second, and ends it where it raises."""
        try:
            self._client.register_plugin(self._plugin)
        except Exception as error:  # whatever a worker could not read
            raise ClusterError(f"The workers of {self._connection.name} cannot train this: {error}") from None
        count = len(self._done)
        wanted = (portion for portion in portions if not self._done.issuperset(portion))
        while True:
            self._submit(wanted)
            on_progress(count)
            if not self._under_way:
                return
            for run, row in self._fetched():
                yield run, row
                count += 1

    def end(self) -> None:
        """Stop what is under way, and let the workers forget the sweep."""
        from relulab.cluster.worker import stop

        with suppress(Exception):  # whoever is not there any more needs not be stopped
            if self._under_way:
                self._client.cancel(list(self._under_way))
                self._client.run(stop, self._name, on_error="ignore")
            self._client.unregister_worker_plugin(self._name)

    def _submit(self, portions: Iterator[Sequence[int]]) -> None:
        """Give the workers what they have room for; the next portion is laid out before they run out of blocks."""
        from relulab.cluster.worker import Task, plan_task, train_task

        room = max(0, IN_FLIGHT * self._count_workers() - len(self._under_way))
        blocks = [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]
        if blocks:
            tasks = [Task(self._name, block) for block in blocks]
            for future, block in zip(self._client.map(train_task, tasks, pure=False), blocks, strict=True):
                self._follow(future, block)
            room -= len(blocks)
        laid_out = sum(not isinstance(each, Block) for each in self._under_way.values())
        for portion in islice(portions, max(0, min(room, 1 + self._workers // LAID_OUT_FOR - laid_out))):
            self._follow(self._client.submit(plan_task, self._name, portion, pure=False, priority=1), portion)
        if self._suspects and not self._under_way:
            suspect = self._suspects.popleft()
            self._tried_alone.add(_key(suspect))
            if isinstance(suspect, Block):
                self._follow(self._client.submit(train_task, Task(self._name, suspect), pure=False), suspect)
            else:
                self._follow(self._client.submit(plan_task, self._name, suspect, pure=False), suspect)

    def _count_workers(self) -> int:
        """How many there are; the scheduler is asked now and then. Raises ClusterError where none came for long."""
        if monotonic() - self._counted >= COUNTED_EVERY:
            self._workers, self._counted = self._connection.workers, monotonic()
            self._none_since = None if self._workers else self._none_since or self._counted
        if self._none_since is not None and self._counted - self._none_since > NONE_SECONDS:
            raise ClusterError(
                f"At {self._connection.name} there was no worker any more for {NONE_SECONDS:.0f} s. What is done is "
                "kept; the same command goes on from there."
            )
        return max(1, self._workers)

    def _follow(self, future: "Future[Any]", what: "Block | Sequence[int]") -> None:
        self._under_way[future] = what
        future.add_done_callback(self._ended.put)

    def _fetched(self) -> "Iterator[tuple[int, Row | Standing]]":
        """What came of the tasks that have ended, asked for in one message; nothing where none ends for a while."""
        ended = ended_together(self._ended)
        found: dict[Future[Any], Any] = {}
        done = [future for future in ended if future.status == "finished"]
        with suppress(Exception):  # of whichever could not be had each one says so below
            found = dict(zip(done, self._client.gather(done), strict=True))
        for future in sorted(ended, key=lambda each: each not in found):  # what is there is kept, whatever comes
            yield from self._result(future, self._under_way.pop(future), found.get(future))

    def _result(self, future: "Future[Any]", what: "Block | Sequence[int]", found: Any) -> "Rows":
        """What came of a task: rows; of a portion or of a block that failed, more to do. Raises ClusterError.

        ``found``: its result, where it was fetched already.
        """
        error: BaseException | None = None
        if found is None:
            found, error = _outcome(future)
        if future.cancelled():
            raise ClusterError(
                f"The connection to {self._connection.name} is lost. What is done is kept; "
                "the same command goes on from there."
            )
        is_alone = not isinstance(what, Block) or len(what.places) == 1
        if _was_killed(error) and is_alone and _key(what) not in self._tried_alone:
            self._suspects.append(what)
            return []
        if isinstance(what, Block) and not isinstance(error, ClusterError | ModuleNotFoundError):
            return self._trained(what, found, error)
        if _was_killed(error):
            reason = _in_words(error, "laid out these networks")
            raise ClusterError(f"At {self._connection.name}: {reason}") from None
        if error is not None:
            raise ClusterError(f"At {self._connection.name}: {error} Install the same ReLU Lab everywhere.") from None
        blocks, failed = found
        size = piece_size(self._left, self._seconds, self._workers)
        for block in blocks:
            self._waiting.extend(block.without(self._done).pieces(size))
        return [(run, row) for run, row in failed if run not in self._done]

    def _trained(self, block: Block, rows: "Rows", error: BaseException | None) -> "Rows":
        """What came of a block: its rows; of one that failed its nets, one by one; of one net, why it failed."""
        if error is None:
            return rows
        if len(block.places) == 1:
            return [
                (block.places[0], failed_row(self._sweep, block.places[0], _in_words(error, "trained this network")))
            ]
        self._waiting.extendleft(reversed(list(block.singles())))
        return []


def ended_together(ended: "queue.SimpleQueue[Future[Any]]") -> "list[Future[Any]]":
    """Those that end within a moment, so that they are fetched and replaced together; empty where none does."""
    found: list[Future[Any]] = []
    with suppress(queue.Empty):
        found.append(ended.get(timeout=LOOK_SECONDS))
        sleep(TOGETHER_SECONDS)
        while True:
            found.append(ended.get_nowait())
    return found


def _key(what: Block | Sequence[int]) -> tuple[bool, tuple[int, ...]]:
    """Which nets, and whether they are trained or only laid out."""
    return (True, tuple(what.places)) if isinstance(what, Block) else (False, tuple(what))


def _outcome(future: "Future[Any]") -> tuple[Any, BaseException | None]:
    """What came of a task, or why nothing did.

    A task that was done is trained again where its worker ended before its result was fetched, and may fail then: only
    asking for the result tells.
    """
    try:
        return future.result(), None
    except (Exception, asyncio.CancelledError) as error:  # whatever a task may raise
        return None, error


def _was_killed(error: BaseException | None) -> bool:
    from distributed import KilledWorker

    return isinstance(error, KilledWorker)


def _in_words(error: BaseException | None, did: str) -> str:
    """Why what was tried alone could not be had. ``did``: what the process was to do."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        tries = error.allowed_failures + 1
        return (
            f"The process that {did} was ended from outside, {tries} times: perhaps it needed more "
            "memory than there was."
        )
    return f"{type(error).__name__}: {error}"
