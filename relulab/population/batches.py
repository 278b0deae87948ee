"""The batches of many nets at once: each net has the order that its own seed draws, as if it were trained alone.

Nets of one seed share an order, nets of one data set its samples. Batches come in chunks, gathered by one call.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from relulab.population.stackable import CHUNK_BYTES
from relulab.training.objective import Samples

NARROW = 16  # features; wider samples cost less to read across than to turn around


class Chunk(NamedTuple):
    """Batches of several steps: inputs (steps, nets, inputs + 1, batch) end with a row of ones; targets (steps, nets,
    outputs, batch).
    """

    inputs: Tensor
    targets: Tensor

    @property
    def steps(self) -> int:
        return len(self.inputs)

    def part(self, first: int, last: int) -> "Chunk":
        """The steps from ``first`` to before ``last``."""
        return Chunk(self.inputs[first:last], self.targets[first:last])


class StackBatches:
    """Endless batches as ``training.objective.Batches`` gives them to one net. All sets have the same size.

    ``rows``: how many rows the first layer takes beside its ones, at least one for each feature; the rest are zeros.
    ``outputs``: how many numbers a target has.
    """

    def __init__(
        self, samples: Sequence[Samples], batch_size: int, seeds: Sequence[int], rows: int, outputs: int
    ) -> None:
        self._count = len(samples[0])
        self._batch_size = min(batch_size, self._count)
        rest = self._count % self._batch_size
        self._used = self._count - rest if rest == 1 and self._count > 1 else self._count
        self.per_epoch = -(-self._used // self._batch_size)
        sets = list({id(each): each for each in samples}.values())
        places = {id(each): place * self._count for place, each in enumerate(sets)}
        self._begins = torch.tensor([places[id(each)] for each in samples])
        features = [each.inputs.flatten(1) for each in sets]
        self._features = features[0].shape[1]
        self._columns = rows + 1
        self._is_narrow = self._features <= NARROW
        whole = torch.cat(features)
        self._inputs = whole if self._is_narrow else _with_ones(whole, self._columns)
        self._targets = torch.cat([columns_of(each, outputs, whole.dtype) for each in sets])
        each_seed = list(dict.fromkeys(seeds))
        self._order_of = torch.tensor([each_seed.index(seed) for seed in seeds])
        self._generators = [torch.Generator().manual_seed(seed) for seed in each_seed]
        self._given = self._used  # of the present order
        self._orders = torch.empty(0)
        step_bytes = len(samples) * self._batch_size * self._columns * whole.element_size()
        self._steps_at_once = max(1, CHUNK_BYTES // step_bytes)

    def next(self, most: int) -> Chunk:
        """The next ``most`` batches, or fewer: all of one chunk have the same size."""
        if self._given >= self._used:
            self._draw()
        whole = (self._used - self._given) // self._batch_size
        steps = min(most, max(1, whole), self._steps_at_once)
        chunk = self._gather(self._given, steps, self._batch_size if whole else self._used - self._given)
        self._given += steps * chunk.inputs.shape[-1]
        return chunk

    def peek(self) -> Chunk:
        """The batch that ``next(1)`` will give."""
        if self._given >= self._used:
            self._draw()
        return self._gather(self._given, 1, min(self._batch_size, self._used - self._given))

    def _draw(self) -> None:
        orders = [torch.randperm(self._count, generator=generator) for generator in self._generators]
        self._orders = torch.stack(orders)[:, : self._used]
        self._given = 0

    def _gather(self, first: int, steps: int, size: int) -> Chunk:
        nets = len(self._begins)
        orders = self._orders[:, first : first + steps * size].view(-1, steps, size)
        rows = (orders[self._order_of] + self._begins.view(-1, 1, 1)).transpose(0, 1).reshape(-1)
        targets = self._targets.index_select(0, rows).view(steps, nets, size, -1).mT.contiguous()
        found = self._inputs.index_select(0, rows).view(steps, nets, size, -1)
        if not self._is_narrow:
            return Chunk(found.mT, targets)
        inputs = found.new_zeros(steps, nets, self._columns, size)
        inputs[:, :, : self._features] = found.mT
        inputs[:, :, -1] = 1
        return Chunk(inputs, targets)


def _with_ones(inputs: Tensor, columns: int) -> Tensor:
    wide = inputs.new_zeros(len(inputs), columns)
    wide[:, : inputs.shape[1]] = inputs
    wide[:, -1] = 1
    return wide


def columns_of(samples: Samples, outputs: int, dtype: torch.dtype) -> Tensor:
    """Targets as (n, outputs): classes as one-hot rows."""
    targets = samples.targets
    if targets.dtype.is_floating_point:
        return targets.flatten(1)
    return torch.nn.functional.one_hot(targets, outputs).to(dtype)
