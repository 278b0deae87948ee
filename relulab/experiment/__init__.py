"""An experiment as data: frozen, validated, versioned.

These are imported when they are first used: whoever only lists the presets needs no validation.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relulab.experiment.experiment import (
        ActivationChoice,
        BiasChoice,
        Choice,
        ClippingChoice,
        DatasetChoice,
        DataSpec,
        ExperimentSpec,
        InitializationChoice,
        LayerSpec,
        ModelSpec,
        OptimizerChoice,
        OutputSpec,
        ScheduleChoice,
        TrainingSpec,
    )

__all__ = [
    "ActivationChoice",
    "BiasChoice",
    "Choice",
    "ClippingChoice",
    "DataSpec",
    "DatasetChoice",
    "ExperimentSpec",
    "InitializationChoice",
    "LayerSpec",
    "ModelSpec",
    "OptimizerChoice",
    "OutputSpec",
    "ScheduleChoice",
    "TrainingSpec",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'relulab.experiment' has no attribute '{name}'")
    from relulab.experiment import experiment

    return getattr(experiment, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
