"""The size of the gradient in every layer, and how it changes over the depth."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]


def gradient_norms(gradients: Sequence[Tensor]) -> Floats:
    """``||dL/dW||₂`` per tensor: (L,). One copy from the device for all."""
    norms: Floats = torch.stack(torch._foreach_norm(list(gradients))).float().cpu().numpy()
    return norms


def gradient_rms(norms: Floats, gradients: Sequence[Tensor]) -> Floats:
    """Root mean square of the elements, ``norm / √n``: comparable between layers of different size. (L,)."""
    sizes = np.array([gradient.numel() for gradient in gradients], np.float32)
    return np.asarray(norms / np.sqrt(sizes), np.float32)


def gradient_ratio(rms: Floats) -> float:
    """First layer over last layer: far below 1 the gradient vanishes on its way back.

    NaN where the last layer has no gradient at all.
    """
    return float(rms[0] / rms[-1]) if rms[-1] else float("nan")
