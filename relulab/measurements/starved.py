"""Gradient-starved units: they fire, but no sample sends a gradient back to them, so they never learn."""

from collections.abc import Callable

import torch
from torch import Tensor

from relulab.measurements.probe import measuring
from relulab.measurements.reductions import unit_max
from relulab.measurements.thresholds import THRESHOLDS
from relulab.model.network import Network

LossFunction = Callable[[Tensor, Tensor], Tensor]
CHUNK_SAMPLES = 256  # at once: with their gradients and all that is kept they need much memory


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
    """Units that fire for some sample, but whose gradient is below 1e-12 for all: bool (units,)."""
    return (max_activation > 0.0) & (peak_gradient < THRESHOLDS.starved_gradient.value)


def _peaks(network: Network, inputs: Tensor, targets: Tensor, loss: LossFunction) -> list[Tensor]:
    outputs, kept = network.forward_kept(inputs)
    summed = loss(outputs, targets) * len(inputs)
    gradients = torch.autograd.grad(summed, [layer.pre_activation for layer in kept])
    return [unit_max(gradient.abs()) for gradient in gradients]
