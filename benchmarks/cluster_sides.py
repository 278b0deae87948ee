"""What a task costs each side of a sweep: scheduler, workers and whoever asks, in processes of their own.

``python -m benchmarks.cluster_sides scheduler | workers ADDRESS`` is one of the sides.
"""

import asyncio
import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.result import Result
from relulab.cluster.rows import IN_FLIGHT, ended_together
from relulab.cluster.worker import AsOne, Task
from relulab.population.blocks import Block
from relulab.population.sweep import MEASURED, Row

RUNS_A_TASK = 100  # of 30 ms each: 3 seconds
SIMULATED_WORKERS = 20
TASKS, WARM = 1_000, 100
IDLE_SECONDS = 4.0
TARGETS = {"scheduler": 1.0, "asking": 1.0, "workers": 2.0}
HERE = "tcp://127.0.0.1"
QUIET: Mapping[str, Any] = {"dashboard": False, "dashboard_address": None}


_RUNS = tuple(range(RUNS_A_TASK))
TASK = Task("simulated", Block(_RUNS, _RUNS, ((8, 2), (8, 8), (2, 8))))
_ROW: Row = dict.fromkeys(MEASURED, 0.123456789) | {"findings": "healthy", "reason": "", "status": "learned"}
_ROWS = [(run, _ROW | {"seed": run}) for run in _RUNS]


def nothing(task: Task) -> AsOne:
    """A task that trains nothing, with the rows of one that does."""
    return AsOne(_ROWS)


def ask(client: Any, tasks: int) -> int:
    """As a sweep does: a few tasks for each worker under way, fetched and replaced together; how often that was."""
    ended: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def submit(count: int) -> None:
        for future in client.map(nothing, [TASK] * count, pure=False):
            future.add_done_callback(ended.put)

    submitted, done, times = min(tasks, IN_FLIGHT * SIMULATED_WORKERS), 0, 0
    submit(submitted)
    while done < tasks:
        found = ended_together(ended)
        client.gather(found)
        done, times = done + len(found), times + 1
        more = min(len(found), tasks - submitted)
        submit(more)
        submitted += more
    return times


async def be_scheduler() -> None:
    """Until it is ended."""
    from distributed import Scheduler

    async with Scheduler(host="127.0.0.1", port=0, **QUIET) as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()


async def be_workers(address: str) -> None:
    """All workers, until they are ended."""
    from distributed import Worker

    workers = [
        await Worker(address, nthreads=1, host="127.0.0.1", memory_limit=0, **QUIET) for _ in range(SIMULATED_WORKERS)
    ]
    print(len(workers), flush=True)
    await asyncio.gather(*(worker.finished() for worker in workers))


def measure() -> Iterator[Result]:
    """Milliseconds of each side's processor for a task, without what it takes while there is nothing to do."""
    from distributed import Client

    with (
        _side("scheduler") as (scheduler, address),
        _side("workers", address) as (workers, _),
        Client(address) as client,
    ):
        sides = {"scheduler": scheduler, "workers": workers, "asking": os.getpid()}

        def seconds(work: float | int) -> dict[str, float]:
            before = {side: _processor_seconds(process) for side, process in sides.items()}
            ask(client, work) if isinstance(work, int) else time.sleep(work)
            return {side: _processor_seconds(process) - before[side] for side, process in sides.items()}

        seconds(WARM)
        idle = seconds(IDLE_SECONDS)
        began = time.perf_counter()
        busy = seconds(TASKS)
        wall = time.perf_counter() - began
    for side in sides:
        each = 1e3 * (busy[side] - idle[side] / IDLE_SECONDS * wall) / TASKS
        against = (
            f"a task of {RUNS_A_TASK} rows, {SIMULATED_WORKERS} workers that train nothing; without tasks "
            f"{idle[side] / IDLE_SECONDS:.3f} of a core"
        )
        yield Result(f"cluster_task_{side}_ms", each, "ms", TARGETS[side], False, against)


@contextmanager
def _side(*arguments: str) -> Iterator[tuple[int, str]]:
    """A side in a process of its own: its number, and what it says when it is there."""
    command = [sys.executable, "-m", "benchmarks.cluster_sides", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None, "it was asked for"
        try:
            yield process.pid, process.stdout.readline().strip()
        finally:
            process.kill()


def _processor_seconds(process: int) -> float:
    """Of all threads of a process so far; on Linux."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    asyncio.run(be_scheduler() if sys.argv[1] == "scheduler" else be_workers(sys.argv[2]))
