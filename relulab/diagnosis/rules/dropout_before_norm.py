"""Dropout in front of a batch norm: training and use see different variances."""

from relulab.diagnosis import cures
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import DESIGN, Findings, Rule
from relulab.text import text

WHY = text(
    "Dropout at rate p scales what it keeps by 1/(1 - p), which raises the variance while training and not while "
    "using. The batch norm behind it remembers the training variance and so shifts every answer (Li et al. 2019)."
)


def _has_both(evidence: Evidence) -> bool:
    return {"dropout", "batch_norm"} <= {layer.kind for layer in evidence.spec.model.layers}


def _check(evidence: Evidence) -> Findings:
    dropped = ""
    for index, layer in enumerate(evidence.spec.model.layers):
        if layer.kind == "dropout" and float(layer.parameters["rate"]) > 0.0:
            dropped = f"{index + 1} {layer.entry.title}"
        elif layer.kind == "batch_norm" and dropped:
            position = next(p for p in evidence.hidden if evidence.layer(p).index == index)
            yield RULE.finding(
                evidence,
                Severity.WARNING,
                text(
                    "{dropout} stands in front of {norm}. The norm learns the variance that dropout makes while "
                    "training, and that is not the variance it meets afterwards.",
                    dropout=dropped,
                    norm=evidence.layer(position).title,
                ),
                WHY,
                position=position,
                sample=DESIGN,
            )
            return


RULE = Rule("dropout_before_norm", "Dropout before batch norm", _check, about=_has_both, cures=(cures.dropout_last,))
