"""How much a step really changed the weights, compared with their size.

Measured from the weights before and behind the step. Learning rate times gradient would be wrong for
every optimizer but plain SGD.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from relulab.formatting import TIMES_FROM
from relulab.measurements.measurement import Measurement
from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import Text, text

if TYPE_CHECKING:
    from torch import Tensor

SHARE_AT_MOST = 300.0  # log10: Python's floats end a little above

UPDATE_RATIO = Measurement(
    key="update_ratio",
    title="update ratio (log10)",
    unit="log10",
    judged=True,
    threshold=THRESHOLDS.update_target,
    absent="no ratio before the first step, nor where all weights are zero",
)


def change_in_words(ratio: float) -> Text:
    """How much a step changed the weights, of its update ratio (log10): "45 % of their size", "12 times their size"."""
    share = 10.0 ** min(ratio, SHARE_AT_MOST)
    whole = share > TIMES_FROM
    return text("{share:times} their size" if whole else "{share:percent} of their size", share=share)


def update_ratios(before: Sequence[Tensor], after: Sequence[Tensor]) -> NDArray[np.float32]:
    """``log10(||ΔW||₂ / ||W||₂)`` per tensor, W before the step: (L,).

    NaN where W is zero, -inf where nothing changed. One copy from the device for all.
    """
    import torch

    from relulab.measurements.reductions import euclidean_norms

    changes = torch._foreach_sub(list(after), list(before))
    norms = euclidean_norms([*changes, *before])
    change, size = norms[: len(before)], norms[len(before) :]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log10(change / size)
    return np.where(size == 0.0, np.nan, ratios).astype(np.float32)
