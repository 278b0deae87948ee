"""Save a session to a .relulab file and open one, from whomever it comes."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.errors import SessionError, SpecError
from relulab.experiment.live_settings import LIVE_FIELDS
from relulab.session.atomic import replacing
from relulab.session.file.arrays import Pieces, to_npy, to_tensors
from relulab.session.file.container import Container, write_container
from relulab.session.file.decoding import decode
from relulab.session.file.document import to_json
from relulab.session.file.maps import MapDocument
from relulab.session.file.moments import moment_columns
from relulab.session.file.schema import (
    PLAIN_FIELDS,
    TRAINING_TENSORS,
    ChangeRecordDocument,
    CheckpointDocument,
    FindingsDocument,
    RunDocument,
    SessionDocument,
)
from relulab.session.file.tables import MOMENTS, PICTURES_BY_KIND, SERIES, TRIAL_SERIES
from relulab.session.file.weights import WEIGHTS, weights_part
from relulab.session.history import HistorySnapshot
from relulab.session.limits import CHECKPOINTS, MAPS, PARTS, PICTURES
from relulab.session.outside_files import designs_of, keep_shut
from relulab.session.session import RunRecord, Session, sample_of
from relulab.session.thinning import thin
from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import Picture
from relulab.untrusted import open_plain

Parts = Iterator[tuple[str, Pieces]]
File = BufferedRandom | BufferedReader
Result = TypeVar("Result")

PARTS_OF_RUN = 13 + len(MOMENTS) + sum(len(fields) for _, fields in SERIES.values())  # but its checkpoints, trials
PARTS_OF_CHECKPOINT = 3
LONGEST = 500  # letters of a reason; a text out of the file may be quoted in it


class ChangedOnDiskError(SessionError):
    """The file is not what it was when it was opened or saved last: somebody else has written to it."""


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file was at some moment, to see later whether it still is."""

    size: int
    modified: float
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileMark | None":
        """The mark of a file, or None where there is none. Raises SessionError where it cannot be read."""
        try:
            with open_plain(path) as file:
                return cls._of(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SessionError(f"{path} cannot be read: {error.strerror or error}.") from None

    @classmethod
    def _of(cls, file: File) -> "FileMark":
        file.seek(0)
        status = os.fstat(file.fileno())
        return cls(status.st_size, status.st_mtime, hashlib.file_digest(file, "sha256").hexdigest())

    def still_holds(self, path: Path) -> bool:
        """Whether the file has the same content. A file that is gone has not been changed by anybody."""
        try:
            if path.stat().st_size != self.size:
                return False
        except FileNotFoundError:
            return True
        now = FileMark.of(path)
        return now is None or now.sha256 == self.sha256


def save_session(session: Session, path: Path, expected: FileMark | None = None, *, compress: bool = True) -> FileMark:
    """Write ``session`` to ``path``, as a whole or not at all, and return the new file's mark.

    ``expected`` is the mark that opening or the last saving gave: ChangedOnDiskError is raised where the file is
    another one now. Without it, whatever is there is replaced. ``compress``: half the size at five times the
    time. What was written is read back before it takes
    the place of the old file. Raises SessionError, and the old file is whole, when anything goes wrong.
    """
    if expected is not None and not expected.still_holds(path):
        raise ChangedOnDiskError(
            f"{path} was changed by another window or program since you opened it. "
            "Save under another name, or open it again to see what changed."
        )
    with replacing(path) as file:
        _guarded(f"{path} could not be saved", partial(_write, session, file, compress))
        return FileMark._of(file)


def load_session(path: Path) -> Session:
    """Open a session. Nothing in it is executed, and nothing outside it is read, then or later, unless
    ``untrusted_paths.release`` allows it. Raises SessionError.
    """
    return open_session(path)[0]


def open_session(path: Path, progress: Progress = ignore) -> tuple[Session, FileMark]:
    """``load_session``, and the mark to save with. ``progress`` counts parts, and may raise to stop."""
    try:
        with open_plain(path) as file:
            session = _guarded(f"{path} cannot be opened", partial(_read, file, progress))
            keep_shut(designs_of(session))
            return session, FileMark._of(file)
    except FileNotFoundError:
        raise SessionError(f"{path} cannot be opened: No such file. Was it moved, renamed or deleted?") from None
    except OSError as error:
        raise SessionError(f"{path} cannot be opened: {error.strerror or error}.") from None


def _write(session: Session, file: File, compress: bool) -> None:
    write_container(file, partial(encode, session), compress=compress)
    file.flush()
    _read(file)


def _read(file: File, progress: Progress = ignore) -> Session:
    return decode(Container(file, progress))


def _guarded(what: str, work: Callable[[], Result]) -> Result:
    """Say which file it is about; ``work`` raises errors that only say what is wrong with it."""
    try:
        return work()
    except (SessionError, SpecError) as error:
        reason = str(error)
        raise SessionError(f"{what}: {reason if len(reason) <= LONGEST else reason[:LONGEST] + ' …'}") from None
    except MemoryError:
        raise SessionError(f"{what}: there is not enough memory.") from None


def encode(session: Session) -> Parts:
    """Name and pieces of every part but the manifest. Raises SessionError for what the schema does not allow."""
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
            "maps": len(session.maps),
        }
    )
    yield "session.json", (to_json(document),)
    for number, picture in enumerate(session.pictures):
        yield f"pictures/{number:04}.png", (picture.png,)
    for number, kept in enumerate(session.maps):
        yield f"maps/{number:04}.json", (to_json(MapDocument.of(kept)),)
    most = _most_checkpoints(session)
    for run in session.runs:
        yield from _encode_run(run, f"runs/{run.key}", most)


