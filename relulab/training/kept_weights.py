"""The weights alone, at many moments of a run: what looking back and a film need, for the price of a copy.

A checkpoint holds all that a run needs to go on; this holds what its network computes, so there can be more of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from relulab.experiment import ExperimentSpec
from relulab.training.checkpoint import Arrays, Checkpoint, arrays_of

if TYPE_CHECKING:
    import torch

FIRST_STEPS = 20  # whose weights are kept one by one, whatever comes: regions part in them


class Learning(Protocol):
    """A run, as far as its weights are concerned."""

    @property
    def spec(self) -> ExperimentSpec: ...
    @property
    def step_index(self) -> int: ...
    @property
    def network(self) -> torch.nn.Module: ...


@dataclass(frozen=True, slots=True, eq=False)
class MomentWeights:
    """Weights, biases and running means by name, after ``step`` finished steps of a design that was ``spec`` then."""

    spec: ExperimentSpec
    step: int
    network: Arrays

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> MomentWeights:
        """Those of a checkpoint."""
        return cls(checkpoint.spec, checkpoint.step, checkpoint.network)

    @classmethod
    def of_run(cls, run: Learning) -> MomentWeights:
        """Copies of those that ``run`` has now: between two of its steps, in its thread."""
        return cls(run.spec, run.step_index, arrays_of(run.network.state_dict()))


@dataclass(frozen=True, slots=True, eq=False)
class KeptWeights:
    """The same in one array: ``values`` has everything one after the other, in the order of the names."""

    spec: ExperimentSpec
    step: int
    values: NDArray[Any]

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> KeptWeights:
        """Those of a checkpoint, in the type of its weights."""
        arrays = [checkpoint.network[name].ravel() for name in sorted(checkpoint.network)]
        dtype = np.result_type(*(array.dtype for array in arrays if array.dtype.kind == "f"))
        return cls(checkpoint.spec, checkpoint.step, np.concatenate(arrays, dtype=dtype, casting="unsafe"))

    def unpacked(self, like: Arrays) -> MomentWeights:
        """By name, and in the shapes of ``like``, which is that of a checkpoint of the same network."""
        parts = np.split(self.values, np.cumsum([like[name].size for name in sorted(like)])[:-1])
        named = zip(sorted(like), parts, strict=True)
        return MomentWeights(self.spec, self.step, {name: part.reshape(like[name].shape) for name, part in named})
