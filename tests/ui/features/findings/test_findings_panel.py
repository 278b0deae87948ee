"""The findings panel: real runs in, verdicts with evidence out, and fixes that can be tried."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from relulab.data.loading import load_dataset
from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.diagnose import design_findings
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.text import text
from relulab.training.requests import TrialStatus
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import FindingsRecord
from tests.helpers.histories import started
from ui.features.findings import FindingsPanel
from ui.widgets.palette import DARK

OFF = -10.0  # a bias with which no unit ever fires


def moons(bias=0.0, steps=400, **training) -> ExperimentSpec:
    hidden = {
        "kind": "dense",
        "parameters": {"units": 16},
        "bias": {"name": "constant", "parameters": {"value": bias}},
    }
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 500, "validation_size": 100},
            "model": {"layers": [hidden, hidden]},
            "training": {"learning_rate": 0.1, "steps": steps} | training,
        }
    )


SICK = moons(bias=OFF)
FIX = Cure("rate", text("Use a smaller learning rate: 0.01"), (Change(("training", "learning_rate"), 0.01),))


class Watched:
    """A real run that a panel is shown, as far as somebody wants."""

    def __init__(self, panel: FindingsPanel, spec: ExperimentSpec):
        self.panel, self.store = panel, SessionStore()
        self.run = TrainingRun(
            spec, load_dataset(spec.data), recording=MeasurementSchedule.every(10, 10), record=self.store.append
        )
        self.run.measure_start()
        self.show()

    @property
    def history(self):
        return self.store.current

    def until(self, step: int) -> None:
        self.run.run_until(step)
        self.show()

    def show(self) -> None:
        self.panel.show_history(self.history)


@pytest.fixture
def panel(qtbot) -> FindingsPanel:
    panel = FindingsPanel()
    qtbot.addWidget(panel)
    panel.resize(360, 400)
    panel.show()
    panel.activateWindow()
    qtbot.waitActive(panel)
    return panel


def cards(panel):
    return panel.of_run.cards


def titles(panel):
    return [card.heading.accessibleName() for card in cards(panel)]


def click(qtbot, widget):
    """A click, when the widget has its place."""
    qtbot.waitUntil(lambda: widget.height() > 10)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_without_a_run_it_says_what_to_do(panel):
    panel.show_history(None)
    assert panel.is_empty
    assert "Press Train" in panel.empty.text()


def test_before_anything_is_found_it_is_empty_too(panel):
    watched = Watched(panel, moons())
    assert watched.history.findings is not None
    assert panel.is_empty
    assert "Press Train" in panel.empty.text()


def test_a_run_without_any_finding_says_so(panel):
    watched = Watched(panel, moons())
    watched.until(2)
    assert watched.history.findings.step == 2
    assert panel.is_empty
    assert "No finding at step 2" in panel.empty.text()


def test_findings_of_a_real_run_cause_first(panel):
    watched = Watched(panel, SICK)
    watched.until(120)
    current = watched.history.findings.current
    assert {finding.rule for finding in current} >= {"negative_bias", "plateau"}
    assert [card.finding for card in cards(panel)] == list(current)
    assert titles(panel)[:2] == ["Problem: Large negative bias, 1 Dense", "Problem: Large negative bias, 2 Dense"]
    assert "Problem: Stuck at guessing" in titles(panel)[2:]
    assert {entry.name for entry in panel.legend.entries} >= {"2 problems"}, "consequences are not counted"
    assert "Large negative bias, 1 Dense" in panel.accessibleDescription()


def test_t5_a_consequence_stands_closed_under_its_cause_without_cures(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(120)
    card = next(card for card in cards(panel) if card.finding.rule == "plateau")
    assert not card.explanation.isVisible()
    assert card.explanation.text().startswith("A consequence of “Large negative bias”. The loss stands at")
    assert card.rows == []
    qtbot.waitUntil(lambda: card.heading.x() > cards(panel)[0].heading.x() > 0)


def test_the_order_is_that_of_gravity_whatever_the_rules_say(panel):
    watched = Watched(panel, SICK)
    watched.until(120)
    grave, *rest = watched.history.findings.current
    mild = [
        replace(finding, severity=severity, because="", rule=f"{finding.rule} {severity.value}")
        for finding, severity in zip(rest, Severity, strict=False)
    ]
    watched.history.append(FindingsRecord(130, (*mild, grave), ()))
    watched.show()
    shown = [card.finding.severity for card in cards(panel)]
    assert shown == sorted(shown, key=list(Severity).index)
    assert len(set(shown)) > 2


def test_a_card_says_what_how_one_knows_and_why(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    card = cards(panel)[0]
    assert "started with a bias of −10" in card.explanation.text()
    assert "100 % of them are off for every sample" in card.explanation.text()
    evidence = card.evidence.text()
    assert evidence.startswith("Measured −7.07 standard deviations, threshold −1.5, 500 training samples")
    assert evidence.endswith("since step 0")
    assert not card.why.isVisible()
    click(qtbot, card.why_button)
    assert card.why.isVisible()
    assert "Φ(b/σ)" in card.why.text()


def test_a_healthy_run_is_called_so(panel):
    watched = Watched(panel, moons(steps=1500))
    watched.until(200)
    assert titles(panel)[0] == "Learning"
    assert "It has not settled yet" in cards(panel)[0].explanation.text()
    watched.until(1500)
    assert titles(panel)[0] == "Healthy"
    assert "a straight line (softmax regression) has" in cards(panel)[0].explanation.text()
    assert "The network learns" in cards(panel)[0].explanation.text()
    assert cards(panel)[0].rows == []
    assert panel.legend.entries[0].name == "healthy"


def test_cards_stay_the_same_widgets_and_keep_what_was_opened(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    before = cards(panel)
    assert not before[1].explanation.isVisible(), "the same verdict on another layer begins closed"
    click(qtbot, before[0].why_button)
    click(qtbot, before[1].heading)
    before[0].rows[1].button.setFocus()
    panel.resize(360, 220)
    qtbot.waitUntil(lambda: panel.area.verticalScrollBar().maximum() > 60)
    panel.area.verticalScrollBar().setValue(30)
    for step in range(70, 131, 10):
        watched.until(step)
    assert cards(panel)[: len(before)] == before, "the same widgets in the same places"
    assert before[0].why.isVisible()
    assert before[1].explanation.isVisible()
    assert before[0].rows[1].button.hasFocus()
    assert panel.area.verticalScrollBar().value() == 30
    assert cards(panel)[0].rows[1].button is before[0].rows[1].button


def test_t2_nobody_is_asked_to_press_train_while_it_trains(panel):
    panel.set_training(True)
    for record in (None, FindingsRecord(0, (), ())):
        run = RunHistory(started())
        if record is not None:
            run.append(record)
        panel.show_history(run)
        assert panel.is_empty
        assert "Press" not in panel.empty.text()


def test_nothing_is_drawn_anew_without_a_new_verdict(panel, monkeypatch):
    watched = Watched(panel, SICK)
    watched.until(60)
    monkeypatch.setattr(panel.of_run, "show_findings", lambda *_: pytest.fail("drawn anew"))
    for _ in range(3):
        watched.show()


def test_fixes_are_offered_once_per_rule_with_what_they_change(panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    first, second = cards(panel)[:2]
    assert first.finding.rule == second.finding.rule == "negative_bias"
    assert [row.button.accessibleName() for row in first.rows] == [
        "Try: Start all biases at 0",
        "Try: Add batch norm before each activation",
    ]
    assert first.rows[0].button.accessibleDescription() == "hidden layers: bias −10 → 0"
    assert second.rows == []


def test_one_click_asks_for_a_trial(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    panel.seeds.setValue("3")
    with qtbot.waitSignal(panel.trialRequested) as asked:
        click(qtbot, cards(panel)[0].rows[0].button)
    fix, seeds, spec = asked.args
    assert (fix.key, seeds) == ("zero_bias", 3)
    assert spec == watched.run.spec
    box = panel.trial
    assert box.isVisible()
    assert box.parentWidget() is not None
    assert cards(panel)[0].isAncestorOf(box)
    assert box.title.text() == "Trial: Start all biases at 0"
    assert box.changes.text() == "hidden layers: bias −10 → 0"
    assert "3 seeds, 0 % done" in box.note.text()
    qtbot.waitUntil(lambda: not box.visibleRegion().isEmpty())


def test_progress_verdict_and_taking_the_design_over(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    click(qtbot, cards(panel)[0].rows[0].button)
    panel.show_trial(TrialStatus("x", progress=0.4))
    assert panel.trial.progress.value() == 400
    assert "40 % done" in panel.trial.note.text()
    assert not panel.trial.use.isVisible()
    panel.show_trial(TrialStatus("x", progress=1.0, done=True, helped=True, verdict="It helped: a → b."))
    assert panel.trial.verdict.text() == "It helped: a → b."
    assert not panel.trial.cancel.isVisible()
    with qtbot.waitSignal(panel.designChosen) as chosen:
        click(qtbot, panel.trial.use)
    (spec,) = chosen.args
    assert [layer.bias.parameters["value"] for layer in spec.model.layers] == [0.0, 0.0]
    assert spec.training == SICK.training


def test_a_trial_can_be_cancelled_and_a_verdict_put_away(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    click(qtbot, cards(panel)[0].rows[0].button)
    with qtbot.waitSignal(panel.trialCancelled):
        click(qtbot, panel.trial.cancel)
    assert not panel.trial.isVisible()
    panel.show_trial(TrialStatus("x", progress=0.9))
    assert not panel.trial.isVisible(), "what comes late is not shown"
    click(qtbot, cards(panel)[0].rows[0].button)
    panel.show_trial(TrialStatus("x", progress=1.0, done=True, error="No such device."))
    assert panel.trial.verdict.text() == "No such device."
    assert not panel.trial.use.isVisible()
    click(qtbot, panel.trial.close_button)
    assert not panel.trial.isVisible()


def test_a_trial_outlives_the_finding_that_it_was_started_from(qtbot, panel):
    sick = Watched(panel, SICK)
    sick.until(60)
    click(qtbot, cards(panel)[0].rows[0].button)
    run = TrainingRun(
        moons(steps=1500),
        load_dataset(SICK.data),
        recording=MeasurementSchedule.every(10, 10),
        record=sick.history.append,
    )
    run.run_until(1500)  # its verdicts are sound
    sick.show()
    qtbot.waitUntil(lambda: panel.trial.y() == 0)
    assert titles(panel)[0] == "Healthy"
    assert panel.trial.isVisible()
    assert panel.trial.title.text() == "Trial: Start all biases at 0"


def test_another_run_puts_the_trial_and_the_old_cards_away(qtbot, panel):
    Watched(panel, SICK).until(60)
    click(qtbot, cards(panel)[0].rows[0].button)
    Watched(panel, moons())
    assert not panel.trial.isVisible()
    assert cards(panel) == []
    assert panel.legend.entries == ()


def test_what_has_ended_stands_folded_below(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    assert not panel.earlier_section.isVisible()
    module: Any
    for module in watched.run.network.modules():
        if getattr(module, "bias", None) is not None:
            module.bias.data.fill_(0.1)
    watched.until(200)
    ended = watched.history.findings.ended
    assert "negative_bias" in {finding.rule for finding in ended}
    assert panel.earlier_section.isVisible()
    assert not panel.earlier.isVisible()
    click(qtbot, panel.earlier_section.heading)
    assert "Large negative bias, 1 Dense: step 0 to 64" in panel.earlier.text()


def test_a_design_that_differs_from_the_run_is_judged_before_it_is_trained(qtbot, panel):
    design = moons(bias=OFF)
    findings = design_findings(Evidence.design(DesignPlan.of(design)))
    assert findings
    panel.show_design(design, findings)
    assert not panel.is_empty
    assert panel.design_section.isVisible()
    assert all(card.finding.severity.is_illness for card in panel.of_design.cards), "notes are for runs"
    (card, *_) = panel.of_design.cards
    assert card.heading.accessibleName() == "Warning: Large negative bias, 1 Dense"
    assert "the design, before any training" in card.evidence.text()
    assert "step" not in card.evidence.text()
    with qtbot.waitSignal(panel.fixRequested) as fixed:
        click(qtbot, card.rows[0].button)
    assert fixed.args[0] == card.finding.key
    assert fixed.args[1].apply(design).model.layers[0].bias.parameters["value"] == 0.0
    Watched(panel, moons()).until(20)
    assert panel.design_section.isVisible(), "the design is still another one"
    panel.show_design(None)
    assert not panel.design_section.isVisible()


def test_everything_can_be_done_by_keyboard(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    visited = []
    panel.seeds.setFocus()
    for _ in range(12):
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
        visited.append(panel.focusWidget())
    card = cards(panel)[0]
    chain = [card.heading, card.why_button, card.rows[0].button, card.rows[1].button, cards(panel)[1].heading]
    places = [visited.index(widget) for widget in chain]
    assert places == sorted(places)
    assert all(widget.accessibleName() for widget in visited)
    card.rows[0].button.setFocus()
    with qtbot.waitSignal(panel.trialRequested):
        qtbot.keyClick(card.rows[0].button, Qt.Key.Key_Space)
    card.heading.setFocus()
    qtbot.keyClick(card.heading, Qt.Key.Key_Space)
    assert not card.explanation.isVisible()


def test_a_narrow_panel_wraps_and_never_scrolls_sideways(qtbot, panel):
    watched = Watched(panel, SICK)
    watched.until(120)
    panel.resize(280, 300)
    qtbot.wait(0)
    content = panel.area.widget()
    assert content.width() <= panel.area.viewport().width()
    for button in content.findChildren(QPushButton):
        if button.isVisible():
            right = button.mapTo(content, button.rect().topRight()).x()
            assert right <= content.width()


def test_a_theme_recolours_what_is_shown(panel):
    watched = Watched(panel, SICK)
    watched.until(60)
    before = panel.grab().toImage()
    same = cards(panel)
    panel.set_theme(DARK)
    assert panel.grab().toImage() != before
    assert cards(panel) == same
