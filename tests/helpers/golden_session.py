"""Makes a golden session file: ``python -m tests.helpers.golden_session FILE``.

One file of every version of the format is kept in ``golden``. A file that is there is never made anew: it stands for
those that people have. This is run once for each new version, and what it holds is written down in the test.
"""

import sys
from dataclasses import replace
from pathlib import Path
from time import sleep

from relulab.experiment import ExperimentSpec
from relulab.session.file.files import save_session
from relulab.session.history import RunHistory
from relulab.session.model import SessionModel
from relulab.session.session import PinnedPicture, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.requests import AutopsyRequest, TrialRequest
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord
from relulab.training.trainer import Trainer

SECONDS = 60.0
UNITS = 5
RECORDING = MeasurementSchedule.every(3, 6)
DYING = {
    "name": "Too fast – zu schnell",
    "data": {"dataset": "moons", "train_size": 48, "validation_size": 16, "test_size": 16},
    "model": {"layers": [{"kind": "dense", "parameters": {"units": UNITS}}, "dropout"]},
    "training": {"optimizer": "adam", "learning_rate": 2.0, "steps": 60, "batch_size": 16},
}


def dying_run(trainer: Trainer, store: SessionStore, model: SessionModel) -> None:
    """A run of which units die, with an intervention, checkpoints on the way, a trial and a certificate of death."""
    spec = ExperimentSpec.parse(DYING)
    trainer.prepare(spec)
    trainer.wait({State.READY}, SECONDS)
    for _ in range(24):
        trainer.step_batch()
    trainer.wait({State.PAUSED}, SECONDS)
    model.snapshot(spec, trainer)
    history = store.current
    assert history is not None
    unit, request = death(history)
    trainer.find_death(request, history.append)
    while history.certificate(*unit) is None:
        sleep(0.01)
    trainer.change(learning_rate=3.0, l2=0.001)
    for _ in range(12):
        trainer.step_batch()
    trainer.wait({State.PAUSED}, SECONDS)
    slower = spec.replace(training=spec.training.replace(learning_rate=0.01, steps=12))
    trainer.start_trial(TrialRequest("Learning rate 0.01", spec, slower), history.trial("Learning rate 0.01"))
    while trainer.trial_status is None or not trainer.trial_status.done:
        sleep(0.01)
    model.snapshot(spec, trainer)


def death(history: RunHistory) -> tuple[tuple[int, int], AutopsyRequest]:
    """The first unit of the first layer that fired and never fires again."""
    steps, rates = history.columns(ProbeRecord, "step", "firing_rate")
    for unit in range(UNITS):
        fired = [index for index, rate in enumerate(rates[:, unit]) if rate > 0.0]
        if fired and fired[-1] + 1 < len(steps):
            last = fired[-1]
            return (0, unit), AutopsyRequest(0, unit, int(steps[last]), int(steps[last + 1]))
    raise RuntimeError("no unit died")


def finished_run(trainer: Trainer) -> None:
    """A regression that is trained to its end."""
    trainer.prepare(
        ExperimentSpec.parse(
            {
                "name": "Sine",
                "data": {"dataset": "sine", "train_size": 32, "validation_size": 16, "test_size": 8},
                "model": {"layers": [{"kind": "dense", "parameters": {"units": 4}}]},
                "training": {"loss": "mse", "steps": 12, "batch_size": 8, "precision": "float64"},
            }
        )
    )
    trainer.wait({State.READY}, SECONDS)
    trainer.train()
    trainer.wait({State.FINISHED}, SECONDS)


def described(first: RunRecord, second: RunRecord) -> tuple[RunRecord, RunRecord]:
    """The runs with everything that people and windows write into them."""
    return (
        replace(first, key="0badcafe", notes="Units die before step 24.\n½ of them 🙂", colour=2,
                started="2026-11-21T10:00:00+00:00", environment={"torch": "2.13.0", "threads": "1"}),
        replace(second, key="00c0ffee", name="The sine, again", colour=5, hidden=True, notes="for comparison",
                started="2026-11-21T10:05:00+00:00", parent="0badcafe", branched_at=24, test_loss=0.25),
    )  # fmt: skip


def golden_session(picture: bytes) -> Session:
    """Two runs; the second is hidden and says that it branched from the first."""
    store = SessionStore()
    model = SessionModel(store)
    with Trainer(store.append, recording=RECORDING, threads=1) as trainer:
        dying_run(trainer, store, model)
        finished_run(trainer)
        design = ExperimentSpec.parse(DYING)
        session = model.snapshot(design, trainer)
    return replace(
        session,
        title="Golden session",
        author="Ada Löwe",
        notes="Why do ReLUs die?\n\n– because $x \\le 0$",
        experiments=(design, ExperimentSpec()),
        runs=described(*session.runs),
        pictures=(PinnedPicture("Two pixels", picture, "pinned at step 36", "0badcafe"),),
    )


if __name__ == "__main__":
    from tests.helpers.sessions import png

    save_session(golden_session(png()), Path(sys.argv[1]))
