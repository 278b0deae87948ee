"""What the banner says about a run that could not start or had to stop, and which buttons help."""

from dataclasses import dataclass
from enum import Enum

from relulab.data.datasets import DATASETS
from relulab.errors import DataCorruptError, DataMissingError, ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.training.state import State, Status
from ui.widgets.banner import ERROR, WARNING


class Remedy(Enum):
    """What can be done about a problem by pressing a button."""

    DOWNLOAD = "download"
    CHOOSE_FOLDER = "choose folder"
    GO_BACK = "go back"
    RESET = "reset"
    OPEN_LOG = "open log"


@dataclass(frozen=True, slots=True)
class RunProblem:
    """``data`` is the key of the data set that is missing or damaged, if that is the problem."""

    level: str
    message: str
    remedies: tuple[Remedy, ...] = ()
    data: str = ""


def problem_of(status: Status, spec: ExperimentSpec | None) -> RunProblem | None:
    """The problem of a run of ``spec``; None when there is none."""
    if status.state is State.DIVERGED:
        return RunProblem(ERROR, status.message, (Remedy.RESET, Remedy.GO_BACK))
    if status.state is not State.FAILED:
        return None
    name = spec.data.dataset.name if spec is not None else ""
    if isinstance(status.error, DataMissingError | DataCorruptError) and name and DATASETS[name].downloadable:
        return RunProblem(WARNING, status.message, (Remedy.DOWNLOAD, Remedy.CHOOSE_FOLDER), name)
    if isinstance(status.error, ReluLabError):
        return RunProblem(ERROR, status.message)
    return RunProblem(ERROR, status.message, (Remedy.OPEN_LOG,))
