"""Evidence written down by hand: a healthy network, and what a test changes of it."""

from dataclasses import replace
from typing import Any

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.diagnosis.baselines import Baselines, Score
from relulab.diagnosis.causes import folded
from relulab.diagnosis.data_statistics import DataStatistics
from relulab.diagnosis.diagnose import raw_findings
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding
from relulab.diagnosis.moment import Moment
from relulab.diagnosis.recipes import dense
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan

TWO_CLASSES = Description(Task.CLASSIFICATION, (2,), 2)
LN2 = 0.6931
SETTLED = tuple(range(0, 601, 10))  # steps after which ``falling`` has reached its end
FACTS = DataStatistics(samples=5000, input_mean=0.0, input_square=1.0, spread_ratio=1.0, baseline=LN2, floor=0.0)
# of data that a straight line does not part, and neighbours do; on numbers the same shares of the loss
BENT = Baselines(Score(0.5, 0.02), Score(0.6, 0.02), Score(0.98, 0.01), samples=300)


def design(*layers: Any, output: Any = None, **training: Any) -> ExperimentSpec:
    """A spec on two features and two classes; two healthy layers where none are given."""
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons"},
            "model": {"layers": list(layers) or [dense(16), dense(16)], "output": output or {}},
            "training": {"steps": 1000} | training,
        }
    )


def moment(layers: int, step: int, **changes: Any) -> Moment:
    """A healthy moment of a network with ``layers`` measured layers. A number stands for an equal layer array."""
    values: dict[str, Any] = {
        "learning_rate": 0.1,
        "batch_loss": 0.2,
        "loss": 0.2,
        "accuracy": 0.95,
        "validation_loss": 0.22,
        "validation_accuracy": 0.94,
        "mean": 0.4,
        "std": 0.6,
        "sparsity": 0.5,
        "saturated": np.nan,
        "dead": 0.0,
        "never_active": np.nan,
        "dormant": 0.0,
        "gradient_norm": 0.1,
        "gradient_rms": 0.01,
        "update_ratio": np.nan if step == 0 else -3.0,
        "duplicates": 0.0,
        "effective_rank": 5.0,
        "linear_r2": 0.8,
    } | changes
    arrays = {"mean", "std", "sparsity", "saturated", "dead", "never_active", "dormant", "gradient_norm"}
    arrays |= {"gradient_rms", "update_ratio", "duplicates", "effective_rank"}
    filled: dict[str, Any] = {
        name: np.broadcast_to(np.float32(value), (layers,)).copy() if name in arrays else value
        for name, value in values.items()
    }
    return Moment(step=step, **filled)


def falling(step: int) -> float:
    """A loss that falls as it should: from guessing to almost nothing."""
    return LN2 * float(np.exp(-step / 100.0))


def watched(
    spec: ExperimentSpec | None = None,
    steps: tuple[int, ...] = (0, 20, 40, 60, 80, 100),
    facts: DataStatistics = FACTS,
    description: Description = TWO_CLASSES,
    known: Baselines | None = None,
    **changes: Any,
) -> Evidence:
    """A run that was measured at ``steps``. Callable changes are functions of the step. ``known``: the baselines."""
    plan = DesignPlan.of(spec or design(), description)
    evidence = replace(Evidence.design(plan, facts), probe_samples=500, compare=lambda: known)
    layers = len(evidence.layout.layers)
    usual = {"loss": falling, "batch_loss": falling, "validation_loss": falling}
    for step in steps:
        values = {name: value(step) if callable(value) else value for name, value in (usual | changes).items()}
        evidence = evidence.then(moment(layers, step, **values))
    return evidence


def said(evidence: Evidence) -> dict[str, Finding]:
    """What the rules say of this moment, by rule; of several findings of a rule the first."""
    found: dict[str, Finding] = {}
    for finding in raw_findings(evidence):
        found.setdefault(finding.rule, finding)
    return found


def causes(evidence: Evidence) -> set[str]:
    """The rules that found an illness of this moment which no other explains."""
    findings = folded(raw_findings(evidence))
    return {finding.rule for finding in findings if finding.severity.is_illness and not finding.because}
