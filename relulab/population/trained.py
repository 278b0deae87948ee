"""What came of one network of many: how it ended, its numbers, and what the doctor says of it."""

import math
from dataclasses import dataclass, field

from relulab.diagnosis.ends import End, dead_share
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding
from relulab.experiment import ExperimentSpec
from relulab.measurements.probe import measuring
from relulab.model.network import Network
from relulab.population.course import greatest_gradient, steps_to_nearly_right
from relulab.population.preparation import Prepared

Score = tuple[float, float]  # loss and accuracy
UNKNOWN: Score = (math.nan, math.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A run of many. ``reason`` says why it ended early, empty where it did not. ``train``, ``validation``, ``test``:
    loss and accuracy (NaN in a regression, without samples, and where the loss is not finite). ``steps_to_right`` and
    ``gradient``: see ``course.py``. ``findings``: none where only the end was asked. ``seconds``: its share of the
    computing time; ``step_seconds``: of one step, as processor time, NaN where none was timed. ``engine`` is what
    computed it, and ``network`` what was learned, with what it was ``prepared`` of; None where nothing was.
    """

    spec: ExperimentSpec
    end: End
    reason: str
    steps: int = 0
    train: Score = UNKNOWN
    validation: Score = UNKNOWN
    test: Score = UNKNOWN
    dead_share: float = math.nan
    steps_to_right: float = math.nan
    gradient: float = math.nan
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    step_seconds: float = math.nan
    engine: str = ""
    network: Network | None = field(default=None, repr=False)
    prepared: Prepared | None = field(default=None, repr=False)


def trained(
    prepared: Prepared,
    evidence: Evidence,
    verdict: tuple[End, tuple[Finding, ...]],
    steps: int,
    reason: str,
    *,
    seconds: float,
    step_seconds: float,
    engine: str,
) -> Trained:
    """The result of a network that has come to its end, with its last weights in place."""
    looked = prepared.evaluator
    samples = (prepared.member.train, prepared.validation, prepared.test)
    with measuring(prepared.network):  # once for all three
        scores = [looked.evaluate(each) if len(each) else UNKNOWN for each in samples]
    train, validation, test = ((loss, right if math.isfinite(loss) else math.nan) for loss, right in scores)
    return Trained(
        spec=prepared.spec,
        end=verdict[0],
        reason=reason,
        steps=steps,
        train=train,
        validation=validation,
        test=test,
        dead_share=dead_share(evidence),
        steps_to_right=steps_to_nearly_right(evidence),
        gradient=greatest_gradient(evidence),
        findings=verdict[1],
        seconds=seconds,
        step_seconds=step_seconds,
        engine=engine,
        network=prepared.network,
        prepared=prepared,
    )
