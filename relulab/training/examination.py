"""A run that is trained only to be judged: headless, measured at the steps at which every run is judged."""

from collections.abc import Callable
from dataclasses import dataclass

from relulab.callbacks import ignore
from relulab.data.dataset import Dataset
from relulab.diagnosis.findings import Finding
from relulab.diagnosis.recipes import Outcome
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import check_design
from relulab.training.run import TrainingRun
from relulab.training.schedule import JUDGED_ONLY
from relulab.training.telemetry import FindingsRecord, Record
from relulab.training.trainer import torch_threads


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """The findings that stand at the end, those that had stood before, and the numbers."""

    current: tuple[Finding, ...]
    ended: tuple[Finding, ...]
    outcome: Outcome
    steps: int

    @property
    def all(self) -> tuple[Finding, ...]:
        """Everything that stood at some time."""
        return (*self.ended, *self.current)


def examine(
    spec: ExperimentSpec, dataset: Dataset, on_step: Callable[[TrainingRun, float], None] = ignore
) -> Examination:
    """Train ``spec`` to its end, or until it diverges, and judge it. Raises SpecError and DeviceError.

    torch computes with as many threads as in the window, so that the same is said there.
    """
    check_design(spec, dataset.description)
    with torch_threads():
        return _examine(spec, dataset, on_step)


def _examine(spec: ExperimentSpec, dataset: Dataset, on_step: Callable[[TrainingRun, float], None]) -> Examination:
    findings: list[FindingsRecord] = []

    def record(entry: Record) -> None:
        if isinstance(entry, FindingsRecord):
            findings.append(entry)

    run = TrainingRun(spec, dataset, record=record, recording=JUDGED_ONLY)
    run.instruments.pictures_wanted = False
    run.measure_start()
    diverged_at = None
    try:
        while not run.finished:
            on_step(run, run.step())
    except DivergedError as error:
        diverged_at = error.step
    if diverged_at is None:
        run.instruments.conclude()
    evidence = run.instruments.diagnosis.evidence
    active = tuple(place for place in evidence.hidden if evidence.layer(place).activation != "identity")
    assert evidence.first is not None
    assert evidence.moment is not None
    outcome = Outcome(evidence.first, evidence.moment, active or evidence.hidden, run.test()[1], diverged_at)
    return Examination(findings[-1].current, findings[-1].ended, outcome, run.step_index)
