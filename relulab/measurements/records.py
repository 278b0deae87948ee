"""Records with a field for each measurement: made of the registry, so that a new entry is in all of them at once."""

from collections.abc import Callable, Iterable
from dataclasses import field, make_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.measurement import Measurement


def with_measurements(
    base: type, entries: Iterable[Measurement], missing: Callable[[Measurement], NDArray[Any]] | None = None
) -> type:
    """``base``, a frozen dataclass, with an array for each of the ``entries`` behind its own fields.

    ``missing`` makes what a field holds where it was not measured; without it every field must be given.
    """
    fields = [
        (entry.key, np.ndarray) if missing is None else (entry.key, np.ndarray, _default(entry, missing))
        for entry in entries
    ]
    options = {"frozen": True, "slots": True, "eq": False, "kw_only": missing is not None}
    made: type = make_dataclass(base.__name__.lstrip("_"), fields, bases=(base,), namespace={}, **options)
    made.__doc__, made.__module__ = base.__doc__, base.__module__
    return made


def _default(entry: Measurement, missing: Callable[[Measurement], NDArray[Any]]) -> Any:
    return field(default_factory=lambda: missing(entry))
