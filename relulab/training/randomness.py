"""Random states for runs that take turns in one thread: each goes on as if it were alone."""

from __future__ import annotations

from types import TracebackType

import numpy as np
import torch
from numpy.typing import NDArray

from relulab.training.checkpoint import load_random_states, random_states


class OwnRandomness:
    """``with own:`` draws from this object's random state; outside, everybody else's is as it was before."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._own: dict[str, NDArray[np.uint8]] | None = None
        self._outside: dict[str, NDArray[np.uint8]] = {}

    def __enter__(self) -> None:
        self._outside = random_states(self._device)
        if self._own is not None:
            load_random_states(self._own, self._device)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own = random_states(self._device)
        load_random_states(self._outside, self._device)
