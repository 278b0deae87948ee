"""What a network is trained for: its targets, its loss, its accuracy and what its outputs mean; and the batches of it.

Batches are shuffled by index, straight from tensors on the device: no per-sample Python, no workers. Several are
gathered in one call (small ones cost more to fetch one by one than to compute with), but never more than
``CHUNK_BYTES`` of them.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.losses import Loss, Target, Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.data.pixels import PixelSplit
from relulab.experiment import TrainingSpec

CHUNK_BYTES = 2**20
ALIGNMENT = 64  # bytes: where torch's own tensors begin
COPIED_BYTES = 2**25


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A split as tensors on the device. ``targets`` fit the loss; ``labels`` are classes, None in a regression."""

    inputs: Tensor
    targets: Tensor
    labels: Tensor | None

    def __len__(self) -> int:
        return len(self.inputs)

    def at(self, index: Tensor) -> "Samples":
        """The samples at ``index``."""
        return Samples(self.inputs[index], self.targets[index], None if self.labels is None else self.labels[index])

    def first(self, count: int) -> Tensor:
        """The inputs of the first ``count`` samples."""
        return self.inputs[:count]

    @property
    def device(self) -> torch.device:
        """Where they lie."""
        return self.targets.device


class PixelSamples(Samples):
    """Samples whose inputs lie on the device as bytes, and are scaled where a batch of them is gathered.

    ``pixels``: uint8 (n, channels, height, width). ``scaling``: offset and scale, float32 (channels, 1, 1) each.
    The numbers are those that NumPy makes of them, bit for bit. ``inputs`` makes all of them, each time.
    """

    __slots__ = ("_dtype", "_pixels", "_scaling")

    def __init__(
        self, pixels: Tensor, scaling: tuple[Tensor, Tensor], targets: Tensor, labels: Tensor | None, dtype: torch.dtype
    ) -> None:
        own = {"_pixels": pixels, "_scaling": scaling, "_dtype": dtype, "targets": targets, "labels": labels}
        for name, value in own.items():
            object.__setattr__(self, name, value)  # frozen, as all samples

    _pixels: Tensor
    _scaling: tuple[Tensor, Tensor]
    _dtype: torch.dtype

    @property
    def inputs(self) -> Tensor:
        return self._scaled(self._pixels)

    def __len__(self) -> int:
        return len(self._pixels)

    def at(self, index: Tensor) -> Samples:
        labels = None if self.labels is None else self.labels[index]
        return Samples(self._scaled(self._pixels[index]), self.targets[index], labels)

    def first(self, count: int) -> Tensor:
        return self._scaled(self._pixels[:count])

    def _scaled(self, pixels: Tensor) -> Tensor:
        offset, scale = self._scaling
        return pixels.to(torch.float32).sub_(offset).div_(scale).to(self._dtype)


class Objective:
    """One loss on one task. ``loss(outputs, targets)`` is the mean over the batch, without L1 and L2 terms.

    ``class_weights`` (classes,) say how much a sample of each class counts in what is trained; None: all alike.
    """

    def __init__(self, loss: Loss, description: Description, class_weights: Tensor | None = None) -> None:
        self.entry = loss
        self.class_weights = class_weights
        self.description = description
        function: Callable[..., Tensor] = getattr(torch.nn.functional, loss.torch_function)
        self.loss = function
        self.is_classification = description.task is Task.CLASSIFICATION

    @classmethod
    def of(cls, training: TrainingSpec, dataset: Dataset) -> "Objective":
        """What ``training`` makes small on ``dataset``."""
        weights = balanced_weights(dataset) if training.class_weights == "balanced" else None
        return cls(training.loss_entry, dataset.description, weights)

    def trained_loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """What the gradient is of: the mean loss, a sample counting as much as its class weighs."""
        if self.class_weights is None:
            return self.loss(outputs, targets)
        each = self.loss(outputs, targets, reduction="none").reshape(len(targets), -1).mean(1)
        return (each * self.sample_weights(targets).to(outputs)).mean()

    def sample_weights(self, targets: Tensor) -> Tensor:
        """How much each sample counts: (n,), for targets in the form that the loss wants."""
        assert self.class_weights is not None
        weights = self.class_weights.to(targets.device)
        match self.entry.target:
            case Target.CLASS_INDEX:
                return weights[targets]
            case Target.BINARY:
                return weights[targets[:, 0].long()]
            case Target.VECTOR:
                return weights[targets.argmax(1)]

    def samples(self, split: Split, dtype: torch.dtype, device: torch.device) -> Samples:
        """Move a split to the device, once, with targets in the form that the loss wants. Pixels stay bytes there."""
        if self.is_classification:
            labels = _aligned(split.targets).to(device)
            targets = self._class_targets(labels, dtype)
        else:
            labels, targets = None, _aligned(split.targets).to(device, dtype)
        if isinstance(split, PixelSplit):
            offset, scale = (torch.from_numpy(each).to(device) for each in (split.offset, split.scale))
            return PixelSamples(torch.from_numpy(split.pixels).to(device), (offset, scale), targets, labels, dtype)
        return Samples(_aligned(split.inputs).to(device, dtype), targets, labels)

    def _class_targets(self, labels: Tensor, dtype: torch.dtype) -> Tensor:
        match self.entry.target:
            case Target.CLASS_INDEX:
                return labels
            case Target.BINARY:
                return labels.to(dtype).unsqueeze(1)
            case Target.VECTOR:
                return torch.nn.functional.one_hot(labels, self.description.outputs).to(dtype)

    def predicted(self, outputs: Tensor) -> Tensor:
        """Predicted classes (n,) from outputs (n, outputs)."""
        if self.entry.target is Target.BINARY:
            return (outputs[:, 0] > 0).long()
        return outputs.argmax(1)

    def accuracy(self, outputs: Tensor, samples_labels: Tensor | None) -> float:
        """Share of right classes, NaN in a regression."""
        if samples_labels is None:
            return float("nan")
        return float((self.predicted(outputs) == samples_labels).double().mean())

    def shares(self, outputs: Tensor) -> Tensor:
        """What the outputs say for people: class probabilities (n, classes), or the values in a regression.

        Cross-entropies mean a softmax or sigmoid. Other losses give scores, not probabilities; the shares then
        are their softmax, so that a picture can show which class leads and by how much.
        """
        if not self.is_classification:
            return outputs
        if self.entry.target is Target.BINARY:
            p = torch.sigmoid(outputs)
            return torch.cat([1 - p, p], 1)
        return torch.softmax(outputs, 1)


