"""Small experiments in a line, and what is said of them at their end."""

from typing import Any

from relulab.diagnosis.findings import Finding
from relulab.experiment import ExperimentSpec
from tests.helpers.recipe_runs import run_spec


def experiment(
    data: Any, *layers: Any, output: Any = None, seed: int = 0, size: int = 400, **training: Any
) -> ExperimentSpec:
    """``layers``: units of dense ReLU layers, or layers as in a spec."""
    dense = [{"kind": "dense", "parameters": {"units": one}} if isinstance(one, int) else one for one in layers]
    return ExperimentSpec.parse(
        {
            "data": {"dataset": data, "train_size": size},
            "model": {"layers": dense, "output": output or {}, "seed": seed},
            "training": {"steps": 500, "seed": seed} | training,
        }
    )


def ill(spec: ExperimentSpec) -> dict[str, Finding]:
    """The illnesses that stand at the end of a real run, by rule; of several of a rule the first."""
    found: dict[str, Finding] = {}
    for finding in run_spec(spec).current:
        if finding.severity.is_illness:
            found.setdefault(finding.rule, finding)
    return found


def causes(spec: ExperimentSpec) -> set[str]:
    """The rules of those that nothing explains."""
    return {rule for rule, finding in ill(spec).items() if not finding.because}


def cured(spec: ExperimentSpec, rule: str) -> ExperimentSpec:
    """The experiment with the first cure of a finding."""
    return ill(spec)[rule].cures[0].apply(spec)
