"""Sessions to save and open, made of real runs, and what makes two of them the same."""

import dataclasses
import math
import struct
import zlib
from typing import Any

import numpy as np

from relulab.data.loading import load_dataset
from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.experiment import ExperimentSpec
from relulab.session.history import HistorySnapshot, RunHistory
from relulab.session.session import DataFingerprint, PinnedPicture, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.text import Text, text
from relulab.training.kept_weights import KeptWeights
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import (
    CurvePicture,
    DeathCertificate,
    EvaluationRecord,
    FindingsRecord,
    Picture,
    PlanePicture,
    StepRecord,
)

DENSE = {"kind": "dense", "parameters": {"units": 6}}
DESIGNS: dict[str, dict[str, Any]] = {
    "plane": {
        "data": {"dataset": "moons", "train_size": 60, "validation_size": 20, "test_size": 20},
        "model": {"layers": [DENSE, "batch_norm", "dropout", DENSE]},
        "training": {"optimizer": "adam", "steps": 40, "batch_size": 16},
    },
    "curve": {
        "data": {"dataset": "sine", "train_size": 40, "validation_size": 0},
        "model": {"layers": [DENSE]},
        "training": {"loss": "mse", "steps": 30},
    },
    "classes": {
        "data": {"dataset": "digits", "train_size": 100, "validation_size": 40, "test_size": 0},
        "model": {"layers": [{"kind": "conv2d", "parameters": {"channels": 3}}, "flatten"]},
        "training": {"optimizer": "momentum", "steps": 20, "precision": "float64"},
    },
}


