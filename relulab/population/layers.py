"""What one layer does to all nets of a stack at once: forwards and backwards while they learn, and when it is measured.

Values come in as (nets, inputs + 1, batch) with a row of ones at the end, and go out as (nets, units, batch). What a
layer remembers of a forward pass is for the backward pass that follows it.
"""

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from relulab.model.network import Network
from relulab.population.storage import Storage


class StackLayer(ABC):
    """One layer of all nets, with room for the ``units`` of the widest."""

    def __init__(self, units: int) -> None:
        self.units = units

    @abstractmethod
    def forward(self, inputs: Tensor, out: Tensor) -> None:
        """Write what it computes while it learns."""

    @abstractmethod
    def learn(self, gradient: Tensor, inputs: Tensor) -> None:
        """Write the gradients of its parameters. ``gradient``: dL/d(what ``forward`` wrote)."""

    @abstractmethod
    def back(self, gradient: Tensor, out: Tensor) -> None:
        """Write dL/d(inputs); behind ``learn``, which got the same gradient. The row of the ones is nobody's."""


class MeasuredLayer(StackLayer):
    """One of the layout, with parameters and an activation of its own."""

    @abstractmethod
    def measured(self, inputs: Tensor, nets: slice) -> Tensor:
        """What it computes for some nets while they are measured."""


class KeepingLayer(StackLayer):
    """A layer that keeps something from step to step beside its parameters."""

    @abstractmethod
    def memory(self) -> Any:
        """A copy of what it keeps, for ``recall``."""

    @abstractmethod
    def recall(self, memory: Any) -> None:
        """Go back to a memory."""

    @abstractmethod
    def put_into(self, net: int, network: Network, memory: Any | None = None) -> None:
        """Write what a memory holds of one net, by default what there is now, into its network."""


class Dense(MeasuredLayer):
    """Weights and biases: one product for all nets."""

    def __init__(self, storage: Storage, place: int) -> None:
        self._weights, self._gradients = storage.weights[place], storage.weight_gradients[place]
        self._turned = self._weights.mT
        super().__init__(self._weights.shape[1])

    def forward(self, inputs: Tensor, out: Tensor) -> None:
        torch.bmm(self._weights, inputs, out=out)

    def learn(self, gradient: Tensor, inputs: Tensor) -> None:
        torch.bmm(gradient, inputs.mT, out=self._gradients)

    def back(self, gradient: Tensor, out: Tensor) -> None:
        if self.units == 1:  # a product of a column and a row
            torch.mul(self._turned, gradient, out=out)
        else:
            torch.bmm(self._turned, gradient, out=out)

    def measured(self, inputs: Tensor, nets: slice) -> Tensor:
        return torch.bmm(self._weights[nets], inputs)
