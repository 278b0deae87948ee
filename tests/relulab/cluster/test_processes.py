"""Sweeps on processes that are started for them, some of which are killed."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, WorkerPlugin

from relulab.cluster.addresses import Workers
from relulab.cluster.connection import Connection, connect
from relulab.cluster.rows import _Work, rows_by
from relulab.cluster.worker import SweepPlugin
from relulab.errors import ClusterError
from relulab.population.preparation import Preparation
from relulab.population.rows import RowTrainer, portions_of, rows_of
from relulab.population.sweep import Sweep
from tests.relulab.population.designs import design
from tests.relulab.population.test_blocks import told

# each worker loads torch, and a dozen of them are ended one after the other: minutes on a busy machine
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

RATE = "training.learning_rate"
KILLER = 7  # the seed of a network that ends every process that prepares it
PATIENCE = 240  # seconds


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with connect(Workers.of(2)) as found:
        yield found


class Deadly(WorkerPlugin):
    """From now on, and in every process that comes back, one network is deadly."""

    name = "deadly"

    def setup(self, worker: Any) -> None:
        self.prepare = Preparation.prepare

        def prepare(preparation: Any, plan: Any) -> Any:
            if plan.spec.training.seed == KILLER:
                os.kill(os.getpid(), signal.SIGKILL)
            return self.prepare(preparation, plan)

        Preparation.prepare = prepare  # type: ignore[method-assign,assignment]  # in the worker alone

    def teardown(self, worker: Any) -> None:
        Preparation.prepare = self.prepare  # type: ignore[method-assign]  # as it was


class DeadlyOnce(WorkerPlugin):
    """From now on one network ends the process that trains it, wherever it was trained before (``mark``: a file)."""

    name = "deadly-once"

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def setup(self, worker: Any) -> None:
        self.train = RowTrainer.train

        def train(trainer: Any, block: Any, *rest: Any) -> Any:
            rows = list(self.train(trainer, block, *rest))
            if KILLER in block.places:
                if self.mark.exists():
                    os.kill(os.getpid(), signal.SIGKILL)
                self.mark.touch()
            return rows

        RowTrainer.train = train  # type: ignore[method-assign,assignment]  # in the worker alone

    def teardown(self, worker: Any) -> None:
        RowTrainer.train = self.train  # type: ignore[method-assign]  # as it was


class DeadlyLayingOut(WorkerPlugin):
    """From now on the first ``times`` processes that lay out networks end (``marks``: a folder, a file for each)."""

    name = "deadly-laying-out"

    def __init__(self, marks: Path, times: int) -> None:
        self.marks, self.times = marks, times

    def setup(self, worker: Any) -> None:
        self.plan = RowTrainer.plan

        def plan(trainer: Any, runs: Any) -> Any:
            if len(list(self.marks.iterdir())) < self.times:
                (self.marks / str(os.getpid())).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return self.plan(trainer, runs)

        RowTrainer.plan = plan  # type: ignore[method-assign,assignment]  # in the worker alone

    def teardown(self, worker: Any) -> None:
        RowTrainer.plan = self.plan  # type: ignore[method-assign]  # as it was


def _sweep(steps: int = 30, seeds: int = 20) -> Sweep:
    return Sweep.of(design(units=(4,), steps=steps), {RATE: [0.1, 0.2, 0.3]}, seeds)


def _by(connection: Connection) -> Workers:
    """Reached as others are; once those are back that the test before ended."""
    connection.client.wait_for_workers(2, timeout=PATIENCE)
    return Workers.of(scheduler=connection.client.scheduler.address)


def test_workers_have_one_thread_and_keep_the_memory_of_what_they_free(connection: Connection) -> None:
    """Dask's own settings have the system give each large tensor anew: half as much processor time once more."""
    told_by = connection.client.run(_environment)
    assert list(told_by.values()) == [{"OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": None}] * 2


def _environment() -> dict[str, str | None]:
    """Called in the workers."""
    return {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "MALLOC_TRIM_THRESHOLD_")}


