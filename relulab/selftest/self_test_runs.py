"""One short training per built-in data set, and a session that is saved and read back.

Judged by the steps that were made and by the loss, never by the clock: a slow machine is not a broken one.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry
from relulab.data.datasets import DATASETS
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.selftest.check_result import Work
from relulab.session.history import RunHistory
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord, StepRecord

STEPS = 120
FOLDER = "Séance à l'école 1"  # a path as schools have them
TITLE = "Self-test"
OTHERS = ("csv",)  # comes from the user, not with the program


class SelfTestError(ReluLabError):
    """Something does not work as it should on this machine."""


def short_experiment(entry: DatasetEntry) -> ExperimentSpec:
    """A small network for a data set, trained for STEPS steps."""
    description = entry.describe(entry.complete({}))
    loss = "mse" if description.task is Task.REGRESSION else "cross_entropy"
    return ExperimentSpec.parse(
        {
            "name": f"Self-test: {entry.title}",
            "data": {"dataset": entry.key},
            "model": {"layers": ["flatten", "dense"] if description.is_image else ["dense"]},
            "training": {"optimizer": "adam", "learning_rate": 0.01, "steps": STEPS, "loss": loss},
        }
    )


def train_on(entry: DatasetEntry) -> str:
    """Train, and hold the run to its number of steps and a falling loss. Raises SelfTestError."""
    from relulab import api

    result = api.train(short_experiment(entry), record_every=5)
    if result.summary.state is not State.FINISHED or result.summary.steps != STEPS:
        raise SelfTestError(f"{result.summary.state.value} at step {result.summary.steps}: {result.summary.message}")
    check_falling(result.history)
    return f"{STEPS} steps, the loss fell"


def check_falling(history: RunHistory) -> None:
    """Raises SelfTestError unless the loss on the probe set fell: that of single batches says little."""
    (losses,) = history.columns(ProbeRecord, "loss")
    if not losses[-1] < losses[0]:
        raise SelfTestError(f"The loss did not fall: {losses[0]:.4g} at the start, {losses[-1]:.4g} at the end.")


def save_and_read(history: RunHistory, path: Path) -> str:
    """Save the run of ``history`` as a session, and compare what is read back. Raises SelfTestError."""
    from relulab.data.loading import load_dataset
    from relulab.session.file.files import load_session, save_session
    from relulab.session.session import DataFingerprint, RunRecord, Session

    spec = history.info.spec
    run = RunRecord(spec.name, history, DataFingerprint.of(load_dataset(spec.data)), State.FINISHED)
    save_session(Session(title=TITLE, experiments=(spec,), runs=(run,)), path)
    back = load_session(path)
    if back.experiments != (spec,):
        raise SelfTestError("The experiment is another one after saving and opening.")
    kept = [record.columns(StepRecord, "step", "loss") for record in (history, back.runs[0].history)]
    if not all(np.array_equal(before, after) for before, after in zip(*kept, strict=True)):
        raise SelfTestError("The measurements are others after saving and opening.")
    return f"{len(kept[0][0])} measurements read back"


DATA_SETS: Mapping[str, Work] = {
    entry.key: partial(train_on, entry)
    for entry in DATASETS.values()
    if not entry.downloadable and entry.key not in OTHERS
}
