"""What rules judge by: the numbers of one step of a run."""

import math
from dataclasses import field, fields
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.measurement import Measured, with_measurements
from relulab.measurements.registry import JUDGED

Floats = NDArray[np.floating]


_EMPTY = {dtype: np.empty(0, dtype) for dtype in {"<f4", *(entry.dtype for entry in JUDGED)}}  # one for all


def _is_measured(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.size > 0
    return value is not None and bool(value == value)


def unmeasured() -> Floats:
    """An empty array."""
    return _EMPTY["<f4"]


@with_measurements(JUDGED, lambda entry: _EMPTY[entry.dtype])
class Moment(Measured):
    """What was measured at one step: every judged measurement of the registry is a field, too.

    Empty arrays, NaN and None mean "not measured". Layer arrays are (L,) in the order of the layout, unit arrays (U,).
    ``loss``, ``accuracy``: probe set, eval mode, without penalties. ``batch_loss``: mean of the training batches since
    the moment before. ``duplicates``: share of a layer's units with |corr| > 0.999 to another. ``effective_rank`` of
    the centred activations. ``bias_mean``: mean bias of each layer (NaN without bias). ``linear_r2``: R² of the
    centred outputs regressed on [x, 1]. ``linear_rank``: rank of the one matrix of a purely linear stack.
    ``diverged``: the run ended here, its loss (``batch_loss``) not finite; what is measured is of before that.
    ``final``: the run ended here, by itself or by hand, or was lost.
    ``non_finite``: title of the first layer with a value that is not finite then, empty where only the loss is not.
    """

    step: int
    learning_rate: float = math.nan
    batch_loss: float = math.nan
    loss: float = math.nan
    accuracy: float = math.nan
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan
    duplicates: Floats = field(default_factory=unmeasured)
    effective_rank: Floats = field(default_factory=unmeasured)
    bias_mean: Floats = field(default_factory=unmeasured)
    linear_r2: float = math.nan
    linear_rank: int | None = None
    diverged: bool = False
    non_finite: str = ""
    final: bool = False

    def has(self, name: str) -> bool:
        """Whether the field ``name`` was measured."""
        return _is_measured(getattr(self, name))


_NAMES = tuple(part.name for part in fields(Moment))
_values_of = attrgetter(*_NAMES)
MOMENT_FIELDS = frozenset(_NAMES)


def measured_fields(moment: Moment) -> frozenset[str]:
    """Every field that was measured."""
    named = zip(_NAMES, _values_of(moment), strict=True)
    return frozenset(
        [
            name  # as ``_is_measured``; asked of every field at every moment, so without a call
            for name, value in named
            if (value.size if value.__class__ is np.ndarray else value == value and value is not None)
        ]
    )