def png(width: int = 2, height: int = 1) -> bytes:
    """A black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0\0\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def trained(kind: str, steps: int = 12, **fields: Any) -> RunRecord:
    """A run of one of the DESIGNS with two checkpoints, and the weights alone of two more moments."""
    spec = ExperimentSpec.parse(DESIGNS[kind] | {"name": kind})
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(2, 4), record=store.append)
    run.measure_start()
    for step in sorted({1, max(1, steps // 3)}):
        run.run_until(step)
        store.append(KeptWeights.of(run.checkpoint()))
    run.run_until(steps // 2)
    checkpoints = [run.checkpoint()]
    run.change(learning_rate=0.01, l2=0.001)
    run.run_until(steps)
    checkpoints.append(run.checkpoint())
    run.instruments.measure_all()
    return RunRecord(
        name=f"A run of {kind}",
        history=store.current,
        data=DataFingerprint.of(run.dataset),
        state=State.PAUSED,
        checkpoints=tuple(checkpoints),
        **fields,
    )


def with_verdicts(run: RunRecord) -> RunRecord:
    """Findings that stand and that stood, the death of a unit, and a trial beside the run."""
    history = run.history
    finding = Finding(
        rule="dead_layer",
        title="Dead layer",
        severity=Severity.ERROR,
        explanation=text("{share:.0%} of the units {{never}} fire.", share=0.5),
        why=text("ReLU gives 0."),
        layer=history.info.layout.layers[0].name,
        layer_title="1 Dense",
        layer_index=0,
        units=(1, 2),
        measured=0.5,
        unit="share",
        sample=text("60 samples"),
        began=4,
        cures=(Cure("lower", text("Lower to {rate:g}", rate=0.1), (Change(("training", "learning_rate"), 0.1),)),),
    )
    history.append(FindingsRecord(12, (finding,), (dataclasses.replace(finding, ended=8, measured=math.inf),)))
    history.append(
        DeathCertificate(1, 3, 7, 12, False, 0.1, 0.5, 2.0, 0.1, -math.inf, 1.0, 9.0, 0.25, math.nan, (4, 59), "")
    )
    spec = run.spec.replace(training=run.spec.training.replace(learning_rate=0.001))
    record = history.trial("Lower the learning rate")
    trial = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(2, 4), record=record)
    trial.measure_start()
    trial.run_until(8)
    return run


def rich_session() -> Session:
    """Every kind of part, numbers that are not finite and text that is not English."""
    runs = (
        trained(
            "plane",
            message="Paused – ½ way",
            notes="Größe ≥ 3\nδοκιμή 🙂",
            colour=3,
            hidden=True,
            started="2025-01-02T03:04:05+00:00",
            seconds=1.25,
            environment={"torch": "2.13.0", "threads": "1"},
        ),
        trained("curve", test_loss=math.inf, test_accuracy=math.nan),
        trained("classes"),
    )
    with_verdicts(runs[0])
    branch = dataclasses.replace(trained("plane", 2), parent=runs[0].key, branched_at=6, checkpoints=())
    return Session(
        title="Why ReLUs die",
        author="Ada",
        notes="First line\n\n$x \\le 0$",
        experiments=(runs[0].spec, ExperimentSpec()),
        runs=(*runs, branch),
        pictures=(PinnedPicture("The boundary", png(), "at step 12", runs[0].key), PinnedPicture("", png(3, 3))),
    )


def small_session(notes: str = "") -> Session:
    """One short run without checkpoints: quick to save and open."""
    run = dataclasses.replace(trained("curve", 2, key="0123abcd"), checkpoints=())
    return Session(title="small", notes=notes, runs=(run,))


def assert_same_session(first: Session, second: Session) -> None:
    """The same in every number, type and text; data sets by what a file keeps of them."""
    for name in ("title", "author", "notes", "experiments", "pictures"):
        assert getattr(first, name) == getattr(second, name), name
    assert len(first.runs) == len(second.runs)
    for one, other in zip(first.runs, second.runs, strict=True):
        assert_same_run(one, other)


def assert_same_run(first: RunRecord, second: RunRecord) -> None:
    for field in dataclasses.fields(RunRecord):
        if field.name not in ("history", "checkpoints"):
            _assert_same(getattr(first, field.name), getattr(second, field.name), field.name)
    for name in ("spec", "layout", "probe_samples", "validation_samples", "device"):
        assert getattr(first.history.info, name) == getattr(second.history.info, name), name
    _assert_same_data(first.history, second.history)
    one, other = first.history.recorded(), second.history.recorded()
    for name in ("columns", "changes", "certificates", "moments"):
        _assert_same(getattr(one, name), getattr(other, name), name)
    _assert_same_picture(one.picture, other.picture)
    _assert_same_findings(one, other)
    _assert_same(first.checkpoints, second.checkpoints, "checkpoints")
    if first.checkpoints:  # without one the weights alone say nothing
        _assert_same(one.weights, other.weights, "weights")
    assert len(one.trials) == len(other.trials)
    for trial, again in zip(one.trials, other.trials, strict=True):
        _assert_same_trial(trial, again)


def _assert_same_picture(first: Picture | None, second: Picture | None) -> None:
    """What is drawn; the network of it is not kept, for a checkpoint has its weights."""
    one, other = (
        dataclasses.replace(picture, stack=None) if isinstance(picture, PlanePicture | CurvePicture) else picture
        for picture in (first, second)
    )
    _assert_same(one, other, "picture")


def _assert_same_trial(first: RunHistory, second: RunHistory) -> None:
    """Its curves and findings."""
    assert (first.title, first.info.spec) == (second.title, second.info.spec)
    one, other = first.recorded(), second.recorded()
    for kind in (StepRecord, EvaluationRecord):
        _assert_same(one.columns[kind], other.columns[kind], kind.__name__)
    _assert_same_findings(one, other)


def _assert_same_findings(one: HistorySnapshot, other: HistorySnapshot) -> None:
    """What was said; what it rests on is compared as moments, or was not kept."""
    said, again = (
        recorded.findings and dataclasses.replace(recorded.findings, moment=None) for recorded in (one, other)
    )
    _assert_same(said, again, "findings")


def _assert_same_data(first: RunHistory, second: RunHistory) -> None:
    one, other = first.info.dataset, second.info.dataset
    assert one.description == other.description
    for name in ("train", "validation", "test"):
        whole, kept = getattr(one, name), getattr(other, name)
        rows = min(len(whole), len(kept))
        assert rows >= min(64, len(whole))
        _assert_same(whole.inputs[:rows], kept.inputs[:rows], name)
        _assert_same(whole.targets[:rows], kept.targets[:rows], name)
    _assert_same(one.offset, other.offset, "offset")
    _assert_same(one.scale, other.scale, "scale")


def _assert_same(first: Any, second: Any, name: str) -> None:
    """Deep equality with exact types, in which NaN equals NaN, and sentences are what they say."""
    assert type(first) is type(second), name
    if isinstance(first, Text):
        first, second = str(first), str(second)
    if isinstance(first, np.ndarray):
        assert (first.dtype, first.shape) == (second.dtype, second.shape), name
        assert first.tobytes() == second.tobytes(), name
    elif isinstance(first, dict):
        assert first.keys() == second.keys(), name
        for key in first:
            _assert_same(first[key], second[key], f"{name}.{key}")
    elif isinstance(first, tuple | list):
        assert len(first) == len(second), name
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            _assert_same(one, other, f"{name}[{index}]")
    elif dataclasses.is_dataclass(first):
        for field in dataclasses.fields(first):
            _assert_same(getattr(first, field.name), getattr(second, field.name), f"{name}.{field.name}")
    elif isinstance(first, float) and math.isnan(first):
        assert math.isnan(second), name
    else:
        assert first == second, name
