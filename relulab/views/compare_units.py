"""What the units of two runs compute over the plane, for networks that are affine in pieces and began alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.dense_stack import DenseStack
from relulab.measurements.status import UnitStatus
from relulab.session.history import RunHistory
from relulab.training.telemetry import PlanePicture, ProbeRecord
from relulab.views.compare import CompareView

Floats = NDArray[np.float64]

SIDE = 24  # points at which units are asked, in each direction
MOST_UNITS = 64  # of a layer
STRONG = 90  # percentile of the largest values of the units that is shown in full colour


@dataclass(frozen=True, slots=True, eq=False)
class UnitLayer:
    """A hidden layer: of each run the pictures (units, SIDE, SIDE) between -1 and 1, and which units are dead."""

    title: str
    pictures: tuple[Floats, ...]
    dead: tuple[NDArray[np.bool_], ...]


def unit_layers(view: CompareView) -> list[UnitLayer]:
    """The hidden layers of two runs that have the same units, with one scale for both; none of other runs."""
    histories = [run.history for run in view.runs]
    pictures = [history.picture for history in histories]
    if len(pictures) != 2 or not _began_alike(histories):
        return []
    planes = [picture for picture in pictures if isinstance(picture, PlanePicture) and picture.stack is not None]
    if len(planes) != 2:
        return []
    values = [_hidden(picture) for picture in planes]
    if [len(layer) for layer in values[0]] != [len(layer) for layer in values[1]]:
        return []
    dead = [_dead(history) for history in histories]
    layout = histories[0].info.layout
    found = []
    for place, layers in enumerate(zip(*values, strict=True)):
        scale = max(_scale(layer) for layer in layers)
        shown = tuple(np.clip(layer[:MOST_UNITS] / scale, -1.0, 1.0) for layer in layers)
        own = slice(layout.offsets[place], layout.offsets[place + 1])
        found.append(UnitLayer(layout.layers[place].title, shown, tuple(flags[own] for flags in dead)))
    return found


def _began_alike(histories: Sequence[RunHistory]) -> bool:
    """Whether unit n of one is unit n of the other: the same layers, drawn from the same seed."""
    first, other = (history.info for history in histories)
    units = [[layer.units for layer in info.layout.layers] for info in (first, other)]
    return units[0] == units[1] and first.spec.model.seed == other.spec.model.seed


def _hidden(picture: PlanePicture) -> list[Floats]:
    """(units, SIDE, SIDE) of each hidden layer, the lowest row first."""
    stack = picture.stack
    assert isinstance(stack, DenseStack), "asked before"
    x, y = (np.linspace(*ends, SIDE) for ends in (picture.x_range, picture.y_range))
    points = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
    layers = zip(stack.layers[:-1], stack.pre_activations(points), strict=False)
    return [layer.pieces(z).T.reshape(-1, SIDE, SIDE) for layer, z in layers]


def _scale(values: Floats) -> float:
    largest = np.abs(values).max(axis=(1, 2))
    return float(np.percentile(largest, STRONG)) or float(largest.max()) or 1.0


def _dead(history: RunHistory) -> NDArray[np.bool_]:
    """Which units are dead, (U,)."""
    latest = history.latest(ProbeRecord)
    count = history.info.layout.offsets[-1]
    return np.zeros(count, bool) if latest is None else np.asarray(latest["unit_status"] == UnitStatus.DEAD)
