"""T1: what is said of a run depends on the experiment alone: not on the clock, nor on pauses or a resumption."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.diagnosis.moment import Moment
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.training import glances, instruments
from relulab.training.checkpoint import Checkpoint
from relulab.training.run import TrainingRun
from relulab.training.schedule import JUDGED_ONLY, LIVE, MeasurementSchedule
from relulab.training.telemetry import EvaluationRecord, FindingsRecord, StepRecord

QUICK = ("dying-relu", "circle-linear")


def verdicts(
    spec: ExperimentSpec, recording: MeasurementSchedule, start: Checkpoint | None = None
) -> list[FindingsRecord]:
    """Every verdict on a run, from its start or from a checkpoint."""
    said: list[FindingsRecord] = []

    def record(entry: object) -> None:
        if isinstance(entry, FindingsRecord):
            said.append(entry)

    dataset = load_dataset(spec.data)
    if start is None:
        run = TrainingRun(spec, dataset, recording=recording, record=record)
        run.measure_start()
    else:
        run = TrainingRun.resumed(start, dataset, recording=recording, record=record)
    try:
        while not run.finished:
            run.step()
    except DivergedError:
        pass
    return said


def words(said: list[FindingsRecord]) -> list[str]:
    """All that can be read of the verdicts, byte for byte."""
    return [repr((record.step, record.current, record.ended)) for record in said]


def clock(step: float) -> Iterator[float]:
    """A clock that goes on by ``step`` seconds, and now and then by a whole second: a machine that others use."""
    now = 0.0
    for reading in itertools.count():
        now += 1.0 if reading % 97 == 0 else step
        yield now


@pytest.mark.parametrize("seconds", [1e-9, 1e-3, 0.3])
@pytest.mark.parametrize("key", QUICK)
def test_t1_the_verdicts_are_the_same_on_every_clock(key: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = load_preset(key)
    expected = words(verdicts(spec, JUDGED_ONLY))
    readings = clock(seconds)
    for module in (instruments, glances):
        monkeypatch.setattr(module, "perf_counter", lambda: next(readings))
    assert words(verdicts(spec, LIVE)) == expected


@pytest.mark.parametrize("key", QUICK)
def test_t1_a_run_that_is_resumed_anywhere_gets_the_verdicts_of_the_whole_run(key: str) -> None:
    spec = load_preset(key)
    dataset = load_dataset(spec.data)
    run = TrainingRun(spec, dataset, recording=JUDGED_ONLY)
    run.measure_start()
    whole = verdicts(spec, JUDGED_ONLY)
    for step in (0, 1, 7, 60, 111):
        run.run_until(step)
        rest = verdicts(spec, LIVE, run.checkpoint())
        assert words(rest) == words([record for record in whole if record.step > step])


def test_pausing_and_looking_change_no_verdict() -> None:
    spec = load_preset("circle-linear")
    expected = words(verdicts(spec, JUDGED_ONLY))
    said: list[FindingsRecord] = []

    def record(entry: object) -> None:
        if isinstance(entry, FindingsRecord):
            said.append(entry)

    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=record)
    run.measure_start()
    while not run.finished:
        run.step()
        if run.step_index % 13 == 0:
            run.instruments.measure_all()
    assert words(said) == expected


def test_t20_a_row_tells_the_learning_rate_of_its_own_step() -> None:
    """T20: a cosine schedule ends above 0, for its last step was made with a rate."""
    spec = load_preset("circle-linear")
    training = spec.training.replace(schedule="cosine", learning_rate=0.05, steps=40, epochs=None)
    rows: list[StepRecord] = []

    def record(entry: object) -> None:
        if isinstance(entry, StepRecord):
            rows.append(entry)

    spec = spec.replace(training=training)
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1), record=record)
    run.measure_start()
    run.run_until(40)
    factors = [0.5 * (1 + np.cos(np.pi * step / 40)) for step in range(40)]
    assert [row.learning_rate for row in rows[1:]] == pytest.approx([0.05 * factor for factor in factors])
    assert rows[0].learning_rate == 0.05
    assert rows[-1].learning_rate > 0.0


def test_every_verdict_carries_the_moment_that_it_rests_on() -> None:
    said = verdicts(load_preset("dying-relu"), JUDGED_ONLY)
    moments = [record.moment for record in said]
    assert all(
        isinstance(moment, Moment) and moment.step == record.step for moment, record in zip(moments, said, strict=True)
    )
    assert [moment.final for moment in moments if moment is not None] == [False] * (len(said) - 1) + [True]


@pytest.mark.parametrize("recording", [JUDGED_ONLY, LIVE, MeasurementSchedule.every(1)])
def test_a_run_that_stops_early_is_judged_there_for_the_last_time(recording: MeasurementSchedule) -> None:
    """Also where it stops at a planned moment; and nothing is measured twice at a step."""
    spec = load_preset("circle-linear")
    training = spec.training.replace(
        early_stopping=1, learning_rate=1e-12, batch_size=len(load_dataset(spec.data).train)
    )
    entries: list[object] = []
    run = TrainingRun(
        spec.replace(training=training), load_dataset(spec.data), recording=recording, record=entries.append
    )
    run.measure_start()
    while not run.finished:
        run.step()
    run.instruments.conclude()
    moments = [entry.moment for entry in entries if isinstance(entry, FindingsRecord) and entry.moment is not None]
    assert run.early_stopped
    assert run.step_index in (1, 2, 5)
    assert [moment.step for moment in moments if moment.final] == [run.step_index]
    evaluated = [entry.step for entry in entries if isinstance(entry, EvaluationRecord)]
    assert len(set(evaluated)) == len(evaluated)
