"""What came of one network of many: how it ended, its numbers, and what the doctor says of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from relulab.diagnosis.ends import End, dead_share, end_of
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding
from relulab.experiment import ExperimentSpec
from relulab.model.network import Network
from relulab.population.preparation import Prepared

Score = tuple[float, float]  # loss and accuracy
UNKNOWN: Score = (math.nan, math.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A run of many. ``reason`` says why it ended early, empty where it did not. ``train``, ``validation``, ``test``:
    loss and accuracy (NaN in a regression, without samples, and where the loss is not finite). ``seconds``: its share
    of the computing time. ``engine`` is what computed it, and ``network`` what was learned; None where nothing was.
    """

    spec: ExperimentSpec
    end: End
    reason: str
    steps: int = 0
    train: Score = UNKNOWN
    validation: Score = UNKNOWN
    test: Score = UNKNOWN
    dead_share: float = math.nan
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    engine: str = ""
    network: Network | None = field(default=None, repr=False)


def trained(
    prepared: Prepared,
    evidence: Evidence,
    findings: Sequence[Finding],
    steps: int,
    reason: str,
    *,
    seconds: float,
    engine: str,
) -> Trained:
    """The result of a network that has come to its end, with its last weights in place."""
    looked = prepared.evaluator
    samples = (prepared.member.train, prepared.validation, prepared.test)
    scores = [looked.evaluate(each) if len(each) else UNKNOWN for each in samples]
    train, validation, test = ((loss, right if math.isfinite(loss) else math.nan) for loss, right in scores)
    return Trained(
        spec=prepared.spec,
        end=end_of(evidence, findings),
        reason=reason,
        steps=steps,
        train=train,
        validation=validation,
        test=test,
        dead_share=dead_share(evidence),
        findings=tuple(findings),
        seconds=seconds,
        engine=engine,
        network=prepared.network,
    )
