"""Sweeps on the workers of a scheduler: the rows of one process, and in words what goes wrong.

The workers are threads of this process, which start at once; ``test_processes`` has real ones.
"""

import errno
import queue
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import distributed
import pytest
from typer.testing import CliRunner

import relulab
from relulab.cli.main import app
from relulab.cluster import connection as connecting
from relulab.cluster import rows as by_workers
from relulab.cluster import worker
from relulab.cluster.addresses import CA, CERTIFICATE, KEY, Scheduler, Workers
from relulab.cluster.connection import connect
from relulab.cluster.rows import _Work, ended_together, piece_size, rows_by
from relulab.cluster.telling import tell_by
from relulab.cluster.versions import versions_here
from relulab.errors import CancelledError, ClusterError, MemoryLimitError
from relulab.population.blocks import Block
from relulab.population.rows import RowTrainer, rows_of
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from tests.relulab.population.designs import design
from tests.relulab.population.test_blocks import told

RATE, SLOPE = "training.learning_rate", "model.layers.0.activation.parameters.negative_slope"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a scheduler with two workers."""
    with _cluster(2) as cluster:
        yield cluster.scheduler_address


def _cluster(workers: int, **settings: Any) -> Any:
    from distributed import LocalCluster

    protocol, port = "tls" if "security" in settings else "tcp", "127.0.0.1:0"
    return LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=False, protocol=protocol, host="127.0.0.1",
        dashboard_address=port, worker_dashboard_address=port, scheduler_kwargs={"dashboard": False}, **settings,
    )  # fmt: skip


def _sweep(steps: int = 8, seeds: int = 20) -> Sweep:
    """Two networks of three cannot be built with a slope."""
    over: dict[str, list[Any]] = {"model.layers.0.activation.name": ["relu", "leaky_relu"], SLOPE: [0.1, 0.2]}
    return Sweep.of(design(units=(4,), steps=steps), over, seeds, "fresh")


def test_the_rows_are_those_of_one_process_to_the_last_bit(address: str) -> None:
    sweep, counted = _sweep(), []
    expected = told(rows_of(sweep))
    found = told(rows_by(Workers.of(scheduler=address), sweep, on_progress=counted.append))
    assert found == expected
    assert {row["status"] for row in found.values()} > {"'failed'"}
    assert counted == sorted(counted)
    assert (counted[0], counted[-1]) == (0, len(sweep))
    done = range(3, 60, 2)
    rest = told(rows_by(Workers.of(scheduler=address), sweep, done=done))
    assert rest == {run: row for run, row in expected.items() if run not in done}


def test_in_python_and_as_a_map(address: str) -> None:
    spec, over = design(units=(4,), steps=5), {RATE: [0.1, 0.2]}
    here, there = relulab.sweep(spec, over, 3).rows, relulab.sweep(spec, over, 3, scheduler=address).rows
    assert told(enumerate(there)) == told(enumerate(here))
    standings: list[Any] = []
    asked = Asked(_sweep(), is_map=True)
    tell_by(Workers.of(scheduler=address), asked, None, standings.append)
    ends = {standing.run: standing for standing in standings}
    assert len(ends) == len(asked.sweep)
    expected = dict(rows_of(asked.sweep))
    assert all(one.is_over and one.end == expected[run]["status"] for run, one in ends.items())
    assert ends[50].test_loss == expected[50]["test_loss"]
    assert ends[50].gradient > 0


def test_stopped_it_ends_and_the_workers_forget_it(address: str) -> None:
    def enough(done: float) -> None:
        if done:
            raise CancelledError("enough")

    with (
        pytest.raises(CancelledError),
        closing(rows_by(Workers.of(scheduler=address), _sweep(steps=20_000), on_progress=enough)) as rows,
    ):
        for _ in rows:
            pass
    with connect(Workers.of(scheduler=address)) as after:
        assert not worker._known
        assert after.workers == 2


def test_a_task_that_fails_is_tried_net_by_net(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = RowTrainer.train

    def broken(self: Any, block: Any, *others: Any) -> Any:
        if 47 in block.places:
            raise MemoryError("too much")
        return prepare(self, block, *others)

    expected = told(rows_of(_sweep()))
    monkeypatch.setattr(RowTrainer, "train", broken)
    rows = dict(rows_by(Workers.of(scheduler=address), _sweep()))
    assert rows.pop(47)["reason"] == "MemoryError: too much"
    assert told(rows.items()) == {run: row for run, row in expected.items() if run != 47}


def test_another_version_is_refused_by_name(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = versions_here() | {"PyTorch": "1.0"}
    with monkeypatch.context() as patch:
        patch.setattr(connecting, "versions_here", lambda: other)
        # the workers of this test are this process, so they answer with the real one
        patch.setattr(connecting, "_of_worker", versions_here)
        with pytest.raises(ClusterError, match=r"PyTorch .* \(here 1.0\)"):
            list(rows_by(Workers.of(scheduler=address), _sweep()))
    plugin = worker.SweepPlugin("late", _sweep(), None, ours=other)  # as a worker that comes later
    plugin.setup(None)
    with pytest.raises(ClusterError, match=r"PyTorch .* \(here 1.0\)"):
        worker.plan_task("late", range(3))
    plugin.teardown(None)
    with pytest.raises(ClusterError, match="not told"):
        worker.plan_task("late", range(3))


def test_a_scheduler_without_workers_and_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with _cluster(0) as cluster, pytest.raises(ClusterError, match="no worker at"):
        list(rows_by(Workers.of(scheduler=cluster.scheduler_address), _sweep()))
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match="No scheduler answers"):
        list(rows_by(Workers.of(scheduler=nobody), _sweep()))


def test_a_client_that_is_refused_is_closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left to the collector it would be closed at any moment, also while another is made: both would wait for ever."""
    opened, start = [], distributed.Client.start
    monkeypatch.setattr(distributed.Client, "start", lambda self, **how: [opened.append(self), start(self, **how)][1])
    scheduler = Scheduler("tls://127.0.0.1:1")
    with pytest.raises(ClusterError, match="certificates are needed"), connect(Workers.of(scheduler=scheduler)):
        pass
    assert [client.status for client in opened] == ["closed"]


