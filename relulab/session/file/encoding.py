"""A session as the parts of its container, made one by one so that they are never all in memory at once."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from relulab.experiment.live_settings import LIVE_FIELDS
from relulab.session.file.arrays import to_npy, to_tensors
from relulab.session.file.document import to_json
from relulab.session.file.schema import (
    PLAIN_FIELDS,
    TRAINING_TENSORS,
    ChangeRecordDocument,
    CheckpointDocument,
    FindingsDocument,
    RunDocument,
    SessionDocument,
)
from relulab.session.file.tables import PICTURES_BY_KIND, SERIES, TRIAL_SERIES
from relulab.session.history import HistorySnapshot, thin
from relulab.session.session import RunRecord, Session, sample_of
from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import Picture

Parts = Iterator[tuple[str, bytes]]


def encode(session: Session) -> Parts:
    """Name and bytes of every part but the manifest. Raises SessionError for what the schema does not allow."""
    document = SessionDocument.parse(
        {
            "title": session.title,
            "author": session.author,
            "notes": session.notes,
            "experiments": session.experiments,
            "runs": tuple(run.key for run in session.runs),
            "pictures": tuple(
                {"title": picture.title, "note": picture.note, "run": picture.run} for picture in session.pictures
            ),
        }
    )
    yield "session.json", to_json(document)
    for number, picture in enumerate(session.pictures):
        yield f"pictures/{number:04}.png", picture.png
    for run in session.runs:
        yield from _encode_run(run, f"runs/{run.key}")


def _encode_run(run: RunRecord, folder: str) -> Parts:
    recorded, checkpoints = run.history.recorded(), thin(run.checkpoints)
    steps = tuple(checkpoint.step for checkpoint in checkpoints)
    yield f"{folder}/run.json", to_json(_run_document(run, recorded, steps))
    yield from _encode_series(recorded, folder)
    if recorded.picture is not None:
        yield from _encode_picture(recorded.picture, folder)
    yield from _encode_sample(run, folder)
    for checkpoint in checkpoints:
        yield from _encode_checkpoint(checkpoint, f"{folder}/checkpoints/{checkpoint.step:012}")
    for number, trial in enumerate(recorded.trials):
        yield from _encode_trial(RunRecord(trial.title, trial, run.data), f"{folder}/trials/{number:02}")


def _encode_trial(trial: RunRecord, folder: str) -> Parts:
    """A trial is kept as its curves and findings; its data are those of the run, but for the one change."""
    recorded = trial.history.recorded()
    curves = {kind: recorded.columns[kind] for kind in map(_kind_of_series, TRIAL_SERIES) if kind in recorded.columns}
    kept = HistorySnapshot(curves, None, recorded.changes, recorded.findings)
    yield f"{folder}/run.json", to_json(_run_document(trial, kept, ()))
    yield from _encode_series(kept, folder)
    yield from _encode_sample(trial, folder)


def _kind_of_series(group: str) -> type:
    return SERIES[group][0]


def _encode_series(recorded: HistorySnapshot, folder: str) -> Parts:
    for group, (kind, fields) in SERIES.items():
        columns = recorded.columns.get(kind, {})
        for name, column in columns.items():
            yield f"{folder}/{group}/{name}.npy", to_npy(column, fields[name][0])


def _run_document(run: RunRecord, recorded: HistorySnapshot, checkpoints: tuple[int, ...]) -> RunDocument:
    info, picture = run.history.info, recorded.picture
    return RunDocument.parse(
        {
            **{name: getattr(run, name) for name in PLAIN_FIELDS},
            "spec": info.spec,
            "description": info.dataset.description,
            "probe_samples": info.probe_samples,
            "validation_samples": info.validation_samples,
            "device": info.device,
            "changes": tuple(map(ChangeRecordDocument.of, recorded.changes)),
            "findings": None if recorded.findings is None else FindingsDocument.of(recorded.findings),
            "verdicts": tuple(map(FindingsDocument.of, recorded.verdicts)),
            "certificates": recorded.certificates,
            "trials": len(recorded.trials),
            "picture": "" if picture is None else _kind_of(picture),
            "picture_step": 0 if picture is None else picture.step,
            "checkpoints": checkpoints,
        }
    )


def _kind_of(picture: Picture) -> str:
    return next(kind for kind, (picture_type, _) in PICTURES_BY_KIND.items() if isinstance(picture, picture_type))


def _encode_picture(picture: Picture, folder: str) -> Parts:
    _, fields = PICTURES_BY_KIND[_kind_of(picture)]
    for name, (dtype, _) in fields.items():
        yield f"{folder}/picture/{name}.npy", to_npy(np.asarray(getattr(picture, name)), dtype)


def _encode_sample(run: RunRecord, folder: str) -> Parts:
    dataset = sample_of(run.history.info.dataset)
    arrays: dict[str, Any] = {"offset": dataset.offset, "scale": dataset.scale}
    for name, split in (("train", dataset.train), ("validation", dataset.validation), ("test", dataset.test)):
        arrays |= {f"{name}_inputs": split.inputs, f"{name}_targets": split.targets}
    for name, array in arrays.items():
        dtype = "<i8" if array.dtype.kind == "i" else "<f4"
        yield f"{folder}/sample/{name}.npy", to_npy(array, dtype)


def _encode_checkpoint(checkpoint: Checkpoint, folder: str) -> Parts:
    names = CheckpointDocument.model_fields
    same = {name: getattr(checkpoint.settings if name in LIVE_FIELDS else checkpoint, name) for name in names}
    yield f"{folder}/checkpoint.json", to_json(CheckpointDocument.parse(same))
    yield f"{folder}/weights.safetensors", to_tensors(checkpoint.network)
    training = {f"{part}.{name}": a for part in TRAINING_TENSORS for name, a in getattr(checkpoint, part).items()}
    yield f"{folder}/training.safetensors", to_tensors(training)
