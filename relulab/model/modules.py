"""From catalogue entries to torch modules, and from modules to the plain functions that a forward pass calls.

Modules hold the weights under readable names. The forward pass skips them: calling a module costs
microseconds of bookkeeping per layer, which is most of the time of a small network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from relulab.experiment import ActivationChoice, LayerSpec, OutputSpec
from relulab.model.shapes import LayerShape, Shape

Function = Callable[[Tensor], Tensor]


def layer_module(layer: LayerSpec, inputs: Shape, shape: LayerShape) -> nn.Module:
    """The module of one layer, its weights not yet initialized."""
    return _MODULES[layer.kind](layer, inputs, shape)


def output_module(output: OutputSpec, shape: LayerShape) -> nn.Module:
    """The dense layer at the end."""
    return _empty(nn.Linear, shape.fan_in, shape.units, bias=output.bias.name != "none")


def activation_module(choice: ActivationChoice) -> nn.Module:
    """The activation as its own module; PReLU keeps its learned slope in there."""
    module_type: type[nn.Module] = getattr(nn, choice.entry.torch_module)
    return module_type(**choice.entry.arguments(choice.parameters))


def _empty(module_type: Any, *args: Any, **kwargs: Any) -> nn.Module:
    """A module without the default weights: they would cost time and draw from the global random stream.

    Not by torch's device "meta", which takes longer than all else of a small module, where many are built at once.
    """
    module: nn.Module = _bare(module_type)(*args, **kwargs)
    object.__setattr__(module, "__class__", module_type)
    return module


@cache
def _bare(module_type: Any) -> Any:
    """The same that leaves its weights as they lie in memory."""
    return type(module_type.__name__, (module_type,), {"reset_parameters": lambda module: None})


def _has_bias(layer: LayerSpec) -> bool:
    return layer.bias is not None and layer.bias.name != "none"


def _dense(layer: LayerSpec, inputs: Shape, shape: LayerShape) -> nn.Module:
    return _empty(nn.Linear, inputs[0], shape.units, bias=_has_bias(layer))


def _conv2d(layer: LayerSpec, inputs: Shape, shape: LayerShape) -> nn.Module:
    given = layer.parameters
    return _empty(
        nn.Conv2d,
        inputs[0],
        shape.units,
        given["kernel_size"],
        stride=given["stride"],
        padding=given["padding"],
        bias=_has_bias(layer),
    )


def _batch_norm(layer: LayerSpec, inputs: Shape, shape: LayerShape) -> nn.Module:
    module_type = nn.BatchNorm2d if len(inputs) == 3 else nn.BatchNorm1d
    return module_type(inputs[0], momentum=float(layer.parameters["momentum"]))


def _pool(module_type: Callable[..., nn.Module], layer: LayerSpec, inputs: Shape, shape: LayerShape) -> nn.Module:
    return module_type(layer.parameters["kernel_size"], layer.parameters["stride"])


def _dropout(module_type: Callable[..., nn.Module], layer: LayerSpec, inputs: Shape, shape: LayerShape) -> nn.Module:
    return module_type(layer.parameters["rate"])


_MODULES: Mapping[str, Callable[[LayerSpec, Shape, LayerShape], nn.Module]] = {
    "dense": _dense,
    "conv2d": _conv2d,
    "max_pool2d": partial(_pool, nn.MaxPool2d),
    "avg_pool2d": partial(_pool, nn.AvgPool2d),
    "flatten": lambda layer, inputs, shape: nn.Flatten(),
    "dropout": partial(_dropout, nn.Dropout),
    "alpha_dropout": partial(_dropout, nn.AlphaDropout),
    "batch_norm": _batch_norm,
    "layer_norm": lambda layer, inputs, shape: nn.LayerNorm(inputs),
}


@dataclass(frozen=True, slots=True)
class Mode:
    """What differs between learning and measuring."""

    drops: bool
    batch_statistics: bool


LEARNING = Mode(drops=True, batch_statistics=True)
MEASURING = Mode(drops=False, batch_statistics=False)
CALIBRATING = Mode(drops=False, batch_statistics=True)


def as_function(module: nn.Module, mode: Mode) -> Function | None:
    """What ``module`` computes in ``mode``, bound to its present parameters; None where it does nothing.

    ``functools.partial`` and bound methods survive ``copy.deepcopy`` together with the parameters they hold.
    """
    make = _FUNCTIONS.get(type(module))
    return module.forward if make is None else make(module, mode)


def _batch_norm_function(module: Any, mode: Mode) -> Function:
    return partial(
        functional.batch_norm,
        running_mean=module.running_mean,
        running_var=module.running_var,
        weight=module.weight,
        bias=module.bias,
        training=mode.batch_statistics,
        momentum=module.momentum,
        eps=module.eps,
    )


BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def is_warm(norm: Any) -> bool:
    """Whether a batch norm has seen a batch: its running statistics are no longer mean 0 and variance 1."""
    return bool(norm.running_mean.any()) or not bool((norm.running_var == 1.0).all())


@torch.no_grad()
def with_statistics_of(samples: Tensor, functions: Sequence[Function]) -> list[Function]:
    """The functions of a forward pass, their batch norms with mean and variance of these samples (n, *input_shape)."""
    found: list[Function] = []
    for function in functions:
        if isinstance(function, partial) and function.func is functional.batch_norm:
            over = (0, *range(2, samples.ndim))
            mean, variance = samples.mean(over), samples.var(over, correction=0)
            function = partial(function, running_mean=mean, running_var=variance)
        found.append(function)
        samples = function(samples)
    return found


def _conv2d_function(module: Any, mode: Mode) -> Function:
    return partial(torch.conv2d, weight=module.weight, bias=module.bias, stride=module.stride, padding=module.padding)


def _max_pool2d_function(module: Any, mode: Mode) -> Function:
    """Measured several times as fast; learned by torch's own, whose gradient goes to one of equal values alone."""
    pool: Function = module.forward
    return pool if mode == LEARNING else partial(_maxima, size=module.kernel_size, stride=module.stride, learned=pool)


