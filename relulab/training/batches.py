"""Shuffled batches by index, straight from tensors on the device: no per-sample Python, no workers.

Several batches are gathered in one call (small ones cost more to fetch one by one than to compute with),
but never more than ``CHUNK_BYTES`` of them.
"""

from collections import deque

import torch
from torch import Tensor

from relulab.training.objective import Samples

CHUNK_BYTES = 2**20


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
        row_bytes = max(1, samples.inputs[:1].nbytes)
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
        rows = self._order[self._gathered : self._gathered + self._chunk_rows].to(self._samples.inputs.device)
        self._gathered += len(rows)
        chunk = self._samples.at(rows)
        labels = [None] * len(chunk) if chunk.labels is None else chunk.labels.split(self._batch_size)
        pairs = zip(chunk.inputs.split(self._batch_size), chunk.targets.split(self._batch_size), strict=True)
        self._queue.extend((x, y, label) for (x, y), label in zip(pairs, labels, strict=False))
