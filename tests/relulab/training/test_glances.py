"""T2: what is shown of a run that trains is fresh, however dear it is to measure; and it is only shown."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.session.store import SessionStore
from relulab.training import beside, glances, instruments
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE, UNWATCHED, MeasurementSchedule
from relulab.training.telemetry import (
    ClassesPicture,
    EvaluationRecord,
    FindingsRecord,
    Glance,
    ProbeRecord,
    Record,
    StepRecord,
)

READING = 0.03  # seconds between two looks at the clock: everything is slow


def slow_clock() -> Iterator[float]:
    now = 0.0
    while True:
        now += READING
        yield now


def images(steps: int = 120) -> ExperimentSpec:
    """Images, of which neither the probe set nor the validation set is small."""
    spec = load_preset("mnist-small-relu")
    training = spec.training.replace(epochs=None, steps=steps, batch_size=16)
    return spec.replace(data=spec.data.replace(train_size=4000, validation_size=1000), training=training)


class Watched:
    """A run on a slow clock, and when the newest of each kind arrived."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, recording: MeasurementSchedule = LIVE) -> None:
        readings = slow_clock()
        self.now = 0.0
        self.arrived: dict[type, float] = defaultdict(float)
        self.records: list[Record] = []
        monkeypatch.setattr(beside, "WORTH_A_THREAD", np.inf)  # a second thread would not keep to this clock
        for module in (glances, instruments):
            monkeypatch.setattr(module, "perf_counter", self.read)
        self._readings = readings
        spec = images()
        self.run = TrainingRun(spec, load_dataset(spec.data), recording=recording, record=self.take)
        self.run.measure_start()

    def read(self) -> float:
        self.now = next(self._readings)
        return self.now

    def take(self, record: Record) -> None:
        self.records.append(record)
        self.arrived[type(record.record if isinstance(record, Glance) else record)] = self.now

    def oldest(self) -> dict[type, float]:
        """Train to the end; how old the newest of each kind ever was after a step, but for what that step took."""
        found: dict[type, float] = defaultdict(float)
        while not self.run.finished:
            before = self.now
            self.run.step()
            for kind, when in self.arrived.items():
                found[kind] = max(found[kind], before - when)
        return found


def test_the_loss_is_never_older_than_a_fifth_of_a_second_and_the_rest_than_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    oldest = Watched(monkeypatch).oldest()
    assert oldest[StepRecord] <= 0.2 + READING
    assert max(oldest[ProbeRecord], oldest[EvaluationRecord], oldest[ClassesPicture]) <= 1.0


def test_without_glances_it_would_be_old(monkeypatch: pytest.MonkeyPatch) -> None:
    oldest = Watched(monkeypatch, UNWATCHED).oldest()
    assert min(oldest[ProbeRecord], oldest[EvaluationRecord]) > 1.0


def test_gradients_are_read_off_a_step_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    watched.oldest()
    read = [record.step for record in watched.records if isinstance(record, StepRecord)]
    glanced = [r.record for r in watched.records if isinstance(r, Glance) and isinstance(r.record, StepRecord)]
    assert len(read) >= watched.now / (1.0 + 10 * READING)
    assert glanced
    assert all(np.isnan(record.gradient_norm).all() for record in glanced), "their gradients cost nothing"
    assert all(0.0 <= record.accuracy <= 1.0 for record in glanced)


def test_a_glance_is_of_few_samples_and_says_of_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    run, seen = watched.run, watched.run.evaluator
    while not any(
        isinstance(record, Glance) and isinstance(record.record, EvaluationRecord) for record in watched.records
    ):
        run.step()
    found = {type(record.record): record for record in watched.records if isinstance(record, Glance)}
    validation = found[EvaluationRecord]
    assert validation.record.step == run.step_index
    assert (validation.samples, len(seen.validation)) == (512, 1000)
    outputs = seen.outputs(seen.validation.inputs)[:512]
    loss = run.evaluator.objective.loss(outputs, seen.validation.targets[:512]).item()
    assert isinstance(validation.record, EvaluationRecord)
    assert validation.record.loss == pytest.approx(loss, rel=1e-5)
    assert (found[ProbeRecord].samples, len(seen.probe)) == (256, 1024)


def test_glances_change_neither_the_run_nor_what_is_measured_and_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    watched.oldest()
    unwatched = Watched(monkeypatch, MeasurementSchedule.every(10**9))
    unwatched.oldest()
    assert np.array_equal(
        watched.run.parameters.values.detach().numpy(), unwatched.run.parameters.values.detach().numpy()
    )
    said = [
        [repr((r.step, r.current, r.ended)) for r in one.records if isinstance(r, FindingsRecord)]
        for one in (watched, unwatched)
    ]
    assert said[0] == said[1]


def test_a_glance_is_the_last_row_of_what_is_drawn_and_of_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    watched.oldest()
    store = SessionStore()
    records = iter(watched.records)
    for record in records:
        store.append(record)
        if isinstance(record, Glance) and isinstance(record.record, ProbeRecord):
            step = record.record.step
            break
    history = store.current
    assert history is not None
    whole, drawn = (history.columns(ProbeRecord, "step", "loss", "dead", glance=glance) for glance in (False, True))
    assert [len(column) for column in drawn] == [len(column) + 1 for column in whole]
    assert drawn[0][-1] == step > whole[0][-1]
    status, of_one = (history.columns(ProbeRecord, "unit_status", unit=unit, glance=True)[0] for unit in (None, 3))
    assert np.array_equal(status[:, 3], of_one)
    newest, measured = history.latest(ProbeRecord, glance=True), history.latest(ProbeRecord)
    assert newest is not None
    assert measured is not None
    assert newest["step"] == step
    assert measured["step"] == whole[0][-1] == history.recorded().columns[ProbeRecord]["step"][-1]
    for record in records:
        store.append(record)
    assert history.glance(ProbeRecord) is None, "at the end all is measured whole"
    assert history.columns(ProbeRecord, "step", glance=True)[0][-1] == watched.run.total_steps
