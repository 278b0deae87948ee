"""Initial weights and biases, drawn layer by layer.

Every layer has a random stream of its own, made of the model's seed and the layer's index. Changing one
layer therefore leaves the first weights of all others as they were.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil, sqrt
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from relulab.catalog.entry import Value
from relulab.catalog.initializations import INITIALIZATIONS, RAI_STD
from relulab.experiment import BiasChoice, InitializationChoice, ModelSpec
from relulab.model.layout import Layout
from relulab.model.shapes import LayerShape

Parameters = Mapping[str, Value]
OUTPUT_STREAM = 2**32 - 1  # the output keeps its stream when hidden layers are added


class Layered(Protocol):
    """What is initialized: the measured layers of a network, and the weight and bias of each."""

    layout: Layout

    def parameters_of(self, layer: int) -> tuple[Tensor, Tensor | None]: ...


@torch.no_grad()
def initialize(network: Layered, model: ModelSpec, shapes: Sequence[LayerShape]) -> None:
    """Set weights and biases as the design says. Norms start at scale 1 and shift 0, PReLU at its own slope.

    LSUV layers get their orthogonal start; ``lsuv`` rescales them to the data.
    """
    for position, layer in enumerate(network.layout.layers):
        part = model.output if layer.index is None else model.layers[layer.index]
        if part.initialization is None or part.bias is None:
            continue  # norms have neither
        weight, bias = network.parameters_of(position)
        generator = _generator(model.seed, OUTPUT_STREAM if layer.index is None else layer.index)
        fill_weight(weight, bias, part.initialization, generator)
        if bias is not None and not INITIALIZATIONS[part.initialization.name].sets_bias:
            shape = shapes[-1] if layer.index is None else shapes[layer.index]
            fill_bias(bias, part.bias, shape.fan_in, generator)


def fill_weight(weight: Tensor, bias: Tensor | None, choice: InitializationChoice, generator: torch.Generator) -> None:
    """Fill ``weight`` (out, in) or (out, in, k, k) in place; RAI fills ``bias`` (out,) too."""
    entry = INITIALIZATIONS[choice.name]
    if not entry.torch_function:
        _OWN[entry.key](weight, bias, choice.parameters, generator)
        return
    arguments: dict[str, Any] = entry.arguments(choice.parameters)
    if entry.random:
        arguments["generator"] = generator
    getattr(nn.init, entry.torch_function)(weight, **arguments)


def fill_bias(bias: Tensor, choice: BiasChoice, fan_in: int, generator: torch.Generator) -> None:
    """Fill ``bias`` (out,) in place."""
    if choice.name == "constant":
        bias.fill_(float(choice.parameters["value"]))
    else:
        bound = 1.0 / sqrt(fan_in)
        bias.uniform_(-bound, bound, generator=generator)


def _identity(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    if weight.ndim == 2:
        nn.init.eye_(weight)
    else:
        nn.init.dirac_(weight)


def _randomized_asymmetric(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    """RAI of Lu et al. 2019, algorithm 1: rows of [W, b] are normal, one random entry of each is Beta(2, 1).

    A layer without a bias draws that entry among its weights.
    """
    units, fan_in = len(weight), weight[0].numel()
    columns = fan_in + (bias is not None)
    rows = torch.empty(units, columns).normal_(0.0, RAI_STD / sqrt(fan_in), generator=generator)
    special = torch.randint(columns, (units,), generator=generator)
    # Beta(2, 1) has the distribution function x², so it is the root of a uniform number.
    rows[torch.arange(units), special] = torch.rand(units, generator=generator).sqrt()
    weight.copy_(rows[:, :fan_in].view_as(weight))
    if bias is not None:
        bias.copy_(rows[:, fan_in])


def _orthogonal(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    nn.init.orthogonal_(weight, generator=generator)


def _truncated_normal(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    """Cut at two standard deviations; torch's own default cuts at ±2 whatever the standard deviation."""
    std = float(p["std"])
    nn.init.trunc_normal_(weight, std=std, a=-2.0 * std, b=2.0 * std, generator=generator)


def _sparse(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    """As ``torch.nn.init.sparse_``, which takes its zeros from the global random stream whatever it is given."""
    units, inputs = weight.shape
    zeros = ceil(float(p["sparsity"]) * units)
    weight.normal_(0.0, float(p["std"]), generator=generator)
    order = torch.rand(units, inputs, generator=generator).argsort(0)
    weight.scatter_(0, order[:zeros], 0.0)


_OWN: Mapping[str, Callable[[Tensor, Tensor | None, Parameters, torch.Generator], None]] = {
    "identity": _identity,
    "rai": _randomized_asymmetric,
    "lsuv": _orthogonal,
    "truncated_normal": _truncated_normal,
    "sparse": _sparse,
}


def _generator(seed: int, stream: int) -> torch.Generator:
    state = np.random.SeedSequence([seed, stream]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0]))
