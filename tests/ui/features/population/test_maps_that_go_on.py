"""A map that was stopped goes on, in the same window and after closing and opening: only what is missing is trained."""

import pytest

from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.training.state import State
from tests.helpers.labs import MINUTES_3, SECONDS_30, moons, open_lab, press, save_as, wait_for

RATE, UNITS = "training.learning_rate", "hidden.units"
OVER = {RATE: "0.01, 0.1", UNITS: "4, 8"}


def losses(runs):
    return {run: (standing.seed, standing.end, standing.loss, standing.test_loss) for run, standing in runs.items()}


@pytest.fixture(scope="module")
def uninterrupted():
    """All runs of the map, trained at once."""
    told = []
    Asked(Sweep.of(moons(steps=40), OVER, 4, "fresh"), is_map=True).train(None, told.append)
    return {standing.run: standing for standing in told}


def stop_after_some(lab, uninterrupted):
    """A map of which three runs have ended when it is stopped."""
    dialog = lab.maps.show_map()
    dialog.controls.choose(OVER, 4)
    dialog.controls.start()
    lab.maps.training.stop()
    for run in (0, 5, 11):
        dialog.take(uninterrupted[run])
    dialog.stopWanted.emit()
    dialog.refresh()
    return dialog


@pytest.mark.slow
def test_a_map_goes_on_after_closing_and_opening(qtbot, tmp_path, uninterrupted):
    path = tmp_path / "map.relulab"
    with open_lab(qtbot, moons(steps=40)) as lab:
        wait_for(qtbot, lab, State.READY)
        dialog = stop_after_some(lab, uninterrupted)
        assert dialog.controls.go_on.isVisible()
        assert lab.session_controller.modified
        save_as(qtbot, lab, path)
    with open_lab(qtbot, moons(steps=9)) as lab:
        wait_for(qtbot, lab, State.READY)
        with qtbot.waitSignal(lab.session_controller.file.opened, timeout=SECONDS_30):
            lab.documents.open(str(path))
        dialog = lab.maps.show_map()
        assert "3 of 16" in dialog.headline.text()
        kept = {run: dialog.view.runs[run] for run in (0, 5, 11)}
        press(qtbot, dialog.controls.go_on)
        qtbot.waitUntil(lambda: dialog.view.is_complete and not lab.maps.training.busy, timeout=MINUTES_3)
        assert all(dialog.view.runs[run] is standing for run, standing in kept.items()), "they were not trained again"
        assert losses(dialog.view.runs) == losses(uninterrupted)
        qtbot.waitUntil(lambda: not dialog.controls.go_on.isVisible(), timeout=SECONDS_30)
        assert lab.session_controller.modified


def test_other_maps_of_the_session_can_be_looked_at_again(qtbot, uninterrupted):
    with open_lab(qtbot, moons(steps=40)) as lab:
        wait_for(qtbot, lab, State.READY)
        dialog = stop_after_some(lab, uninterrupted)
        first = dialog.view.runs
        assert not dialog.kept.isVisible(), "there is nothing to choose"
        dialog.controls.choose({RATE: "0.5"}, 1)
        dialog.controls.start()
        lab.maps.training.stop()
        dialog.stopWanted.emit()
        assert dialog.kept.isVisible()
        assert "3 of 16" in dialog.kept.itemText(1)
        dialog.kept.edited.emit("1")
        assert dialog.view.runs is first
        assert dialog.kept.currentIndex() == 1
        dialog.openWanted.emit(5)
        assert lab.maps.opened.training.learning_rate == 0.01
        assert lab.maps.opened.model.seed == uninterrupted[5].seed


def test_a_map_of_another_session_is_not_shown(qtbot, uninterrupted):
    with open_lab(qtbot, moons(steps=40)) as lab:
        wait_for(qtbot, lab, State.READY)
        stop_after_some(lab, uninterrupted)
        lab.session_controller.model.open(lab.session_controller.model.head.__class__())
        dialog = lab.maps.show_map()
        assert dialog.view is None
        assert not dialog.controls.go_on.isVisible()
        assert not dialog.map.isVisible()
