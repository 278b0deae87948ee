"""Nine ways to fail: each named by the right finding in the real window, cured by one click, healthy then."""

from contextlib import contextmanager

import pytest

from relulab.experiment.presets import load_preset
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord
from tests.helpers.labs import SECONDS_30, open_lab, press, wait_for
from ui.platform.settings import Settings

# preset: the rule that must name what is wrong, the layer where it begins, the cure that is offered first
PATHOLOGIES = {
    "dying-relu": ("learning_rate_too_high", "", "smaller_rate"),  # which explains the dead layers
    "dying-bias": ("negative_bias", "1_dense", "zero_bias"),
    "born-dead": ("born_dead", "5_dense", "wider"),
    "zero-init": ("symmetry", "1_dense", "fitting_weights"),
    "saturation": ("saturated_from_start", "2_dense", "fitting_weights"),
    "sigmoid-vanishing": ("vanishing_gradient", "2_dense", "rectify"),
    "exploding": ("exploding_signal", "5_dense", "fitting_weights"),
    "linear-collapse": ("linear_collapse", "", "rectify"),
    "overfitting": ("overfitting", "", "more_data"),
}
OVER = (State.FINISHED, State.DIVERGED)


@contextmanager
def trained(qtbot, preset):
    """The window with the preset trained to its end by a click on Train, every panel up to date."""
    with open_lab(qtbot, load_preset(preset), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train_to_the_end(qtbot, lab)
        yield lab


def train_to_the_end(qtbot, lab):
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(lambda: lab.trainer.status.step > 0, timeout=SECONDS_30)
    wait_for(qtbot, lab, *OVER)
    qtbot.waitUntil(lab.polling.drawn, timeout=SECONDS_30)


def illnesses(lab):
    """The rules that call the present run ill, as the panel shows them."""
    return {card.finding.rule for card in lab.findings.of_run.cards if card.finding.severity.is_illness}


def try_first_fix(qtbot, lab, card):
    """One click; waits for the verdict."""
    lab.findings.area.ensureWidgetVisible(card.rows[0].button)
    press(qtbot, card.rows[0].button)
    box = lab.findings.trial
    assert box.isVisible()
    qtbot.waitUntil(lambda: box.status.done, timeout=4 * SECONDS_30)  # up to three seeds of both arms


@pytest.mark.timeout(400)
@pytest.mark.parametrize("preset", PATHOLOGIES)
def test_named_tried_and_cured(qtbot, preset):
    rule, layer, cure = PATHOLOGIES[preset]
    with trained(qtbot, preset) as lab:
        panel, run = lab.findings, lab.store.current
        card = panel.of_run.card((rule, layer))
        assert card is not None, f"{preset} is called {illnesses(lab)}"
        assert card.finding.severity.is_illness
        assert card.heading.isVisible()
        assert "healthy" not in {card.finding.rule for card in panel.of_run.cards}
        assert card.rows[0].offer.cure.key == cure
        assert panel.of_run.cards[0].rows[0].offer.cure.key == cure, "a student tries what stands on top"

        try_first_fix(qtbot, lab, card)
        status = panel.trial.status
        assert status.helped, status.verdict
        assert status.verdict.startswith("It helped: ")
        (trial,) = run.trials
        assert trial.latest(EvaluationRecord)["loss"] == pytest.approx(status.after[0].loss)
        qtbot.waitUntil(lab.polling.drawn, timeout=SECONDS_30)
        assert any(entry.name == f"trial: {trial.title}" for entry in lab.panels["loss"].legend.entries)

        panel.area.ensureWidgetVisible(panel.trial.use)
        press(qtbot, panel.trial.use)
        qtbot.waitUntil(lambda: lab.store.current is not run, timeout=SECONDS_30)
        wait_for(qtbot, lab, State.READY)
        assert lab.design.value() == card_fix(run, rule, cure)
        qtbot.waitUntil(lambda: not panel.trial.isVisible(), timeout=SECONDS_30)

        train_to_the_end(qtbot, lab)
        assert lab.status.state is State.FINISHED
        assert illnesses(lab) == set()
        assert {"healthy", "learning"} & {card.finding.rule for card in panel.of_run.cards}
        assert not panel.of_run.cards[0].finding.severity.is_illness


def card_fix(run, rule, cure):
    """The spec of the sick run with the cure, worked out without the window."""
    findings = [finding for finding in run.findings.current if finding.rule == rule]
    fix = next(fix for finding in findings for fix in finding.cures if fix.key == cure)
    return fix.apply(run.info.spec)