def _maxima(images: Tensor, size: int, stride: int, learned: Function) -> Tensor:
    """The greatest value of each window (n, channels, height, width), without a search for where it was."""
    if torch.is_grad_enabled() or images.device.type != "cpu":
        return learned(images)
    height, width = ((extent - size) // stride + 1 for extent in images.shape[-2:])
    rows = [images[..., i : i + stride * (height - 1) + 1 : stride, :] for i in range(size)]
    highest = reduce(torch.maximum, rows)
    columns = [highest[..., j : j + stride * (width - 1) + 1 : stride] for j in range(size)]
    highest = reduce(torch.maximum, columns)
    turned = images.is_contiguous(memory_format=torch.channels_last) and not images.is_contiguous()
    return highest.contiguous(memory_format=torch.channels_last if turned else torch.contiguous_format)


_FUNCTIONS: Mapping[type[nn.Module], Callable[[Any, Mode], Function | None]] = {
    nn.Linear: lambda m, mode: partial(functional.linear, weight=m.weight, bias=m.bias),
    nn.Conv2d: _conv2d_function,
    nn.BatchNorm1d: _batch_norm_function,
    nn.BatchNorm2d: _batch_norm_function,
    nn.MaxPool2d: _max_pool2d_function,
    nn.Flatten: lambda m, mode: partial(torch.flatten, start_dim=1),
    nn.Dropout: lambda m, mode: partial(functional.dropout, p=m.p, training=True) if mode.drops else None,
    nn.AlphaDropout: lambda m, mode: partial(functional.alpha_dropout, p=m.p, training=True) if mode.drops else None,
    nn.PReLU: lambda m, mode: partial(torch.prelu, weight=m.weight),
    nn.ReLU: lambda m, mode: torch.relu,
    nn.Sigmoid: lambda m, mode: torch.sigmoid,
    nn.Tanh: lambda m, mode: torch.tanh,
    nn.Identity: lambda m, mode: None,
}
