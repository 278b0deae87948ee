"""What a measurement is, as data: records, session columns, exports, rules and the command line read its entry.

No torch at import, here and in every module with an entry: the window reads the registry before torch is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.measurements.thresholds import Threshold
from relulab.model.layout import Layout

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float32]
Kind = TypeVar("Kind", bound="Measured")


@dataclass(frozen=True, eq=False)
class Probed:
    """What one probe pass read off the network, on the host: the raw material of ``Measurement.compute``.

    Layer arrays (L,): ``mean``, ``std``, ``sparsity`` of the activation. Unit arrays (U,), over all samples and
    positions: greatest z and h, mean |h|, shares of h > 0 and of h saturated. ``histograms``: shares (L, bins),
    lows (L,) and highs (L,), by the key of the histogram. ``averages`` (U,): the mean of each measurement's
    ``elements``, by its key.
    """

    layout: Layout
    mean: NDArray[Any]
    std: NDArray[Any]
    sparsity: NDArray[Any]
    max_pre_activation: NDArray[Any]
    max_activation: NDArray[Any]
    magnitude: NDArray[Any]
    firing: NDArray[Any]
    saturated: NDArray[Any]
    histograms: Mapping[str, tuple[Floats, Floats, Floats]]
    averages: Mapping[str, NDArray[Any]]

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """The number of units of each layer."""
        return np.diff(self.layout.offsets)

    def layers_of(self, layers: Callable[[Activation], bool]) -> NDArray[np.bool_]:
        """(L,): whether a layer has an activation for which this holds."""
        return self.layout.flags(layers, lambda layer: layers(ACTIVATIONS[layer.activation]))

    def units_of(self, layers: Callable[[Activation], bool]) -> NDArray[np.bool_]:
        """(U,): whether a unit's layer has an activation for which this holds."""
        return np.repeat(self.layers_of(layers), self.sizes)

    def share(self, units: NDArray[Any], where: ArrayLike) -> NDArray[Any]:
        """(L,): the mean over the units of each layer; NaN in layers where it does not apply."""
        means = np.add.reduceat(units.astype(np.float64), self.layout.offsets[:-1]) / self.sizes
        return np.where(where, means, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One kind of number that is recorded, kept in sessions, exported and, where ``judged``, given to the rules.

    ``shape``: ``L`` a number per layer, ``U`` per unit, ``Lb`` and ``Lw`` bins per layer. ``compute`` makes the array
    of a probe; without it the pass that the number belongs to writes it. ``elements`` (z, h) -> tensor of their shape:
    what is averaged over samples and positions first, for ``Probed.averages``. ``absent``: what NaN means.
    ``of``: the histogram whose range it is. ``later``: not in the first files of the format; there it is NaN.
    """

    key: str
    title: str
    shape: str = "L"
    unit: str = ""
    dtype: str = "<f4"
    compute: Callable[[Probed], NDArray[Any]] | None = None
    elements: Callable[[Tensor, Tensor], Tensor] | None = None
    threshold: Threshold | None = None
    judged: bool = False
    absent: str = ""
    of: str = ""
    later: bool = False

    @property
    def per_layer(self) -> bool:
        """Whether it is one number for each layer that says something by itself."""
        return self.shape == "L" and not self.of

    @property
    def per_unit(self) -> bool:
        """Whether it is one number for each unit."""
        return self.shape == "U" and self.dtype == "<f4"


def no_values(measurement: Measurement, rows: int, sizes: Mapping[str, int]) -> NDArray[Any]:
    """The column of a measurement that a file does not have yet: not a number, or 0."""
    dtype = np.dtype(measurement.dtype)
    shape = (rows, *(sizes[letter] for letter in measurement.shape))
    return np.full(shape, np.nan if dtype.kind == "f" else 0, dtype)


class Measured:
    """What ``with_measurements`` makes a record of; for type checkers its fields of measurements are any."""

    __slots__ = ()
    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Any]]

        def __init__(self, *values: Any, **named: Any) -> None: ...
        def __getattr__(self, key: str) -> Any: ...


def with_measurements(
    entries: Iterable[Measurement], missing: Callable[[Measurement], NDArray[Any]] | None = None
) -> Callable[[type[Kind]], type[Kind]]:
    """Makes a class a frozen dataclass, with an array for each of the ``entries`` behind its own fields.

    A new entry of the registry is in all records at once. ``missing`` makes what a field holds where it was not
    measured; without it every field must be given.
    """

    def made(kind: type[Kind]) -> type[Kind]:
        for entry in entries:
            kind.__annotations__[entry.key] = np.ndarray
            if missing is not None:
                setattr(kind, entry.key, field(default_factory=partial(missing, entry)))
        return dataclass(frozen=True, slots=True, eq=False, kw_only=missing is not None)(kind)

    return made
