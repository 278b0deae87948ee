"""What is shown: the newest run by itself, a chosen run or moment until somebody goes back or a new run begins."""

import pytest

from relulab.session.store import SessionStore
from relulab.training.telemetry import StepRecord
from tests.helpers.histories import started, step_record
from ui.live.polling import ViewSelection


@pytest.fixture
def store():
    """Two runs of four steps each; the second is the current one."""
    store = SessionStore()
    for _ in range(2):
        store.append(started())
        for step in range(4):
            store.append(step_record(step))
    return store


@pytest.fixture
def shown(qapp, store):
    return ViewSelection(store)


def steps(history):
    return history.columns(StepRecord, "step")[0].tolist()


def test_the_current_run_is_followed(store, shown):
    assert shown.live
    assert shown.history is store.runs[1]
    store.append(started())
    assert shown.live
    assert shown.history is store.current


def test_nothing_is_shown_before_the_first_run(qapp):
    assert ViewSelection(SessionStore()).history is None


def test_an_older_run_is_shown_whole(qtbot, store, shown):
    with qtbot.waitSignal(shown.changed):
        shown.show_run(store.runs[0])
    assert shown.history is store.runs[0]
    assert shown.step is None
    assert not shown.live


def test_a_moment_is_shown_as_it_was(qtbot, store, shown):
    with qtbot.waitSignal(shown.changed):
        shown.show_moment(store.runs[1], 2)
    assert steps(shown.history) == [0, 1, 2]
    assert (shown.run, shown.step, shown.live) == (store.runs[1], 2, False)
    assert shown.history is shown.history  # one copy, however often it is asked for


def test_going_back_shows_the_newest_state(qtbot, store, shown):
    shown.show_moment(store.runs[0], 1)
    with qtbot.waitSignal(shown.changed):
        shown.follow()
    assert shown.live
    with qtbot.assertNotEmitted(shown.changed):
        shown.follow()
        shown.show_run(store.runs[1])


def test_a_run_that_is_gone_is_not_shown(store, shown):
    shown.show_moment(store.runs[0], 1)
    store.adopt([store.runs[1]])
    assert shown.live
    assert shown.step is None


def test_a_run_that_is_kept_stays_while_networks_are_built_and_leaves_for_training(qtbot, store, shown):
    last = store.current
    with qtbot.waitSignal(shown.changed):
        shown.keep_run(last)
    shown.follow_new_run()
    store.append(started())
    shown.follow_new_run()
    assert shown.history is last
    assert not shown.live
    for step in range(3):
        store.append(step_record(step))
    shown.follow_new_run()
    assert shown.live
    assert shown.history is store.current


def test_a_new_run_takes_the_stage_from_a_run_that_was_only_chosen(store, shown):
    shown.show_run(store.runs[0])
    store.append(started())
    shown.follow_new_run()
    assert shown.history is store.current


def test_the_run_of_the_trainer_is_live_and_no_other(store, shown):
    trained = store.trained
    store.remove(trained)
    assert shown.history is store.runs[0]
    assert not shown.live, "the trainer works on a run that is gone"
    store.insert(1, trained)
    assert shown.live


def test_an_experiment_without_a_run_shows_none_by_itself(qtbot, store, shown):
    with qtbot.waitSignal(shown.changed):
        shown.leave_empty(True)
    assert (shown.run, shown.history, shown.live) == (None, None, False)
    shown.follow()
    assert shown.run is None, "going back to the experiment shows that there is nothing"
    shown.show_run(store.runs[1])
    assert (shown.run, shown.live) == (store.runs[1], False)
    shown.follow()
    store.remove(store.runs[1])
    shown.follow_new_run()
    assert shown.run is None, "an older run that is the newest by now is not its own either"
    store.append(started())
    shown.leave_empty(False)
    assert shown.live
