"""What is asked about one input, and what the network of one moment says to it. Numbers alone, no torch in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.dense_stack import Array

if TYPE_CHECKING:
    from relulab.introspection.one_map import OneMap
    from relulab.introspection.slopes import Slopes
    from relulab.introspection.trace import OwnMap, Way
    from relulab.introspection.way_back import WayBack
    from relulab.text import Text

MOST_UNITS_BACK = 50  # of a network whose way back is written out number by number


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An input as the network takes it, scaled, (*input_shape); ``target`` as the data have it, None where unknown."""

    inputs: NDArray[np.float32]
    target: NDArray[Any] | None = None
    with_slopes: bool = False
    with_one_map: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OneInput:
    """What the network after ``step`` steps makes of one input. Arrays have no axis for samples but those of ``way``.

    ``inputs``: (*input_shape) in the units of the data. ``shares``: of the classes, or the outputs of a regression.
    ``values``: h for each of ``drawn_layers``. ``weights``, ``biases``: for each layer of the layout. ``gated``: for
    each of those whether its units are switched on and off; ``cut``: how many of them are off, and
    ``change_when_cut`` how far the outputs move without them. ``map``: None where an activation is curved, see
    ``way.reason``. ``back``: None without a target, for large networks and for those that are not all dense.
    ``slopes``, over ``slope_samples``: only where they were asked for, and all layers are dense. ``one_map``, or why
    the whole network is none: only where it was asked for.
    """

    step: int
    question: Question
    inputs: Array
    outputs: Array
    shares: Array
    way: Way
    values: tuple[Array, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    gated: tuple[bool, ...]
    cut: int
    change_when_cut: float
    map: OwnMap | None
    back: WayBack | None
    slopes: Slopes | None
    slope_samples: int
    one_map: OneMap | Text | None
