"""A network that computes nothing but a straight line, however many layers it has."""

from relulab.diagnosis import cures
from relulab.diagnosis.course import LAST_FIFTH, fits_badly, settled
from relulab.diagnosis.evidence import Evidence, once_a_run
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.linear_map import is_linear
from relulab.diagnosis.rule import DESIGN, Findings, Rule, probe_set
from relulab.diagnosis.trend import learned_nothing, lost_at, passes_signal, stuck
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import Text, text

WHY = text(
    "W₂·(W₁·x + b₁) + b₂ = (W₂·W₁)·x + (W₂·b₁ + b₂): one matrix and one bias. Only a bend between the layers, "
    "such as a ReLU, makes a second layer worth having."
)


NO_HIDDEN_LAYER = text(
    "There is no hidden layer, so the network is one matrix and can only draw straight boundaries. The data ask for "
    "more: their nearest training samples alone tell much more about new ones."
)


def _check(evidence: Evidence) -> Findings:
    if not evidence.hidden:
        # nobody expects a bend where there is no hidden layer, unless the data ask for one
        if evidence.moment is not None and fits_badly(evidence) and (settled(evidence) or stuck(evidence)):
            yield _finding(evidence, Severity.WARNING, NO_HIDDEN_LAYER, 1.0)
        return
    if _is_linear(evidence):
        yield _finding(evidence, Severity.WARNING, _by_design(evidence), 1.0)
        return
    moment = evidence.moment
    if moment is None or not moment.linear_r2 > THRESHOLDS.linear_fit.value or lost_at(evidence):
        return
    if learned_nothing(evidence) and not passes_signal(evidence):
        return  # then the outputs hardly vary, and any line fits them
    explanation = text(
        "A straight-line model explains {r2:percent} of what this network answers. Its nonlinearities do no work.",
        r2=moment.linear_r2,
    )
    severity = Severity.WARNING if stuck(evidence) else Severity.INFO
    yield _finding(evidence, severity, explanation, moment.linear_r2)


@once_a_run
def _is_linear(evidence: Evidence) -> bool:
    return is_linear(evidence.spec.model)


def _by_design(evidence: Evidence) -> Text:
    inputs, outputs = evidence.plan.shapes[0], evidence.plan.shapes[-1]
    moment = evidence.moment
    template = (
        "No layer has a nonlinearity, so all {layers:layer|layers} together are one matrix of rank {rank} at most. "
        "Such a network can only draw straight boundaries."
    )
    rank = min(inputs.fan_in or outputs.units, *(shape.size for shape in evidence.plan.shapes))
    if moment is not None and moment.linear_rank is not None:
        rank = moment.linear_rank
        template = (
            "No layer has a nonlinearity, so all {layers:layer|layers} together are one matrix; measured, its rank is "
            "{rank}. Such a network can only draw straight boundaries."
        )
    return text(template, layers=len(evidence.weighted), rank=rank)


def _finding(evidence: Evidence, severity: Severity, explanation: Text, r2: float) -> Finding:
    measured = evidence.moment is not None and evidence.moment.has("linear_r2")
    return RULE.finding(
        evidence,
        severity,
        explanation,
        WHY,
        measured=r2,
        against=THRESHOLDS.linear_fit,
        sample=probe_set(evidence) if measured else DESIGN,
    )


RULE = Rule(
    "linear_collapse",
    "Linear collapse",
    _check,
    requires=(lambda evidence: None if evidence.hidden else LAST_FIFTH.missing(evidence),),
    cures=(cures.rectify, cures.hidden_layer),
    hold=2,
)
