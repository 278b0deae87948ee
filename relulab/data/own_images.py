"""The data set ``own_images``: images of the user's own, in IDX, npy or npz files as those of MNIST are.

Which array is what follows from their shapes, and from "train" and "test" in their names: images that are square, as
many labels. What is found is checked whole, and said; what could be meant in two ways is refused in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.catalog.entry import Kind, Parameter, Value
from relulab.catalog.losses import Task
from relulab.data.chosen_file import FileState, look_up
from relulab.data.dataset import DatasetEntry, Description, Pool, Progress, RawSplit
from relulab.data.idx_sets import CONTENT_AT_MOST
from relulab.data.image_pairs import ImageShape, Pair, pairs_in
from relulab.data.image_search import FILES_AT_MOST, Part, Search
from relulab.data.tables.kept import Kept
from relulab.data.tables.table import divided
from relulab.data.untrusted_paths import note_files
from relulab.errors import DataError, DataMissingError
from relulab.formatting import listed, one_line
from relulab.text import NOTHING, Text, text

KEY: Final = "own_images"
CLASSES_AT_MOST: Final = 100
VALIDATION_SHARE: Final = 12  # of the training images one in so many is kept aside, as of MNIST
WHITE: Final = 255.0
ARCHIVES: Final = (".zip", ".npz", ".tar", ".tgz")  # that are chosen themselves


@dataclass(frozen=True, slots=True, eq=False)
class OwnImages:
    """What was understood of a file or folder: where it lies, which arrays, their samples. ``classes``: the labels."""

    base: Path
    train_parts: Pair
    test_parts: Pair | None
    shape: ImageShape
    classes: NDArray[np.int64]
    train: RawSplit
    test: RawSplit | None
    sentence: Text

    @property
    def description(self) -> Description:
        """One training image in twelve is kept aside, where there are images for testing; else as of a table."""
        count = len(self.train)
        if self.test is None:
            train, validation, test = divided(count)
        else:
            validation, test = count // VALIDATION_SHARE, len(self.test)
            train = count - validation
        names = tuple(map(str, self.classes))
        available = train + validation + test
        return Description(
            Task.CLASSIFICATION, self.shape[:3], len(names), names, (), train, validation, test, available
        )


FOUND: Final = Kept[FileState, OwnImages](1)


def understand(chosen: str, progress: Progress = ignore) -> OwnImages:
    """The images in a file, an archive or a folder. Raises DataError; ``progress`` may raise to stop."""
    state = _state_of(chosen)
    return FOUND.get(state, lambda: _read(state.path, progress), progress)


def _state_of(chosen: str) -> FileState:
    state, _ = look_up(chosen, "Choose the images: an archive, an npz file, or one of the files of a folder.")
    note_files([chosen.strip()])
    return state


def _read(path: Path, progress: Progress) -> OwnImages:
    progress(0, 0, f"Looking for images in {path.name}")
    base, search = _looked_into(path)
    train, test = pairs_in(search, path)
    shape = ImageShape.of(train.images.shape)
    assert shape is not None
    loaded = list(_loaded([train, *([test] if test else [])], shape, progress))
    classes, codes = np.unique(loaded[0].targets, return_inverse=True)
    _check_classes(classes, train.labels)
    learned = RawSplit(loaded[0].inputs, codes.astype(np.int64))
    tested = None
    if test is not None:
        unknown = np.setdiff1d(loaded[1].targets, classes)
        if len(unknown):
            raise DataError(f"{test.labels.where} holds the label {unknown[0]}, which no training image has.")
        tested = RawSplit(loaded[1].inputs, np.searchsorted(classes, loaded[1].targets).astype(np.int64))
    return OwnImages(base, train, test, shape, classes, learned, tested, _sentence(train, test, learned, tested))


def _sentence(train: Pair, test: Pair | None, learned: RawSplit, tested: RawSplit | None) -> Text:
    """What was found, and how bright it is."""
    _, channels, height, width = learned.inputs.shape
    counts = np.bincount(learned.targets)
    return text(
        "{images:,} images of {height} × {width} pixels, {colour}, {tested:,} more to test on; {classes} classes of "
        "{fewest:,} to {most:,} images; mean brightness {mean:.3f}. Read: {names}.",
        images=len(learned), height=height, width=width,
        colour=text("in colour") if channels > 1 else text("grey"),
        tested=0 if tested is None else len(tested),
        classes=len(counts), fewest=int(counts.min()), most=int(counts.max()),
        mean=float(learned.inputs.mean()) / WHITE,
        names=listed(one_line(part.inside or part.path.name) for pair in (train, test) if pair for part in pair),
    )  # fmt: skip


def _looked_into(path: Path) -> tuple[Path, Search]:
    """The arrays in a folder with those below, in an archive, or beside a file that holds one."""
    search = Search.below([path])
    if path.is_dir() or any(part.inside for part in search.arrays) or not search.arrays:
        return path, search
    try:
        beside = sorted(other for other in path.parent.iterdir() if other.suffix.lower() not in ARCHIVES)
    except OSError:  # a folder that may not be listed
        beside = [path]
    found = Search.below([other for other in beside[:FILES_AT_MOST] if other.is_file()])
    return path.parent, replace(found, arrays=tuple(part for part in found.arrays if not part.inside))


def _loaded(pairs: Sequence[Pair], shape: ImageShape, progress: Progress) -> Iterator[RawSplit]:
    """The samples, with labels as they are. Raises DataError for what is too large, damaged or no pixels."""
    parts = [part for pair in pairs for part in pair]
    size = sum(prod(part.shape) for part in parts)
    if size > CONTENT_AT_MOST:
        raise DataError(
            f"These images take {size / 2**20:,.0f} MiB, more than the {CONTENT_AT_MOST // 2**20} MiB that are read. "
            "Choose a part of them."
        )
    for at, pair in enumerate(pairs):
        progress(2 * at, len(parts), f"Reading {pair.images.path.name}")
        images = shape.ordered(pair.images.bytes())
        progress(2 * at + 1, len(parts), f"Reading {pair.labels.path.name}")
        labels = pair.labels.values().reshape(-1).astype(np.int64)
        if len(images) != len(labels):
            raise DataError(f"{pair.images.where} holds {len(images):,} images for {len(labels):,} labels.")
        yield RawSplit(images, labels)
    progress(len(parts), len(parts), "Reading images")


def _check_classes(classes: NDArray[np.int64], labels: Part) -> None:
    if not 2 <= len(classes) <= CLASSES_AT_MOST:
        raise DataError(
            f"{labels.where} holds {len(classes):,} different labels; 2 to {CLASSES_AT_MOST} classes can be learned."
        )


def _is_read(parameters: Mapping[str, Value]) -> bool:
    try:
        return _state_of(str(parameters["path"])) in FOUND
    except DataMissingError:
        return True


def known(parameters: Mapping[str, Value]) -> Text:
    """What was found in the file, in a sentence; nothing where it has not been read, or holds no images."""
    try:
        return understand(str(parameters["path"])).sentence if _is_read(parameters) else NOTHING
    except DataError:
        return NOTHING


def _version(parameters: Mapping[str, Value]) -> FileState | None:
    try:
        return _state_of(str(parameters["path"]))
    except DataMissingError:
        return None


def _pool(parameters: Mapping[str, Value]) -> Pool:
    found = understand(str(parameters["path"]))
    return Pool(found.train, found.test, WHITE)


def _look(parameters: Mapping[str, Value], progress: Progress) -> None:
    understand(str(parameters["path"]), progress)


OWN_IMAGES = DatasetEntry(
    key=KEY,
    title="Your own images",
    summary="Images with labels, in files as those of MNIST: IDX, npy or npz, packed or not.",
    group="Your own data",
    parameters=(
        Parameter(
            "path",
            "File",
            Kind.FILE,
            "",
            help="An npz file, a zip or tar archive, or one of the files of a folder: images of 5 to 256 pixels a "
            "side, and as many labels; train and test in the names say what is learned from.",
        ),
    ),
    describe=lambda parameters: understand(str(parameters["path"])).description,
    load=lambda request, sizes, source: _pool(request.dataset.parameters),
    is_read=_is_read,
    read=_look,
    version=_version,
)
