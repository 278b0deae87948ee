"""The parts of a container as a session. Everything is checked, so that no panel meets what it does not expect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.diagnosis.moment import Moment
from relulab.errors import SessionError, SpecError
from relulab.experiment.live_settings import LIVE_FIELDS, LiveSettings
from relulab.measurements.measurement import no_values
from relulab.measurements.registry import PROBE
from relulab.model.layout import Layout
from relulab.model.plan import DesignPlan
from relulab.session.file.arrays import from_npy, from_tensors
from relulab.session.file.container import Container
from relulab.session.file.maps import MapDocument
from relulab.session.file.moments import moments_of
from relulab.session.file.schema import PLAIN_FIELDS, TRAINING_TENSORS, CheckpointDocument, RunDocument, SessionDocument
from relulab.session.file.tables import (
    MOMENTS,
    PICTURES_BY_KIND,
    SERIES,
    Fields,
    check_data,
    check_shapes,
    check_values,
)
from relulab.session.file.weights import WEIGHTS, weights_of
from relulab.session.history import HistorySnapshot, RunHistory
from relulab.session.limits import PICTURE_SIDE
from relulab.session.session import PinnedPicture, RunRecord, Session
from relulab.training.checkpoint import NO_LOSSES, Checkpoint
from relulab.training.kept_weights import KeptWeights
from relulab.training.telemetry import DeathCertificate, FindingsRecord, Picture, RunStarted

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def decode(container: Container) -> Session:
    """Read every part. Raises SessionError for what is not as a session has it."""
    document = SessionDocument.read(container.take("session.json"), "session.json")
    pictures = tuple(
        PinnedPicture(described.title, _png(container, f"pictures/{number:04}.png"), described.note, described.run)
        for number, described in enumerate(document.pictures)
    )
    names = (f"maps/{number:04}.json" for number in range(document.maps))
    maps = tuple(MapDocument.read(container.take(name), name).kept() for name in names)
    runs = tuple(_decode_run(container, key) for key in document.runs)
    container.finish()
    return Session(document.title, document.author, document.notes, document.experiments, runs, pictures, maps)


def _png(container: Container, name: str) -> bytes:
    """A picture of a size that a screen can have; what is in it is for the decoder to check."""
    data = container.take(name)
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if not data.startswith(_PNG) or not (0 < width <= PICTURE_SIDE and 0 < height <= PICTURE_SIDE):
        raise SessionError(f"its part {name} is not a PNG picture of a usual size.")
    return data


def _decode_run(container: Container, key: str) -> RunRecord:
    folder = f"runs/{key}"
    document, history = _decode_history(container, folder)
    plain = {name: getattr(document, name) for name in PLAIN_FIELDS}
    return RunRecord(**plain, key=key, history=history, checkpoints=history.checkpoints)


def _decode_history(container: Container, folder: str) -> tuple[RunDocument, RunHistory]:
    document = RunDocument.read(container.take(f"{folder}/run.json"), f"{folder}/run.json")
    layout = _layout(document, folder)
    dataset = _decode_sample(container, f"{folder}/sample", document.description)
    seen = document.probe_samples, document.validation_samples
    started = RunStarted(document.spec, layout, dataset, *seen, document.device, document.data.train)
    sizes = {"L": len(layout.layers), "U": layout.offsets[-1]}
    columns = {}
    for group, (kind, fields) in SERIES.items():
        if f"{folder}/{group}/step.npy" in container:
            columns[kind] = _decode_arrays(container, f"{folder}/{group}", fields, sizes)
    moments: tuple[Moment, ...] = ()
    if f"{folder}/moments/step.npy" in container:
        moments = moments_of(_decode_arrays(container, f"{folder}/moments", MOMENTS, sizes), document.lost_in)
    checkpoints = tuple(
        _decode_checkpoint(container, f"{folder}/checkpoints/{step:012}", step, moments)
        for step in document.checkpoints
    )
    recorded = HistorySnapshot(
        columns,
        _decode_picture(container, f"{folder}/picture", document),
        tuple(change.record(layout) for change in document.changes),
        None if document.findings is None else _judged_by(document.findings.record(layout), moments),
        _certificates(document, layout),
        tuple(_decode_trial(container, f"{folder}/trials/{number:02}") for number in range(document.trials)),
        checkpoints=checkpoints,
        verdicts=tuple(_judged_by(verdict.record(layout), moments) for verdict in document.verdicts),
        moments=moments,
        weights=_decode_weights(container, f"{folder}/{WEIGHTS}", checkpoints),
    )
    return document, RunHistory.restored(started, recorded)


def _judged_by(record: FindingsRecord, moments: tuple[Moment, ...]) -> FindingsRecord:
    """The verdict with the moment that it rests on, where the file has that."""
    return replace(record, moment=next((one for one in reversed(moments) if one.step == record.step), None))


def _decode_trial(container: Container, folder: str) -> RunHistory:
    document, history = _decode_history(container, folder)
    history.title = document.name
    return history


def _certificates(document: RunDocument, layout: Layout) -> tuple[DeathCertificate, ...]:
    for found in document.certificates:
        if not (0 <= found.layer < len(layout.layers) and 0 <= found.unit < layout.layers[found.layer].units):
            raise SessionError("a death certificate is about a unit that the network does not have.")
    return document.certificates


def _layout(document: RunDocument, folder: str) -> Layout:
    """The layout follows from the design and the shape of the data, so it is not in the file."""
    try:
        return DesignPlan.of(document.spec, document.description).layout
    except SpecError as error:
        raise SessionError(f"its part {folder}/run.json holds a design that cannot be built: {error}") from None


def _decode_arrays(
    container: Container, group: str, fields: Fields, sizes: Mapping[str, int]
) -> dict[str, NDArray[Any]]:
    """All arrays of a group, of the right types and of shapes that go together."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, (dtype, _) in fields.items():
        part = f"{group}/{name}.npy"
        later = PROBE.get(name)
        if later is not None and later.later and part not in container:
            arrays[name] = no_values(later, len(arrays["step"]), sizes)
        else:
            arrays[name] = from_npy(container.take(part), dtype, part)
    check_shapes(arrays, fields, sizes, group)
    check_values(arrays, group)
    return arrays


