"""One look at a network: what a batch makes of every layer, forwards and backwards, in eval mode."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from relulab.catalog.layers import LAYERS
from relulab.measurements.probe import measuring
from relulab.model.layout import Layout
from relulab.model.network import Network
from relulab.training.objective import Objective, Samples


@dataclass(frozen=True, slots=True, eq=False)
class SeenLayer:
    """``inputs`` (n, units, …) before and ``outputs`` after the activation; ``kernel`` is the weight matrix or the
    filters, and the gradients are those of the mean loss of the batch. ``bias`` is None where there is none.
    """

    title: str
    activation: str
    inputs: Tensor
    outputs: Tensor
    output_gradient: Tensor
    kernel: Tensor
    kernel_gradient: Tensor
    bias: Tensor | None
    bias_gradient: Tensor | None


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """The layers with weights in the order of the data, the output last; ``loss`` without penalties."""

    layers: tuple[SeenLayer, ...]
    loss: float

    @classmethod
    def of(cls, network: Network, objective: Objective, samples: Samples) -> Sight:
        """The network on these samples. Gradients go beside those that the run learns from."""
        places = weighted(network.layout)
        with measuring(network, gradients=True):
            outputs, kept = network.forward_kept(samples.inputs)
            loss = objective.loss(outputs, samples.targets)
            weights = [network.parameters_of(place) for place in places]
            wanted: list[Tensor] = [tensor for pair in weights for tensor in pair.present]
            wanted += [kept[place].activation for place in places]
            gradients = iter(torch.autograd.grad(loss, wanted, materialize_grads=True))
        parts = [
            (weight.detach(), next(gradients), *((None, None) if bias is None else (bias.detach(), next(gradients))))
            for weight, bias in weights
        ]
        layers = [
            SeenLayer(
                network.layout.layers[place].title,
                network.layout.layers[place].activation,
                kept[place].pre_activation.detach(),
                kept[place].activation.detach(),
                next(gradients),
                *part,
            )
            for place, part in zip(places, parts, strict=True)
        ]
        return cls(tuple(layers), loss.item())


def weighted(layout: Layout) -> list[int]:
    """The places of the layers with a weight matrix or filters, the output layer last."""
    return [
        place for place, layer in enumerate(layout.layers) if layer.kind == "output" or LAYERS[layer.kind].has_weights
    ]


def mean(tensor: Tensor) -> float:
    """The mean as the tools take it, in single precision."""
    return tensor.mean().item()


def all_finite(tensor: Tensor) -> bool:
    """Whether no entry is infinite or not a number."""
    return bool(torch.isfinite(tensor).all())