@pytest.mark.slow
def test_a_scheduler_that_is_lost_ends_the_sweep_in_words() -> None:
    with _cluster(1) as cluster:

        def lose(done: float) -> None:
            if done:
                cluster.close()

        rows = rows_by(Workers.of(scheduler=cluster.scheduler_address), _sweep(steps=60, seeds=60), on_progress=lose)
        with closing(rows), pytest.raises(ClusterError, match="goes on from there"):
            list(rows)


def test_a_full_disk_ends_it_in_words_and_keeps_what_is_written(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, written = tmp_path / "spec.json", []
    spec.write_text(design(units=(4,), steps=5).to_json(), "utf-8")
    opened = Path.open

    def full(path: Path, mode: str = "r", *others: Any, **named: Any) -> Any:
        if mode == "a" and path.suffix == ".unfinished":
            written.append(path)
            if len(written) > 6:
                raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, mode, *others, **named)

    monkeypatch.setattr(Path, "open", full)
    command = ["sweep", str(spec), "--seeds", "20", "--scheduler", address, "--out", str(tmp_path / "rows.csv")]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 5
    assert "could not be written: No space left on device" in result.output
    assert len((tmp_path / "rows.csv.unfinished").read_text("utf-8").splitlines()) == 6
    monkeypatch.setattr(Path, "open", opened)
    assert "5 runs of an earlier try" in CliRunner().invoke(app, command).output


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made by openssl")
def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Security

    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 5)
    ours, others = _certificates(tmp_path / "ours"), _certificates(tmp_path / "others")
    security = Security(
        tls_ca_file=str(ours / CA), require_encryption=True,
        **{f"tls_{role}_{part}": str(ours / name) for role in ("client", "scheduler", "worker")
           for part, name in (("cert", CERTIFICATE), ("key", KEY))},
    )  # fmt: skip
    with _cluster(1, security=security) as cluster:
        tls = cluster.scheduler_address.replace("tcp://", "tls://")
        with connect(Workers.of(scheduler=Scheduler(tls, ours))) as connection:
            assert connection.workers == 1
        for scheduler, words in (
            (Scheduler(tls, others), "accept each other's certificates"),
            (Scheduler(tls), "certificates are needed"),
            (Scheduler(tls.replace("tls://", "tcp://")), r"closed the connection|No scheduler answers"),
        ):
            with pytest.raises(ClusterError, match=words), connect(Workers.of(scheduler=scheduler)):
                pass