def _decode_sample(container: Container, group: str, description: Description) -> Dataset:
    def array(name: str, dtype: str) -> NDArray[Any]:
        part = f"{group}/{name}.npy"
        return from_npy(container.take(part), dtype, part).copy()

    targets = "<i8" if description.task is Task.CLASSIFICATION else "<f4"

    def split(name: str) -> Split:
        inputs = array(f"{name}_inputs", "<f4")
        labels = array(f"{name}_targets", targets)
        check_data(inputs, labels, description, group)
        return Split(inputs, labels)

    offset, scale = array("offset", "<f4"), array("scale", "<f4")
    shape = description.input_shape
    for values in (offset, scale):
        sides = zip(reversed(values.shape), reversed(shape), strict=False)
        if values.ndim > len(shape) or any(side not in (1, whole) for side, whole in sides):
            raise SessionError(f"its part {group} holds a scaling that does not fit the data.")
    dataset = Dataset(description, split("train"), split("validation"), split("test"), offset, scale)
    if f"{group}/target_scale.npy" not in container:  # targets as the data have them
        return dataset
    target_offset, target_scale = array("target_offset", "<f8"), array("target_scale", "<f8")
    fits = target_offset.shape == target_scale.shape == (description.outputs,)
    if not (fits and np.isfinite([target_offset, target_scale]).all() and (target_scale > 0.0).all()):
        raise SessionError(f"its part {group} holds a scaling of targets that does not fit the data.")
    return replace(dataset, target_offset=target_offset, target_scale=target_scale)


def _decode_picture(container: Container, group: str, document: RunDocument) -> Picture | None:
    if not document.picture:
        return None
    picture_type, fields = PICTURES_BY_KIND[document.picture]
    outputs = document.description.outputs
    arrays = _decode_arrays(container, group, fields, {"o": outputs, "c": max(2, outputs)})
    values: dict[str, Any] = {
        name: (float(array[0]), float(array[1])) if fields[name][1] == "2" else array.copy()
        for name, array in arrays.items()
    }
    return picture_type(step=document.picture_step, **values)


def _decode_checkpoint(container: Container, folder: str, step: int, moments: tuple[Moment, ...]) -> Checkpoint:
    part = f"{folder}/checkpoint.json"
    document = CheckpointDocument.read(container.take(part), part)
    if document.step != step:
        raise SessionError(f"its part {part} is about another step.")
    weights = from_tensors(container.take(f"{folder}/weights.safetensors"), f"{folder}/weights.safetensors")
    training = from_tensors(container.take(f"{folder}/training.safetensors"), f"{folder}/training.safetensors")
    groups: dict[str, Any] = {name: _split(training, name) for name in TRAINING_TENSORS}
    if sum(map(len, groups.values())) != len(training):
        raise SessionError(f"its part {folder}/training.safetensors holds a tensor that belongs to nothing.")
    names = CheckpointDocument.model_fields.keys() - set(LIVE_FIELDS)
    same: dict[str, Any] = {name: getattr(document, name) for name in names}
    same["judged_tally"] = document.judged_tally or NO_LOSSES
    judged = tuple(moment for moment in moments if moment.step <= step)
    return Checkpoint(network=weights, settings=LiveSettings.of(document), **same, **groups, moments=judged)


def _decode_weights(container: Container, part: str, checkpoints: Sequence[Checkpoint]) -> tuple[KeptWeights, ...]:
    """Older files, and runs of large networks, have none."""
    return weights_of(container.take(part), checkpoints, part) if part in container else ()


def _split(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(f"{prefix}."): array for name, array in arrays.items() if name.startswith(f"{prefix}.")}