def test_killed_workers_lose_no_result(connection: Connection) -> None:
    sweep = _sweep(steps=200, seeds=40)
    killed, rows = 0, {}
    for run, row in rows_by(_by(connection), sweep):
        rows[run] = row
        if len(rows) in (1, 30):
            told_by = connection.client.run(os.getpid, on_error="return").values()
            os.kill(random.choice([found for found in told_by if isinstance(found, int)]), signal.SIGKILL)
            killed += 1
    assert killed == 2
    assert told(rows.items()) == told(rows_of(sweep))


def test_a_network_that_kills_its_worker_is_named_and_its_neighbours_live(connection: Connection) -> None:
    sweep = _sweep(seeds=10)
    connection.client.register_plugin(Deadly())
    try:
        rows = dict(rows_by(_by(connection), sweep))
    finally:
        connection.client.unregister_worker_plugin("deadly")
    deadly = [run for run in rows if rows[run]["seed"] == KILLER]
    assert len(deadly) == 3
    assert all("ended from outside, 2 times" in rows.pop(run)["reason"] for run in deadly)
    assert told(rows.items()) == {run: row for run, row in told(rows_of(sweep)).items() if run not in deadly}


def test_a_result_that_is_lost_before_it_is_fetched_may_fail_when_it_is_trained_again(
    connection: Connection, tmp_path: Path
) -> None:
    sweep = _sweep(seeds=4)
    plugin = DeadlyOnce(tmp_path / "trained")
    connection.client.register_plugin(plugin)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection.client, "gather", _lost_with_its_workers(connection.client, plugin))
            rows = _rows_on(connection, sweep)
    finally:
        connection.client.unregister_worker_plugin(plugin.name)
    assert "ended from outside, 2 times" in rows.pop(KILLER)["reason"]
    assert told(rows.items()) == {run: row for run, row in told(rows_of(sweep)).items() if run != KILLER}


def _lost_with_its_workers(client: Client, plugin: DeadlyOnce) -> Any:
    """``gather`` that once, when the network was trained, finds that all workers have ended."""
    gather, lost = client.gather, []

    def lossy(futures: Any) -> Any:
        if plugin.mark.exists() and not lost:
            lost.extend(client.run(os.getpid).values())
            for process in lost:
                os.kill(process, signal.SIGKILL)
            raise OSError("the workers have ended")
        return gather(futures)

    return lossy


def _rows_on(connection: Connection, sweep: Sweep) -> dict[int, Any]:
    """On this very client."""
    plugin = SweepPlugin("lossy", sweep, None, is_local=True)
    work = _Work(connection, sweep, plugin, set(), 1.0)
    try:
        return dict(work.rows(iter(portions_of(sweep)), lambda _done: None))
    finally:
        work.end()


@pytest.mark.parametrize("times", [2, 20])
def test_networks_whose_laying_out_kills_are_tried_alone_and_named(
    connection: Connection, tmp_path: Path, times: int
) -> None:
    """Two processes that end cost a portion its tries: it is laid out again when nothing else runs."""
    sweep = _sweep(seeds=2)
    plugin = DeadlyLayingOut(tmp_path, times)
    connection.client.register_plugin(plugin)
    try:
        if times == 2:
            assert told(rows_by(_by(connection), sweep)) == told(rows_of(sweep))
        else:
            with pytest.raises(ClusterError, match="laid out these networks was ended from outside, 2 times"):
                list(rows_by(_by(connection), sweep))
    finally:
        connection.client.unregister_worker_plugin(plugin.name)


def test_on_the_command_line_ctrl_c_keeps_what_is_done_and_it_goes_on(tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.json", tmp_path / "rows.csv"
    spec.write_text(design(units=(8, 8), steps=2000).to_json(), "utf-8")
    command = [sys.executable, "-m", "relulab", "sweep", str(spec), "--over", f"{RATE}=0.1,0.2", "--seeds", "128"]
    command += ["--jobs", "2", "--out", str(out)]
    beside = tmp_path / "rows.csv.unfinished"
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        until = time.monotonic() + PATIENCE
        while not (beside.exists() and len(beside.read_text("utf-8").splitlines()) > 1):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a console does: the workers get it, too
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert "Stopped after" in output
    assert "Traceback" not in errors
    kept = len(_read(out))
    assert 0 < kept < 256
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{kept} runs of an earlier try" in done.stdout
    assert len(_read(out)) == 256


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
