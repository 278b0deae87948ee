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
from distributed import WorkerPlugin

from relulab.cluster.addresses import Workers
from relulab.cluster.connection import Connection, connect
from relulab.cluster.rows import rows_by
from relulab.population.preparation import Preparation
from relulab.population.rows import rows_of
from relulab.population.sweep import Sweep
from tests.relulab.population.designs import design
from tests.relulab.population.test_blocks import told

pytestmark = pytest.mark.slow  # each worker loads torch

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


def _sweep(steps: int = 30, seeds: int = 20) -> Sweep:
    return Sweep.of(design(units=(4,), steps=steps), {RATE: [0.1, 0.2, 0.3]}, seeds)


def _by(connection: Connection) -> Workers:
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
