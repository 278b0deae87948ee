"""Sessions and reports: what an autosave costs, how quickly an hour of training opens, how large files are."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.engine import FOREVER, SHARED_DATA, mnist
from benchmarks.result import Result
from benchmarks.window import LiveWindow, Ticker, choose_platform
from relulab.data import image_files
from relulab.data.dataset import Dataset
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.report.content.compose import compose
from relulab.report.writers.report_formats import report_format
from relulab.session.file.files import load_session, save_session
from relulab.session.history import EVALUATION_ROWS, STEP_ROWS, HistorySnapshot, RunHistory
from relulab.session.locks import STATE_VARIABLE
from relulab.session.series import wide_rows
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import EvaluationRecord, RunStarted, StepRecord

AUTOSAVE_INTERVAL = 60.0  # seconds
CHECKPOINTS = 10
RUNS = 5
REPEATS = 5
WARM_SECONDS = 3.0
COPIES = 20  # for a crash: what else the machine does comes between in some of them
REPORTS = 3  # how often one is written
MIB = 2**20


def measure() -> Iterator[Result]:
    """All rows of this suite. Those on MNIST are left out where it is not there."""
    choose_platform()
    yield from autosaves()
    if (dataset := mnist()) is not None:
        yield from an_hour_of_training(dataset, SHARED_DATA if SHARED_DATA.is_dir() else None)
        yield from a_report(dataset)


def large_session() -> Session:
    """Five runs with the largest history that a run can have; the last can go on."""
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": "moons"},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 500}}] * 4},
            "training": {"optimizer": "adam", "steps": FOREVER},
        }
    )
    record = recorded_run(spec, load_dataset(spec.data))
    started = started_of(record.history)
    runs = tuple(
        replace(record, key=f"{number:08x}", history=RunHistory.restored(started, record.history.recorded()))
        for number in range(RUNS)
    )
    return Session(experiments=(spec,), runs=runs)


def autosaves() -> Iterator[Result]:
    """Copies for a crash of the largest session, in the real window, while its last run is trained and drawn."""
    session = large_session()
    size = session.runs[-1].history.nbytes / MIB
    with state_folder() as folder:
        path = folder / "large.relulab"
        save_session(session, path, compress=False)
        window = LiveWindow(session.experiments[0])
        try:
            seconds, pauses, calm = copies(window, path)
        finally:
            window.close()
    yield Result(
        "autosave_share", statistics.median(seconds) / AUTOSAVE_INTERVAL, "of the time", 0.02, False,
        f"one copy a minute, as if nothing were trained meanwhile; {RUNS} runs, the one in training has {size:.0f} MiB "
        "of history and 10 checkpoints",
    )  # fmt: skip
    yield Result(
        "autosave_pause", float(np.median(np.subtract(pauses[1:], calm[1:]))), "ms", 8.0, False,
        f"10 ms timer of the live window: latest tick during a copy, more than in as long behind it; median of "
        f"{len(pauses) - 1} pairs, {statistics.median(pauses[1:]):.3g} and {statistics.median(calm[1:]):.3g} ms, "
        f"at most {max(pauses[1:]):.3g} and {max(calm[1:]):.3g}; the first copy, which writes all runs: "
        f"{pauses[0]:.3g} and {calm[0]:.3g} ms; load {os.getloadavg()[0]:.0f}",
    )  # fmt: skip


def copies(window: LiveWindow, path: Path) -> tuple[list[float], list[float], list[float]]:
    """Seconds of each copy that follows the first; the latest tick (in ms) during each copy, and as long behind it."""
    autosaver = window.lab.session_controller.autosaver
    window.open(path)
    autosaver.start()
    window.start_training()
    window.spin(WARM_SECONDS)  # the first drawings of all panels are not the copy's
    seconds, pauses, calm = [], [], []

    def one_copy() -> None:
        saved: list[bool] = []
        autosaver.saved.connect(lambda: saved.append(True))
        autosaver.copy_anew()
        window.until(lambda: bool(saved))

    for _ in range(COPIES + 1):
        ticker = Ticker()
        seconds.append(timed(one_copy))
        pauses.append(max(ticker.stop()))
        ticker = Ticker()
        window.spin(seconds[-1])
        calm.append(max(ticker.stop()))
    return seconds[1:], pauses, calm


def an_hour_of_training(dataset: Dataset, root: Path | None) -> Iterator[Result]:
    """The MNIST CNN with full series and ten checkpoints."""
    spec = load_preset("mnist-cnn")
    session = Session(experiments=(spec,), runs=(recorded_run(spec, dataset),))
    with state_folder() as folder:
        path = folder / "hour.relulab"
        saving = [timed(lambda: save_session(session, path)) for _ in range(REPEATS)]
        reading = [timed(lambda: load_session(path)) for _ in range(REPEATS)]
        window = LiveWindow(load_preset("moons-healthy"), root)
        try:
            image_files._KEPT = image_files._LastRead()  # as in a window that has read nothing yet
            used = process_time()
            opening = timed(lambda: window.open(path))
            used = process_time() - used
        finally:
            window.close()
        size = path.stat().st_size / 1e6
    what = "MNIST CNN, full history, 10 checkpoints"
    yield Result(
        "session_open", opening, "s", 2.0, False,
        f"{what}: from the choice of the file until all panels show it and Train goes on; the file alone is read in "
        f"{statistics.median(reading):.2f} s; {used:.2f} s of processor time; load {os.getloadavg()[0]:.0f}",
    )  # fmt: skip
    yield Result("session_save", statistics.median(saving), "s", 2.0, False, what)
    yield Result("session_size", size, "MB", 100.0, False, what)


@contextmanager
def state_folder() -> Iterator[Path]:
    """A folder for files, and for the locks and copies of windows instead of the user's own."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get(STATE_VARIABLE)
        os.environ[STATE_VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            os.environ.pop(STATE_VARIABLE)
            if before is not None:
                os.environ[STATE_VARIABLE] = before


def a_report(dataset: Dataset) -> Iterator[Result]:
    """A web page on five runs of the MNIST MLP with full series."""
    record = recorded_run(load_preset("mnist-mlp"), dataset)
    runs = tuple(replace(record, key=f"{n:08x}", name=f"Run {n + 1}", colour=n, checkpoints=()) for n in range(RUNS))
    session = Session(title="A report", runs=runs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        writing = [
            timed(lambda: report_format(path).write(compose(session, date.today()), path)) for _ in range(REPORTS)
        ]
        size = path.stat().st_size / 1e6
    what = f"{RUNS} runs of the MNIST MLP with full history, {len(runs[0].history.info.layout.layers)} layers each"
    yield Result("report_html_s", statistics.median(writing), "s", 5.0, False, what)
    yield Result("report_html_mb", size, "MB", 5.0, False, what)


def recorded_run(spec: ExperimentSpec, dataset: Dataset) -> RunRecord:
    """A short real run whose series are filled up to what they hold at most, with noise that does not compress."""
    store = SessionStore()
    run = TrainingRun(spec, dataset, recording=MeasurementSchedule.every(1, 2), record=store.append)
    run.measure_start()
    checkpoints = []
    for number in range(CHECKPOINTS):
        run.run_until(number + 1)
        checkpoints.append(run.checkpoint())
    history = store.current
    assert history is not None
    noise = np.random.default_rng(0)
    columns = {kind: filled(kind, fields, noise) for kind, fields in history.recorded().columns.items()}
    full = RunHistory.restored(started_of(history), HistorySnapshot(columns, history.picture))
    return RunRecord(spec.name, full, DataFingerprint.of(dataset), checkpoints=tuple(checkpoints))


def filled(kind: type, fields: Mapping[str, np.ndarray], noise: np.random.Generator) -> dict[str, np.ndarray]:
    """The columns of one kind of record, repeated with noise to as many rows as a history keeps."""
    rows = {StepRecord: STEP_ROWS, EvaluationRecord: EVALUATION_ROWS}.get(kind) or wide_rows(fields)
    full = {}
    for name, column in fields.items():
        repeated = np.resize(column, (rows, *column.shape[1:]))
        if repeated.dtype.kind == "f":
            repeated = (repeated * (1 + 0.05 * noise.standard_normal(repeated.shape))).astype(repeated.dtype)
        full[name] = repeated
    return full | {"step": np.arange(rows)}


def started_of(history: RunHistory) -> RunStarted:
    """The record that began a history."""
    info = history.info
    return RunStarted(info.spec, info.layout, info.dataset, info.probe_samples, info.validation_samples, info.device)


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    began = perf_counter()
    work()
    return perf_counter() - began
