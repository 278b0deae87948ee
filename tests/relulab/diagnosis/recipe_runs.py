"""Run one recipe with one seed, as the product would, and keep what the tests ask about."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from relulab.data.dataset import Dataset, Source
from relulab.data.loading import load_dataset
from relulab.diagnosis.findings import Finding
from relulab.diagnosis.recipes import Outcome, Recipe
from relulab.spec import DataSpec, ExperimentSpec
from relulab.training.loop import DivergedError, TrainingRun
from relulab.training.recording import Plan, Recording
from relulab.training.telemetry import FindingsRecord, Record

SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
MOMENTS = 25  # of a run


@dataclass(frozen=True)
class Ending:
    """What stood at the end, what had stood before, and the numbers."""

    current: tuple[Finding, ...]
    ended: tuple[Finding, ...]
    outcome: Outcome

    def names(self, illnesses_only: bool = False) -> set[str]:
        """Rules of the findings that stand."""
        return {f.rule for f in self.current if f.severity.is_illness or not illnesses_only}


def run_recipe(recipe: Recipe, seed: int) -> Ending:
    """Train to the end, measuring about 25 times."""
    return run_spec(recipe.experiment(seed))


def run_spec(spec: ExperimentSpec) -> Ending:
    """The same for any experiment."""
    dataset = _dataset(spec.data.model_dump_json())
    findings: list[FindingsRecord] = []

    def record(entry: Record) -> None:
        if isinstance(entry, FindingsRecord):
            findings.append(entry)

    run = TrainingRun(spec, dataset, record=record, recording=_recording(spec.training.steps or 0))
    run.measure_start()
    diverged_at = None
    try:
        run.run_until(run.total_steps)
    except DivergedError as error:
        diverged_at = error.step
    evidence = run.instruments._doctor._evidence
    hidden = tuple(p for p in evidence.hidden if evidence.layer(p).activation != "identity") or evidence.hidden
    outcome = Outcome(evidence.first, evidence.now, hidden, run.test()[1], diverged_at)
    return Ending(findings[-1].current, findings[-1].ended, outcome)


def _recording(steps: int) -> Recording:
    """About 100 light records and 25 examinations of a run, and those of the first steps."""
    often = Plan(every=max(1, steps // (4 * MOMENTS)), logarithmic=True)
    seldom = Plan(every=max(1, steps // MOMENTS), logarithmic=True)
    plans = dict.fromkeys((field.name for field in fields(Recording)), seldom)
    return Recording(**plans | {"steps": often, "pictures": Plan(every=steps + 1)})


@cache
def _dataset(data: str) -> Dataset:
    return load_dataset(DataSpec.model_validate_json(data), Source(root=SHARED_DATA))
