"""Dormant units: those that contribute next to nothing, compared with the rest of their layer.

Sokar et al. 2023, "The dormant neuron phenomenon in deep reinforcement learning", definition 3.1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.measurement import Measurement, Probed
from relulab.measurements.thresholds import THRESHOLDS
from relulab.model.layout import MeasuredLayer

Floats = NDArray[np.floating[Any]]


def dormancy(mean_magnitude: Floats) -> Floats:
    """The score of each unit: its mean |h| over the layer's mean |h|. (units,) -> (units,), or so for each row.

    1 is average. In a layer that is silent altogether every score is 0, so all its units are dormant.
    """
    average = mean_magnitude.mean(-1, keepdims=True)
    with np.errstate(invalid="ignore"):  # infinite activations have no average: their score is not a number
        return np.asarray(np.divide(mean_magnitude, average, out=np.zeros_like(mean_magnitude), where=average != 0.0))


def dormant_units(score: Floats) -> NDArray[np.bool_]:
    """Units whose score is at most 0.025."""
    return np.less_equal(score, THRESHOLDS.dormancy_score.value)


def score(probed: Probed) -> Floats:
    """The score of every unit within its layer: (U,). Layers of one size are rows of one table."""
    sizes, starts = probed.sizes, np.asarray(probed.layout.offsets[:-1])
    scores = np.empty_like(probed.magnitude)
    for size in np.unique(sizes):
        rows = starts[sizes == size, None] + np.arange(size)
        scores[rows] = dormancy(probed.magnitude[rows])
    return scores


def dormant(probed: Probed) -> NDArray[np.bool_]:
    """The dormant units of the hidden layers: (U,). Outputs compare classes, not contributions."""
    hidden: NDArray[np.bool_] = np.repeat(_hidden(probed), probed.sizes)
    return dormant_units(score(probed)) & hidden


def _hidden(probed: Probed) -> NDArray[np.bool_]:
    return probed.layout.flags(_is_hidden, _is_hidden)


def _is_hidden(layer: MeasuredLayer) -> bool:
    return layer.index is not None


DORMANT = Measurement(
    key="dormant",
    title="dormant units",
    unit="share of units",
    judged=True,
    threshold=THRESHOLDS.dormant_share,
    compute=lambda probed: probed.share(dormant(probed), _hidden(probed)),
)
DORMANCY = Measurement(
    key="dormancy", title="dormancy score", shape="U", unit="score", threshold=THRESHOLDS.dormancy_score, compute=score
)
