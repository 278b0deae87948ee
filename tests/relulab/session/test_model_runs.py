"""What a person does with the runs of a session: they have names and colours of their own, and nothing is lost."""

import math

import pytest

from relulab.errors import SessionError
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import load_session, save_session
from relulab.session.model import SessionModel
from relulab.session.session import DataFingerprint, free_colour, unique_name
from relulab.session.store import SessionStore
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.trainer import Trainer
from tests.helpers.sessions import DESIGNS

SECONDS = 60


class Bench:
    """A trainer with its store and its model, wired as in the window."""

    def __init__(self):
        self.store = SessionStore()
        self.model = SessionModel(self.store)
        self.trainer = Trainer(
            self.store.append, on_state=self.model.note_status, recording=MeasurementSchedule.every(1, 2)
        )

    def prepare(self, name="Moons", **training):
        spec = ExperimentSpec.parse(DESIGNS["plane"] | {"name": name})
        self.trainer.prepare(spec.replace(training=spec.training.replace(**training)))
        assert self.trainer.wait({State.READY}, SECONDS).state is State.READY

    def finish(self, **design):
        """Train a design to its end."""
        self.prepare(**design)
        self.trainer.train()
        self.trainer.wait({State.FINISHED, State.DIVERGED}, SECONDS)
        return self.model.records[-1]

    def step(self):
        self.trainer.step_batch()
        self.trainer.wait({State.PAUSED, State.FINISHED}, SECONDS)


@pytest.fixture
def bench():
    bench = Bench()
    with bench.trainer:
        yield bench


def names(bench):
    return [record.name for record in bench.model.records]


def test_a_run_has_a_record_from_its_first_step_on(bench):
    bench.prepare()
    assert bench.model.records == ()
    bench.step()
    (record,) = bench.model.records
    assert (record.name, record.colour, record.state, record.hidden, record.notes) == (
        "Moons",
        0,
        State.PAUSED,
        False,
        "",
    )
    assert record.history is bench.store.current
    assert record.seconds > 0
    assert bench.model.records[0].key == record.key
    assert bench.model.record(record.key).history is record.history
    with pytest.raises(KeyError):
        bench.model.record("of nobody")


def test_names_and_colours_are_of_one_run_alone(bench):
    for name in ("Moons", "Moons", "Sine", "Moons"):
        bench.finish(name=name, steps=3)
    assert names(bench) == ["Moons", "Moons #2", "Sine", "Moons #3"]
    assert [record.colour for record in bench.model.records] == [0, 1, 2, 3]
    bench.model.delete(bench.model.records[1].key)
    bench.finish(steps=3)
    assert names(bench) == ["Moons", "Sine", "Moons #3", "Moons #2"]
    assert [record.colour for record in bench.model.records] == [0, 2, 3, 1]


def test_the_test_figures_and_the_end_are_recorded(bench):
    record = bench.finish(steps=12)
    loss, accuracy = bench.trainer._worker.run.test()
    assert (record.state, record.test_loss, record.test_accuracy) == (State.FINISHED, loss, accuracy)
    assert record.message == bench.trainer.status.message
    assert record.seconds == bench.trainer.status.seconds > 0
    bench.trainer.reset()
    bench.trainer.wait({State.READY}, SECONDS)
    assert math.isnan(bench.trainer.status.test_loss), "of the run before"
    bench.step()
    assert math.isnan(bench.model.records[1].test_loss)


def test_a_run_that_diverged_says_so(bench):
    record = bench.finish(optimizer="sgd", learning_rate=1e6, l2=1.0)
    assert record.state is State.DIVERGED
    assert record.message
    assert math.isnan(record.test_loss)


def state_of_first(bench) -> State:
    return bench.model.records[0].state


def test_a_run_that_was_left_does_not_run_any_more(bench):
    bench.prepare(steps=10_000_000)
    bench.step()
    assert state_of_first(bench) is State.PAUSED
    bench.trainer.train()
    bench.trainer.wait({State.RUNNING}, SECONDS)
    assert state_of_first(bench) is State.RUNNING
    bench.prepare(steps=4)
    assert bench.model.records[0].state is State.PAUSED


