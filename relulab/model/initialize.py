"""Initial weights and biases, drawn layer by layer, and fitted to a batch of data where the design asks for it.

Every layer has a random stream of its own, made of the model's seed and the layer's index. Changing one
layer therefore leaves the first weights of all others as they were.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil, sqrt
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from relulab.catalog.entry import Value, read_numbers
from relulab.catalog.initializations import INITIALIZATIONS, RAI_STD
from relulab.errors import SpecError
from relulab.experiment import BiasChoice, InitializationChoice, ModelSpec
from relulab.model.layout import Layout
from relulab.model.modules import CALIBRATING, Function, Mode
from relulab.model.shapes import LayerShape

Parameters = Mapping[str, Value]
OUTPUT_STREAM = 2**32 - 1  # the output keeps its stream when hidden layers are added
VARIANCE_TOLERANCE = 0.1  # of LSUV: the paper's "Tol_var"


class Layered(Protocol):
    """What is initialized: the measured layers of a network, and the weight and bias of each."""

    layout: Layout

    def parameters_of(self, layer: int) -> tuple[Tensor, Tensor | None]: ...


class Connected(Layered, Protocol):
    """A network whose forward pass can be taken apart."""

    def buffers(self) -> Iterator[Tensor]: ...
    def connect(self, mode: Mode) -> tuple[list[Function], list[tuple[int, int]]]: ...


@torch.no_grad()
def initialize(network: Layered, model: ModelSpec, shapes: Sequence[LayerShape]) -> None:
    """Set weights and biases as the design says. Norms start at scale 1 and shift 0, PReLU at its own slope.

    LSUV layers get their orthogonal start; ``rescale_to_unit_variance`` fits them to the data.
    """
    for position, layer in enumerate(network.layout.layers):
        part = model.output if layer.index is None else model.layers[layer.index]
        if part.initialization is None or part.bias is None:
            continue  # norms have neither
        weight, bias = network.parameters_of(position)
        generator = _generator(model.seed, OUTPUT_STREAM if layer.index is None else layer.index)
        fill_weight(weight, bias, part.initialization, generator)
        if bias is not None and not INITIALIZATIONS[part.initialization.name].sets_bias:
            fill_bias(bias, weight, part.bias, generator)


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


def fill_bias(bias: Tensor, weight: Tensor, choice: BiasChoice, generator: torch.Generator) -> None:
    """Fill ``bias`` (out,) of a layer with this ``weight`` in place."""
    _BIASES[choice.name](bias, weight, choice.parameters, generator)


def _constant_bias(bias: Tensor, weight: Tensor, p: Parameters, generator: torch.Generator) -> None:
    bias.fill_(float(p["value"]))


def _default_bias(bias: Tensor, weight: Tensor, p: Parameters, generator: torch.Generator) -> None:
    bound = 1.0 / sqrt(weight[0].numel())
    bias.uniform_(-bound, bound, generator=generator)


def _spread_bias(bias: Tensor, weight: Tensor, p: Parameters, generator: torch.Generator) -> None:
    """b = -w·p, so that z is 0 at the point p of each unit. The points are a Latin hypercube: every input of theirs is
    spread evenly over [-reach, reach] (McKay, Beckman & Conover 1979).
    """
    rows = weight.view(len(weight), -1)
    places = torch.stack([torch.randperm(len(rows), generator=generator) for _ in range(rows.shape[1])], 1)
    points = float(p["reach"]) * ((2 * places + 1) / len(rows) - 1.0)
    bias.copy_(-(rows * points).sum(1))


def _given_bias(bias: Tensor, weight: Tensor, p: Parameters, generator: torch.Generator) -> None:
    _given(bias, None, p, generator)


_BIASES: Mapping[str, Callable[[Tensor, Tensor, Parameters, torch.Generator], None]] = {
    "constant": _constant_bias,
    "given": _given_bias,
    "pytorch_default": _default_bias,
    "spread": _spread_bias,
}


def _identity(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    if weight.ndim == 2:
        nn.init.eye_(weight)
    else:
        nn.init.dirac_(weight)


def _constant(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    """Without noise nothing is drawn, so the bias gets the random numbers that it always had."""
    if p["noise"]:
        weight.normal_(float(p["value"]), float(p["noise"]) * (2.0 / weight[0].numel()) ** 0.5, generator=generator)
    else:
        weight.fill_(float(p["value"]))


def _given(weight: Tensor, bias: Tensor | None, p: Parameters, generator: torch.Generator) -> None:
    """Row after row; where there are too few numbers they begin again."""
    numbers = np.resize(read_numbers(str(p["values"])), tuple(weight.shape))
    weight.copy_(torch.from_numpy(numbers))


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
    "constant": _constant,
    "given": _given,
    "identity": _identity,
    "rai": _randomized_asymmetric,
    "lsuv": _orthogonal,
    "truncated_normal": _truncated_normal,
    "sparse": _sparse,
}


def _generator(seed: int, stream: int) -> torch.Generator:
    state = np.random.SeedSequence([seed, stream]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0]))


@torch.no_grad()
def rescale_to_unit_variance(network: Connected, model: ModelSpec, calibration: Tensor | None) -> None:
    """Rescale the weights of all LSUV layers, first to last, until their outputs z have variance 1.

    Layer-sequential unit variance: Mishkin & Matas 2016, "All you need is a good init", algorithm 1.
    ``calibration`` is (n, *input_shape). Batch norms on the way use the statistics of this batch.
    Raises SpecError where a layer needs a batch and there is none.
    """
    if not any(lsuv_iterations(model, layer.index) for layer in network.layout.layers):
        return
    if calibration is None:
        raise SpecError("LSUV fits weights to the data: give build_model a batch of training inputs as calibration.")
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]
    functions, positions = network.connect(CALIBRATING)
    values, done = calibration.float(), 0
    for index, (layer, (position, _)) in enumerate(zip(network.layout.layers, positions, strict=True)):
        for function in functions[done : position - 1]:
            values = function(values)
        weight, _ = network.parameters_of(index)
        _rescale(weight, functions[position - 1], values, lsuv_iterations(model, layer.index))
        done = position - 1
    for buffer, kept in buffers:
        buffer.copy_(kept)


def lsuv_iterations(model: ModelSpec, index: int | None) -> int:
    """How often the layer may be rescaled; 0 where it does not start with LSUV."""
    part = model.output if index is None else model.layers[index]
    choice = part.initialization
    return int(choice.parameters["iterations"]) if choice is not None and choice.name == "lsuv" else 0


def _rescale(weight: Tensor, layer: Function, inputs: Tensor, times: int) -> None:
    for _ in range(times):
        variance = float(layer(inputs).var(correction=0))
        if not variance > 0.0 or abs(variance - 1.0) < VARIANCE_TOLERANCE:
            return
        weight.div_(variance**0.5)