def balanced_weights(dataset: Dataset) -> Tensor:
    """n / (classes · samples of the class) of the training samples: float64 (classes,); 0 for a class without any.

    That is what scikit-learn calls balanced: all classes count alike, and the mean over the samples is 1.
    """
    counts = np.bincount(dataset.train.targets, minlength=dataset.description.outputs)
    weights = counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return torch.from_numpy(np.where(counts > 0, weights, 0.0))


def make_dtype(precision: str) -> Any:
    """``float32`` or ``float64`` as torch's type."""
    return getattr(torch, precision)


class Batches:
    """Endless batches; every epoch is a new random order drawn from ``seed``.

    The last batch of an epoch may be smaller. If it would be a single sample, it is left out of that epoch:
    batch norm cannot work on one sample, and one sample's gradient is the noisiest there is.
    """

    def __init__(self, samples: Samples, batch_size: int, seed: int) -> None:
        self._samples = samples
        self._generator = torch.Generator().manual_seed(seed)
        self._batch_size = min(batch_size, len(samples))
        rest = len(samples) % self._batch_size
        self._rows = len(samples) - rest if rest == 1 and len(samples) > 1 else len(samples)
        self.per_epoch = -(-self._rows // self._batch_size)
        row_bytes = max(1, samples.first(1).nbytes)
        self._chunk_rows = self._batch_size * max(1, CHUNK_BYTES // (row_bytes * self._batch_size))
        self._order = torch.empty(0, dtype=torch.long)
        self._before_epoch = self._generator.get_state()
        self._gathered = 0
        self._queue: deque[tuple[Tensor, Tensor, Tensor | None]] = deque()

    def peek(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """The batch that ``next`` will give."""
        if not self._queue:
            self._gather()
        return self._queue[0]

    def next(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """Inputs, targets and labels (None in a regression) of the next batch."""
        if not self._queue:
            self._gather()
        return self._queue.popleft()

    def last_rows(self) -> Tensor:
        """Which samples the batch given last was made of: (batch,)."""
        given = self._gathered - sum(len(inputs) for inputs, _, _ in self._queue)
        start = (given - 1) // self._batch_size * self._batch_size
        return self._order[start:given]

    def state(self) -> tuple[Tensor, int]:
        """The generator before the order of this epoch was drawn, and how many rows of it ``next`` has given."""
        waiting = sum(len(inputs) for inputs, _, _ in self._queue)
        return self._before_epoch.clone(), self._gathered - waiting

    def restore(self, before_epoch: Tensor, given: int) -> None:
        """Go on from a ``state``: the same batches follow. ``given`` is rounded down to whole batches."""
        self._generator.set_state(before_epoch)
        self._queue.clear()
        self._draw_order()
        self._gathered = self._rows if given >= self._rows else given - given % self._batch_size

    def _draw_order(self) -> None:
        self._before_epoch = self._generator.get_state()
        self._order = torch.randperm(len(self._samples), generator=self._generator)[: self._rows]
        self._gathered = 0

    def _gather(self) -> None:
        if self._gathered >= len(self._order):
            self._draw_order()
        rows = self._order[self._gathered : self._gathered + self._chunk_rows].to(self._samples.device)
        self._gathered += len(rows)
        chunk = self._samples.at(rows)
        labels = [None] * len(chunk) if chunk.labels is None else chunk.labels.split(self._batch_size)
        pairs = zip(chunk.inputs.split(self._batch_size), chunk.targets.split(self._batch_size), strict=True)
        self._queue.extend((x, y, label) for (x, y), label in zip(pairs, labels, strict=False))


def _aligned(array: NDArray[Any]) -> Tensor:
    """An array as a tensor that begins where torch's own do: products of others round in another way, depending on
    where NumPy found room. Large arrays always begin at the same place of a page of memory; they are not copied.
    """
    found = torch.from_numpy(array)
    is_aligned = found.data_ptr() % ALIGNMENT == 0 or array.nbytes > COPIED_BYTES
    return found if is_aligned else found.clone(memory_format=torch.contiguous_format)
