"""How much a step really changed the weights, compared with their size.

Measured from the weights before and behind the step. Learning rate times gradient would be wrong for
every optimizer but plain SGD.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def update_ratios(before: Sequence[Tensor], after: Sequence[Tensor]) -> NDArray[np.float32]:
    """``log10(||ΔW||₂ / ||W||₂)`` per tensor, W before the step: (L,).

    NaN where W is zero, -inf where nothing changed. One copy from the device for all.
    """
    changes = torch._foreach_sub(list(after), list(before))
    norms = torch.stack([*torch._foreach_norm(changes), *torch._foreach_norm(list(before))]).double().cpu().numpy()
    change, size = norms[: len(before)], norms[len(before) :]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log10(change / size)
    return np.where(size == 0.0, np.nan, ratios).astype(np.float32)
