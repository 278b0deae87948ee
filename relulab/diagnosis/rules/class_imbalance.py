"""One class with far more samples than another: always naming it looks good already."""

from relulab.diagnosis import cures
from relulab.diagnosis.baselines import standard_error
from relulab.diagnosis.comparison import own_score
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import DATA, Findings, Rule
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text

WHY = text(
    "The loss is a mean over samples, so a class counts as much as it has samples. Always naming a class with 95 % of "
    "them is right in 95 %, and the gradient of the others is a twentieth of the whole: they are learned last, or "
    "never."
)

WEIGHED = (
    "The largest class has {ratio:times} the samples of the smallest, and the class weights let both count alike. More "
    "answers may be wrong than by always naming the largest class ({share:percent} right), and more of the small class "
    "are found: look at each class by itself."
)


def _check(evidence: Evidence) -> Findings:
    facts = evidence.facts
    if not facts.imbalance > THRESHOLDS.imbalance.value:
        return
    if evidence.spec.training.class_weights != "none":
        yield _finding(evidence, Severity.INFO, WEIGHED)
        return
    share, own = facts.largest_class, own_score(evidence)
    useful = own is not None and own.value > share + standard_error(share, max(1, facts.samples))
    template = (
        "The largest class has {ratio:times} the samples of the smallest. The network does better than always naming "
        "the largest; look at each class by itself all the same."
        if useful
        else "The largest class has {ratio:times} the samples of the smallest, and always naming it is right in "
        "{share:percent}. Nothing shows that the network does more: collect more samples of the small class, leave "
        "out some of the large one, or let every class count alike."
    )
    yield _finding(evidence, Severity.INFO if useful else Severity.WARNING, template)


def _finding(evidence: Evidence, severity: Severity, template: str) -> Finding:
    facts = evidence.facts
    return RULE.finding(
        evidence,
        severity,
        text(template, ratio=facts.imbalance, share=facts.largest_class),
        WHY,
        measured=facts.imbalance,
        against=THRESHOLDS.imbalance,
        sample=DATA,
    )


RULE = Rule("class_imbalance", "Classes of very different size", _check, hold=2, cures=(cures.weigh_classes,))
