"""Batch norm and layer norm of all nets of a stack at once; each net keeps running statistics of its own.

A block of the storage holds a scale and a shift for each unit. Units that fill up a block have the scale 0.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from relulab.model.network import Network
from relulab.population.layers import KeepingLayer, MeasuredLayer
from relulab.population.storage import Storage

_aten = torch.ops.aten


class Statistics(NamedTuple):
    """Mean and variance of each unit: (nets, units) each."""

    mean: Tensor
    variance: Tensor


class BatchNorm(KeepingLayer, MeasuredLayer):
    """Every unit centred and scaled over the batch: all units of all nets are channels of one call.

    ``statistics`` are the running ones, that measuring takes.
    """

    def __init__(self, storage: Storage, place: int, networks: Sequence[Network]) -> None:
        self._block, self._gradients = storage.weights[place], storage.weight_gradients[place]
        super().__init__(self._block.shape[1])
        module = networks[0].module_of(place)
        self._place, self._momentum, self._epsilon = place, module.momentum, module.eps
        self.statistics = Statistics(torch.zeros_like(self._block[:, :, 0]), torch.ones_like(self._block[:, :, 0]))
        self._values = self._scale = self._mean = self._inverse = self._back = torch.empty(0)

    @property
    def is_warm(self) -> bool:
        """Whether it has learned running statistics."""
        return bool(self.statistics.mean.any()) or not bool((self.statistics.variance == 1.0).all())

    def forward(self, inputs: Tensor, out: Tensor) -> None:
        self._values = inputs[:, :-1].reshape(1, -1, inputs.shape[2])
        scale, shift = (self._block[:, :, column].reshape(-1) for column in (0, 1))
        mean, variance = (numbers.view(-1) for numbers in self.statistics)
        normed, self._mean, self._inverse = _aten.native_batch_norm(
            self._values, scale, shift, mean, variance, True, self._momentum, self._epsilon
        )
        self._scale = scale
        out.copy_(normed.view_as(out))

    def learn(self, gradient: Tensor, inputs: Tensor) -> None:
        mean, variance = (numbers.view(-1) for numbers in self.statistics)
        back, scales, shifts = _aten.native_batch_norm_backward(
            gradient.reshape(self._values.shape), self._values, self._scale, mean, variance, self._mean,
            self._inverse, True, self._epsilon, [True, True, True],
        )  # fmt: skip
        self._back = back.view(gradient.shape)
        self._gradients[:, :, 0] = scales.view(self._gradients.shape[:2])
        self._gradients[:, :, 1] = shifts.view(self._gradients.shape[:2])

    def back(self, gradient: Tensor, out: Tensor) -> None:
        out[:, :-1] = self._back

    def measured(self, inputs: Tensor, nets: slice) -> Tensor:
        mean, variance = (numbers[nets] for numbers in self.statistics)
        factor = (variance + self._epsilon).rsqrt() * self._block[nets, :, 0]
        shift = self._block[nets, :, 1] - mean * factor
        return torch.addcmul(shift.unsqueeze(2), inputs[:, :-1], factor.unsqueeze(2))

    def adopt(self, inputs: Tensor, nets: slice) -> None:
        """Take the statistics of these inputs (nets, inputs + 1, n) for the running ones of some nets."""
        self.statistics.mean[nets] = inputs[:, :-1].mean(2)
        self.statistics.variance[nets] = inputs[:, :-1].var(2, correction=0)

    def memory(self) -> Statistics:
        return Statistics(*(numbers.clone() for numbers in self.statistics))

    def recall(self, memory: Statistics) -> None:
        for mine, theirs in zip(self.statistics, memory, strict=True):
            mine.copy_(theirs)

    def put_into(self, net: int, network: Network, memory: Statistics | None = None) -> None:
        mean, variance = self.statistics if memory is None else memory
        module = network.module_of(self._place)
        module.running_mean.copy_(mean[net, : len(module.running_mean)])
        module.running_var.copy_(variance[net, : len(module.running_var)])


class LayerNorm(MeasuredLayer):
    """Each sample centred and scaled over the units of its net."""

    def __init__(self, storage: Storage, place: int, networks: Sequence[Network]) -> None:
        self._block, self._gradients = storage.weights[place], storage.weight_gradients[place]
        super().__init__(self._block.shape[1])
        self._epsilon = networks[0].module_of(place).eps
        self._own = storage.blocks(storage.learned)[place][:, :, :1]
        self._counts = self._own.sum(1, keepdim=True)
        self._normed = self._inverse = torch.empty(0)

    def forward(self, inputs: Tensor, out: Tensor) -> None:
        self._normed, self._inverse = self._norm(inputs, slice(None))
        torch.addcmul(self._block[:, :, 1:], self._normed, self._block[:, :, :1], out=out)

    def learn(self, gradient: Tensor, inputs: Tensor) -> None:
        torch.sum(gradient * self._normed, 2, out=self._gradients[:, :, 0])
        torch.sum(gradient, 2, out=self._gradients[:, :, 1])

    def back(self, gradient: Tensor, out: Tensor) -> None:
        scaled = gradient * self._block[:, :, :1]
        mean = scaled.sum(1, keepdim=True) / self._counts
        along = (scaled * self._normed).sum(1, keepdim=True) / self._counts
        torch.mul(scaled.sub_(mean).sub_(self._normed * along), self._inverse, out=out[:, :-1])

    def measured(self, inputs: Tensor, nets: slice) -> Tensor:
        normed, _ = self._norm(inputs, nets)
        return torch.addcmul(self._block[nets, :, 1:], normed, self._block[nets, :, :1])

    def _norm(self, inputs: Tensor, nets: slice) -> tuple[Tensor, Tensor]:
        """The inputs centred and scaled, and what they were scaled by: (nets, units, batch) and (nets, 1, batch)."""
        own, counts = self._own[nets], self._counts[nets]
        values = inputs[:, :-1] * own
        centred = (values - values.sum(1, keepdim=True) / counts).mul_(own)
        inverse = (centred.square().sum(1, keepdim=True) / counts).add_(self._epsilon).rsqrt_()
        return centred.mul_(inverse), inverse
