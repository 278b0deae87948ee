"""The path of one unit or map: which of the layer before feed it most for this input, and which it feeds most itself.

What feeds what is told by size: the norm of the kernel between two maps × the norm of the map that it is applied to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relulab.introspection.dense_stack import Array
from relulab.text import Text, joined, text
from relulab.views.one_input.columns import WayColumn

MOST_LIT = 3  # on either side

MAP = text("map {number}")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step to or from ``unit``: its ``share`` of all that arrives, and of a convolution the ``kernel``."""

    unit: int
    share: float
    kernel: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The steps from the layer before, and to the layer behind, the strongest first."""

    before: tuple[Step, ...] = ()
    behind: tuple[Step, ...] = ()


def path_of(columns: Sequence[WayColumn], place: int, unit: int) -> Path:
    """The path of ``unit`` in column ``place``."""
    before, behind = _shares(columns, place), _shares(columns, place + 1)
    return Path(
        () if before is None else _steps(before[unit], _kernels(columns[place], (unit, slice(None)))),
        () if behind is None else _steps(behind[:, unit], _kernels(columns[place + 1], (slice(None), unit))),
    )


def strengths(columns: Sequence[WayColumn], place: int) -> Array | None:
    """(units, units before): how much each unit of column ``place`` is fed by each of the column before; None at the
    ends. Layers without weights between units, as pooling and norms, take one from one.
    """
    if not 0 < place < len(columns):
        return None
    column, before = columns[place], columns[place - 1]
    units, senders = len(column.values), len(before.values)
    sizes = _norms(before.values)
    if column.incoming is not None:
        return _norms(column.incoming.reshape(units * senders, -1)).reshape(units, senders) * sizes
    return np.diag(sizes) if units == senders else None


def path_words(columns: Sequence[WayColumn], place: int, path: Path) -> tuple[Text, ...]:
    """What feeds it and what it feeds, with the shares."""
    found = []
    if path.before:
        found.append(text("fed most by {names}", names=_names(columns[place - 1], path.before)))
    if path.behind:
        found.append(text("feeds most {names}", names=_names(columns[place + 1], path.behind)))
    return tuple(found)


def _names(column: WayColumn, steps: Sequence[Step]) -> Text:
    return joined(
        [
            text(
                "{name} ({share:percent})",
                name=column.name(step.unit) if column.is_row else MAP.filled(number=step.unit + 1),
                share=step.share,
            )
            for step in steps
        ],
        ", ",
    )


def _shares(columns: Sequence[WayColumn], place: int) -> Array | None:
    """As ``strengths``, of all that arrives at each unit."""
    fed = strengths(columns, place)
    if fed is None:
        return None
    arriving = fed.sum(axis=1, keepdims=True)
    return fed / np.where(arriving > 0, arriving, 1.0)


def _steps(shares: Array, kernels: Array | None) -> tuple[Step, ...]:
    strongest = [int(other) for other in np.argsort(-shares, kind="stable")[:MOST_LIT] if shares[other] > 0]
    return tuple(Step(other, float(shares[other]), None if kernels is None else kernels[other]) for other in strongest)


def _kernels(column: WayColumn, which: tuple[int | slice, int | slice]) -> Array | None:
    """Those of a convolution to or from one map, (others, rows, columns)."""
    return column.incoming[which] if column.incoming is not None and column.incoming.ndim == 4 else None


def _norms(values: Array) -> Array:
    """(n,): of each of n numbers, maps or kernels; what is no number counts as 0."""
    return np.asarray(np.sqrt(np.square(np.nan_to_num(values)).reshape(len(values), -1).sum(axis=1)))
