"""What an edit does to a run, with a real trainer: what a student expects, and nothing thrown away unasked."""

from dataclasses import dataclass

import pytest

from relulab.data.dataset import Source
from relulab.experiment import ClippingChoice, ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from relulab.training.trainer import Trainer
from ui.features.training.controller import RunController
from ui.live.polling import Polling

LONG = 10_000_000  # steps: more than any test waits for


def moons(steps=LONG, **training):
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 60},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 6}}]},
            "training": {"steps": steps, "learning_rate": 0.05} | training,
        }
    )


def edited(spec, **training):
    return spec.replace(training=spec.training.replace(**training))


@dataclass
class Bench:
    """A flow wired to a trainer as in the window; the design panel is a plain assignment."""

    run_controller: RunController
    trainer: Trainer
    store: SessionStore

    @property
    def status(self):
        return self.run_controller.status

    def can(self, key):
        return next(command for command in self.run_controller.commands if command.key == key).isEnabled()


@pytest.fixture
def bench(qtbot):
    store = SessionStore()
    polling = Polling(store)
    run_controller = RunController(Source)
    run_controller.designWanted.connect(run_controller.edit)
    trainer = Trainer(store.append, on_state=polling.report_state)
    polling.stateChanged.connect(run_controller.show_state)
    polling.start(trainer)
    yield Bench(run_controller, trainer, store)
    run_controller.close()
    polling.stop()
    assert trainer.close(10)


def wait(qtbot, bench, *states):
    qtbot.waitUntil(lambda: bench.status.state in states, timeout=20_000)


def another(qtbot, bench, before):
    """Wait for another run than this one. The one before was ready too, and the window may still know of that."""
    trainer, store = bench.trainer, bench.store
    qtbot.waitUntil(lambda: store.current is not before and trainer.status.state is State.READY, timeout=20_000)
    wait(qtbot, bench, State.READY)


def ready(qtbot, bench, spec):
    bench.run_controller.load(spec)
    bench.run_controller.attach(bench.trainer)
    wait(qtbot, bench, State.READY)


def running(qtbot, bench, spec):
    ready(qtbot, bench, spec)
    bench.run_controller.toggle()
    qtbot.waitUntil(lambda: bench.trainer.status.step > 20, timeout=20_000)
    wait(qtbot, bench, State.RUNNING)


def test_nothing_is_possible_before_the_engine_is_there(qtbot, bench):
    bench.run_controller.load(moons())
    assert not any(command.isEnabled() for command in bench.run_controller.commands)
    bench.run_controller.toggle()
    bench.run_controller.attach(bench.trainer)
    assert bench.can("train")
    wait(qtbot, bench, State.READY)
    assert bench.store.current.rows(StepRecord) == 1  # step 0 is measured


def test_train_before_the_network_is_built_trains_when_it_is(qtbot, bench):
    bench.run_controller.load(moons())
    bench.run_controller.attach(bench.trainer)
    bench.run_controller.toggle()
    wait(qtbot, bench, State.RUNNING)


def test_an_edit_before_the_first_step_builds_anew_when_it_settles(qtbot, bench):
    ready(qtbot, bench, moons())
    first = bench.store.current
    for units in (7, 8, 9):
        layer = {"kind": "dense", "parameters": {"units": units}}
        bench.run_controller.edit(moons().replace(model=moons().model.replace(layers=[layer])))
        assert bench.run_controller.changed
    another(qtbot, bench, first)
    assert bench.store.current.info.layout.layers[0].units == 9
    assert not bench.run_controller.changed
    assert len(bench.store.runs) == 1


def test_an_edit_during_a_run_leaves_it_alone_and_train_starts_the_new_design(qtbot, bench):
    running(qtbot, bench, moons())
    run = bench.store.current
    wider = moons().replace(model=moons().model.replace(layers=["dense", "dense"]))
    bench.run_controller.edit(wider)
    assert bench.run_controller.changed
    bench.run_controller._settle.timeout.emit()  # however long one waits
    bench.run_controller.toggle()
    wait(qtbot, bench, State.PAUSED)
    assert bench.store.current is run
    bench.run_controller.toggle()
    wait(qtbot, bench, State.RUNNING)
    qtbot.waitUntil(lambda: bench.store.current is not run)
    assert len(bench.store.current.info.layout.layers) == 3
    assert not bench.run_controller.changed
    assert len(bench.store.runs) == 2


def test_undoing_the_edit_lets_a_paused_run_go_on(qtbot, bench):
    running(qtbot, bench, moons())
    run = bench.store.current
    bench.run_controller.toggle()
    wait(qtbot, bench, State.PAUSED)
    bench.run_controller.edit(moons().replace(data=moons().data.replace(seed=5)))
    assert bench.run_controller.changed
    bench.run_controller.keep_run_design()
    assert not bench.run_controller.changed
    bench.run_controller.toggle()
    wait(qtbot, bench, State.RUNNING)
    assert bench.store.current is run


def test_a_learning_rate_never_resets_the_network(qtbot, bench):
    running(qtbot, bench, moons())
    run, step = bench.store.current, bench.trainer.status.step
    bench.run_controller.change_training({"learning_rate": 0.01})
    qtbot.waitUntil(lambda: len(run.changes) == 1)
    assert bench.store.current is run
    assert bench.trainer.status.step >= step
    assert not bench.run_controller.changed
    assert bench.run_controller.design.training.learning_rate == 0.01
    qtbot.waitUntil(lambda: run.latest(StepRecord)["learning_rate"] == 0.01)


