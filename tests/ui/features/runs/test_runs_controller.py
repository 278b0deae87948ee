"""What somebody does with the runs of the list, in the real window with the real engine."""

import numpy as np
import pytest

from relulab.session.bands import band
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord
from tests.helpers.labs import LONG, SECONDS_30, moons, open_lab, press, wait_for
from ui.platform.settings import Settings
from ui.widgets.banner import INFO, WARNING

STEPS = 30


@pytest.fixture
def lab(qtbot):
    """Two finished runs of one design with two seeds."""
    with open_lab(qtbot, moons(STEPS), settings=Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.window.dock("runs").raise_()
        finish(qtbot, lab)
        lab.window.commands["seed"].trigger()
        qtbot.waitUntil(lambda: lab.status.state is State.READY, timeout=SECONDS_30)
        finish(qtbot, lab)
        yield lab


def finish(qtbot, lab):
    lab.window.commands["train"].trigger()
    wait_for(qtbot, lab, State.FINISHED)


def names(lab):
    return [row.name for row in sorted(lab.run_list.model.rows, key=lambda row: row.number)]


def keys(lab):
    return [record.key for record in lab.runs.records]


def lines(lab):
    return [entry.name for entry in lab.panels["loss"].legend.entries]


def test_a_deleted_run_comes_back_from_the_banner(qtbot, lab):
    first, second = keys(lab)
    lab.runs.overlay((first, second), True)
    assert lines(lab) == ["seed 0", "seed 1"]
    lab.run_list.deleteWanted.emit((first,))
    assert names(lab) == ["Tiny moons: seed 1"]
    assert "seed 0" not in lines(lab)
    assert lab.window.isWindowModified()
    assert (lab.window.banner.level, lab.window.banner.message) == (INFO, "Deleted Tiny moons.")
    (undo,) = lab.window.banner.buttons
    qtbot.waitUntil(undo.isVisible)
    press(qtbot, undo)
    assert names(lab) == ["Tiny moons", "Tiny moons: seed 1"]
    assert keys(lab) == [first, second]
    assert not lab.window.banner.message


def test_deleting_what_is_shown_shows_what_is_left(qtbot, lab):
    first, second = keys(lab)
    lab.run_list.showWanted.emit(first)
    lab.run_list.deleteWanted.emit((first, second))
    assert lab.runs.records == ()
    assert lab.polling.shown.history is None
    assert lab.run_list.is_empty
    assert not lab.other_run_bar.isVisible()
    assert lab.window.banner.message == "Deleted 2 runs."
    finish(qtbot, lab)
    qtbot.waitUntil(lambda: names(lab) == ["Tiny moons"], timeout=SECONDS_30)
    qtbot.waitUntil(lambda: not lab.panels["loss"].is_empty, timeout=SECONDS_30)


def test_the_run_in_training_stays_and_the_banner_says_why(qtbot, lab):
    lab.run_controller.load(moons(LONG))
    wait_for(qtbot, lab, State.READY)
    lab.window.commands["train"].trigger()
    qtbot.waitUntil(lambda: len(lab.runs.records) == 3, timeout=SECONDS_30)
    lab.run_list.deleteWanted.emit((keys(lab)[0], keys(lab)[2]))
    assert len(lab.runs.records) == 2
    assert lab.window.banner.level == WARNING
    assert f"{lab.runs.records[1].name} is being trained" in lab.window.banner.message
    assert "Deleted Tiny moons." in lab.window.banner.message
    assert lab.trainer.status.state is State.RUNNING


def test_a_hidden_run_is_out_of_the_list_and_the_overlays(lab):
    first, second = keys(lab)
    lab.runs.overlay((first, second), True)
    lab.run_list.hidden.emit((first,), True)
    assert names(lab) == ["Tiny moons: seed 1"]
    assert lab.panels["loss"].overlay == ()
    lab.run_list.show_hidden.click()
    lab.run_list.hidden.emit((first,), False)
    assert [compared.label for compared in lab.panels["loss"].overlay] == ["seed 0", "seed 1"]


def test_seeds_as_a_band(lab):
    first, second = keys(lab)
    lab.runs.overlay((first, second), True)
    lab.run_list.bands.click()
    assert lines(lab) == ["Tiny moons: 2 seeds, median and quartiles"]
    assert lab.panels["gradients"].overlay == lab.panels["units"].overlay == lab.panels["loss"].overlay
    lab.run_list.bands.click()
    assert lines(lab) == ["seed 0", "seed 1"]


def drawn_losses(lab):
    """The values of the first curve of the loss panel that has any."""
    return next(lab.panels["loss"].loss.data[line.key][1] for line in lab.panels["loss"].loss.lines if not line.quiet)


def test_t3_what_is_drawn_follows_the_choice_at_once(qtbot, lab):
    """One line a run, the median of both, one run: the same runs, with nothing new."""
    runs = [record.history for record in lab.runs.records]
    curves = [run.columns(EvaluationRecord, "step", "loss") for run in runs]
    median = band(curves).median
    assert not np.array_equal(median[[0, -1]], curves[0][1][[0, -1]]), "the seeds can be told apart"
    lab.runs.overlay(tuple(keys(lab)), True)
    qtbot.waitUntil(lambda: np.array_equal(drawn_losses(lab), curves[0][1]))
    for _ in range(2):
        lab.run_list.bands.click()
        assert not lab.polling.drawn()
        qtbot.waitUntil(lambda: np.array_equal(drawn_losses(lab), median))
        lab.run_list.bands.click()
        qtbot.waitUntil(lambda: np.array_equal(drawn_losses(lab), curves[0][1]))
    qtbot.waitUntil(lab.polling.drawn)


def test_another_reference(lab):
    first, second = keys(lab)
    lab.run_list.referenceChosen.emit(second)
    rows = {row.key: row for row in lab.run_list.model.rows}
    assert rows[first].differences == ("seed 0 instead of 1",)
    assert rows[second].reference
    lab.run_list.deleteWanted.emit((second,))
    (row,) = lab.run_list.model.rows
    assert not row.reference, "each its nearest, where the reference is gone"
    assert str(row.difference) == "the first run"


def test_t16_a_run_is_compared_with_the_run_that_it_differs_least_from(qtbot, lab):
    lab.run_controller.load(moons(STEPS, learning_rate=0.2, optimizer="sgd"))
    wait_for(qtbot, lab, State.READY)
    finish(qtbot, lab)
    qtbot.waitUntil(lambda: len(lab.runs.records) == 3, timeout=SECONDS_30)
    lab.run_controller.load(moons(STEPS, learning_rate=0.3, optimizer="sgd"))
    wait_for(qtbot, lab, State.READY)
    finish(qtbot, lab)
    qtbot.waitUntil(lambda: len(lab.run_list.model.rows) == 4, timeout=SECONDS_30)
    rows = sorted(lab.run_list.model.rows, key=lambda row: row.number)
    assert [row.beside for row in rows] == ["", *(row.name for row in (rows[0], rows[0], rows[2]))]
    assert rows[3].differences == ("learning rate 0.3 instead of 0.2",)


def test_t16_runs_of_other_data_or_another_loss_are_not_drawn_together(qtbot, lab):
    lab.run_controller.load(moons(STEPS, loss="multi_margin"))
    wait_for(qtbot, lab, State.READY)
    finish(qtbot, lab)
    qtbot.waitUntil(lambda: len(lab.runs.records) == 3, timeout=SECONDS_30)
    lab.runs.overlay(tuple(keys(lab)), True)
    panel = lab.panels["loss"]
    assert panel.overlay == (), "the shown run has a loss of its own"
    qtbot.waitUntil(lambda: panel.footer.text().startswith("2 of the chosen runs not drawn: other data"))
    assert "not drawn" not in lab.panels["findings"].footer.text() + lab.run_list.footer.text(), "they draw no curves"
    lab.run_list.showWanted.emit(keys(lab)[0])
    assert lines(lab) == ["seed 0", "seed 1"]
    qtbot.waitUntil(lambda: panel.footer.text().startswith("1 of the chosen runs not drawn"))
    lab.runs.overlay((keys(lab)[2],), False)
    qtbot.waitUntil(lambda: "not drawn" not in panel.footer.text())


@pytest.mark.parametrize(("new_seed", "seed"), [(False, 0), (True, 2)])
def test_a_design_is_trained_again_with_the_same_or_a_new_seed(qtbot, lab, new_seed, seed):
    lab.run_list.showWanted.emit(keys(lab)[0])
    lab.run_list.duplicateWanted.emit(keys(lab)[0], new_seed)
    design = lab.design.value()
    assert (design.model.seed, design.training.seed) == (seed, seed)
    wait_for(qtbot, lab, State.READY)
    finish(qtbot, lab)
    qtbot.waitUntil(lambda: len(lab.runs.records) == 3, timeout=SECONDS_30)
    assert lab.runs.records[2].spec.model.seed == seed


def test_duplicating_does_not_throw_a_run_away_that_is_under_way(qtbot, lab):
    lab.run_controller.load(moons(LONG, learning_rate=0.2))
    wait_for(qtbot, lab, State.READY)
    lab.window.commands["train"].trigger()
    qtbot.waitUntil(lambda: len(lab.runs.records) == 3, timeout=SECONDS_30)
    wait_for(qtbot, lab, State.RUNNING)  # its first record may come before the window knows of its state
    run = lab.store.trained
    lab.run_list.duplicateWanted.emit(keys(lab)[0], True)
    assert lab.store.trained is run
    assert lab.trainer.status.state is State.RUNNING
    assert lab.run_controller.changed, "Train starts the other design as a new run"


def test_a_session_whose_run_diverged_shows_that_run(qtbot, lab, tmp_path):
    path = tmp_path / "diverged.relulab"
    lab.run_controller.load(moons(learning_rate=100.0, l2=1.0))
    wait_for(qtbot, lab, State.READY)
    lab.window.commands["train"].trigger()
    wait_for(qtbot, lab, State.DIVERGED)
    with qtbot.waitSignal(lab.session_controller.file.saved, timeout=SECONDS_30):
        lab.documents.sessionNamed.emit(str(path))
    lab.session_controller.file.leave()
    with open_lab(qtbot, moons(), Settings()) as again:
        wait_for(qtbot, again, State.READY)
        with qtbot.waitSignal(again.session_controller.file.opened, timeout=SECONDS_30):
            again.documents.open(str(path))
        qtbot.waitUntil(lambda: len(again.store.runs) == 4, timeout=SECONDS_30)
        record = again.runs.records[-1]
        assert record.state is State.DIVERGED
        qtbot.waitUntil(lambda: again.panels["loss"]._history is record.history, timeout=SECONDS_30)
        assert not again.panels["loss"].is_empty
        qtbot.waitUntil(again.other_run_bar.isVisible, timeout=SECONDS_30)
        assert "a new network, not trained yet" in again.other_run_bar.words.text()
        assert not again.window.isWindowModified()
        again.run_controller.change_training({"learning_rate": 0.01})
        again.window.commands["train"].trigger()
        qtbot.waitUntil(lambda: again.polling.shown.run is again.store.trained, timeout=SECONDS_30)
        assert not again.other_run_bar.isVisible()
        qtbot.waitUntil(lambda: len(again.runs.records) == 4, timeout=SECONDS_30)
