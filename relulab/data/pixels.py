"""Images kept as the bytes that they are, and scaled where they are looked at: a quarter of the memory.

The scaled numbers are those that scaling everything at once gave, bit for bit: the same float32 operations on each.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Split

SCALED_AT_ONCE = 2**16  # numbers: they stay in the caches
COUNTED_AT_ONCE = 2**20  # bytes

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


class PixelCounts:
    """How often each value occurs in images (n, channels, height, width) of bytes: exact moments in one pass."""

    def __init__(self, pixels: Bytes) -> None:
        self.pixels = pixels

    @cached_property
    def table(self) -> Floats:
        """(channels, 256), whole numbers."""
        channels = self.pixels.shape[1]
        counts = np.zeros((channels, 256))
        rows = max(1, COUNTED_AT_ONCE // max(1, self.pixels[:1].size))
        for start in range(0, len(self.pixels), rows):
            part = self.pixels[start : start + rows]
            for channel in range(channels):
                counts[channel] += _counted(part[:, channel].ravel())
        return counts

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each channel."""
        values = np.arange(256.0)
        mean = self.table @ values / self.table.sum(axis=1)
        variance = (self.table * (values - mean[:, None]) ** 2).sum(axis=1) / self.table.sum(axis=1)
        return mean, np.sqrt(variance)


def _counted(values: Bytes) -> NDArray[np.int64]:
    """(256,). Two bytes are counted at a time: half as many numbers to look at."""
    even = len(values) // 2 * 2
    pairs = np.bincount(values[:even].view(np.uint16), minlength=2**16).reshape(256, 256)
    return np.asarray(pairs.sum(0) + pairs.sum(1) + np.bincount(values[even:], minlength=256), np.int64)


class PixelSplit(Split):
    """Samples whose inputs are scaled when they are asked for: ``(pixels - offset) / scale``, float32.

    ``pixels``: uint8 (n, channels, height, width). ``offset``, ``scale``: float32 (channels, 1, 1).
    ``inputs`` makes all of them, each time: ask for the rows that are needed with ``at`` or ``first``.
    """

    __slots__ = ("counts", "offset", "pixels", "scale")

    def __init__(
        self, pixels: Bytes, targets: NDArray[Any], offset: NDArray[np.float32], scale: NDArray[np.float32],
        counts: PixelCounts | None = None,
    ) -> None:  # fmt: skip
        own = {"pixels": pixels, "targets": targets, "offset": offset, "scale": scale}
        for name, value in (own | {"counts": counts or PixelCounts(pixels)}).items():
            object.__setattr__(self, name, value)  # frozen, as all splits

    pixels: Bytes
    offset: NDArray[np.float32]
    scale: NDArray[np.float32]
    counts: PixelCounts

    @property
    def inputs(self) -> NDArray[np.float32]:
        """All samples, scaled: float32 (n, channels, height, width), a new array."""
        return self._scaled(self.pixels)

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def nbytes(self) -> int:
        return 4 * self.pixels.size

    def at(self, rows: NDArray[np.int64] | slice) -> Split:
        return Split(self._scaled(self.pixels[rows]), self.targets[rows])

    def with_targets(self, targets: NDArray[Any]) -> Split:
        return PixelSplit(self.pixels, targets, self.offset, self.scale, self.counts)

    def parts(self) -> Iterator[NDArray[np.float32]]:
        for rows in self._slices():
            yield self._scaled(self.pixels[rows])

    def moments(self) -> tuple[float, float]:
        """From the 256 values that there are, and how often each is there."""
        values = self._scaled(np.arange(256, dtype=np.uint8).reshape(256, 1, 1, 1).repeat(self.pixels.shape[1], 1))
        scaled = values[:, :, 0, 0].T.astype(np.float64)
        shares = self.counts.table / max(1, self.pixels.size)
        return float((shares * scaled).sum()), float((shares * scaled**2).sum())

    def _slices(self) -> Iterator[slice]:
        rows = max(1, SCALED_AT_ONCE // max(1, self.pixels[:1].size))
        return (slice(start, start + rows) for start in range(0, len(self.pixels), rows))

    def _scaled(self, pixels: Bytes) -> NDArray[np.float32]:
        scaled = pixels.astype(np.float32)
        scaled -= self.offset
        scaled /= self.scale
        return scaled