def test_clipping_and_penalties_act_live_from_the_design_too(qtbot, bench):
    running(qtbot, bench, moons())
    run = bench.store.current
    bench.run_controller.edit(edited(moons(), l1=1e-4, l2=1e-3, clipping=ClippingChoice(name="norm")))
    qtbot.waitUntil(lambda: len(run.changes) == 3)
    assert bench.store.current is run
    assert not bench.run_controller.changed


def test_a_live_change_acts_although_the_design_has_changed_otherwise(qtbot, bench):
    running(qtbot, bench, moons())
    run = bench.store.current
    bench.run_controller.edit(moons().replace(data=moons().data.replace(seed=5)))
    bench.run_controller.change_training({"learning_rate": 0.01})
    qtbot.waitUntil(lambda: len(run.changes) == 1)
    assert bench.run_controller.changed
    assert bench.store.current is run


def test_reset_keeps_the_initial_weights_and_the_live_learning_rate(qtbot, bench):
    running(qtbot, bench, moons())
    first = bench.store.current
    bench.run_controller.change_training({"learning_rate": 0.01})
    bench.run_controller.reset()
    another(qtbot, bench, first)
    again = bench.store.current
    assert again.info.spec.training.learning_rate == 0.01
    assert first.columns(StepRecord, "loss")[0][0] == again.columns(StepRecord, "loss")[0][0]


def test_a_new_seed_has_other_weights_on_the_same_data(qtbot, bench):
    ready(qtbot, bench, moons())
    first = bench.store.current
    bench.run_controller.new_seed()
    another(qtbot, bench, first)
    again = bench.store.current
    assert bench.run_controller.design.model.seed == 1
    assert again.info.spec.data.seed == first.info.spec.data.seed
    assert first.latest(StepRecord)["loss"] != again.latest(StepRecord)["loss"]


def test_train_on_a_finished_run_begins_again(qtbot, bench):
    ready(qtbot, bench, moons(steps=30))
    bench.run_controller.toggle()
    wait(qtbot, bench, State.FINISHED)
    assert not bench.can("batch")
    assert not bench.can("stop")
    first = bench.store.current
    bench.run_controller.toggle()
    qtbot.waitUntil(lambda: bench.store.current is not first)
    qtbot.waitUntil(lambda: bench.trainer.status.state is State.FINISHED and bench.trainer.status.step == 30)
    assert len(bench.store.runs) == 2


def test_an_edit_of_a_finished_run_waits_for_train(qtbot, bench):
    ready(qtbot, bench, moons(steps=30))
    bench.run_controller.toggle()
    wait(qtbot, bench, State.FINISHED)
    run = bench.store.current
    bench.run_controller.edit(edited(moons(steps=30), learning_rate=0.5))
    bench.run_controller._settle.timeout.emit()
    assert bench.run_controller.changed
    assert bench.can("batch")
    assert bench.store.current is run
    bench.run_controller.step_batch()
    wait(qtbot, bench, State.PAUSED)
    assert bench.trainer.status.step == 1
    assert bench.store.current.info.spec.training.learning_rate == 0.5


def test_one_batch_and_one_epoch(qtbot, bench):
    ready(qtbot, bench, moons(batch_size=20))
    bench.run_controller.step_batch()
    qtbot.waitUntil(lambda: bench.status.state is State.PAUSED and bench.status.step == 1)
    bench.run_controller.step_epoch()
    qtbot.waitUntil(lambda: bench.status.state is State.PAUSED and bench.status.step == 3)
    bench.run_controller.step_epoch()
    qtbot.waitUntil(lambda: bench.status.state is State.PAUSED and bench.status.step == 6)
    bench.run_controller.stop()
    wait(qtbot, bench, State.FINISHED)


def test_an_invalid_design_cannot_be_trained_but_a_run_can_be_paused(qtbot, bench):
    ready(qtbot, bench, moons())
    bench.run_controller.edit(None)
    assert not bench.can("train")
    bench.run_controller.toggle()
    assert bench.trainer.wait({State.READY}, 5).state is State.READY
    bench.run_controller.edit(moons())
    bench.run_controller.toggle()
    wait(qtbot, bench, State.RUNNING)
    bench.run_controller.edit(None)
    assert bench.can("train")
    bench.run_controller.toggle()
    wait(qtbot, bench, State.PAUSED)
    bench.run_controller.reset()
    wait(qtbot, bench, State.READY)


def test_a_failed_build_can_be_tried_again(qtbot, bench, tmp_path):
    table = tmp_path / "my data.csv"
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": {"name": "csv", "parameters": {"path": str(table), "target": "y"}}},
            "training": {"steps": 5},
        }
    )
    bench.run_controller.load(spec)
    bench.run_controller.attach(bench.trainer)
    wait(qtbot, bench, State.FAILED)
    assert bench.status.message
    assert bench.can("train")
    rows = "\n".join(f"{i},{i * i % 7},{'yes' if i % 2 else 'no'}" for i in range(60))
    table.write_text("a,b,y\n" + rows, "utf-8")
    bench.run_controller.toggle()
    wait(qtbot, bench, State.FINISHED)


def test_a_new_experiment_replaces_a_run_under_way(qtbot, bench):
    running(qtbot, bench, moons())
    run = bench.store.current
    other = moons(learning_rate=1.5)
    bench.run_controller.load(other)
    another(qtbot, bench, run)
    assert run.changes == ()  # its learning rate was for the new experiment alone
    assert bench.store.current.info.spec == other
