"""The watch speed: an upper bound that changes no number of a run."""

from time import perf_counter

import pytest

from relulab.session.store import SessionStore
from relulab.training.pace import Pace
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from relulab.training.trainer import Trainer
from tests.helpers.small_runs import experiment

MOONS = experiment("moons", 4, steps=40)


def steps_made(pace, seconds, cost=0.0):
    """How many steps a loop makes that waits as it is told, by a clock of its own."""
    now, steps = 100.0, 0
    while now < 100.0 + seconds:
        now += pace.rest(now)
        pace.note_step(now)
        now += cost
        steps += 1
    return steps


@pytest.mark.parametrize("limit", [1.0, 10.0, 300.0])
def test_it_is_an_upper_bound(limit):
    pace = Pace()
    pace.limit = limit
    assert steps_made(pace, 10.0) == pytest.approx(10 * limit, abs=2)


def test_steps_that_take_longer_are_not_caught_up_with():
    pace = Pace()
    pace.limit = 10.0
    assert steps_made(pace, 10.0, cost=0.5) == 20
    assert steps_made(pace, 1.0) <= 12


def test_without_a_limit_it_never_waits():
    assert Pace().rest(5.0) == 0.0


def trained(limit):
    store = SessionStore()
    with Trainer(store.append) as trainer:
        trainer.prepare(MOONS)
        trainer.wait({State.READY}, 60)
        trainer.limit_speed(limit)
        began = perf_counter()
        trainer.train()
        status = trainer.wait({State.FINISHED}, 60)
        return store.current, perf_counter() - began, status.seconds


def test_a_limited_run_is_later_and_the_same():
    fast, _, _ = trained(None)
    slow, elapsed, counted = trained(80.0)
    assert elapsed > 0.4, "40 steps at 80 a second"
    assert counted < elapsed, "waiting is not training"
    last_fast, last_slow = (run.latest(StepRecord) for run in (fast, slow))
    assert last_fast["step"] == last_slow["step"] == 40


def test_what_watching_costs_is_told_by_the_clock():
    with Trainer(lambda _: None) as trainer:
        trainer.prepare(MOONS.replace(training=MOONS.training.replace(steps=6)))
        trainer.wait({State.READY}, 60)
        trainer.limit_speed(5.0)
        trainer.train()
        status = trainer.wait({State.FINISHED}, 60)
        run = trainer._worker.run
        assert run is not None
        waited = run.instruments.seconds / status.instrument_share - status.seconds
    assert waited > 0.1, "a run that waits for its pace is not held up by who looks at it"


def test_a_command_is_heard_while_it_waits():
    store = SessionStore()
    with Trainer(store.append) as trainer:
        trainer.prepare(MOONS)
        trainer.wait({State.READY}, 60)
        trainer.limit_speed(0.01)
        trainer.train()
        trainer.wait({State.RUNNING}, 60)
        trainer.pause()
        assert trainer.wait({State.PAUSED}, 20).state is State.PAUSED
        assert trainer.status.step <= 1
