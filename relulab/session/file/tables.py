"""What the arrays of a session must look like: types and shapes that go together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Description
from relulab.errors import SessionError
from relulab.measurements.measurement import Measurement
from relulab.measurements.registry import JUDGED, PROBE, STEP, TRACE
from relulab.measurements.status import UNIT_STATUS, UnitStatus
from relulab.training.telemetry import (
    ClassesPicture,
    CurvePicture,
    EvaluationRecord,
    Picture,
    PlanePicture,
    ProbeRecord,
    ScatterPicture,
    StepRecord,
    UnitTraceRecord,
)

# Fields as (type, shape). A letter stands for one size: r rows, L layers, U units, b bins, o outputs; the same
# letter is the same size within one group. A digit is itself.
Fields = Mapping[str, tuple[str, str]]


def _fields(dtype: str, shape: str, names: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names.split(), (dtype, shape))


def _measured(entries: Mapping[str, Measurement]) -> dict[str, tuple[str, str]]:
    return {key: (entry.dtype, f"r{entry.shape}") for key, entry in entries.items()}


SERIES: Mapping[str, tuple[type, Fields]] = {
    "steps": (
        StepRecord,
        {
            **_fields("<i8", "r", "step"),
            **_fields("<f8", "r", "epoch learning_rate loss loss_low loss_high penalty accuracy"),
            **_measured(STEP),
        },
    ),
    "probes": (
        ProbeRecord,
        {**_fields("<i8", "r", "step"), **_fields("<f8", "r", "epoch loss accuracy"), **_measured(PROBE)},
    ),
    "evaluations": (EvaluationRecord, {**_fields("<i8", "r", "step"), **_fields("<f8", "r", "epoch loss accuracy")}),
    "traces": (UnitTraceRecord, {**_fields("<i8", "r", "step"), **_measured(TRACE)}),
}

# What a run was judged by; numbers that were not measured at a moment are NaN or -1.
MOMENTS: Fields = {
    **_fields("<i8", "r", "step linear_rank"),
    **_fields("<f8", "r", "learning_rate batch_loss loss accuracy validation_loss validation_accuracy linear_r2"),
    **_fields("|u1", "r", "diverged final"),
    **_fields("<f8", "rL", "duplicates effective_rank bias_mean"),
    **{entry.key: ("<f8" if entry.dtype == "<f4" else entry.dtype, f"r{entry.shape}") for entry in JUDGED},
}


# What is kept of a trial: its curves.
TRIAL_SERIES = ("steps", "evaluations")

PICTURES_BY_KIND: Mapping[str, tuple[type[Picture], Fields]] = {
    "plane": (PlanePicture, {"values": ("<f4", "oyx"), "x_range": ("<f8", "2"), "y_range": ("<f8", "2")}),
    "curve": (CurvePicture, {"x": ("<f4", "n"), "y": ("<f4", "on")}),
    "classes": (ClassesPicture, {"confusion": ("<i8", "cc"), "samples": ("<i8", "k"), "probabilities": ("<f4", "kc")}),
    "scatter": (ScatterPicture, {"target": ("<f4", "n"), "predicted": ("<f4", "n")}),
}


def check_shapes(arrays: Mapping[str, NDArray[Any]], schema: Fields, known: Mapping[str, int], group: str) -> None:
    """Raises SessionError where the sizes of a group of arrays do not go together or with those ``known``."""
    sizes = dict(known)
    for name, array in arrays.items():
        letters = schema[name][1]
        fits = len(letters) == array.ndim and all(
            size == (int(letter) if letter.isdecimal() else sizes.setdefault(letter, size))
            for letter, size in zip(letters, array.shape, strict=True)
        )
        if not fits:
            shape = "×".join(map(str, array.shape))
            raise SessionError(f"its part {group}/{name}.npy has the shape {shape}, which does not fit the rest.")


def check_values(arrays: Mapping[str, NDArray[Any]], group: str) -> None:
    """Raises SessionError for steps that go backwards and for states of units that there are not."""
    steps, states = arrays.get("step"), arrays.get(UNIT_STATUS.key)
    if steps is not None and len(steps) and (steps[0] < 0 or (steps[1:] < steps[:-1]).any()):
        raise SessionError(f"its part {group}/step.npy holds steps that are not in order.")
    if states is not None and states.size and states.max() > max(UnitStatus):
        raise SessionError(f"its part {group}/{UNIT_STATUS.key}.npy holds states that no unit has.")


def check_data(inputs: NDArray[Any], targets: NDArray[Any], description: Description, group: str) -> None:
    """Raises SessionError where samples are not what the description of the data says."""
    is_class = targets.dtype == np.int64
    targets_fit = targets.shape == ((len(inputs),) if is_class else (len(inputs), description.outputs))
    if inputs.shape[1:] != description.input_shape or not targets_fit:
        raise SessionError(f"its part {group} holds samples of another shape than its data have.")
    if is_class and targets.size and not 0 <= targets.min() <= targets.max() < description.outputs:
        raise SessionError(f"its part {group} holds samples of classes that its data do not have.")
