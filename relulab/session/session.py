"""What a session is: everything that a person wants to find again after closing the window.

Its runs have a name and a colour each that no other run has; a user means one by its name, its number or its key.
"""

import hashlib
import math
import platform
import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Dataset, Split
from relulab.edition import __version__
from relulab.errors import DataError, SessionError
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.session.kept_maps import KeptMap
from relulab.training.checkpoint import Checkpoint
from relulab.training.state import State

LONGEST_NAME = 200  # characters
NAMED = 20  # runs that a message names at most
SAMPLE_BYTES = 2**18  # of each split, kept for pictures
SHOWN_SAMPLES = 64  # at least so many of each split, however large they are


def new_key() -> str:
    """A name for a run that stays the same wherever the run goes."""
    return secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class DataFingerprint:
    """Which data a run learned from: the sizes of the splits, and a fingerprint of every number in them.

    The fingerprint of many data takes a moment; ``sha256`` is empty until it was worked out.
    """

    train: int
    validation: int
    test: int
    sha256: str

    @classmethod
    def of(cls, dataset: Dataset) -> "DataFingerprint":
        """The facts of a whole data set (not of the sample that a session file keeps)."""
        return cls(len(dataset.train), len(dataset.validation), len(dataset.test), _fingerprint(dataset))

    @classmethod
    def sizes(cls, dataset: Dataset) -> "DataFingerprint":
        """The facts that are known at once."""
        return cls(len(dataset.train), len(dataset.validation), len(dataset.test), "")

    def check(self, dataset: Dataset) -> None:
        """Raises DataError unless ``dataset`` is what the run learned from."""
        if DataFingerprint.of(dataset) != self:
            raise DataError(
                "The data are not the ones that this run learned from: the file or the data set has changed since. "
                "The run can be looked at and started anew, but not continued."
            )


_fingerprints: "WeakKeyDictionary[Dataset, str]" = WeakKeyDictionary()  # keeps no data alive


def _fingerprint(dataset: Dataset) -> str:
    known = _fingerprints.get(dataset)
    if known is None:
        known = _fingerprints[dataset] = _worked_out(dataset)
    return known


def _worked_out(dataset: Dataset) -> str:
    """Of the scaled numbers, whatever they are kept as: so old sessions know their data."""
    digest = hashlib.sha256()
    for split in (dataset.train, dataset.validation, dataset.test):
        none = split.first(0).inputs
        digest.update(f"{none.dtype.str}{(len(split), *none.shape[1:])}".encode())
        for part in split.parts():
            digest.update(_bytes_of(part))
        digest.update(f"{split.targets.dtype.str}{split.targets.shape}".encode())
        digest.update(_bytes_of(split.targets))
    return digest.hexdigest()


def _bytes_of(array: NDArray[Any]) -> memoryview | bytes:
    return np.ascontiguousarray(array).view(np.uint8).data if array.size else b""


def sample_of(dataset: Dataset) -> Dataset:
    """The first samples of each split: enough for pictures, small enough for a file."""

    def first(split: Split) -> Split:
        row_bytes = max(1, split.first(1).inputs.nbytes)
        return split.first(max(SHOWN_SAMPLES, SAMPLE_BYTES // row_bytes))

    return replace(dataset, train=first(dataset.train), validation=first(dataset.validation), test=first(dataset.test))


@dataclass(frozen=True, slots=True, eq=False)
class RunRecord:
    """One run with its whole history. ``history`` may still grow; it is copied when the session is saved.

    ``key`` stays the same for the life of the run. ``colour`` is a place in the palette of runs. ``started`` is
    a time in ISO 8601. ``environment``: what it was computed with, as ``describe_environment`` says.
    ``parent`` and ``branched_at``: the key of the run and the
    step that this one branched from. ``seconds`` counts training only. In a run out of a file,
    ``history.info.dataset`` holds the first samples alone; ``data`` describes all of them.
    """

    name: str
    history: RunHistory
    data: DataFingerprint
    state: State = State.READY
    key: str = field(default_factory=new_key)
    message: str = ""
    notes: str = ""
    colour: int = 0
    hidden: bool = False
    started: str = ""
    seconds: float = 0.0
    test_loss: float = math.nan
    test_accuracy: float = math.nan
    parent: str = ""
    branched_at: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    checkpoints: tuple[Checkpoint, ...] = ()

    @property
    def spec(self) -> ExperimentSpec:
        return self.history.info.spec


@dataclass(frozen=True, slots=True)
class PinnedPicture:
    """A picture that the user kept. ``run`` is the key of the run it shows, or empty."""

    title: str
    png: bytes
    note: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """All of it. ``experiments`` are designs: the one in the editor first. ``maps``: the newest first."""

    title: str = ""
    author: str = ""
    notes: str = ""
    experiments: tuple[ExperimentSpec, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    pictures: tuple[PinnedPicture, ...] = ()
    maps: tuple[KeptMap, ...] = ()


def unique_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or ``wanted #2``, ``wanted #3``, … where others have that name. Never empty."""
    wanted = " ".join(wanted.split())[:LONGEST_NAME] or "Run"
    names = set(taken)
    if wanted not in names:
        return wanted
    return next(name for number in count(2) if (name := f"{wanted} #{number}") not in names)


def free_colour(taken: Iterable[int]) -> int:
    """The first place in the palette of runs that no other run has."""
    places = set(taken)
    return next(place for place in count() if place not in places)


def choose_run(session: Session, text: str) -> RunRecord:
    """The run whose key or name ``text`` is, or that stands at that place, counted from 1.

    Raises SessionError that names the runs where there is none, or more than one of that name.
    """
    by_key = [run for run in session.runs if run.key == text]
    by_name = [run for run in session.runs if run.name == text]
    found = by_key or by_name or _at(session, text)
    if len(found) == 1:
        return found[0]
    if not session.runs:
        raise SessionError("The session holds no run.")
    problem = f"{len(found)} runs are named '{text}'" if found else f"There is no run '{text}'"
    raise SessionError(f"{problem}. Give a number or a key instead: {_list(session)}.")


def _at(session: Session, text: str) -> list[RunRecord]:
    number = int(text) if text.isdecimal() and len(text) < 9 else 0
    return list(session.runs[number - 1 : number]) if number else []


def _list(session: Session) -> str:
    runs = [f"{number} '{run.name}' ({run.key})" for number, run in enumerate(session.runs, start=1)]
    return ", ".join(runs[:NAMED]) + (" …" if len(runs) > NAMED else "")


def describe_environment(device: str, threads: int) -> dict[str, str]:
    """Versions, processor and threads in words, without importing anything heavy."""
    versions = {name: _version(name) for name in ("torch", "numpy")}
    return {
        "ReLU Lab": __version__,
        "Python": platform.python_version(),
        **versions,
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine() or sys.platform,
        "device": device,
        "threads": str(threads),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
