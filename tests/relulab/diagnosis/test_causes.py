"""Which finding explains which: one table, and the same order wherever findings are shown."""

from dataclasses import replace

import numpy as np

from relulab.diagnosis.causes import EXPLAINS, cause_of, folded, in_order
from relulab.diagnosis.diagnose import Diagnosis
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.recipes import dense
from relulab.diagnosis.rule import Rule
from relulab.diagnosis.rules import RULES
from relulab.registry import Registry
from relulab.text import NOTHING, text
from tests.helpers.hand_built import LN2, design, moment, watched


def finding(rule: str, severity: Severity = Severity.ERROR, layer: str = "") -> Finding:
    return Finding(rule, rule, severity, NOTHING, NOTHING, layer=layer)


def below(severity: Severity, key: str, accuracy: float, hold: int) -> Rule:
    """A rule that holds while the accuracy is below this."""

    def check(evidence: Evidence):
        if evidence.now.accuracy < accuracy:
            yield rule.finding(evidence, severity, text("Low."), text("Why."))

    rule = Rule(key, key, check, needs=("accuracy",), hold=hold)
    return rule


def test_the_table_speaks_of_rules_that_there_are_and_causes_come_first():
    order = list(RULES)
    for cause, explained in EXPLAINS.items():
        for rule in explained:
            assert order.index(cause) < order.index(rule), f"{cause} explains {rule}"
        assert len(explained) == len(set(explained)), cause


def test_a_cause_is_followed_to_where_it_begins():
    assert cause_of("plateau", ["dead_layer", "plateau"]) == "dead_layer"
    assert cause_of("plateau", ["learning_rate_too_high", "dead_layer", "plateau"]) == "learning_rate_too_high"
    assert cause_of("unscaled_input", ["unscaled_input", "plateau"]) == ""
    assert cause_of("overfitting", ["dead_layer", "plateau"]) == ""


def test_only_an_illness_explains():
    assert folded([finding("linear_collapse", Severity.INFO), finding("plateau")])[1].because == ""
    assert folded([finding("linear_collapse", Severity.WARNING), finding("plateau")])[1].because == "linear_collapse"


def test_consequences_stand_under_their_cause_and_groups_by_their_worst():
    found = folded(
        [
            finding("linear_collapse", Severity.WARNING),
            finding("dead_layer", Severity.WARNING, "1_dense"),
            finding("dead_layer", Severity.WARNING, "2_dense"),
            finding("dormant_layer", Severity.WARNING),
            finding("plateau"),
            finding("overfitting", Severity.WARNING),
            finding("more_parameters", Severity.INFO),
        ]
    )
    assert [(one.rule, one.because) for one in in_order(found)] == [
        ("linear_collapse", ""),
        ("plateau", "linear_collapse"),
        ("dead_layer", ""),
        ("dead_layer", ""),
        ("dormant_layer", ""),
        ("overfitting", ""),
        ("more_parameters", ""),
    ]
    assert in_order(in_order(found)) == in_order(found)


def test_a_consequence_whose_cause_is_not_among_them_keeps_its_place():
    alone = replace(finding("plateau"), because="linear_collapse")
    assert in_order([finding("overfitting", Severity.WARNING), alone])[0] is alone


def test_a_consequence_waits_for_its_cause_and_offers_no_cures():
    """T5: what cannot help is not offered; stuck at guessing never stands above linear collapse."""
    spec = design(dense(16, "identity"), dense(16, "identity"))
    diagnosis, evidence, seen = Diagnosis(), watched(spec, steps=()), []
    for step in range(0, 400, 20):
        evidence = evidence.then(moment(3, step, loss=LN2, batch_loss=LN2, validation_loss=LN2))
        seen.append([(one.rule, one.because) for one in diagnosis.observe(evidence)])
    assert all(not current or current[0] == ("linear_collapse", "") for current in seen)
    assert ("plateau", "linear_collapse") in seen[-1]
    by_rule = {one.rule: one for one in diagnosis.current}
    assert by_rule["linear_collapse"].cures
    assert not by_rule["plateau"].cures


def test_what_waits_appears_where_its_cause_does_not():
    rules = Registry("rule", below(Severity.ERROR, "dead_layer", 0.3, 9), below(Severity.ERROR, "plateau", 0.6, 2))
    diagnosis, evidence, seen = Diagnosis(rules), watched(steps=()), []
    for number, accuracy in enumerate((0.2, 0.2, 0.2, 0.5, 0.5)):
        evidence = evidence.then(moment(3, 10 * number, accuracy=accuracy))
        seen.append([one.rule for one in diagnosis.observe(evidence)])
    assert seen == [[], [], [], ["plateau"], ["plateau"]]


def test_what_ended_says_what_it_came_from():
    rules = Registry("rule", below(Severity.ERROR, "dead_layer", 0.6, 1), below(Severity.ERROR, "plateau", 0.3, 1))
    diagnosis, evidence = Diagnosis(rules), watched(steps=())
    for number, accuracy in enumerate((0.2, 0.5, 0.5, 0.5, 0.5)):
        diagnosis.observe(evidence := evidence.then(moment(3, 10 * number, accuracy=accuracy)))
    assert [(one.rule, one.because) for one in diagnosis.ended] == [("plateau", "dead_layer")]


def test_a_run_lost_to_its_rate_names_the_rate_first():
    evidence = watched(
        design(learning_rate=50.0), steps=(0, 1), update_ratio=lambda step: 0.5, diverged=lambda step: step == 1,
        gradient_norm=lambda step: [1.0, np.inf, 1.0] if step else 1.0, non_finite="2 Dense",
    )  # fmt: skip
    current = Diagnosis().observe(evidence)
    assert current[0].rule == "learning_rate_too_high"
    assert {one.rule for one in current if one.because == "learning_rate_too_high"} >= {
        "non_finite",
        "exploding_gradient",
    }
