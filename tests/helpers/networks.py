"""Networks of real runs, with the picture of them."""

from functools import lru_cache

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from tests.helpers.small_runs import experiment

DEAD = {"kind": "dense", "parameters": {"units": 4}, "bias": {"name": "constant", "parameters": {"value": -50.0}}}
CONV = {"kind": "conv2d", "parameters": {"channels": 4, "padding": 1}}


def pictured(spec: ExperimentSpec, steps: int = 20) -> RunHistory:
    """What a run of so many steps recorded while somebody looked at its network."""
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    run.instruments.network_wanted = True
    run.measure_start()
    run.run_until(steps)
    run.instruments.conclude()
    assert store.current is not None
    return store.current


@lru_cache
def moons_history() -> RunHistory:
    """2-6-4-2, its second layer dead."""
    return pictured(experiment("moons", 6, DEAD, steps=20))


@lru_cache
def digits_history() -> RunHistory:
    """Convolutions over images."""
    return pictured(experiment("digits", CONV, "max_pool2d", CONV, "flatten", 5, steps=10), 10)
