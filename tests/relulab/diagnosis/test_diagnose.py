"""From moment to moment: findings appear, last and end without flicker, and a broken rule stops nothing."""

import json

import pytest

from relulab.diagnosis.diagnose import Diagnosis, raw_findings
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.recipes import dense
from relulab.diagnosis.rule import Rule
from relulab.diagnosis.rules import RULES
from relulab.registry import Registry
from relulab.text import text
from tests.helpers.hand_built import LN2, SETTLED, design, moment, watched


def alarm(hold=1, key="alarm", **options) -> Rule:
    """A rule that holds while the accuracy is below one half."""

    def check(evidence: Evidence):
        if evidence.now.accuracy < 0.5:
            yield rule.finding(evidence, Severity.WARNING, text("Low."), text("Why."), measured=evidence.now.accuracy)

    rule = Rule(key, "Alarm", check, needs=("accuracy",), hold=hold, **options)
    return rule


def run(diagnosis: Diagnosis, holds: str) -> list[str]:
    """Observe one moment per letter, "x" where the alarm holds; for each, whether it stands ("x") or not (".")."""
    evidence = watched(steps=())
    shown = []
    for number, letter in enumerate(holds):
        evidence = evidence.then(moment(3, 10 * number, accuracy=0.1 if letter == "x" else 0.9))
        shown.append("x" if diagnosis.observe(evidence) else ".")
    return shown


@pytest.mark.parametrize(
    ("hold", "holds", "stands"),
    [
        (1, "x...", "xxx."),
        (3, "xx..xx..", "........"),
        (3, "xxx.x..xxx", "..xxxxxxxx"),
        (3, "xxxx...x", "..xxxx.."),
        (5, "xxxxx....xx.....", "....xxxxxxxxxxx."),
    ],
)
def test_a_finding_appears_and_goes_only_after_it_has_held(hold, holds, stands):
    assert "".join(run(Diagnosis(Registry("rule", alarm(hold))), holds)) == stands


def test_it_keeps_when_it_began_and_when_it_ended():
    diagnosis = Diagnosis(Registry("rule", alarm(3)))
    run(diagnosis, ".xxxx...")
    assert not diagnosis.current
    (finding,) = diagnosis.ended
    assert (finding.began, finding.ended) == (10, 50)
    assert diagnosis.all == (finding,)


def test_the_shown_value_is_the_newest():
    diagnosis = Diagnosis(Registry("rule", alarm()))
    evidence = watched(steps=())
    for step, accuracy in ((0, 0.4), (10, 0.2)):
        evidence = evidence.then(moment(3, step, accuracy=accuracy))
        (finding,) = diagnosis.observe(evidence)
    assert finding.measured == 0.2
    assert finding.began == 0


def test_what_holds_when_a_run_breaks_is_shown_at_once():
    diagnosis = Diagnosis(Registry("rule", alarm(hold=9)))
    diagnosis.observe(watched(steps=(0, 5), accuracy=0.1, diverged=True, non_finite="1 Dense"))
    assert len(diagnosis.current) == 1


def test_a_rule_that_fails_says_so_and_the_others_go_on():
    def broken(evidence):
        raise ZeroDivisionError("division by zero")

    rules = Registry("rule", Rule("broken", "Broken rule", broken), alarm())
    findings = Diagnosis(rules).observe(watched(steps=(0,), accuracy=0.1))
    assert [finding.rule for finding in findings] == ["alarm", "broken"]
    assert findings[1].severity is Severity.INFO
    assert "could not be measured, because: division by zero" in str(findings[1].explanation)


def test_a_rule_that_cannot_say_whether_it_is_meant_says_so_and_the_others_go_on():
    def broken(evidence):
        raise OverflowError("too large")

    rules = Registry("rule", Rule("broken", "Broken rule", lambda evidence: (), about=broken), alarm())
    diagnosis = Diagnosis(rules)
    for step in (0, 5):
        findings = diagnosis.observe(watched(steps=(step,), accuracy=0.1))
        assert [finding.rule for finding in findings] == ["alarm", "broken"]
    assert "could not be measured, because: too large" in str(findings[1].explanation)


def test_a_failing_rule_does_not_hide_health():
    def broken(evidence):
        raise RuntimeError

    rules = Registry("rule", Rule("broken", "Broken rule", broken), RULES["healthy"])
    assert {finding.rule for finding in raw_findings(watched(steps=SETTLED), rules)} == {"broken", "healthy"}


def test_health_is_said_of_no_moment_with_an_illness():
    rules = Registry("rule", alarm(key="ill"), alarm(key="well", when_clear=True))
    assert [f.rule for f in raw_findings(watched(steps=(0,), accuracy=0.1), rules)] == ["ill"]


def test_t6_a_run_that_falls_ill_is_healthy_no_more():
    """Health used to linger for three measurements beside what had broken the run."""
    diagnosis = Diagnosis(Registry("rule", alarm(), RULES["healthy"]))
    evidence = watched(steps=())
    for step in range(0, 500, 20):
        diagnosis.observe(evidence := evidence.then(moment(3, step, loss=0.01, validation_loss=0.01)))
    assert [finding.rule for finding in diagnosis.current] == ["healthy"]
    diagnosis.observe(evidence.then(moment(3, 500, loss=0.01, accuracy=0.1)))
    assert [finding.rule for finding in diagnosis.current] == ["alarm"]
    assert [finding.rule for finding in diagnosis.ended] == ["healthy"]


def test_a_rule_whose_need_no_moment_has_is_a_mistake():
    with pytest.raises(ValueError, match="deadness"):
        Rule("wrong", "Wrong", lambda evidence: (), needs=("deadness",))


def test_every_illness_of_a_run_offers_something_to_try():
    by_hand = (
        "healthy",
        "learning",
        "more_parameters",
        "class_imbalance",
        "too_few_measurements",
    )  # it says what to do
    for rule in RULES.values():
        assert rule.cures or rule.key in by_hand


def test_findings_come_with_fixes_that_make_another_valid_experiment():
    spec = design(dense(16), dense(16), learning_rate=50.0)
    diagnosis = Diagnosis()
    evidence = watched(spec, steps=())
    for step in range(0, 201, 20):
        loud = moment(3, step, loss=LN2, batch_loss=LN2, update_ratio=0.5, dead=[0.9, 0.9, 0.0])
        diagnosis.observe(evidence := evidence.then(loud))
    findings = {finding.rule: finding for finding in diagnosis.current}
    assert {"learning_rate_too_high", "dead_layer", "plateau"} <= set(findings)
    fix = findings["learning_rate_too_high"].cures[0]
    assert fix.apply(spec).training.learning_rate == 0.1
    assert [str(change) for change in fix.differences(spec)] == ["learning rate 50 → 0.1"]


def test_findings_are_strict_json():
    evidence = watched(loss=LN2, batch_loss=LN2, gradient_norm=[1.0, float("inf"), 1.0])
    written = [finding.as_data() for finding in raw_findings(evidence)]
    read = json.loads(json.dumps(written, allow_nan=False))
    explosion = next(entry for entry in read if entry["rule"] == "exploding_gradient")
    assert explosion["value"] is None
    assert explosion["value_reason"] == "infinite"
    assert explosion["threshold"] == 1000.0
    assert explosion["step"] == 100
    assert explosion["severity"] == "error"
