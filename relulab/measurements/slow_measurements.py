"""The slower measurements, once and for every layer: for the command line, the report and the diagnosis."""

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.measurements.covariance import Covariance
from relulab.measurements.duplicates import duplicate_units
from relulab.measurements.effective_rank import effective_rank
from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.probe import measuring
from relulab.measurements.reductions import as_matrix, unit_max
from relulab.measurements.starved import CHUNK_SAMPLES, LossFunction, peak_gradients, starved_units
from relulab.model.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Layer arrays (L,): ``effective_rank``, and shares of the layer's units that are ``duplicates`` or ``starved``.

    ``peak_gradient`` (U,): the greatest |dL/dz| of each unit. ``linear_fit``: R² of the outputs on the inputs.
    """

    effective_rank: NDArray[np.float32]
    duplicates: NDArray[np.float32]
    starved: NDArray[np.float32]
    peak_gradient: NDArray[np.float32]
    linear_fit: float


def survey(network: Network, inputs: Tensor, targets: Tensor, loss: LossFunction) -> Survey:
    """Measure ``network`` on inputs (n, *input_shape); ``loss(outputs, targets)`` is a mean over a batch."""
    outputs, covariances, maxima = [], [], []
    with measuring(network):
        for chunk in inputs.split(CHUNK_SAMPLES):
            output, kept = network.forward_kept(chunk)
            outputs.append(output)
            covariances.append([Covariance.of(as_matrix(layer.activation)) for layer in kept])
            maxima.append([unit_max(layer.activation) for layer in kept])
        units = [reduce(add, parts) for parts in zip(*covariances, strict=True)]
        highest = [torch.stack(parts).amax(0) for parts in zip(*maxima, strict=True)]
        ranks = [effective_rank(layer) for layer in units]
        duplicates = [float(duplicate_units(layer).double().mean()) for layer in units]
        fit = linear_fit(inputs, torch.cat(outputs))
    peaks = peak_gradients(network, inputs, targets, loss)
    starved = [float(starved_units(p, h).double().mean()) for p, h in zip(peaks, highest, strict=True)]
    return Survey(
        effective_rank=np.array(ranks, np.float32),
        duplicates=np.array(duplicates, np.float32),
        starved=np.array(starved, np.float32),
        peak_gradient=torch.cat(peaks).float().cpu().numpy(),
        linear_fit=fit,
    )
