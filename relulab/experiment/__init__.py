"""An experiment as data: frozen, validated, versioned."""

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
