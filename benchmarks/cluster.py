"""Sweeps on processes: what one and two workers take, and what a task costs the scheduler."""

import time
from collections.abc import Iterator
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from benchmarks import cluster_sides
from benchmarks.cluster_sides import RUNS_A_TASK, SIMULATED_WORKERS, ask
from benchmarks.populations import MOONS
from benchmarks.result import Result
from relulab.cluster.addresses import Workers
from relulab.cluster.connection import connect
from relulab.cluster.rows import rows_by
from relulab.population.rows import RowTrainer, portions_of
from relulab.population.sweep import Sweep
from tests.relulab.population.designs import design

SIMULATED_TASKS = 2_000
STEPS = 500


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


def scheduler() -> Iterator[Result]:
    """Scheduler, client and workers in one process, so that all of what a task costs beside its training is counted."""
    from distributed import Client, LocalCluster

    options: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(SIMULATED_WORKERS, threads_per_worker=1, processes=False, protocol="tcp", host="127.0.0.1",
                     scheduler_kwargs={"dashboard": False}, **options) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        began, cpu, memory = perf_counter(), process_time(), getrusage(RUSAGE_SELF).ru_maxrss
        times = ask(client, SIMULATED_TASKS)
        wall, cpu = perf_counter() - began, process_time() - cpu
        memory = getrusage(RUSAGE_SELF).ru_maxrss - memory
        idle_from, idle = perf_counter(), process_time()
        time.sleep(5)
        idle = (process_time() - idle) / (perf_counter() - idle_from)
    each = 1e3 * (cpu - idle * wall) / SIMULATED_TASKS
    against = (
        f"{SIMULATED_TASKS:,} tasks of {RUNS_A_TASK} rows, {SIMULATED_WORKERS} workers in this process too, "
        f"{wall:.1f} s, {SIMULATED_TASKS / times:.0f} fetched at a time; "
        f"{idle:.2f} of a core without tasks, {1024 * memory / SIMULATED_TASKS / 1000:.1f} kB more memory a task"
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
    yield from cluster_sides.measure()
    yield from workers()
