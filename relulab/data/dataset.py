"""What a data set is once it is loaded, and what can be said of it before."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.catalog.entry import Entry, Value
from relulab.catalog.losses import Task

NUMBERS_AT_ONCE = 2**16  # they stay in the caches

# done, total (0 when unknown), what is going on; may raise CancelledError to stop the job
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Description:
    """What can be said of a data set without loading it.

    ``input_shape`` is (features,) or (channels, height, width). ``outputs`` is the number of classes, or of
    target values in a regression. The sizes are those used when the experiment does not name its own;
    ``available`` is the number of samples there are in all, None where they are generated. ``target_name`` and
    ``target_unit`` say what the numbers of a table's target are.
    """

    task: Task
    input_shape: tuple[int, ...]
    outputs: int
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    train_size: int = 500
    validation_size: int = 100
    test_size: int = 300
    available: int | None = None
    target_name: str = ""
    target_unit: str = ""

    @property
    def is_image(self) -> bool:
        return len(self.input_shape) == 3


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """``inputs``: float32 (n, *input_shape). ``targets``: int64 (n,) classes, or float32 (n, outputs)."""

    inputs: NDArray[np.float32]
    targets: NDArray[Any]

    def __len__(self) -> int:
        return len(self.inputs)

    def at(self, rows: NDArray[np.int64] | slice) -> "Split":
        """The samples at ``rows``."""
        return Split(self.inputs[rows], self.targets[rows])

    def first(self, count: int) -> "Split":
        """The first ``count`` samples."""
        return self.at(slice(count))

    @property
    def nbytes(self) -> int:
        """Bytes of all inputs as float32, whether they are kept so or not."""
        return self.inputs.nbytes

    def with_targets(self, targets: NDArray[Any]) -> "Split":
        """The same inputs with other targets."""
        return Split(self.inputs, targets)

    def parts(self) -> Iterator[NDArray[np.float32]]:
        """All inputs in order, some samples at a time: each float32 (m, *input_shape)."""
        rows = max(1, NUMBERS_AT_ONCE // max(1, self.inputs[:1].size))
        return (self.inputs[start : start + rows] for start in range(0, len(self.inputs), rows))

    def moments(self) -> tuple[float, float]:
        """Mean of all inputs, and mean of their squares. Added up in float64, without a copy of everything."""
        total = square = 0.0
        for part in self.parts():
            numbers = part.astype(np.float64).ravel()
            total += float(numbers.sum())
            square += float(np.dot(numbers, numbers))
        return total / self.inputs.size, square / self.inputs.size


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Dataset:
    """Train, validation and test samples; no sample is in two of them.

    ``offset`` and ``scale`` say how the inputs were scaled: original = inputs * scale + offset. They have one
    number per feature, or per channel (channels, 1, 1) of an image. ``target_offset`` and ``target_scale``, float64
    (outputs,), say the same of the target numbers of a regression.
    """

    description: Description
    train: Split
    validation: Split
    test: Split
    offset: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32))
    scale: NDArray[np.float32] = field(default_factory=lambda: np.ones(1, np.float32))
    target_offset: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    target_scale: NDArray[np.float64] = field(default_factory=lambda: np.ones(1))

    def original(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Inputs (n, *input_shape) as they were before scaling: coordinates, table values or pixels."""
        return np.asarray(inputs * self.scale + self.offset, np.float32)

    @property
    def scales_targets(self) -> bool:
        """Whether the network learns other numbers than the data hold."""
        return bool((self.target_scale != 1.0).any() or (self.target_offset != 0.0).any())

    def original_targets(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Targets, or outputs of a network, (n, outputs), in the unit that the data have: float64."""
        return np.asarray(values * self.target_scale + self.target_offset, np.float64)


class DataRequest(Protocol):
    """What a loader wants to know; ``spec.DataSpec`` is one. Sizes of None mean the set's own."""

    @property
    def dataset(self) -> "DatasetRequest": ...
    @property
    def train_size(self) -> int | None: ...
    @property
    def validation_size(self) -> int | None: ...
    @property
    def test_size(self) -> int | None: ...
    @property
    def scaling(self) -> str: ...
    @property
    def input_factor(self) -> float: ...
    @property
    def target_scaling(self) -> str | None: ...
    @property
    def label_noise(self) -> float: ...
    @property
    def seed(self) -> int: ...


class DatasetRequest(Protocol):
    """Which data set, with its own parameters."""

    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, Value]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where files may be read and kept. ``root`` is the user's own folder, or None for the cache alone."""

    root: Path | None = None
    allow_download: bool = False
    progress: Progress = ignore


@dataclass(frozen=True, slots=True, eq=False)
class RawSplit:
    """Samples before scaling. ``inputs``: (n, *input_shape). ``targets``: int64 (n,) or float32 (n, outputs)."""

    inputs: NDArray[Any]
    targets: NDArray[Any]

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, indices: NDArray[np.int64]) -> "RawSplit":
        """The samples at ``indices``, copied."""
        return RawSplit(self.inputs[indices], self.targets[indices])

    def stretch(self, rows: slice) -> "RawSplit":
        """Samples in a row: the same memory, where they are most of it and may be written."""
        inputs, targets = self.inputs[rows], self.targets[rows]
        if inputs.flags.writeable and 2 * len(inputs) > len(self):
            return RawSplit(inputs, targets)
        return RawSplit(inputs.copy(), targets.copy())


@dataclass(frozen=True, slots=True)
class Pool:
    """All samples of a set before they are divided and scaled.

    Inputs may have any type of number here (pixels stay uint8 until a part of them is chosen).
    ``test`` is None where the set has no test samples of its own; then they are drawn from ``train``.
    ``pixel_max`` is the value of a white pixel, None for other inputs than pixels. ``shuffled`` says that the
    order is already random (the first n are then taken, as in the published recipes). ``words`` are stretches of
    columns [first, behind the last) that stand for the words of one; gaps in the inputs are not a number.
    """

    train: RawSplit
    test: RawSplit | None = None
    pixel_max: float | None = None
    shuffled: bool = False
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetEntry(Entry):
    """A data set that can be chosen.

    ``describe(parameters)`` tells its shape without loading it; ``load(request, sizes, source)`` returns
    all its samples (generated sets draw exactly as many as ``sizes`` asks for).
    ``group`` is the heading in the menu. ``downloadable`` sets may be absent from this machine. ``target_scaling`` is
    how target numbers are scaled where the experiment does not say it. Where a file has to be read to describe the set,
    ``is_read(parameters)`` says whether that has been done, and ``read(parameters, progress)`` does it;
    ``version(parameters)`` is another one when the file has become another.
    """

    group: str
    describe: Callable[[Mapping[str, Value]], Description]
    load: Callable[[DataRequest, tuple[int, int, int], Source], Pool]
    downloadable: bool = False
    target_scaling: str = "raw"
    is_read: Callable[[Mapping[str, Value]], bool] = lambda parameters: True
    read: Callable[[Mapping[str, Value], Progress], None] = ignore
    version: Callable[[Mapping[str, Value]], Hashable] = ignore
