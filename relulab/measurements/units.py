"""From the numbers of every unit to its verdict, and to the shares of each layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import ACTIVATIONS, OffState
from relulab.measurements.dead_units import dead_units, never_active_units
from relulab.measurements.dormant import dormancy, dormant_units
from relulab.measurements.status import combine
from relulab.measurements.thresholds import THRESHOLDS
from relulab.model.layout import Layout

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class UnitVerdicts:
    """Layer shares (L,), NaN where a layer has no such state; unit arrays (U,)."""

    saturated: Floats
    dead: Floats
    never_active: Floats
    dormant: Floats
    unit_status: NDArray[np.uint8]
    firing_rate: Floats
    dormancy: Floats
    max_pre_activation: Floats


def judge_units(layout: Layout, units: NDArray[np.floating[Any]]) -> UnitVerdicts:
    """Verdicts from ``LayerTally.units`` of all layers side by side: (5, U)."""
    max_z, max_h, magnitude, firing, saturated = units
    activations = [ACTIVATIONS[layer.activation] for layer in layout.layers]
    can_die = [activation.off_state is OffState.DEAD for activation in activations]
    can_rest = [activation.off_state is OffState.NEVER_ACTIVE for activation in activations]
    can_saturate = [activation.saturation is not None for activation in activations]
    hidden = [layer.index is not None for layer in layout.layers]  # outputs compare classes, not contributions
    starts, ends = layout.offsets[:-1], layout.offsets[1:]
    score = np.concatenate([dormancy(magnitude[start:end]) for start, end in zip(starts, ends, strict=True)])
    sizes = np.diff(layout.offsets)
    flags = {
        "dead": dead_units(max_h) & np.repeat(can_die, sizes),
        "never_active": never_active_units(max_z) & np.repeat(can_rest, sizes),
        "dormant": dormant_units(score) & np.repeat(hidden, sizes),
        "saturated": (saturated > THRESHOLDS.saturated_share.value) & np.repeat(can_saturate, sizes),
    }

    def shares(values: NDArray[Any], applies: Sequence[bool]) -> Floats:
        means = np.add.reduceat(values.astype(np.float64), starts) / sizes
        return np.where(applies, means, np.nan).astype(np.float32)

    return UnitVerdicts(
        saturated=shares(saturated, can_saturate),
        dead=shares(flags["dead"], can_die),
        never_active=shares(flags["never_active"], can_rest),
        dormant=shares(flags["dormant"], hidden),
        unit_status=combine(**flags),
        firing_rate=firing.astype(np.float32),
        dormancy=score.astype(np.float32),
        max_pre_activation=max_z.astype(np.float32),
    )
