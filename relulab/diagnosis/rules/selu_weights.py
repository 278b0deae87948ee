"""SELU keeps its signal only with the weights that it was made for."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule
from relulab.text import text

WHY = text(
    "λ and α of SELU were computed so that mean 0 and variance 1 stay fixed when the weights have variance "
    "1/n for n inputs (LeCun normal) and the inputs are standardized (Klambauer et al. 2017). Other weights "
    "lose that, and plain dropout too."
)
FITTING = ("lecun_normal", "lsuv")


def _has_selu(evidence: Evidence) -> bool:
    return any(evidence.layer(position).activation == "selu" for position in evidence.hidden)


def _check(evidence: Evidence) -> Findings:
    for position in evidence.hidden:
        layer = evidence.layer(position)
        if layer.activation != "selu" or layer.index is None:
            continue
        initialization = evidence.spec.model.layers[layer.index].initialization
        if initialization is None or initialization.name in FITTING:
            continue
        yield RULE.finding(
            evidence,
            Severity.WARNING,
            text(
                "Layer {layer} has SELU but starts with {scheme} weights. SELU then no longer keeps mean 0 and "
                "variance 1, which is the reason to use it.",
                layer=layer.title,
                scheme=initialization.entry.title,
            ),
            WHY,
            position=position,
            sample=DESIGN,
        )


RULE = Rule("selu_weights", "SELU without its initialization", _check, about=_has_selu, cures=(cures.lecun_for_selu,))