def test_all_edits_are_kept_in_the_file_and_count_as_changes(bench, tmp_path):
    for _ in range(3):
        bench.finish(steps=3)
    first, second, third = bench.model.records
    before = bench.model.fingerprint(None)
    seen = {before}
    for edit in (
        lambda: bench.model.rename(first.key, "  the   best "),
        lambda: bench.model.set_hidden(second.key, True),
        lambda: bench.model.set_notes(second.key, "too\nslow"),
        lambda: bench.model.delete(third.key),
    ):
        edit()
        seen.add(bench.model.fingerprint(None))
    assert len(seen) == 5
    path = tmp_path / "session.relulab"
    save_session(bench.model.snapshot(None, bench.trainer), path)
    assert bench.model.fingerprint(None) in seen, "saving changes nothing"
    again = SessionModel(SessionStore())
    again.open(load_session(path))
    one, two = again.records
    assert (one.key, one.name, one.colour, one.test_loss) == (first.key, "the best", 0, first.test_loss)
    assert (two.key, two.name, two.hidden, two.notes) == (second.key, second.name, True, "too\nslow")
    assert one.data == DataFingerprint.of(first.history.info.dataset), "the fingerprint of the data was worked out"


def test_renaming_keeps_names_different_and_never_empty(bench):
    for _ in range(2):
        bench.finish(steps=2)
    first, second = bench.model.records
    bench.model.rename(second.key, "Moons")
    bench.model.rename(first.key, "   ")
    bench.model.rename(first.key, "Moons")
    assert names(bench) == ["Moons", "Moons #2"]
    bench.model.rename(first.key, "x" * 5000)
    assert len(names(bench)[0]) < 1000, "a session file takes no longer ones"


def test_a_deletion_can_be_undone(bench):
    for _ in range(3):
        bench.finish(steps=2)
    first, second, third = bench.model.records
    deleted = bench.model.delete(second.key)
    assert [record.key for record in bench.model.records] == [first.key, third.key]
    assert second.history not in bench.store.runs
    bench.model.rename(third.key, second.name)
    bench.model.undo_delete(deleted)
    assert [record.key for record in bench.model.records] == [first.key, second.key, third.key]
    assert names(bench) == ["Moons", "Moons #2 #2", "Moons #2"]
    assert [record.colour for record in bench.model.records] == [0, 1, 2]


def test_a_run_in_the_place_of_a_deleted_one_is_worth_saving(bench):
    bench.model.delete(bench.finish(steps=3).key)
    empty = bench.model.fingerprint(None)
    before = SessionModel(SessionStore()).fingerprint(None)
    assert empty != before
    first = bench.finish(steps=3)
    saved = bench.model.fingerprint(None)
    bench.model.delete(first.key)
    bench.finish(steps=3)
    assert bench.model.fingerprint(None) != saved, "as many runs with as many steps, but other ones"


def test_the_run_that_is_trained_cannot_be_deleted_until_it_is_over(bench):
    bench.prepare(steps=10)
    bench.step()
    (record,) = bench.model.records
    assert bench.model.is_under_way(record.key)
    with pytest.raises(SessionError, match="Moons is being trained"):
        bench.model.delete(record.key)
    bench.trainer.stop()
    bench.trainer.wait({State.FINISHED}, SECONDS)
    bench.model.delete(record.key)
    assert bench.model.records == ()
    assert bench.model.snapshot(None, bench.trainer).runs == (), "a checkpoint does not bring it back"


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [("A", [], "A"), ("A", ["A"], "A #2"), ("A", ["A", "A #2", "A #4"], "A #3"), (" ", [], "Run"), ("a\nb", [], "a b")],
)
def test_unique_names(wanted, taken, name):
    assert unique_name(wanted, taken) == name


@pytest.mark.parametrize(("taken", "place"), [([], 0), ([0, 1, 3], 2), ([1], 0), ([0, 0, 1], 2)])
def test_free_colours(taken, place):
    assert free_colour(taken) == place
