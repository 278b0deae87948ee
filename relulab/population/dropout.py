"""Dropout of all nets of a stack: each net draws from a generator of its own what its single run draws from torch's.

Torch fills a mask sample by sample, so each net's is drawn as (batch, units) and then turned around.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from relulab.model.network import Network
from relulab.population.layers import KeepingLayer

SELU_LEAST = 1.7580993408473766  # minus the least value of SELU, which alpha dropout puts in place of what it drops


class _Room(NamedTuple):
    """For batches of one size: ``kept`` (nets, units, batch) is 1 where a unit stays; ``drawn`` is (batch, units) of
    each net that drops.
    """

    kept: Tensor
    drawn: Sequence[tuple[int, Tensor]]


class Dropout(KeepingLayer):
    """Switches units off; those that stay count more.

    ``units`` is the room for those of the widest net; ``widths`` and ``rates`` are of each net.
    """

    def __init__(
        self, units: int, widths: Sequence[int], rates: Sequence[float], generators: Sequence[Generator],
        dtype: torch.dtype,
    ) -> None:  # fmt: skip
        super().__init__(units)
        self._rates, self._widths, self._generators = rates, widths, generators
        self._stays = torch.tensor([1.0 - rate for rate in rates], dtype=dtype).view(-1, 1, 1)
        self._rooms: dict[int, _Room] = {}
        self._factor = torch.empty(0)

    def forward(self, inputs: Tensor, out: Tensor) -> None:
        self._factor = self._draw(inputs.shape[2]) / self._stays
        torch.mul(inputs[:, :-1], self._factor, out=out)

    def learn(self, gradient: Tensor, inputs: Tensor) -> None:
        """It has no parameters."""

    def back(self, gradient: Tensor, out: Tensor) -> None:
        torch.mul(gradient, self._factor, out=out[:, :-1])

    def memory(self) -> list[Tensor]:
        return [generator.get_state() for generator in self._generators]

    def recall(self, memory: list[Tensor]) -> None:
        for generator, state in zip(self._generators, memory, strict=True):
            generator.set_state(state)

    def put_into(self, net: int, network: Network, memory: list[Tensor] | None = None) -> None:
        """A network draws from torch's generator."""

    def _draw(self, size: int) -> Tensor:
        """Which units stay, anew: (nets, units, batch)."""
        if size not in self._rooms:
            self._rooms[size] = self._room(size)
        kept, drawn = self._rooms[size]
        for net, values in drawn:
            values.bernoulli_(1.0 - self._rates[net], generator=self._generators[net])
            kept[net, : values.shape[1]] = values.T
        return kept

    def _room(self, size: int) -> _Room:
        kept = self._stays.new_zeros(len(self._rates), self.units, size)
        for net, width in enumerate(self._widths):
            kept[net, :width] = 1.0  # a rate of 0 draws nothing
        dropping = [net for net, rate in enumerate(self._rates) if rate > 0.0]
        return _Room(kept, [(net, kept.new_empty(size, self._widths[net])) for net in dropping])


class AlphaDropout(Dropout):
    """Puts the least value of SELU in place of what it drops, then scales and shifts to mean and variance as before."""

    def __init__(
        self, units: int, widths: Sequence[int], rates: Sequence[float], generators: Sequence[Generator],
        dtype: torch.dtype,
    ) -> None:  # fmt: skip
        super().__init__(units, widths, rates, generators, dtype)
        scales = [1.0 / math.sqrt((SELU_LEAST**2 * rate + 1.0) * (1.0 - rate)) for rate in rates]
        shifts = [SELU_LEAST * scale * rate for scale, rate in zip(scales, rates, strict=True)]
        least = [SELU_LEAST * scale for scale in scales]
        self._scale, self._shift, self._least = (
            torch.tensor(numbers, dtype=dtype).view(-1, 1, 1) for numbers in (scales, shifts, least)
        )
        self._own = (torch.arange(self.units) < torch.tensor(widths).view(-1, 1)).to(dtype).unsqueeze(2)

    def forward(self, inputs: Tensor, out: Tensor) -> None:
        kept = self._draw(inputs.shape[2])
        self._factor = kept * self._scale
        added = (kept - 1.0).mul_(self._least).add_(self._shift).mul_(self._own)
        torch.addcmul(added, inputs[:, :-1], self._factor, out=out)
