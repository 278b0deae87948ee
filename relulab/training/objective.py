"""What a network is trained for: its targets, its loss, its accuracy and what its outputs mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from relulab.catalog.losses import Loss, Target, Task
from relulab.data.dataset import Description, Split


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A split as tensors on the device. ``targets`` fit the loss; ``labels`` are classes, None in a regression."""

    inputs: Tensor
    targets: Tensor
    labels: Tensor | None

    def __len__(self) -> int:
        return len(self.inputs)

    def first(self, count: int) -> "Samples":
        """The first ``count`` samples."""
        return Samples(self.inputs[:count], self.targets[:count], None if self.labels is None else self.labels[:count])

    def at(self, index: Tensor) -> "Samples":
        """The samples at ``index``."""
        return Samples(self.inputs[index], self.targets[index], None if self.labels is None else self.labels[index])


class Objective:
    """One loss on one task. ``loss(outputs, targets)`` is the mean over the batch, without L1 and L2 terms."""

    def __init__(self, loss: Loss, description: Description) -> None:
        self.entry = loss
        self.description = description
        function: Callable[[Tensor, Tensor], Tensor] = getattr(torch.nn.functional, loss.torch_function)
        self.loss = function
        self.is_classification = description.task is Task.CLASSIFICATION

    def samples(self, split: Split, dtype: torch.dtype, device: torch.device) -> Samples:
        """Move a split to the device, once, with targets in the form that the loss wants."""
        inputs = torch.from_numpy(split.inputs).to(device, dtype)
        if not self.is_classification:
            return Samples(inputs, torch.from_numpy(split.targets).to(device, dtype), None)
        labels = torch.from_numpy(split.targets).to(device)
        return Samples(inputs, self._class_targets(labels, dtype), labels)

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


def make_dtype(precision: str) -> Any:
    """``float32`` or ``float64`` as torch's type."""
    return getattr(torch, precision)
