"""Trials and findings in the whole window, with the real engine: started, watched, cancelled, taken over."""

from threading import Event
from time import sleep

import pytest

from relulab.experiment import ExperimentSpec
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from tests.helpers.labs import LONG, SECONDS_30, moons, open_lab, press, train, wait_for
from ui.platform.settings import Settings
from ui.widgets.edit import Edit


def sick(steps=150) -> ExperimentSpec:
    """Every unit is off, and stays so."""
    hidden = {
        "kind": "dense",
        "parameters": {"units": 8},
        "bias": {"name": "constant", "parameters": {"value": -10.0}},
    }
    return moons(steps=steps).replace(model={"layers": [hidden]})


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, sick(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        shown(qtbot, lab)
        yield lab


def shown(qtbot, lab):
    qtbot.waitUntil(lambda: bool(lab.findings.of_run.cards) and first_button(lab).isVisible(), timeout=SECONDS_30)


def first_button(lab):
    return lab.findings.of_run.cards[0].rows[0].button


def judged(qtbot, lab):
    qtbot.waitUntil(lambda: lab.findings.trial.status.done, timeout=SECONDS_30)
    return lab.findings.trial.status


def test_findings_stand_before_the_first_step_and_a_trial_can_begin_there(qtbot, lab):
    assert lab.findings.of_run.cards[0].heading.accessibleName() == "Problem: Large negative bias, 1 Dense"
    press(qtbot, first_button(lab))
    assert judged(qtbot, lab).helped
    assert lab.status.state is State.READY, "the run itself has not moved"
    (trial,) = lab.store.current.trials
    assert trial.latest(StepRecord)["step"] == 150


def test_several_seeds_are_trained_and_counted(qtbot, lab):
    lab.findings.seeds.setValue("3")
    press(qtbot, first_button(lab))
    status = judged(qtbot, lab)
    assert len(status.after) == len(status.before) == 3
    assert "3 seeds" in lab.findings.trial.verdict.text()


def test_trying_again_does_not_show_the_old_verdict(qtbot, lab):
    press(qtbot, first_button(lab))
    first = judged(qtbot, lab)
    free = Event()
    lab.trainer._queue.send(lambda: free.wait(60))  # the engine is busy for a moment
    press(qtbot, first_button(lab))
    lab.findings_controller._look()
    assert lab.trainer.trial_status is first
    assert not lab.findings.trial.status.done
    free.set()
    second = judged(qtbot, lab)
    assert second is not first
    assert second.verdict == first.verdict
    assert len(lab.store.current.trials) == 2


def test_a_cancelled_trial_ends_in_the_engine_too(qtbot):
    with open_lab(qtbot, sick(LONG), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        shown(qtbot, lab)
        press(qtbot, first_button(lab))
        qtbot.waitUntil(lambda: bool(lab.store.current.trials), timeout=SECONDS_30)
        box = lab.findings.trial
        qtbot.waitUntil(lambda: not box.cancel.visibleRegion().isEmpty(), timeout=SECONDS_30)
        press(qtbot, box.cancel)
        qtbot.waitUntil(lambda: lab.trainer.trial_status is None, timeout=SECONDS_30)
        assert not box.isVisible()
        assert not lab.findings_controller._poll.isActive()


@pytest.mark.parametrize("layers", [[], ["dense", "dense"]], ids=["no such layer", "a layer that it fits"])
def test_r15_a_cure_is_not_tried_on_another_run_than_it_was_offered_for(qtbot, lab, layers):
    """Try right after New: the panel still shows what is wrong with the run before."""
    before, button = lab.store.current, first_button(lab)
    lab.run_controller.load(moons().replace(model={"layers": layers}))
    while lab.store.current is before:
        sleep(0.01)  # without a turn of the event loop, in which the panel would follow
    button.click()
    assert not lab.findings.trial.isVisible()
    qtbot.waitUntil(lambda: lab.findings._history is lab.store.current, timeout=SECONDS_30)
    assert lab.trainer.trial_status is None
    assert not lab.store.current.trials
    assert not before.trials


def test_another_run_ends_the_trial(qtbot):
    with open_lab(qtbot, sick(LONG), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
        shown(qtbot, lab)
        press(qtbot, first_button(lab))
        qtbot.waitUntil(lambda: bool(lab.store.current.trials), timeout=SECONDS_30)
        press(qtbot, lab.control_bar.step_buttons["reset"])
        qtbot.waitUntil(lambda: not lab.findings.trial.isVisible(), timeout=SECONDS_30)
        qtbot.waitUntil(lambda: lab.trainer.trial_status is None, timeout=SECONDS_30)


def test_a_trial_runs_beside_a_running_run(qtbot):
    with open_lab(qtbot, sick(LONG), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
        shown(qtbot, lab)
        press(qtbot, first_button(lab))
        qtbot.waitUntil(lambda: bool(lab.store.current.trials), timeout=SECONDS_30)
        trial, step = lab.store.current.trials[0], lab.trainer.status.step
        qtbot.waitUntil(lambda: trial.trained, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: lab.trainer.status.step > step, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: lab.findings.trial.progress.isVisible(), timeout=SECONDS_30)


def test_taking_over_is_a_new_run_that_can_be_undone(qtbot, lab):
    before, run = lab.design.value(), lab.store.current
    press(qtbot, first_button(lab))
    judged(qtbot, lab)
    qtbot.waitUntil(lambda: lab.findings.trial.use.height() > 10, timeout=SECONDS_30)
    press(qtbot, lab.findings.trial.use)
    qtbot.waitUntil(lambda: lab.store.current is not run, timeout=SECONDS_30)
    assert lab.design.value().model.layers[0].bias.parameters["value"] == 0.0
    lab.design.undo_stack.undo()
    assert lab.design.value() == before


def test_a_design_that_was_edited_since_the_run_is_judged_beside_it(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
        assert not lab.findings.design_section.isVisible()
        bias = {"name": "constant", "parameters": {"value": -10.0}}
        lab.design.network.layers.edited.emit(Edit("bias", {(0, "bias"): bias}))
        qtbot.waitUntil(lab.findings.design_section.isVisible, timeout=SECONDS_30)
        run = lab.store.current
        card = lab.findings.of_design.cards[0]
        qtbot.waitUntil(lambda: card.rows[0].button.height() > 10, timeout=SECONDS_30)
        press(qtbot, card.rows[0].button)
        assert lab.design.value().model.layers[0].bias.parameters["value"] == 0.0
        qtbot.waitUntil(lambda: not lab.findings.design_section.isVisible(), timeout=SECONDS_30)
        assert lab.store.current is run, "the run was left alone"


FAR_OFF = {"name": "constant", "parameters": {"value": -10.0}}


@pytest.fixture
def far_off(qtbot):
    """A lab whose run is healthy and whose design is not; the cards of the design are shown."""
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
        lab.design.network.layers.edited.emit(Edit("bias", {(0, "bias"): FAR_OFF}))
        qtbot.waitUntil(lambda: button_of_design(lab) is not None, timeout=SECONDS_30)
        yield lab


def button_of_design(lab):
    cards = lab.findings.of_design.cards
    return cards[0].rows[0].button if cards and cards[0].rows[0].button.height() > 10 else None


@pytest.mark.parametrize(
    "edit",
    [
        Edit("units", {("model", "layers", 0, "parameters", "units"): 9}),
        Edit("rate", {("training", "learning_rate"): 0.25}),
    ],
)
def test_a_cure_is_put_into_the_design_as_it_is_now(far_off, edit):
    """Pressed before the card could follow an edit: that edit is not lost, and both can be undone."""
    lab, button = far_off, button_of_design(far_off)
    lab.design._edit(edit)
    edited = lab.design.value()
    button.click()
    cured = lab.design.value()
    assert cured.model.layers[0].bias.parameters["value"] == 0.0
    assert cured == edited.replace(model=cured.model)
    lab.design.undo_stack.undo()
    assert lab.design.value() == edited


def test_a_cure_whose_finding_an_edit_took_away_changes_nothing(far_off):
    lab, button = far_off, button_of_design(far_off)
    lab.design.network.layers.edited.emit(Edit("bias", {(0, "bias"): {"name": "none", "parameters": {}}}))
    edited = lab.design.value()
    button.click()
    assert lab.design.value() == edited
    assert not lab.findings.design_section.isVisible(), "the cards are those of the design at once"


def test_a_cure_does_not_meet_a_layer_that_has_taken_the_place_of_its_own(far_off):
    lab, button = far_off, button_of_design(far_off)
    first = {"kind": "dense", "parameters": {"units": 5}, "bias": {"name": "constant", "parameters": {"value": 0.5}}}
    layers = lab.design.value().model_dump(mode="json")["model"]["layers"]
    lab.design._edit(Edit("add", {("model", "layers"): [first, *layers]}))
    edited = lab.design.value()
    button.click()
    assert lab.design.value() == edited


def test_step_0_stands_beside_the_forecast(qtbot, lab):
    line = lab.design.network.layers.cards[0].header._forecast
    assert line.measured == 0.0
    assert line.marked