def _most_checkpoints(session: Session) -> int:
    """How many of each run there is room for beside all other parts. The newest always stays."""
    trials = sum(len(run.history.trials) for run in session.runs)
    room = PARTS - PICTURES - MAPS - PARTS_OF_RUN * (len(session.runs) + trials)
    return max(1, min(CHECKPOINTS, room // (PARTS_OF_CHECKPOINT * max(1, len(session.runs)))))


def _encode_run(run: RunRecord, folder: str, most: int = CHECKPOINTS) -> Parts:
    recorded, checkpoints = run.history.recorded(), thin(run.checkpoints, most=most)
    steps = tuple(checkpoint.step for checkpoint in checkpoints)
    yield f"{folder}/run.json", (to_json(_run_document(run, recorded, steps)),)
    yield from _encode_series(recorded, folder)
    for name, column in moment_columns(recorded.moments, run.history.info.layout):
        yield f"{folder}/moments/{name}.npy", to_npy(column, MOMENTS[name][0])
    if recorded.picture is not None:
        yield from _encode_picture(recorded.picture, folder)
    yield from _encode_sample(run, folder)
    for checkpoint in checkpoints:
        yield from _encode_checkpoint(checkpoint, f"{folder}/checkpoints/{checkpoint.step:012}")
    if kept := weights_part(recorded.weights, checkpoints):
        yield f"{folder}/{WEIGHTS}", kept
    for number, trial in enumerate(recorded.trials):
        yield from _encode_trial(RunRecord(trial.title, trial, run.data), f"{folder}/trials/{number:02}")


def _encode_trial(trial: RunRecord, folder: str) -> Parts:
    """A trial is kept as its curves and findings; its data are those of the run, but for the one change."""
    recorded = trial.history.recorded()
    curves = {kind: recorded.columns[kind] for kind in map(_kind_of_series, TRIAL_SERIES) if kind in recorded.columns}
    kept = HistorySnapshot(curves, None, recorded.changes, recorded.findings)
    yield f"{folder}/run.json", (to_json(_run_document(trial, kept, ())),)
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
            "lost_in": recorded.moments[-1].non_finite if recorded.moments else "",
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
    if dataset.scales_targets:
        yield f"{folder}/sample/target_offset.npy", to_npy(dataset.target_offset, "<f8")
        yield f"{folder}/sample/target_scale.npy", to_npy(dataset.target_scale, "<f8")


def _encode_checkpoint(checkpoint: Checkpoint, folder: str) -> Parts:
    names = CheckpointDocument.model_fields
    same = {name: getattr(checkpoint.settings if name in LIVE_FIELDS else checkpoint, name) for name in names}
    same["judged_tally"] = checkpoint.judged_tally if checkpoint.judged_tally.steps else None
    yield f"{folder}/checkpoint.json", (to_json(CheckpointDocument.parse(same)),)
    yield f"{folder}/weights.safetensors", to_tensors(checkpoint.network)
    training = {f"{part}.{name}": a for part in TRAINING_TENSORS for name, a in getattr(checkpoint, part).items()}
    yield f"{folder}/training.safetensors", to_tensors(training)
