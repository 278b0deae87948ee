"""Histories filled by hand, with numbers like those of real runs: what the panels are tested against."""

from dataclasses import replace

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.experiment import ExperimentSpec
from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout, MeasuredLayer
from relulab.session.history import RunHistory
from relulab.training.telemetry import (
    ClassesPicture,
    CurvePicture,
    EvaluationRecord,
    PlanePicture,
    ProbeRecord,
    RunStarted,
    ScatterPicture,
    StepRecord,
)

BINS = 64


def layout(units, activation="relu", kind="dense"):
    layers = [
        MeasuredLayer(f"{i + 1}_{kind}", f"{i + 1} {kind.title()}", i, kind, activation, n, n * 10)
        for i, n in enumerate(units[:-1])
    ]
    return Layout((*layers, MeasuredLayer("output", "Output", None, "dense", "identity", units[-1], units[-1] * 10)))


def moons(seed=0):
    rng = np.random.default_rng(seed)

    def split(n):
        angle, kind = rng.uniform(0, np.pi, n), rng.integers(0, 2, n)
        x = np.where(kind, 1 - np.cos(angle), np.cos(angle)) - 0.5 + rng.normal(0, 0.12, n)
        y = np.where(kind, 0.5 - np.sin(angle), np.sin(angle)) - 0.25 + rng.normal(0, 0.12, n)
        return Split(np.stack([x, y], 1).astype(np.float32), kind.astype(np.int64))

    return Dataset(Description(Task.CLASSIFICATION, (2,), 2, ("upper", "lower")), split(500), split(100), split(300))


def blobs(classes, seed=0):
    rng = np.random.default_rng(seed)

    def split(n):
        kind = rng.integers(0, classes, n)
        turn = 2 * np.pi * kind / classes
        place = np.stack([np.cos(turn), np.sin(turn)], 1) + rng.normal(0, 0.2, (n, 2))
        return Split(place.astype(np.float32), kind)

    names = tuple(f"blob {i}" for i in range(classes))
    return Dataset(Description(Task.CLASSIFICATION, (2,), classes, names), split(500), split(100), split(300))


