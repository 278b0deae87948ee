"""ReLU Lab's engine: see why neural networks learn, and why they die.

For notebooks, the names below; each has its own documentation (``help(relulab.train)``)::

    import relulab

    spec = relulab.load_preset("moons-healthy")
    result = relulab.train(spec)
    result.summary.test_accuracy

They are imported when they are first used: ``import relulab`` alone loads no PyTorch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from relulab.edition import __version__ as __version__

if TYPE_CHECKING:
    from relulab.api import build_model, explain, probe, sweep, train
    from relulab.cluster.addresses import Scheduler
    from relulab.experiment import ExperimentSpec
    from relulab.experiment.presets import load_preset
    from relulab.inside import draw, effective_map, film, regions, trace
    from relulab.training.trainer import Trainer

__all__ = [
    "ExperimentSpec",
    "Scheduler",
    "Trainer",
    "build_model",
    "draw",
    "effective_map",
    "explain",
    "film",
    "load_preset",
    "probe",
    "regions",
    "sweep",
    "trace",
    "train",
]

_HOME = {
    "ExperimentSpec": "relulab.experiment",
    "Scheduler": "relulab.cluster.addresses",
    "Trainer": "relulab.training.trainer",
    "build_model": "relulab.api",
    "draw": "relulab.inside",
    "effective_map": "relulab.inside",
    "explain": "relulab.api",
    "film": "relulab.inside",
    "load_preset": "relulab.experiment.presets",
    "probe": "relulab.api",
    "regions": "relulab.inside",
    "sweep": "relulab.api",
    "trace": "relulab.inside",
    "train": "relulab.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'relulab' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
