"""A finding in words: the same for the window and the reports."""

import math
from dataclasses import replace

import pytest

from relulab.diagnosis.causes import in_order
from relulab.diagnosis.findings import Finding, Severity
from relulab.text import text
from relulab.views.colours import DARK_COLOURS, LIGHT_COLOURS, contrast
from relulab.views.findings import SEVERITIES, count_text, evidence, explanation, heading, lasted, quantity
from relulab.views.parts import colour_of

FINDING = Finding("dead", "Dead layer", Severity.ERROR, text("It is dead."), text("ReLU gives 0."))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.93, "share of units", "93 % of units"),
        (0.0026, "share of units", "0.26 % of units"),
        (1.0, "share of outputs", "100 % of outputs"),
        (0.0, "share of outputs", "0 % of outputs"),
        (196.6, "times", "197 times"),
        (0.5, "", "0.5"),
        (252783.4, "gradient norm", "a gradient norm of 253,000"),
        (0.25, "gradient norm", "a gradient norm of 0.25"),
        (8.0e-6, "ratio", "a ratio of 8e-6"),
        (1.0, "R²", "R² = 1"),
        (0.999, "R²", "R² = 0.999"),
        (0.56, "log10", "0.56 on the log₁₀ scale"),
        (math.inf, "loss", "infinite"),
        (math.inf, "share of units", "infinite"),
        (math.nan, "loss", "not a number"),
    ],
)
def test_values_are_said_with_their_unit(value, unit, words):
    assert str(quantity(value, unit)) == words


def test_a_report_prints_the_same_numbers_with_the_signs_of_print():
    assert str(quantity(-3.0, "log10", printed=True)) == "−3 on the log₁₀ scale"
    assert str(quantity(8.0e-6, "ratio", printed=True)) == "a ratio of 8 × 10⁻⁶"
    assert str(quantity(math.inf, "loss", printed=True)) == "infinite"
    assert str(quantity(math.nan, "loss", printed=True)) == "not a number"


def test_evidence_is_the_number_its_threshold_its_sample_and_its_time():
    told = replace(FINDING, measured=0.031, unit="share of units", threshold=0.3, sample=text("60 samples"), began=4)
    assert str(evidence(told)) == "measured 3.1 % of units, threshold 30 %, 60 samples, since step 4"
    assert str(evidence(told.lasting(4, 1200))).endswith("60 samples, held from step 4 to 1,200")
    assert str(evidence(replace(told, threshold=math.nan, began=None))) == "measured 3.1 % of units, 60 samples"
    assert str(evidence(FINDING)) == ""
    assert str(lasted(told.lasting(4, 8))) == "step 4 to 8"


def test_the_word_stands_before_the_title_unless_it_is_the_title():
    assert str(heading(Severity.ERROR, "Dead layer")) == "Problem: Dead layer"
    assert str(heading(Severity.HEALTHY, "Healthy")) == "Healthy"


def test_the_worst_comes_first_and_equals_keep_their_order():
    findings = [replace(FINDING, severity=severity, layer=str(place)) for place, severity in enumerate(Severity)]
    causes = [*findings, replace(FINDING, layer="second")]
    order = [Severity.ERROR, Severity.ERROR, Severity.WARNING, Severity.HEALTHY, Severity.LEARNING, Severity.INFO]
    assert [finding.severity for finding in in_order(causes)] == order
    assert [finding.layer for finding in in_order(causes)][1] == "second"


def test_a_consequence_says_what_it_comes_from():
    told = replace(FINDING, explanation=text("It stands."), because="linear_collapse")
    assert str(explanation(told)) == "A consequence of “Linear collapse”. It stands."
    assert str(explanation(replace(told, because=""))) == "It stands."
    assert str(explanation(replace(told, because="of another program"))) == "It stands."


def test_findings_are_counted_in_the_words_of_their_severity():
    assert str(count_text(Severity.ERROR, 1)) == "1 problem"
    assert str(count_text(Severity.WARNING, 3)) == "3 warnings"
    assert str(count_text(Severity.HEALTHY, 2)) == "healthy"


def test_a_severity_is_told_by_word_symbol_icon_and_a_colour_that_can_be_read():
    styles = [SEVERITIES[severity] for severity in Severity]
    for part in ("word", "symbol", "icon", "role", "health"):
        assert len({getattr(style, part) for style in styles}) == len(Severity)
    for colours in (LIGHT_COLOURS, DARK_COLOURS):
        for style in styles:
            colour = colour_of(style.role, colours)
            assert min(contrast(colour, ground) for ground in (colours.background, colours.window)) >= 4.5
