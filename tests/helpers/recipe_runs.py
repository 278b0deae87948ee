"""Run an experiment as ``relulab reproduce`` does, and ask what was said of it."""

from dataclasses import replace
from functools import cache

from relulab.data.dataset import Dataset, Source
from relulab.data.loading import load_dataset
from relulab.diagnosis.findings import Severity
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.training.examination import Examination, examine
from relulab.training.schedule import MeasurementPlan, MeasurementSchedule
from tests.helpers.paths import SHARED_DATA


def run_spec(spec: ExperimentSpec) -> Examination:
    """Train to the end and judge. Data sets are kept between calls."""
    return examine(spec, _dataset(spec.data.model_dump_json()))


def standing(run: Examination) -> set[str]:
    """Rules of the findings that stand at the end."""
    return {finding.rule for finding in run.current}


def ever(run: Examination) -> set[str]:
    """Rules of all findings that were ever raised."""
    return {finding.rule for finding in run.all}


def ever_ill(run: Examination) -> set[str]:
    """Those of severity warning or error that nothing explained, and health itself."""
    severities = (Severity.WARNING, Severity.ERROR, Severity.HEALTHY)
    return {finding.rule for finding in run.all if finding.severity in severities and not finding.because}


def endless(every: int) -> MeasurementSchedule:
    """Examine every so many steps, and paint nothing."""
    return replace(MeasurementSchedule.every(every, every), evaluations=MeasurementPlan(every=every))


@cache
def _dataset(data: str) -> Dataset:
    return load_dataset(DataSpec.model_validate_json(data), Source(root=SHARED_DATA))
