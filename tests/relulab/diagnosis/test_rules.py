"""Every rule on evidence written by hand: it speaks where it must, and is silent where all is well."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.diagnosis.diagnose import design_findings
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.recipes import dense, normed
from relulab.diagnosis.rules import RULES
from relulab.model.plan import DesignPlan
from tests.helpers.hand_built import (
    BENT,
    FACTS,
    LN2,
    SETTLED,
    TWO_CLASSES,
    causes,
    design,
    falling,
    moment,
    said,
    watched,
)

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
STUCK: dict[str, Any] = {"loss": LN2, "batch_loss": LN2, "validation_loss": LN2}
HALFWAY: dict[str, Any] = {"loss": 0.5, "batch_loss": 0.5, "validation_loss": 0.5}
SCALE = Description(Task.REGRESSION, (1,), 1)
DECAY = {"name": "adamw", "parameters": {"weight_decay": 5.0}}
TANH = design(dense(16, "tanh"), dense(16, "tanh"))
ON_NUMBERS: dict[str, Any] = {
    "spec": design(loss="mse"),
    "description": SCALE,
    "facts": replace(FACTS, target_low=-900.0, target_high=900.0, target_rms=400.0),
}
SHORT: dict[str, Any] = {
    "steps": SETTLED, "known": BENT, "loss": 0.5, "batch_loss": 0.5, "accuracy": 0.7, "validation_accuracy": 0.7
}  # fmt: skip
JUMPING: dict[str, Any] = {
    "loss": 0.3, "batch_loss": 0.3, "accuracy": lambda step: 0.95 if step % 20 else 0.85
}  # fmt: skip


def slow(step: int) -> float:
    return LN2 * (1.0 - step / 1500.0)


def dropped(rate):
    return {"kind": "dropout", "parameters": {"rate": rate}}


def step_by(before, after, at=60):
    """A function of the step: ``before`` until ``at``, then ``after``."""
    return lambda step: after if step >= at else before


CASES = {
    "dead_layer": (watched(**STUCK, dead=step_by(0.0, [0.2, 1.0, np.nan])), ERROR, "2_dense"),
    "dead_layer (most of it)": (watched(**HALFWAY, dead=[0.6, 0.1, np.nan]), WARNING, "1_dense"),
    "dying": (watched(**HALFWAY, dead=step_by([0.1, 0, np.nan], [0.4, 0, np.nan], at=90)), WARNING, "1_dense"),
    "born_dead": (watched(steps=(0,), **STUCK, dead=[0.1, 1.0, np.nan]), ERROR, "2_dense"),
    "negative_bias": (
        watched(design(dense(16, bias=-5.0), dense(16)), **STUCK, dead=[1.0, 1.0, np.nan]),
        ERROR,
        "1_dense",
    ),
    "negative_bias (leaky)": (
        watched(design(dense(16, "leaky_relu", bias=-5.0), dense(16)), **STUCK, dead=np.nan, never_active=[1.0, 0, 0]),
        ERROR,
        "1_dense",
    ),
    "dormant_layer": (watched(**HALFWAY, dormant=[0.0, 0.7, np.nan]), WARNING, "2_dense"),
    "saturation": (
        watched(design(dense(16, "tanh"), dense(16, "tanh")), **STUCK, saturated=[0.2, 0.8, np.nan]),
        ERROR,
        "2_dense",
    ),
    "saturation (learned)": (
        watched(design(dense(16, "tanh"), dense(16, "tanh")), saturated=[0.2, 0.8, np.nan], loss=0.05),
        INFO,
        "2_dense",
    ),
    "vanishing_gradient": (watched(**STUCK, gradient_rms=[1e-6, 1e-3, 1e-2]), ERROR, "1_dense"),
    "exploding_gradient": (watched(gradient_norm=[1.0, 5e3, 1.0]), ERROR, ""),
    "exploding_gradient (infinite)": (watched(**STUCK, gradient_norm=[1.0, np.inf, 1.0]), ERROR, ""),
    "vanishing_signal": (watched(**STUCK, std=[0.1, 5e-5, 1e-9]), ERROR, "2_dense"),
    "vanishing_signal (over the depth)": (watched(**HALFWAY, std=[1.0, 5e-3, 1.0]), WARNING, "2_dense"),
    "exploding_signal": (watched(**STUCK, std=[1.0, 500.0, 9e3]), ERROR, "2_dense"),
    "first_loss": (watched(steps=(0,), loss=40.0, batch_loss=40.0), WARNING, ""),
    "updates_too_large": (watched(**HALFWAY, update_ratio=[-3.0, -1.5, -3.0]), WARNING, "2_dense"),
    "updates_too_large (learning)": (watched(update_ratio=[-3.0, -1.5, -3.0]), INFO, "2_dense"),
    "updates_too_small": (watched(**HALFWAY, update_ratio=[-5.0, -3.0, -3.0]), WARNING, "1_dense"),
    "symmetry": (
        watched(design(dense(16, weights="zeros"), dense(16)), **STUCK, duplicates=[1.0, 0.0, 0.0]),
        ERROR,
        "1_dense",
    ),
    "symmetry (copied rows)": (watched(**HALFWAY, duplicates=[1.0, 0.0, 0.0]), WARNING, "1_dense"),
    "linear_collapse": (watched(design(dense(8, "identity"), dense(8, "identity"))), WARNING, ""),
    "linear_collapse (measured)": (watched(**HALFWAY, linear_r2=0.9999), WARNING, ""),
    "softmax_inside": (watched(design(dense(16, "softmax"), dense(16)), **STUCK), ERROR, "1_dense"),
    "output_clash": (watched(design(output={"activation": "relu"})), WARNING, "output"),
    "output_clash (binary)": (
        watched(design(output={"activation": "sigmoid"}, loss="binary_cross_entropy")),
        WARNING,
        "output",
    ),
    "output_clash (range)": (
        watched(
            design(output={"activation": "tanh"}, loss="mse"),
            facts=replace(FACTS, target_low=-3.0, target_high=2.0),
            description=SCALE,
        ),
        WARNING,
        "output",
    ),
    "unscaled_input": (watched(facts=replace(FACTS, input_square=90.0**2)), WARNING, ""),
    "unscaled_input (features)": (watched(facts=replace(FACTS, spread_ratio=500.0)), WARNING, ""),
    "overfitting": (watched(validation_loss=step_by(0.2, 0.6)), WARNING, ""),
    "underfitting": (watched(**HALFWAY), WARNING, ""),
    "plateau": (watched(**STUCK), ERROR, ""),
    "learning_rate_too_high": (watched(**STUCK, update_ratio=step_by(0.3, -3.0)), ERROR, ""),
    "learning_rate_too_low": (watched(**HALFWAY, update_ratio=-5.5), WARNING, ""),
    "non_finite": (watched(diverged=step_by(False, True, at=100), non_finite="2 Dense"), ERROR, ""),
    "non_finite (activation)": (watched(std=step_by(0.6, [0.6, np.inf, np.nan], at=100)), ERROR, ""),
    "selu_weights": (watched(design(dense(16, "selu", "he_normal"), dense(16))), WARNING, "1_dense"),
    "dropout_before_norm": (watched(design(dense(16), "dropout", *normed(16))), WARNING, "4_batch_norm"),
    "more_parameters": (watched(facts=replace(FACTS, samples=50)), INFO, ""),
    "healthy": (watched(steps=SETTLED), Severity.HEALTHY, ""),
    "learning": (watched(), Severity.LEARNING, ""),
    "dead_output": (watched(design(output={"activation": "relu"}), dead=[0.1, 0.1, 1.0]), ERROR, "output"),
    "dead_output (some)": (watched(design(output={"activation": "relu"}), dead=[0.1, 0.1, 0.5]), WARNING, "output"),
    "strong_penalty": (watched(design(l2=0.5), **STUCK), ERROR, ""),
    "strong_penalty (L1)": (watched(design(l1=0.1), **HALFWAY), WARNING, ""),
    "strong_penalty (decay)": (watched(design(optimizer=DECAY), **STUCK), ERROR, ""),
    "heavy_dropout": (watched(design(dense(16), dropped(0.9), dense(16)), **HALFWAY), WARNING, ""),
    "unscaled_targets": (watched(**ON_NUMBERS, **STUCK), ERROR, ""),
    "unscaled_targets (learned)": (watched(**ON_NUMBERS, loss=0.01, batch_loss=0.01), INFO, ""),
    "class_imbalance": (watched(facts=replace(FACTS, imbalance=30.0, largest_class=0.97)), WARNING, ""),
    "too_few_measurements": (watched(steps=(0, 1, 2, 3), final=step_by(False, True, at=3)), INFO, ""),
    "too_few_units": (watched(design(dense(3)), **SHORT), WARNING, "1_dense"),
    "too_few_steps": (
        watched(design(steps=600), steps=SETTLED, known=BENT, loss=slow, validation_accuracy=0.6),
        WARNING,
        "",
    ),
    "saturated_from_start": (watched(TANH, saturated=[0.9, 0.1, np.nan], **STUCK), ERROR, "1_dense"),
    "saturated_from_start (learning)": (
        watched(TANH, saturated=[0.9, 0.1, np.nan], steps=SETTLED, known=BENT, validation_accuracy=0.8, loss=0.05),
        WARNING,
        "1_dense",
    ),
    "oscillation": (watched(steps=SETTLED, known=BENT, validation_accuracy=0.85, **JUMPING), WARNING, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_speaks_where_it_must(case):
    evidence, severity, layer = CASES[case]
    findings = said(evidence)
    rule = case.partition(" ")[0]
    assert rule in findings, f"only {sorted(findings)}"
    assert findings[rule].severity is severity
    assert findings[rule].layer == layer


def test_every_rule_has_a_case():
    assert {case.partition(" ")[0] for case in CASES} == set(RULES)


@pytest.mark.parametrize("case", CASES)
def test_every_text_can_be_read(case):
    """All places of the templates are filled, and the explanation is one or two sentences."""
    for finding in said(CASES[case][0]).values():
        for words in (finding.explanation, finding.why, finding.sample):
            assert "{" not in str(words)
            assert "nan" not in str(words).split()
        assert str(finding.explanation).endswith(".")
        assert finding.title


def test_a_healthy_run_has_no_other_finding():
    assert list(said(watched(steps=SETTLED))) == ["healthy"]
    assert list(said(watched())) == ["learning"], "its loss is still falling"


@pytest.mark.parametrize("activation", ["leaky_relu", "tanh", "gelu", "selu", "relu6"])
def test_a_healthy_run_with_another_activation_is_healthy(activation):
    weights = "lecun_normal" if activation == "selu" else "he_normal"
    spec = design(dense(16, activation, weights), dense(16, activation, weights))
    saturated = 0.55 if activation == "relu6" else 0.1  # of ReLU6, the half at 0 counts as at a clip
    dead = 0.0 if activation == "relu6" else np.nan
    assert list(said(watched(spec, steps=SETTLED, saturated=saturated, dead=dead))) == ["healthy"]


# Where a rule must be silent although its number looks bad


def test_dead_units_are_no_illness_while_the_network_learns():
    findings = said(watched(steps=SETTLED, dead=[0.1, 0.63, np.nan]))
    assert list(findings) == ["healthy"]
    assert "63 %" in str(findings["healthy"].explanation)


def test_dead_units_are_no_illness_once_the_network_has_learned():
    done: dict[str, Any] = {"loss": 0.05, "batch_loss": 0.05, "validation_loss": 0.06}
    assert list(said(watched(None, SETTLED, **done, dead=[0.1, 0.63, np.nan]))) == ["healthy"]


def test_units_that_die_while_the_network_learns_are_no_illness():
    assert list(said(watched(dead=step_by([0.1, 0, np.nan], [0.4, 0, np.nan], at=90)))) == ["learning"]


def test_a_gradient_that_dead_units_stop_has_not_vanished():
    assert "vanishing_gradient" not in said(watched(dead=[0.1, 0.7, np.nan], gradient_rms=[1e-6, 1e-3, 1e-2]))


def test_units_that_become_alike_later_did_not_start_so():
    assert "symmetry" not in said(watched(**HALFWAY, duplicates=step_by(0.0, [1.0, 0.0, 0.0])))


def test_a_bad_first_loss_is_forgotten_once_the_network_knows_more_than_guessing():
    assert "first_loss" not in said(watched(batch_loss=step_by(40.0, 0.3, at=20), loss=step_by(40.0, 0.3, at=20)))
    assert "first_loss" in said(watched(batch_loss=step_by(40.0, 3.0, at=20), loss=step_by(40.0, 3.0, at=20)))


def test_half_of_the_outputs_at_zero_is_normal():
    assert "saturation" not in said(watched(sparsity=0.55))


def test_a_converged_run_has_small_updates_and_that_is_fine():
    findings = said(watched(loss=0.01, batch_loss=0.01, validation_loss=0.012, update_ratio=-6.0))
    assert "updates_too_small" not in findings
    assert "learning_rate_too_low" not in findings


def test_a_run_that_has_hardly_begun_has_not_stalled():
    assert "plateau" not in said(watched(steps=tuple(range(0, 40, 3)), **STUCK))


def test_coming_down_from_just_above_guessing_is_no_progress():
    findings = said(watched(loss=lambda step: LN2 * (1.1 - step / 2000.0), dead=[0.1, 0.9, np.nan]))
    assert {"dead_layer", "plateau"} <= set(findings)


def test_coming_down_from_a_huge_loss_is_progress():
    assert "dead_layer" not in said(watched(loss=lambda step: 100.0 - 0.9 * step, dead=[0.1, 0.9, np.nan]))


def test_no_hidden_layer_is_no_linear_collapse():
    spec = design().replace(model=design().model.replace(layers=()))
    assert "linear_collapse" not in said(watched(spec))


def test_a_linear_answer_to_a_linear_question_is_fine():
    finding = said(watched(linear_r2=0.9999))["linear_collapse"]
    assert finding.severity is INFO


def test_raw_inputs_are_fine_behind_a_norm():
    facts = replace(FACTS, input_square=90.0**2)
    assert "unscaled_input" not in said(watched(design("batch_norm", dense(16), dense(16)), facts=facts))
    assert "unscaled_input" not in said(watched(design(*normed(16)), facts=facts))


def test_a_cold_batch_norm_says_nothing():
    """In the first steps its running statistics are mostly those of a standard normal distribution; at step 0 it is
    measured with those of the data, so that what is dead there is dead (T12).
    """
    spec = design(*normed(16), *normed(16))
    first = watched(spec, steps=(0,), **STUCK, dead=[np.nan, 1.0, np.nan, 1.0, np.nan])
    assert "born_dead" in said(first)
    weak = watched(spec, steps=(0, 1, 10), **STUCK, dead=0.0, std=[1, 1e-6, 1e-6, 1e-6, 1])
    assert "vanishing_signal" not in said(weak)
    assert "vanishing_signal" in said(watched(spec, **STUCK, dead=0.0, std=[1, 1e-6, 1e-6, 1e-6, 1]))


def test_a_negative_bias_in_front_of_a_batch_norm_is_cancelled():
    assert "negative_bias" not in said(watched(design(*normed(16)), dead=0.0))
    evidence = Evidence.design(
        DesignPlan.of(design(dense(16, "identity", bias=-5.0), *normed(16)[1:]), TWO_CLASSES), FACTS
    )
    assert "negative_bias" not in said(evidence)


def test_falling_on_both_samples_is_not_overfitting():
    assert "overfitting" not in said(watched(validation_loss=lambda step: 2.0 * falling(step)))


def test_a_tiny_rise_of_a_tiny_validation_loss_is_not_overfitting():
    assert "overfitting" not in said(watched(loss=0.001, validation_loss=step_by(0.02, 0.04)))


def test_a_bump_of_the_validation_loss_that_passes_is_not_overfitting():
    bumpy = watched(loss=0.04, validation_loss=lambda step: {30: 0.06, 80: 0.3, 90: 0.3, 100: 0.3}.get(step, 0.1))
    assert "overfitting" not in said(bumpy)


def test_both_losses_rising_is_not_overfitting():
    assert "overfitting" not in said(watched(loss=step_by(0.1, 0.5), validation_loss=step_by(0.1, 0.8)))


def test_units_of_a_one_dimensional_input_are_alike_by_nature():
    facts = replace(FACTS, target_low=-1.0, target_high=1.0)
    evidence = watched(
        design(loss="mse"), facts=facts, description=SCALE, **HALFWAY, duplicates=1.0, effective_rank=1.0
    )
    assert "symmetry" not in said(evidence)


def test_the_zeros_of_relu6_are_not_saturation_but_its_sixes_are():
    spec = design(dense(16, "relu6"), dense(16, "relu6"))
    assert "saturation" not in said(watched(spec, saturated=0.7, sparsity=0.6))
    assert "saturation" in said(watched(spec, saturated=0.9, sparsity=0.2))


# Causes before consequences


def test_a_zero_start_is_not_called_dead_or_vanishing():
    spec = design(dense(16, weights="zeros"), dense(16, weights="zeros"))
    findings = causes(
        watched(spec, **STUCK, dead=[1, 1, np.nan], std=[0, 0, 0.1], duplicates=0.0, gradient_rms=[0, 0, 1e-3])
    )
    assert findings == {"symmetry"}


def test_a_saturated_network_is_not_also_called_vanishing():
    spec = design(dense(16, "sigmoid"), dense(16, "sigmoid"))
    findings = causes(watched(spec, **STUCK, dead=np.nan, saturated=[1, 1, np.nan], gradient_rms=[0, 0, 0.1], std=1e-7))
    assert findings == {"saturated_from_start"}


# What is known before anything is built


def test_a_design_is_judged_without_a_run():
    spec = design(dense(16, "softmax"), dense(16, "selu", "he_normal"), dense(16, bias=-9.0))
    findings = design_findings(Evidence.design(DesignPlan.of(spec, TWO_CLASSES), FACTS))
    assert {finding.rule for finding in findings} == {"softmax_inside", "selu_weights", "negative_bias"}
    assert all(finding.began is None and finding.cures for finding in findings)


def test_a_healthy_design_has_nothing_to_say():
    assert not design_findings(Evidence.design(DesignPlan.of(design(), TWO_CLASSES), FACTS))


def test_a_linear_design_says_the_rank_that_it_can_have():
    spec = design(dense(8, "identity"), dense(3, "identity"))
    (finding,) = design_findings(Evidence.design(DesignPlan.of(spec, Description(Task.CLASSIFICATION, (5,), 4)), FACTS))
    assert finding.rule == "linear_collapse"
    assert "rank 3 at most" in str(finding.explanation)


def test_what_was_not_measured_is_not_judged():
    evidence = Evidence.design(DesignPlan.of(design(), TWO_CLASSES), FACTS)
    for step in (0, 50, 100, 120, 150):
        bare: Any = moment(3, step, **STUCK)
        evidence = evidence.then(replace(bare, dead=np.empty(0), gradient_rms=np.empty(0), update_ratio=np.empty(0)))
    assert set(said(evidence)) == {"plateau"}