def _certificates(folder: Path) -> Path:
    """A folder with a certificate that has signed itself."""
    folder.mkdir()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    subprocess.run([*made, "-keyout", folder / KEY, "-out", folder / CERTIFICATE], check=True, capture_output=True)
    shutil.copy(folder / CERTIFICATE, folder / CA)
    return folder


def test_more_processes_than_the_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relulab.cluster.rows.available_memory", lambda: 10**9)
    with pytest.raises(MemoryLimitError, match="200 processes need about"):
        list(rows_by(Workers.of(200), _sweep()))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install relulab\[cluster\]"):
        relulab.sweep(design(units=(4,), steps=5), seeds=2, jobs=2)


@pytest.mark.parametrize(
    ("runs", "seconds", "workers", "size"),
    [(10_000, 0.03, 2, 100), (10_000, 1e-6, 2, 256), (10_000, 20.0, 2, 1), (64, 0.03, 2, 8), (5, float("nan"), 2, 1)],
)
def test_tasks_take_seconds_and_there_are_some_for_each_worker(
    runs: int, seconds: float, workers: int, size: int
) -> None:
    assert piece_size(runs, seconds, workers) == size


def test_tasks_that_end_together_are_fetched_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relulab.cluster.rows.LOOK_SECONDS", 0.0)
    ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
    assert ended_together(ended) == []
    for each in "abc":
        ended.put(each)
    assert ended_together(ended) == ["a", "b", "c"]
    assert ended.empty()


class Ended:
    """A task that has ended, as a client of Dask tells of it."""

    def __init__(self, answer: Any = None, error: Exception | None = None) -> None:
        self.answer, self.error = answer, error
        self.status = "finished" if error is None else "error"

    def cancelled(self) -> bool:
        return False

    def result(self) -> Any:
        raise self.error or AssertionError("it was fetched with the others")


def test_a_scheduler_whose_workers_have_gone_for_good_ends_it_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_workers, "NONE_SECONDS", 0.5)
    monkeypatch.setattr(by_workers, "COUNTED_EVERY", 0.1)
    with _cluster(1) as cluster:
        found = rows_by(
            Workers.of(scheduler=cluster.scheduler_address), _sweep(), on_progress=lambda _done: cluster.scale(0)
        )
        with pytest.raises(ClusterError, match=r"no worker any more for 0 s.*What is done is kept"):
            list(found)


def test_what_is_done_is_told_before_an_error_that_ends_everything() -> None:
    def gather(futures: list[Ended]) -> list[Any]:
        return [future.answer for future in futures]

    connection = SimpleNamespace(name="here", workers=2, client=SimpleNamespace(gather=gather))
    work = _Work(connection, _sweep(), SimpleNamespace(name="this"), set(), 1.0)  # type: ignore[arg-type]  # stand-ins
    tasks: list[Any] = [Ended(error=ClusterError("not told")), Ended([(1, {"seed": 1})]), Ended([(2, {"seed": 2})])]
    for run, task in enumerate(tasks):
        work._under_way[task] = Block((run,), (0,))
        work._ended.put(task)
    rows: list[int] = []
    found = (run for run, _ in work._fetched())
    with pytest.raises(ClusterError, match="not told"):
        rows.extend(found)  # keeps what comes before the error
    assert rows == [1, 2]