def digits(seed=0, shape=(1, 8, 8), classes=10):
    """Pictures that differ by class: a bright bar whose place tells the class."""
    rng = np.random.default_rng(seed)

    def split(n):
        kind = rng.integers(0, classes, n)
        images = rng.normal(-0.6, 0.2, (n, *shape)).astype(np.float32)
        for i, k in enumerate(kind):
            images[i, :, :, k % shape[2]] += 2.0
            images[i, :, k // 2, :] += 1.0
        return Split(images, kind)

    names = tuple(str(i) for i in range(classes))
    return Dataset(Description(Task.CLASSIFICATION, shape, classes, names), split(400), split(120), split(120))


def sine(seed=0, features=1):
    rng = np.random.default_rng(seed)

    def split(n):
        x = rng.uniform(-1.7, 1.7, (n, features)).astype(np.float32)
        y = np.sin(3 * x.sum(1, keepdims=True)) + rng.normal(0, 0.1, (n, 1))
        return Split(x, y.astype(np.float32))

    return Dataset(Description(Task.REGRESSION, (features,), 1), split(200), split(40), split(80))


def started(units=(64, 64, 2), dataset=None, spec=None, activation="relu", probe_samples=500):
    dataset = dataset or moons()
    return RunStarted(
        spec=spec or ExperimentSpec(),
        layout=layout(units, activation),
        dataset=dataset,
        probe_samples=probe_samples,
        validation_samples=len(dataset.validation) or len(dataset.train),
        device="cpu",
    )


def step_record(step, layers=3, **changes):
    """One step of a healthy run that begins at ln 2 and falls; noise depends on the step alone."""
    rng = np.random.default_rng(step)
    loss = 0.08 + 0.65 * np.exp(-step / 300) + rng.normal(0, 0.02)
    loss = max(loss, 0.02)
    spread = min(abs(rng.normal(0.03, 0.01)), 0.9 * loss)
    depth = np.arange(layers, dtype=np.float32)
    rms = (3e-3 * 0.6 ** (layers - 1 - depth) * np.exp(-step / 1500) * rng.lognormal(0, 0.25, layers)).astype(
        np.float32
    )
    ratio = (-2.7 - 0.2 * depth - step / 4000 + rng.normal(0, 0.15, layers)).astype(np.float32)
    record = StepRecord(
        step=step,
        epoch=step / 16,
        learning_rate=0.1,
        loss=float(loss),
        loss_low=float(loss - spread),
        loss_high=float(loss + spread),
        penalty=0.0,
        accuracy=float(np.clip(0.98 - 0.45 * np.exp(-step / 250) + rng.normal(0, 0.02), 0, 1)),
        gradient_norm=rms * 40,
        gradient_rms=rms,
        update_ratio=np.full(layers, np.nan, np.float32) if step == 0 else ratio,
    )
    return replace(record, **changes)


def probe_record(step, units=(64, 64, 2), dying=0.0, **changes):
    """One probe pass; ``dying`` is the share of units of each hidden layer that are dead by now."""
    rng = np.random.default_rng(step + 1)
    layers, total = len(units), sum(units)
    status = np.zeros(total, np.uint8)
    firing = rng.beta(3, 3, total).astype(np.float32)
    offset = 0
    for n in units[:-1]:
        dead = round(dying * n)
        status[offset : offset + dead] = UnitStatus.DEAD
        status[offset + dead : offset + dead + n // 16] = UnitStatus.DORMANT
        offset += n
    firing[status == UnitStatus.DEAD] = 0
    share = _shares(status, units)
    return replace(
        ProbeRecord(
            step=step,
            epoch=step / 16,
            loss=0.2,
            accuracy=0.9,
            mean=rng.uniform(0.3, 0.6, layers).astype(np.float32),
            std=rng.uniform(0.5, 0.9, layers).astype(np.float32),
            sparsity=np.array([0.52] * (layers - 1) + [0.0], np.float32),
            saturated=np.full(layers, np.nan, np.float32),
            dead=share(UnitStatus.DEAD),
            never_active=np.array([np.nan] * (layers - 1) + [0], np.float32),
            dormant=share(UnitStatus.DORMANT),
            **_histograms(step, layers),
            unit_status=status,
            firing_rate=firing,
            dormancy=rng.uniform(0.2, 2.0, total).astype(np.float32),
            max_pre_activation=rng.uniform(0.5, 4.0, total).astype(np.float32) * np.where(firing > 0, 1, -1),
        ),
        **changes,
    )


def history(units=(64, 64, 2), steps=2000, every=1, probe_every=50, dying=lambda step: 0.0, dataset=None, spec=None):
    """A whole run: a record every ``every`` steps, a probe pass every ``probe_every``, an evaluation as often."""
    run = RunHistory(started(units, dataset, spec))
    for step in range(0, steps + 1, every):
        run.append(step_record(step, len(units)))
        if step % probe_every == 0:
            run.append(probe_record(step, units, dying(step)))
            run.append(evaluation(step))
    return run


def evaluation(step, **changes):
    record = EvaluationRecord(
        step=step,
        epoch=step / 16,
        loss=0.12 + 0.6 * float(np.exp(-step / 320)) + step * 1e-5,
        accuracy=0.96 - 0.45 * float(np.exp(-step / 250)),
    )
    return replace(record, **changes)


def plane(step, classes=2, size=64):
    """Class probabilities that turn with the angle."""
    axis = np.linspace(-2, 2, size)
    x, y = np.meshgrid(axis, axis)
    scores = [4 * (np.cos(2 * np.pi * k / classes) * x + np.sin(2 * np.pi * k / classes) * y) for k in range(classes)]
    if classes == 2:
        scores = [3 * (y - 0.6 * np.sin(2.2 * x)), -3 * (y - 0.6 * np.sin(2.2 * x))]
    power = np.exp(np.stack(scores) - np.max(scores, axis=0))
    return PlanePicture(step, (power / power.sum(0)).astype(np.float32), (-2.0, 2.0), (-2.0, 2.0))


def curve(step):
    x = np.linspace(-2, 2, 200, dtype=np.float32)
    return CurvePicture(step, x, np.sin(2.8 * x)[None].astype(np.float32) * 0.95)


def classes_picture(step, dataset, shown=16, wrong=(3, 7)):
    """Confident and right, but for the shown samples in ``wrong``."""
    count, truth = dataset.description.outputs, dataset.validation.targets
    samples = np.arange(shown)
    best = truth[samples].copy()
    best[list(wrong)] = (best[list(wrong)] + 1) % count
    probabilities = np.full((shown, count), 0.1 / (count - 1), np.float32)
    probabilities[np.arange(shown), best] = 0.9
    confusion = np.diag(np.bincount(truth, minlength=count)).astype(np.int64)
    confusion[0, 1] += 3
    return ClassesPicture(step, confusion, samples, probabilities)


def scatter(step, n=300, seed=0):
    rng = np.random.default_rng(seed)
    target = rng.normal(0, 1, n).astype(np.float32)
    return ScatterPicture(step, target, (0.9 * target + rng.normal(0, 0.2, n)).astype(np.float32))


def _shares(status, units):
    ends = np.cumsum(units)
    parts = np.split(status, ends[:-1])
    return lambda kind: np.array([np.mean(part == kind) for part in parts], np.float32)


def _histograms(step, layers):
    """ReLU-like shares: a peak in the first bin and a tail; the range grows with the steps."""
    place = np.linspace(0, 1, BINS)
    rows = []
    for layer in range(layers):
        tail = np.exp(-0.5 * ((place - 0.25 - 0.05 * layer) / 0.15) ** 2)
        row = 0.48 * tail / tail.sum()
        row[0] += 0.52
        rows.append(row)
    normal = np.exp(-0.5 * ((place - 0.5) / 0.12) ** 2)
    high = np.linspace(3, 4, layers) * (1 + step / 2000)
    return {
        "histogram": np.array(rows, np.float32),
        "histogram_low": np.zeros(layers, np.float32),
        "histogram_high": high.astype(np.float32),
        "weight_histogram": np.tile(normal / normal.sum(), (layers, 1)).astype(np.float32),
        "weight_low": np.full(layers, -0.6, np.float32),
        "weight_high": np.full(layers, 0.6, np.float32),
    }
