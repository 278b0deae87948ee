"""The moments by which a run was judged, as arrays of a session and back."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.moment import Moment, unmeasured
from relulab.model.layout import Layout
from relulab.session.file.tables import MOMENTS

NO_RANK = -1
RELATIONS = ("duplicates", "effective_rank")  # not measured where a run was lost
_PLAIN = tuple(f.name for f in fields(Moment) if f.name in MOMENTS and MOMENTS[f.name][1] == "r")


def moment_columns(moments: Sequence[Moment], layout: Layout) -> Iterator[tuple[str, NDArray[Any]]]:
    """Each field over all moments, (rows, …); nothing for no moments."""
    layers = len(layout.layers)
    for name, (dtype, _) in MOMENTS.items() if moments else ():
        rows = [getattr(moment, name) for moment in moments]
        if name == "linear_rank":
            rows = [NO_RANK if rank is None else rank for rank in rows]
        if name in RELATIONS:
            rows = [row if row.size else np.full(layers, math.nan) for row in rows]
        yield name, np.asarray(rows).astype(dtype)


def moments_of(columns: Mapping[str, NDArray[Any]], lost_in: str) -> tuple[Moment, ...]:
    """The moments of such columns. ``lost_in``: the layer in which the last one was lost."""
    return tuple(_moment({name: column[row] for name, column in columns.items()}, lost_in) for row in _rows(columns))


def _rows(columns: Mapping[str, NDArray[Any]]) -> range:
    return range(len(columns["step"]) if columns else 0)


def _moment(row: Mapping[str, Any], lost_in: str) -> Moment:
    plain: dict[str, Any] = {name: row[name].item() for name in _PLAIN}
    diverged = bool(plain["diverged"])
    arrays = {name: row[name].copy() for name in row if name not in plain}
    if diverged:
        arrays |= {name: unmeasured() for name in RELATIONS}
    rank = plain["linear_rank"]
    told = {"linear_rank": None if rank == NO_RANK else rank, "diverged": diverged, "final": bool(plain["final"])}
    return Moment(**plain | told | arrays, non_finite=lost_in if diverged else "")
