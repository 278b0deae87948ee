"""An experiment without a run of its own: nothing of the run before is shown as if it were its own."""

import pytest

from relulab.experiment import ExperimentSpec
from relulab.training.state import State, Status
from tests.helpers.labs import moons, open_lab, train, wait_for
from ui.features.runs.vacancy import Vacancy

ABSENT = ExperimentSpec.parse({"name": "Absent", "data": {"dataset": "mnist"}, "model": {"layers": ["flatten"]}})
OF_A_RUN = ("network", "one_input", "loss", "output", "findings", "units", "histograms", "gradients", "inspector")


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(steps=40)) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        yield lab


def drawn(qtbot, lab, key):
    """The panel, in front and drawn."""
    lab.window.bring_to_front(key)
    qtbot.waitUntil(lambda: not lab.panels[key].visibleRegion().isEmpty())
    qtbot.waitUntil(lab.polling.drawn)
    return lab.panels[key]


def test_a_design_whose_data_are_missing_shows_nothing_of_the_run_before(qtbot, lab):
    train(qtbot, lab)
    wait_for(qtbot, lab, State.FINISHED)
    old = lab.store.current
    lab.inspector.choose(0, 1)
    assert not drawn(qtbot, lab, "loss").is_empty
    lab.run_controller.load(ABSENT)
    wait_for(qtbot, lab, State.FAILED)
    for key in OF_A_RUN:
        panel = drawn(qtbot, lab, key)
        assert panel.is_empty, key
        assert "did not start" in panel.empty.text() == panel.spoken_value(), key
        assert not panel.legend.entries, key
    assert not lab.timeline_bar.moments.steps
    assert not lab.control_bar.numbers.text()
    assert not lab.other_run_bar.isVisible()

    lab.polling.shown.show_run(old)  # the user asks for it
    assert not drawn(qtbot, lab, "loss").is_empty
    assert lab.other_run_bar.isVisible()
    assert "Tiny moons" in lab.other_run_bar.words.text()
    lab.other_run_bar.back.click()
    assert drawn(qtbot, lab, "loss").is_empty

    lab.run_controller.load(moons(steps=40))
    wait_for(qtbot, lab, State.READY)
    assert not drawn(qtbot, lab, "output").is_empty


def test_what_takes_long_to_build_says_so_and_shows_nothing_of_the_run_before(qtbot, lab):
    train(qtbot, lab)
    wait_for(qtbot, lab, State.FINISHED)
    loss, status, own = drawn(qtbot, lab, "loss"), lab.status, lab.run_controller.built
    (vacancy,) = (one for one in lab.controllers if isinstance(one, Vacancy))
    vacancy.show_state(Status(State.PREPARING))
    qtbot.waitUntil(lambda: not vacancy._patience.isActive())
    assert not lab.polling.shown.is_empty, "the same data are there already"
    lab.run_controller.built = ABSENT
    vacancy.show_state(Status(State.PREPARING))
    qtbot.waitUntil(lambda: loss.is_empty)
    assert loss.empty.text() == loss.spoken_value() == "Reading the data and building the network …"
    lab.run_controller.built = own
    vacancy.show_state(status)
    qtbot.waitUntil(lambda: not loss.is_empty)


def test_what_is_built_at_once_shows_no_empty_panels_between(qtbot, lab):
    train(qtbot, lab)
    wait_for(qtbot, lab, State.FINISHED)
    (vacancy,) = (one for one in lab.controllers if isinstance(one, Vacancy))
    lab.run_controller.built = ABSENT
    vacancy.show_state(Status(State.PREPARING))
    assert vacancy._patience.isActive()
    assert not lab.polling.shown.is_empty
    vacancy.show_state(lab.status)
    assert not vacancy._patience.isActive()


def test_a_design_that_is_not_complete_is_not_taken_for_that_of_the_run(qtbot, lab):
    train(qtbot, lab)
    wait_for(qtbot, lab, State.FINISHED)
    assert not lab.control_bar.changed.isVisible()
    lab.run_controller.edit(None)
    assert lab.control_bar.changed.isVisible()
    assert "not complete" in lab.control_bar.changed.text()
    lab.control_bar.keep_design.click()
    assert not lab.control_bar.changed.isVisible()
    assert lab.run_controller.design is not None
