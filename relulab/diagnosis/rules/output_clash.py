"""An activation on the output layer that the loss does not expect."""

from collections.abc import Mapping

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.losses import Task
from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import DATA, DESIGN, Findings, Rule
from relulab.diagnosis.trend import stuck
from relulab.text import Text, text

WHY_CLASSES = text(
    "The cross-entropy −ln softmax(z) and its binary sister −ln σ(z) contain the squashing and want any number z, "
    "positive or negative. Squashed twice, or cut at 0, z cannot say a clear yes or no, and the gradient shrinks."
)
WHY_VALUES = text(
    "A network can only answer what its output activation can give: σ stays between 0 and 1, tanh between -1 and "
    "1, ReLU above 0. Targets outside that range are never reached."
)

# loss -> activations of the output that go against it; other pairs are judged by their range
_CLASHES: Mapping[str, tuple[str, ...]] = {
    "cross_entropy": ("softmax", "sigmoid", "tanh", "relu", "relu6", "hardtanh", "softsign", "softplus"),
    "binary_cross_entropy": ("softmax", "sigmoid", "tanh", "relu", "relu6", "hardtanh", "softsign", "softplus"),
    "multi_margin": ("softmax", "sigmoid", "relu", "relu6", "softplus"),
}


def _output(evidence: Evidence) -> Activation:
    chosen = evidence.spec.model.output.activation
    return ACTIVATIONS[chosen.name].with_parameters(chosen.parameters)


def _wants_plain_numbers(evidence: Evidence) -> bool:
    """Whether the loss squashes what comes out of the output layer itself."""
    name = evidence.spec.model.output.activation.name
    return name in _CLASHES.get(evidence.spec.training.loss_entry.key, ())


def _is_out_of_reach(evidence: Evidence) -> bool:
    """Whether there are numbers to be learned that the output layer cannot give."""
    (low, high), facts = _output(evidence).output_range, evidence.facts
    return evidence.description.task is Task.REGRESSION and (facts.target_low < low or facts.target_high > high)


def _clashes(evidence: Evidence) -> bool:
    return _wants_plain_numbers(evidence) or _is_out_of_reach(evidence)


def _check(evidence: Evidence) -> Findings:
    activation, facts = _output(evidence), evidence.facts
    if _wants_plain_numbers(evidence):
        explanation = text(
            "The output layer has {activation}, but {loss} wants plain numbers and does the rest itself. The network "
            "cannot say a clear yes or no like this.",
            activation=activation.title,
            loss=evidence.spec.training.loss_entry.title,
        )
        yield _finding(evidence, explanation, WHY_CLASSES, DESIGN)
    if _is_out_of_reach(evidence):
        low, high = activation.output_range
        explanation = text(
            "The targets run from {low} to {high}, but {activation} on the output layer gives only "
            "{least} to {most}. The network can never answer what lies outside.",
            low=facts.target_low,
            high=facts.target_high,
            activation=activation.title,
            least=low,
            most=high,
        )
        yield _finding(evidence, explanation, WHY_VALUES, DATA)


def _finding(evidence: Evidence, explanation: Text, why: Text, sample: Text) -> Finding:
    severity = Severity.ERROR if stuck(evidence) else Severity.WARNING
    return RULE.finding(evidence, severity, explanation, why, position=len(evidence.layout.layers) - 1, sample=sample)


RULE = Rule("output_clash", "Output does not suit the loss", _check, about=_clashes, cures=(cures.plain_output,))
