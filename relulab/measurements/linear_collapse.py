"""Linear collapse: how well a straight-line model of the inputs explains what the network computes."""

import torch
from torch import Tensor


def linear_fit(inputs: Tensor, outputs: Tensor) -> float:
    """R² of the outputs (n, k) regressed on [x, 1] by least squares in float64. ``inputs``: (n, *input_shape).

    1 means that the network is a linear map on this sample. NaN where it cannot be told: outputs that do
    not vary or are not finite, or no more samples than inputs, where a line fits anything.
    """
    x = inputs.detach().reshape(len(inputs), -1).double().cpu()
    y = outputs.detach().double().cpu()
    y = y - y.mean(0)
    total = float(y.square().sum())
    if len(x) <= x.shape[1] + 1 or not 0.0 < total < float("inf"):
        return float("nan")
    # Centring both sides is the same as a column of ones. Blank pixels make the system rank-deficient; of the
    # drivers that allow it, torch's default "gelsy" gives wrong results now and then (pytorch issue 71222).
    x = x - x.mean(0)
    coefficients = torch.linalg.lstsq(x, y, driver="gelsd").solution
    return 1.0 - float((y - x @ coefficients).square().sum()) / total
