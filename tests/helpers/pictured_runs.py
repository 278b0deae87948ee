"""Short real runs with the picture of their output at the end."""

from typing import Any

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule


def pictured_run(*layers: Any, data: str = "moons", steps: int = 20, keep: bool = False, **training: Any) -> Any:
    """The RunHistory of such a run, with the picture that its data have; ``keep``: and a checkpoint at its end."""
    parts = {"data": {"dataset": data, "train_size": 60, "validation_size": 40}, "model": {"layers": list(layers)}}
    spec = ExperimentSpec.parse(parts | {"training": {"steps": steps} | training})
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(steps), record=store.append)
    run.measure_start()
    run.run_until(steps)
    run.instruments.measure_picture()
    assert store.current is not None
    if keep:
        store.append(run.checkpoint())
    return store.current
