"""Sessions and reports: what an autosave costs, how quickly an hour of training opens, how large files are."""

from __future__ import annotations

import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from benchmarks.engine import mnist
from benchmarks.result import Result
from relulab.data.dataset import Dataset
from relulab.data.loading import load_dataset
from relulab.report.content.compose import compose
from relulab.report.writers.formats import report_format
from relulab.session.files import load_session, save_session
from relulab.session.records import DataFacts, RunRecord, Session
from relulab.session.recovery import Autosave
from relulab.session.store import EVALUATION_ROWS, STEP_ROWS, Recorded, RunHistory, SessionStore, wide_rows
from relulab.spec import ExperimentSpec
from relulab.spec.presets import load_preset
from relulab.training.loop import TrainingRun
from relulab.training.recording import Recording
from relulab.training.telemetry import EvaluationRecord, RunStarted, StepRecord

AUTOSAVE_INTERVAL = 60.0  # seconds
CHECKPOINTS = 10
RUNS = 5
REPEATS = 5
REPORTS = 3  # how often one is written
MIB = 2**20


def measure() -> Iterator[Result]:
    """All rows of this suite. Those on MNIST are left out where it is not there."""
    yield from autosaves()
    if (dataset := mnist()) is not None:
        yield from an_hour_of_training(dataset)
        yield from a_report(dataset)


def autosaves() -> Iterator[Result]:
    """The largest history that a run can have, one of five runs in training, saved beside a busy window."""
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": "moons"},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 500}}] * 4},
            "training": {"optimizer": "adam", "steps": 100},
        }
    )
    record = recorded_run(spec, load_dataset(spec.data))
    started = started_of(record.history)
    runs = tuple(
        replace(record, key=f"{number:08x}", history=RunHistory.restored(started, record.history.recorded()))
        for number in range(RUNS)
    )
    session = Session(runs=runs)
    with tempfile.TemporaryDirectory() as folder:
        autosave = Autosave(Path(folder))
        autosave.save(session)
        seconds, gap = [], []
        for _ in range(REPEATS):
            runs[0].history.append(started)
            seconds.append(timed(lambda: autosave.save(session)))
            runs[0].history.append(started)
            gap.append(longest_gap(lambda: autosave.save(session)))
        autosave.close()
    size = runs[0].history.nbytes / MIB
    yield Result(
        "autosave_share", statistics.median(seconds) / AUTOSAVE_INTERVAL, "of the time", 0.02, False,
        f"one autosave a minute, {RUNS} runs, the changed one with {size:.0f} MiB of history and 10 checkpoints",
    )  # fmt: skip
    yield Result("autosave_pause", 1e3 * statistics.median(gap), "ms", 16.0, False, "longest pause of another thread")


def an_hour_of_training(dataset: Dataset) -> Iterator[Result]:
    """The MNIST CNN with full series and ten checkpoints."""
    session = Session(runs=(recorded_run(load_preset("mnist-cnn"), dataset),))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.relulab"
        saving = [timed(lambda: save_session(session, path)) for _ in range(REPEATS)]
        opening = [timed(lambda: load_session(path)) for _ in range(REPEATS)]
        size = path.stat().st_size / 1e6
    what = "MNIST CNN, full history, 10 checkpoints"
    yield Result("session_open", statistics.median(opening), "s", 2.0, False, what)
    yield Result("session_save", statistics.median(saving), "s", 2.0, False, what)
    yield Result("session_size", size, "MB", 100.0, False, what)


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
    run = TrainingRun(spec, dataset, recording=Recording.every(1, 2), record=store.append)
    run.measure_start()
    checkpoints = []
    for number in range(CHECKPOINTS):
        run.run_until(number + 1)
        checkpoints.append(run.checkpoint())
    history = store.current
    assert history is not None
    noise = np.random.default_rng(0)
    columns = {kind: filled(kind, fields, noise) for kind, fields in history.recorded().columns.items()}
    full = RunHistory.restored(started_of(history), Recorded(columns, history.picture))
    return RunRecord(spec.name, full, DataFacts.of(dataset), checkpoints=tuple(checkpoints))


def filled(kind: type, fields: dict[str, np.ndarray], noise: np.random.Generator) -> dict[str, np.ndarray]:
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


def longest_gap(work: Callable[[], object]) -> float:
    """The longest time for which a thread that wakes up every millisecond did not get its turn, in seconds."""
    worker = threading.Thread(target=work)
    worker.start()
    longest, before = 0.0, perf_counter()
    while worker.is_alive():
        sleep(0.001)
        now = perf_counter()
        longest, before = max(longest, now - before), now
    worker.join()
    return longest
