"""The slower measurements, once and for every layer: for the command line, the report and the diagnosis."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.probe import measuring
from relulab.measurements.reductions import as_matrix, unit_max
from relulab.measurements.thresholds import THRESHOLDS
from relulab.measurements.unit_relations import Covariance, duplicate_units, effective_rank
from relulab.model.network import Network

LossFunction = Callable[[Tensor, Tensor], Tensor]
CHUNK_SAMPLES = 256  # at once: with their gradients and all that is kept they need much memory


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


def peak_gradients(network: Network, inputs: Tensor, targets: Tensor, loss: LossFunction) -> list[Tensor]:
    """The greatest ``|dL/dz|`` of each unit over all samples and positions, per measured layer: L x (units,).

    L is the loss of one sample, so the result does not depend on how many samples there are; ``loss`` is the
    mean over a batch. Measured in eval mode; the gradients of the parameters are left alone.
    """
    chunks = zip(inputs.split(CHUNK_SAMPLES), targets.split(CHUNK_SAMPLES), strict=True)
    with measuring(network, gradients=True):
        peaks = [_peaks(network, x, y, loss) for x, y in chunks]
    return [torch.stack(parts).amax(0) for parts in zip(*peaks, strict=True)]


def starved_units(peak_gradient: Tensor, max_activation: Tensor) -> Tensor:
    """Units that fire, but whose gradient is below 1e-12 for all samples, so they never learn: bool (units,)."""
    return (max_activation > 0.0) & (peak_gradient < THRESHOLDS.starved_gradient.value)


def _peaks(network: Network, inputs: Tensor, targets: Tensor, loss: LossFunction) -> list[Tensor]:
    outputs, kept = network.forward_kept(inputs)
    summed = loss(outputs, targets) * len(inputs)
    gradients = torch.autograd.grad(summed, [layer.pre_activation for layer in kept])
    return [unit_max(gradient.abs()) for gradient in gradients]
