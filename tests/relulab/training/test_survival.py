"""Looking at a run must not end it, and nothing ends the worker. FAULTS R1 and R7."""

import logging
import threading
from typing import Any

import pytest
import torch

from relulab import api
from relulab.diagnosis.cure import Cure
from relulab.diagnosis.diagnose import Diagnosis, design_findings
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.rule import Rule
from relulab.diagnosis.rules import RULES
from relulab.errors import CancelledError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.registry import Registry
from relulab.session.store import SessionStore
from relulab.training import devices, worker
from relulab.training.attempts import MEASURED
from relulab.training.instruments import Instruments
from relulab.training.state import State, Status
from relulab.training.telemetry import StepRecord
from relulab.training.trainer import Trainer
from relulab.training.weight_keeper import WeightKeeper

PATIENCE = 60.0  # seconds; only a broken trainer takes that long
RESTING = {State.READY, State.PAUSED, State.FINISHED, State.DIVERGED, State.FAILED}
SPEC = ExperimentSpec.parse(
    {
        "data": {"dataset": "moons", "train_size": 60},
        "model": {"layers": [{"kind": "dense", "parameters": {"units": 4}}]},
        "training": {"batch_size": 20, "steps": 12},
    }
)
# where each instrument does its work
WORK = {
    "steps": (Instruments, "_read_gradients"),
    "probes": (Instruments, "_measure_probe"),
    "evaluations": (Instruments, "_measure_validation"),
    "pictures": (Instruments, "_paint"),
    "findings": (Instruments, "_examine"),
    "inspections": (Instruments, "_inspect"),
    "checkpoints": (Instruments, "_keep"),
    "weights": (WeightKeeper, "_keep"),
    "networks": (Instruments, "_draw_network"),
}


def broken(*_arguments: Any) -> None:
    raise ZeroDivisionError("a fault of the instrument\nwith a second line")


def finished(store: SessionStore, on_state: Any = None) -> Status:
    """The end of a run with a picture and an inspected unit."""
    with Trainer(store.append, on_state=on_state or (lambda status: None), threads=1) as trainer:
        trainer.prepare(SPEC)
        trainer.inspect((0, 1))
        trainer.watch_network(True)
        trainer.step_batch()
        trainer.train()
        trainer.wait({State.FINISHED, State.FAILED}, PATIENCE)
        return trainer.status


def test_every_instrument_is_tried_here() -> None:
    assert WORK.keys() == MEASURED.keys()


@pytest.mark.parametrize("plan", WORK)
def test_r1_an_instrument_that_fails_does_not_end_the_run(plan: str, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(*WORK[plan], broken)
    store = SessionStore()
    with caplog.at_level(logging.ERROR):
        status = finished(store)
    assert status.state is State.FINISHED, status.message
    assert status.step == 12
    for words in (status.trouble, status.message):  # the message goes into reports and files
        assert MEASURED[plan] in words
        assert "a fault of the instrument)" in words
        assert "log file" in words
    told = [record for record in caplog.records if MEASURED[plan] in record.getMessage()]
    assert len(told) == 1, "once, with its traceback"
    assert told[0].exc_info
    assert store.current is not None
    assert bool(len(store.current.columns(StepRecord, "step")[0])) is (plan != "steps")


def test_a_run_without_trouble_says_nothing() -> None:
    status = finished(SessionStore())
    assert (status.state, status.trouble) == (State.FINISHED, "")


def test_r1_python_and_the_command_line_are_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(Instruments, "_measure_probe", broken)
    summary = api.train(SPEC).summary
    assert summary.state is State.FINISHED
    assert MEASURED["probes"] in summary.message


def test_whoever_receives_records_can_still_end_a_run() -> None:
    def receive(record: object) -> None:
        if isinstance(record, StepRecord) and record.step > 2:
            raise CancelledError("enough")

    with Trainer(receive, threads=1) as trainer:
        trainer.prepare(SPEC)
        trainer.train()
        assert trainer.wait({State.EMPTY, State.FINISHED}, PATIENCE).state is State.EMPTY


def test_r1_a_rule_and_a_cure_that_fail_leave_the_other_findings() -> None:
    def cure(design: Any) -> Cure | None:
        raise OverflowError("(34, 'Numerical result out of range')")

    fails = Rule("raises", "Raises", broken, cures=(cure,))
    evidence = Evidence.design(DesignPlan.of(SPEC))
    rules = Registry("rule", fails, *RULES.values())
    assert "could not be measured" in str(Diagnosis(rules).observe(evidence)[0].explanation)
    assert [(found.rule, found.cures) for found in design_findings(evidence, Registry("rule", fails))] == [
        ("raises", ())
    ]


@pytest.mark.parametrize("when", list(State))
def test_r7_a_state_callback_that_raises_ends_nothing(when: State) -> None:
    def on_state(status: Status) -> None:
        if status.state is when:
            raise RuntimeError("the window is gone")

    assert finished(SessionStore(), on_state).state is State.FINISHED
    assert not any(thread.name == "trainer" for thread in threading.enumerate())


def test_r7_a_state_that_cannot_be_described_is_entered_and_the_run_goes_on(monkeypatch: Any, caplog: Any) -> None:
    with Trainer(SessionStore().append, threads=1) as trainer:
        trainer.prepare(SPEC)
        trainer.wait(RESTING, PATIENCE)
        monkeypatch.setattr(worker, "SLICE", 0.0)  # a status after each step
        monkeypatch.setattr(type(trainer._worker), "_snapshot", broken)
        trainer.train()
        status = trainer.wait({State.FINISHED, State.FAILED}, PATIENCE)
        assert status.state is State.FINISHED
        assert "12 steps" in status.message
        monkeypatch.undo()
        trainer.prepare(SPEC)
        assert trainer.wait(RESTING, PATIENCE).state is State.READY, "the worker lives on"
    told = [record.args for record in caplog.records if "could not be described" in record.getMessage()]
    assert told == [("running",), ("finished",)], "once each, not after each step"


def test_r7_what_runs_beside_cannot_end_the_worker(monkeypatch: Any) -> None:
    with Trainer(SessionStore().append, threads=1) as trainer:
        monkeypatch.setattr(trainer._worker.beside, "advance", broken)
        trainer.prepare(SPEC)
        trainer.train()
        assert trainer.wait({State.FINISHED}, PATIENCE).state is State.FINISHED


def test_r7_a_torch_without_the_error_of_a_lost_device_is_no_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(devices, "LOST_DEVICE", ())
    assert "failed: something" in devices.explain(RuntimeError("something"), "cpu")
    assert "stopped answering" in devices.explain(RuntimeError("CUDA error: launch failure"), "cuda:0")


def test_r7_the_error_of_a_lost_device_is_looked_up_where_it_may_be_absent() -> None:
    assert set(devices.LOST_DEVICE) == {error for error in [getattr(torch, "AcceleratorError", None)] if error}


def test_r7_an_error_that_has_no_words_ends_in_some(monkeypatch: Any) -> None:
    class SilentError(Exception):
        def __str__(self) -> str:
            raise ValueError("no words")

    def fail(*_arguments: Any) -> None:
        raise SilentError

    with Trainer(SessionStore().append, threads=1) as trainer:
        monkeypatch.setattr(type(trainer._worker), "_load", fail)
        trainer.prepare(SPEC)
        status = trainer.wait({State.FAILED}, PATIENCE)
        assert "SilentError" in status.message
