"""What the parts of a session must look like: JSON documents as pydantic models, arrays as types and shapes."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from relulab.data.dataset import Description
from relulab.errors import SessionError, SpecError
from relulab.session.limits import CHECKPOINTS, PICTURES, RUNS
from relulab.session.records import DataFacts, RunRecord
from relulab.session.text import from_json
from relulab.spec import ClippingChoice, ExperimentSpec
from relulab.spec.frozen import Frozen
from relulab.spec.migrations import migrate
from relulab.training.checkpoint import Tally
from relulab.training.state import State
from relulab.training.telemetry import (
    ChangeRecord,
    ClassesPicture,
    CurvePicture,
    EvaluationRecord,
    Picture,
    PlanePicture,
    ProbeRecord,
    ScatterPicture,
    StepRecord,
)

Line = Annotated[str, Field(max_length=1000)]
Prose = Annotated[str, Field(max_length=1_000_000)]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
Count = Annotated[int, Field(ge=0, lt=10**12)]


def _migrated(data: Any) -> Any:
    return data if isinstance(data, ExperimentSpec) else migrate(data)


Experiment = Annotated[ExperimentSpec, BeforeValidator(_migrated)]


# Fields of a RunRecord that are in run.json as they are.
PLAIN_FIELDS = tuple(f.name for f in fields(RunRecord) if f.name not in ("key", "history", "checkpoints"))


class Document(Frozen):
    """A JSON part. Numbers that are not finite are kept, as the strings "NaN", "Infinity" and "-Infinity"."""

    model_config = ConfigDict(allow_inf_nan=True, ser_json_inf_nan="strings")

    @classmethod
    def read(cls, data: bytes, name: str) -> Self:
        """Raises SessionError that names the part and the field."""
        try:
            return cls.parse(from_json(data, name))
        except SpecError as error:
            raise SessionError(f"its part {name} is not valid: {error}") from None


class PictureDocument(Document):
    title: Line
    note: Prose
    run: Key | Annotated[str, Field(max_length=0)]


class SessionDocument(Document):
    """session.json. ``pictures`` describe pictures/0000.png, pictures/0001.png, … in order."""

    title: Line
    author: Line
    notes: Prose
    experiments: tuple[Experiment, ...]
    runs: Annotated[tuple[Key, ...], Field(max_length=RUNS)]
    pictures: Annotated[tuple[PictureDocument, ...], Field(max_length=PICTURES)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.runs)) != len(self.runs):
            raise ValueError("a run is listed twice.")
        return self


class RunDocument(Document):
    """run.json. ``picture`` names a kind of PICTURES or is empty. ``checkpoints`` are their steps."""

    name: Line
    spec: Experiment
    description: Description
    probe_samples: Count
    validation_samples: Count
    device: Line
    data: DataFacts
    state: State
    message: Prose
    notes: Prose
    colour: Annotated[int, Field(ge=0, lt=10**6)]
    hidden: bool
    started: Line
    seconds: float
    test_loss: float
    test_accuracy: float
    parent: Key | Annotated[str, Field(max_length=0)]
    branched_at: Count
    environment: dict[Line, Line]
    findings: tuple[dict[str, JsonValue], ...]
    changes: tuple[ChangeRecord, ...]
    picture: Line
    picture_step: Count
    checkpoints: Annotated[tuple[Count, ...], Field(max_length=CHECKPOINTS)]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        shape, outputs = self.description.input_shape, self.description.outputs
        if len(shape) not in (1, 3) or not all(1 <= side <= 10**7 for side in (*shape, outputs)):
            raise ValueError("the shape of the data is not one that data have.")
        if self.picture and self.picture not in PICTURES_BY_KIND:
            raise ValueError(f"there is no picture of the kind '{self.picture[:40]}'.")
        if list(self.checkpoints) != sorted(set(self.checkpoints)):
            raise ValueError("the checkpoints are not in order.")
        return self


class CheckpointDocument(Document):
    """checkpoint.json: what a checkpoint holds beside its arrays."""

    step: Count
    rows_given: Count
    learning_rate: float
    clipping: ClippingChoice
    l1: float
    l2: float
    best_validation: tuple[float, int]
    early_stopped: Prose
    tally: Tally


# Fields as (type, shape). A letter stands for one size: r rows, L layers, U units, b bins, o outputs; the same
# letter is the same size within one group. A digit is itself.
Fields = Mapping[str, tuple[str, str]]


def _fields(dtype: str, shape: str, names: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names.split(), (dtype, shape))


SERIES: Mapping[str, tuple[type, Fields]] = {
    "steps": (
        StepRecord,
        {
            **_fields("<i8", "r", "step"),
            **_fields("<f8", "r", "epoch learning_rate loss loss_low loss_high penalty accuracy"),
            **_fields("<f4", "rL", "gradient_norm gradient_rms update_ratio"),
        },
    ),
    "probes": (
        ProbeRecord,
        {
            **_fields("<i8", "r", "step"),
            **_fields("<f8", "r", "epoch loss accuracy"),
            **_fields("<f4", "rL", "mean std sparsity saturated dead never_active dormant"),
            **_fields("<f4", "rL", "histogram_low histogram_high weight_low weight_high"),
            **_fields("<f4", "rLb", "histogram"),
            **_fields("<f4", "rLw", "weight_histogram"),
            **_fields("|u1", "rU", "unit_status"),
            **_fields("<f4", "rU", "firing_rate dormancy max_pre_activation"),
        },
    ),
    "evaluations": (
        EvaluationRecord,
        {**_fields("<i8", "r", "step"), **_fields("<f8", "r", "epoch loss accuracy")},
    ),
}

PICTURES_BY_KIND: Mapping[str, tuple[type[Picture], Fields]] = {
    "plane": (PlanePicture, {"values": ("<f4", "oyx"), "x_range": ("<f8", "2"), "y_range": ("<f8", "2")}),
    "curve": (CurvePicture, {"x": ("<f4", "n"), "y": ("<f4", "on")}),
    "classes": (
        ClassesPicture,
        {"confusion": ("<i8", "cc"), "samples": ("<i8", "k"), "probabilities": ("<f4", "kc")},
    ),
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


def check_data(inputs: NDArray[Any], targets: NDArray[Any], description: Description, group: str) -> None:
    """Raises SessionError where samples are not what the description of the data says."""
    is_class = targets.dtype == np.int64
    targets_fit = targets.shape == ((len(inputs),) if is_class else (len(inputs), description.outputs))
    if inputs.shape[1:] != description.input_shape or not targets_fit:
        raise SessionError(f"its part {group} holds samples of another shape than its data have.")
    if is_class and targets.size and not 0 <= targets.min() <= targets.max() < description.outputs:
        raise SessionError(f"its part {group} holds samples of classes that its data do not have.")
