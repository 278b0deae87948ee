"""Sweeps on processes: what one and two workers take, and what a task costs the scheduler."""

import queue
import time
from collections.abc import Iterator
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from benchmarks.populations import MOONS
from benchmarks.result import Result
from relulab.cluster.addresses import Workers
from relulab.cluster.connection import connect
from relulab.cluster.rows import IN_FLIGHT, ended_together, rows_by
from relulab.cluster.worker import Task
from relulab.population.blocks import Block
from relulab.population.rows import RowTrainer, portions_of
from relulab.population.sweep import MEASURED, Row, Sweep
from tests.relulab.population.designs import design

RUNS_A_TASK = 100  # of 30 ms each: 3 seconds
SIMULATED_WORKERS, SIMULATED_TASKS = 20, 2_000
STEPS = 500
_ROW: Row = dict.fromkeys(MEASURED, 0.123456789) | {"findings": "healthy", "reason": "", "status": "learned"}
_ROWS = [(run, _ROW | {"seed": run}) for run in range(RUNS_A_TASK)]


def _moons(seeds: int) -> Sweep:
    data, training = MOONS
    spec = design(units=(8, 8), data=data, **training, steps=STEPS)
    return Sweep.of(spec, {"training.learning_rate": "log:0.01:10:16"}, seeds, "fresh")


def _trained(jobs: int, sweep: Sweep) -> tuple[float, float]:
    """Seconds by the clock and of the workers' processors, on workers that have trained before."""
    with connect(Workers.of(jobs)) as connection:
        assert connection.client.scheduler is not None
        by = Workers.of(scheduler=connection.client.scheduler.address)
        list(rows_by(by, _moons(4)))  # warm
        before = sum(connection.client.run(time.process_time).values())
        began = perf_counter()
        list(rows_by(by, sweep))
        return perf_counter() - began, sum(connection.client.run(time.process_time).values()) - before


def workers() -> Iterator[Result]:
    """The same sweep on one worker and on two."""
    sweep = _moons(32)
    (wall_1, one), (wall_2, two) = (_trained(jobs, sweep) for jobs in (1, 2))
    each = 1e6 / len(sweep) / STEPS
    against = f"one worker, {one * each:.1f} µs of its processor a net and step; two {two * each:.1f} µs"
    yield Result("cluster_two_workers_cpu", two / one, "x", 1.2, False, against)
    yield Result(
        "cluster_two_workers_wall", wall_1 / wall_2, "x", 1.8, True, f"one worker, {wall_1:.1f} s by the clock"
    )


def nothing(task: Task) -> list[tuple[int, Row]]:
    """A task that trains nothing, with the rows of one that does."""
    return _ROWS


def scheduler() -> Iterator[Result]:
    """Scheduler, client and workers in one process, so that all of what a task costs beside its training is counted."""
    from distributed import Client, LocalCluster

    block = Block(tuple(range(RUNS_A_TASK)), tuple(range(RUNS_A_TASK)), ((8, 2), (8, 8), (2, 8)))
    options: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(SIMULATED_WORKERS, threads_per_worker=1, processes=False, protocol="tcp", host="127.0.0.1",
                     scheduler_kwargs={"dashboard": False}, **options) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        ended: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def submit(count: int) -> None:
            for future in client.map(nothing, [Task("simulated", block)] * count, pure=False):
                future.add_done_callback(ended.put)

        began, cpu, memory, done = perf_counter(), process_time(), getrusage(RUSAGE_SELF).ru_maxrss, 0
        submitted, messages = IN_FLIGHT * SIMULATED_WORKERS, 0
        submit(submitted)
        while done < SIMULATED_TASKS:
            found = ended_together(ended)
            client.gather(found)
            done, messages = done + len(found), messages + 1
            more = min(len(found), SIMULATED_TASKS - submitted)
            submit(more)
            submitted += more
        wall, cpu = perf_counter() - began, process_time() - cpu
        memory = getrusage(RUSAGE_SELF).ru_maxrss - memory
        idle_from, idle = perf_counter(), process_time()
        time.sleep(5)
        idle = (process_time() - idle) / (perf_counter() - idle_from)
    each = 1e3 * (cpu - idle * wall) / done
    against = (
        f"{done:,} tasks of {RUNS_A_TASK} rows, {SIMULATED_WORKERS} workers in this process too, {wall:.1f} s, "
        f"{done / messages:.0f} fetched at a time; "
        f"{idle:.2f} of a core without tasks, {1024 * memory / done / 1000:.1f} kB more memory a task"
    )
    yield Result("cluster_task_ms", each, "ms", 5.0, False, against)


def planning() -> Iterator[Result]:
    """Laying a portion out in blocks, which a worker does."""
    sweep = _moons(64)
    trainer, portion = RowTrainer(sweep, None), next(portions_of(sweep))
    trainer.plan(portion)
    began = process_time()
    trainer.plan(portion)
    yield Result("cluster_plan_ms", 1e3 * (process_time() - began) / len(portion), "ms", 2.0, False, "a run")


def measure() -> Iterator[Result]:
    """All numbers of this file, one after another."""
    yield from planning()
    yield from scheduler()
    yield from workers()
