"""What is measured in a second thread is what would have been measured in the run's own, and the run knows nothing."""

import threading
import time
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.model.network import Network
from relulab.training import beside, glances
from relulab.training.beside import Beside, Receive
from relulab.training.checkpoint import Checkpoint
from relulab.training.run import TrainingRun
from relulab.training.schedule import JUDGED_ONLY, LIVE, NEVER, MeasurementSchedule
from relulab.training.telemetry import EvaluationRecord, FindingsRecord, Glance, ProbeRecord, StepRecord

EVERYTHING, NOTHING = 0.0, np.inf  # operations from which on a second thread is used
AHEAD = 2  # steps
PRESETS = ("dying-relu", "circle-linear")
EXACT = MeasurementSchedule.every(7, 9)
NORMS: Any = ["batch_norm", {"kind": "dense", "parameters": {"units": 6}}, "dropout"]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The run is some steps ahead before anything is measured, unless it waits for that, or this is set."""
    work, collect = Beside._work, Beside.collect
    now, waited_for = threading.Event(), threading.Event()

    def later(self: Beside, *arguments: Any) -> None:
        asked = self._run.step_index
        while self._run.step_index < asked + AHEAD and not (now.is_set() or waited_for.is_set()):
            time.sleep(0.001)
        work(self, *arguments)

    def collected(self: Beside) -> None:
        waited_for.set()
        try:
            collect(self)
        finally:
            waited_for.clear()

    monkeypatch.setattr(Beside, "_work", later)
    monkeypatch.setattr(Beside, "collect", collected)
    return now


def short(key: str, steps: int = 30) -> ExperimentSpec:
    spec = load_preset(key)
    return spec.replace(training=spec.training.replace(steps=steps, epochs=None))


def normed() -> ExperimentSpec:
    """With running statistics and dropout."""
    spec = short("circle-linear")
    return spec.replace(model=spec.model.replace(layers=NORMS))


class Trained(NamedTuple):
    """A finished run and what it recorded."""

    run: TrainingRun
    records: list[Any]


def trained(spec: ExperimentSpec, recording: MeasurementSchedule, start: Checkpoint | None = None) -> Trained:
    """From the start or from a checkpoint."""
    records: list[Any] = []
    dataset = load_dataset(spec.data)
    if start is None:
        run = TrainingRun(spec, dataset, recording=recording, record=records.append)
        run.measure_start()
    else:
        run = TrainingRun.resumed(start, dataset, recording=recording, record=records.append)
    try:
        while not run.finished:
            run.step()
    except DivergedError:
        pass
    else:
        run.instruments.conclude()
    return Trained(run, records)


def numbers(of: Trained, *kinds: type) -> list[str]:
    """Every number of the records of these kinds, each kind in its order, byte for byte."""
    with np.printoptions(threshold=10**9, floatmode="unique"):
        return [repr(one) for kind in kinds for one in of.records if type(one) is kind]


def both(monkeypatch: pytest.MonkeyPatch, *arguments: Any) -> tuple[Trained, Trained]:
    """The same run with everything in a second thread, and with all in its own."""
    found = []
    for worth in (EVERYTHING, NOTHING):
        monkeypatch.setattr(beside, "WORTH_A_THREAD", worth)
        found.append(trained(*arguments))
    return found[0], found[1]


@pytest.mark.parametrize("recording", [JUDGED_ONLY, EXACT])
@pytest.mark.parametrize("spec", [*map(short, PRESETS), normed()], ids=[*PRESETS, "batch norm"])
def test_the_same_numbers_in_the_same_order(
    spec: ExperimentSpec, recording: MeasurementSchedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    threaded, alone = both(monkeypatch, spec, recording)
    kinds = (StepRecord, ProbeRecord, EvaluationRecord, FindingsRecord)
    assert numbers(threaded, *kinds) == numbers(alone, *kinds)
    values = [one.run.parameters.values.detach().numpy() for one in (threaded, alone)]
    assert np.array_equal(values[0], values[1])


def test_the_thread_is_really_used_and_the_run_goes_on_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[str] = set()
    probed = beside.Twin.take

    def take(self: Any, run: TrainingRun) -> None:
        threads.add(threading.current_thread().name)
        probed(self, run)

    monkeypatch.setattr(beside.Twin, "take", take)
    monkeypatch.setattr(beside, "WORTH_A_THREAD", EVERYTHING)
    records = trained(short("dying-relu"), JUDGED_ONLY).records
    assert threads == {threading.current_thread().name}, "values are copied in the run's own thread"
    late = [
        max((other.step for other in records[:place] if isinstance(other, StepRecord)), default=0) - one.step
        for place, one in enumerate(records)
        if isinstance(one, FindingsRecord)
    ]
    assert max(late) > 0, "the records of later steps come before those of a verdict"


def test_no_row_of_a_history_is_older_than_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "WORTH_A_THREAD", EVERYTHING)
    records = trained(short("circle-linear", 90), LIVE).records
    for kind in (StepRecord, ProbeRecord, EvaluationRecord, FindingsRecord):
        steps = [one.step for one in records if type(one) is kind]
        assert steps == sorted(set(steps)), kind.__name__


def test_the_verdicts_of_a_watched_run_are_those_of_an_unwatched_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "WORTH_A_THREAD", EVERYTHING)
    watched, alone = (trained(short("dying-relu", 60), recording) for recording in (LIVE, JUDGED_ONLY))
    assert numbers(watched, FindingsRecord) == numbers(alone, FindingsRecord)


def test_a_checkpoint_holds_every_verdict_up_to_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "WORTH_A_THREAD", EVERYTHING)
    spec = short("dying-relu", 40)
    whole = numbers(trained(spec, JUDGED_ONLY), FindingsRecord)
    run = TrainingRun(spec, load_dataset(spec.data), recording=JUDGED_ONLY)
    run.measure_start()
    for step in (1, 25):
        run.run_until(step)
        rest = numbers(trained(spec, JUDGED_ONLY, run.checkpoint()), FindingsRecord)
        assert rest == whole[-len(rest) :]
        assert len(rest) == len(whole) - len(run.checkpoint().moments)


def test_early_stopping_looks_once_at_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = short("circle-linear", 120)
    spec = spec.replace(training=spec.training.replace(early_stopping=2, learning_rate=1e-12))
    threaded, alone = both(monkeypatch, spec, JUDGED_ONLY)
    assert threaded.run.early_stopped == alone.run.early_stopped
    assert numbers(threaded, EvaluationRecord, FindingsRecord) == numbers(alone, EvaluationRecord, FindingsRecord)


def test_glances_come_from_there_and_are_of_the_step_that_they_name(
    monkeypatch: pytest.MonkeyPatch, at_once: threading.Event
) -> None:
    at_once.set()
    monkeypatch.setattr(beside, "WORTH_A_THREAD", EVERYTHING)
    monkeypatch.setattr(glances, "OLDEST", dict.fromkeys(glances.OLDEST, 0.0))
    monkeypatch.setattr(glances, "MOST", np.inf)
    spec = short("circle-linear")
    spec = spec.replace(data=spec.data.replace(train_size=200))
    exact = trained(spec, MeasurementSchedule.every(1, 1))
    records: list[Any] = []
    glancing = replace(LIVE, judged=False, probes=NEVER, evaluations=NEVER)
    run = TrainingRun(spec, load_dataset(spec.data), recording=glancing, record=records.append)
    run.measure_start()
    while not run.finished:
        run.step()
        while run.instruments._beside.busy and not run.instruments._beside.done:
            time.sleep(0.001)
    looks = [one.record for one in records if isinstance(one, Glance)]
    seen = [one for one in looks if isinstance(one, ProbeRecord)]
    whole = [one for one in exact.records if type(one) is ProbeRecord]
    losses = {one.step: one.loss for one in whole}
    assert len(seen) > 3
    assert [one.loss for one in seen] == pytest.approx([losses[one.step] for one in seen], rel=1e-5)


def test_what_goes_wrong_there_is_told_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("a fault of the instrument")

    monkeypatch.setattr(beside, "WORTH_A_THREAD", EVERYTHING)
    monkeypatch.setattr("relulab.training.judging.Judging.look", broken)
    run, _ = trained(short("dying-relu"), JUDGED_ONLY)
    assert run.finished
    assert "what the findings are based on (a fault of the instrument)" in run.instruments.trouble
    assert len([one for one in caplog.records if "could not be measured" in one.getMessage()]) == 1


def test_one_thing_at_a_time_and_nothing_is_handed_over_twice() -> None:
    spec = short("dying-relu")
    run = TrainingRun(spec, load_dataset(spec.data), recording=JUDGED_ONLY)
    handed: list[float] = []
    second = Beside(run)

    def measure(network: Network) -> Receive:
        total = float(sum(weight.detach().abs().sum() for weight in network.weights()))
        return lambda: handed.append(total)

    expected = float(sum(weight.detach().abs().sum() for weight in run.network.weights()))
    second.start(measure)
    run.run_until(5)
    with pytest.raises(AssertionError):
        second.start(measure)
    second.collect()
    second.collect()
    assert handed == pytest.approx([expected]), "of the values at the start"
    assert not second.busy
    assert expected != pytest.approx(float(sum(weight.detach().abs().sum() for weight in run.network.weights())))
