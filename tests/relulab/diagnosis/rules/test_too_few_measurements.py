"""At the end of a run each rule has what it needs, or it is said which has not, and why: T1."""

import re
from dataclasses import replace

import pytest

from relulab.diagnosis.diagnose import Diagnosis
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.moment import unmeasured
from relulab.diagnosis.recipes import dense, normed
from relulab.diagnosis.rules import RULES
from relulab.experiment import ExperimentSpec
from relulab.training.schedule import JUDGED_AT_LEAST
from tests.helpers.hand_built import BENT, SETTLED, design, said, watched
from tests.helpers.recipe_runs import run_spec
from tests.helpers.small_runs import experiment
from tests.relulab.diagnosis.test_rules import CASES

KEY = "too_few_measurements"


def at_end(steps: tuple[int, ...], spec: ExperimentSpec | None = None, **changes) -> Evidence:
    """A run that ended at the last of ``steps``."""
    return watched(spec, steps, known=BENT, final=lambda step: step == steps[-1], **changes)


def unjudged(evidence: Evidence) -> str:
    """What is said of it, empty where nothing is."""
    found = said(evidence).get(KEY)
    return str(found.explanation) if found else ""


@pytest.mark.parametrize(("data", "loss", "steps"), [("xor", "cross_entropy", 1), ("sine", "mse", 7)])
def test_t1_a_run_that_is_too_short_says_what_it_cannot_tell(data, loss, steps):
    spec = experiment(data, 12, 12, loss=loss, learning_rate=0.05, steps=steps)
    (finding,) = [finding for finding in run_spec(spec).current if finding.rule == KEY]
    words = str(finding.explanation)
    assert "“Stuck at guessing”" in words
    assert "“Healthy”" in words
    assert re.search(rf"because the run ended after {steps} steps?, and this shows only after 40 steps\.", words)
    assert not finding.severity.is_illness


def test_t1_a_run_of_some_length_leaves_nothing_open():
    assert KEY not in {f.rule for f in run_spec(experiment("xor", 12, 12, learning_rate=0.05, steps=60)).current}
    assert not unjudged(at_end(SETTLED))


@pytest.mark.parametrize("total", [60, 400, 1290, 100_003])
def test_t1_the_fewest_moments_that_are_planned_are_enough_for_every_rule(total):
    every = total // JUDGED_AT_LEAST
    design_of_all = design(dense(4, "tanh"), {"kind": "dropout", "parameters": {"rate": 0.9}}, *normed(4), l2=0.5)
    for spec in (design(), design_of_all):
        assert not unjudged(at_end((0, *range(every, total, every), total), spec))


def test_t1_it_is_said_at_the_end_alone():
    assert not unjudged(watched(steps=(0, 1, 2, 3)))
    assert unjudged(at_end((0, 1, 2, 3)))


def test_t1_a_run_that_goes_on_is_asked_again():
    diagnosis, evidence = Diagnosis(), watched(steps=())
    moments = at_end((0, 1, 2, 3)).moments
    for moment in moments:
        diagnosis.observe(evidence := evidence.then(moment))
    assert KEY in {finding.rule for finding in diagnosis.current}
    diagnosis.observe(evidence.then(replace(moments[-1], step=4, final=False)))
    assert KEY not in {finding.rule for finding in diagnosis.current}


def test_t1_a_run_that_was_ended_between_measurements_says_how_often_it_was_measured():
    words = unjudged(at_end((0, 400, 800, 860)))
    assert "the network was measured 2 times from step 688 on, and this takes 3 times" in words


def test_t1_what_was_not_measured_is_named():
    run = at_end(SETTLED)
    assert run.moment is not None
    words = unjudged(replace(run, moment=replace(run.moment, dormant=unmeasured())))
    assert (
        words
        == "Too few measurements to judge “Dormant layer”, because this was not measured at the end: dormant units."
    )


def test_t1_without_validation_samples_it_is_not_known_how_a_network_does_on_new_ones():
    spec = experiment({"name": "xor", "parameters": {}}, 12, learning_rate=0.05, steps=80)
    spec = spec.replace(data=spec.data.replace(validation_size=0))
    words = " ".join(str(finding.explanation) for finding in run_spec(spec).current if finding.rule == KEY)
    assert words == (
        "Too few measurements to judge “Oscillation” and “Overfitting”, because there are no validation samples."
    )


def test_t1_batch_norms_take_their_time():
    words = unjudged(at_end((0, 20, 30, 40, 44), design(*normed(16), *normed(16))))
    assert "“Vanishing signal”" in words
    assert "because the run ended after 44 steps, and batch norms take 50 steps to know what they see" in words


@pytest.mark.parametrize(
    ("spec", "absent"),
    [
        (design(dense(16, "tanh")), ("Units are dying", "Dead layer")),
        (design(dense(16)), ("Saturated layer", "Penalty too strong", "Too much dropout", "Too few units")),
    ],
)
def test_t1_rules_about_what_a_design_has_not_are_left_out(spec, absent):
    # as a probe has them: no number where an activation cannot be dead, or cannot saturate
    relu = spec.model.layers[0].activation.name == "relu"
    words = unjudged(at_end((0, 1, 2, 3), spec, dead=0.0 if relu else float("nan"), saturated=float("nan")))
    assert "“Stuck at guessing”" in words
    assert not [title for title in absent if title in words]


@pytest.mark.parametrize("case", CASES)
def test_t1_a_rule_that_speaks_later_speaks_in_a_short_run_or_is_named(case):
    """The last moments of a run in which a rule speaks, as the only ones of a run of three steps."""
    whole, rule = CASES[case][0], case.partition(" ")[0]
    run = replace(whole, moment=None, history=(), peak_update=unmeasured(), best=None)
    moments = whole.moments[-4:]
    for step, moment in enumerate(moments):
        run = run.then(replace(moment, step=step, final=moment is moments[-1]))
    assert rule in said(run) or f"“{RULES[rule].title}”" in unjudged(run)


def test_t1_of_a_run_that_is_well_it_is_always_said_how_it_is():
    """One that is good and not good by turns used to end without any verdict."""
    moments = at_end(SETTLED, validation_accuracy=lambda step: 0.5 if step % 20 else 0.97).moments
    diagnosis, run = Diagnosis(), watched(steps=(), known=BENT)
    for moment in moments:
        diagnosis.observe(run := run.then(moment))
    assert {finding.severity.value for finding in diagnosis.current} & {"healthy", "learning"}
