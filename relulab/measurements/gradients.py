"""The size of the gradient in every layer, and how it changes over the depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from relulab.measurements.measurement import Floats, Measurement

if TYPE_CHECKING:
    from torch import Tensor

GRADIENT_NORM = Measurement(key="gradient_norm", title="gradient norm", judged=True)
GRADIENT_RMS = Measurement(key="gradient_rms", title="root mean square of the gradient", judged=True)


def gradient_norms(gradients: Sequence[Tensor]) -> Floats:
    """``||dL/dW||₂`` per tensor: (L,). One copy from the device for all."""
    from relulab.measurements.reductions import euclidean_norms

    return euclidean_norms(gradients).astype(np.float32)


def gradient_rms(norms: Floats, gradients: Sequence[Tensor]) -> Floats:
    """Root mean square of the elements, ``norm / √n``: comparable between layers of different size. (L,)."""
    sizes = np.array([gradient.numel() for gradient in gradients], np.float32)
    return np.asarray(norms / np.sqrt(sizes), np.float32)
