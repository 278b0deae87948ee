"""Activations and their derivatives on stacks, written into tensors that are there already.

Where all nets have the same parameters torch's own functions do it; where slopes or alphas differ from net to net the
formula is written out with a number for each. A slope that is learned is one of the numbers of the storage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from relulab.catalog.activations import SELU_ALPHA, SELU_SCALE
from relulab.experiment import ActivationChoice

_aten = torch.ops.aten

Parameters = Mapping[str, Any]
Forward = Callable[[Tensor, Parameters, Tensor], Any]  # z, parameters, h to write
Backward = Callable[[Tensor, Tensor, Tensor, Parameters, Tensor], Any]  # dL/dh, z, h, parameters, dL/dz to write


@dataclass(frozen=True, slots=True)
class StackActivation:
    """``own``: whether its parameters may differ from net to net; they are (nets, 1, 1) then."""

    forward: Forward
    backward: Backward
    own: tuple[Forward, Backward] | None = None


def _leaky(z: Tensor, p: Parameters, h: Tensor) -> None:
    torch.mul(z, p["negative_slope"], out=h)
    torch.maximum(z, h, out=h)  # slopes are at most 1


def _leaky_backward(g: Tensor, z: Tensor, h: Tensor, p: Parameters, out: Tensor) -> None:
    torch.where(z > 0, g, g * p["negative_slope"], out=out)


def _prelu(z: Tensor, p: Parameters, h: Tensor) -> None:
    torch.where(z > 0, z, z * p["slope"], out=h)


def _prelu_backward(g: Tensor, z: Tensor, h: Tensor, p: Parameters, out: Tensor) -> None:
    torch.where(z > 0, g, g * p["slope"], out=out)
    torch.sum(g * z.clamp_max(0.0), (1, 2), keepdim=True, out=p["slope_gradient"])


def _elu(z: Tensor, p: Parameters, h: Tensor) -> None:
    torch.where(z > 0, z, torch.expm1(z) * p["alpha"], out=h)


def _elu_backward(g: Tensor, z: Tensor, h: Tensor, p: Parameters, out: Tensor) -> None:
    torch.where(z > 0, g, g * p["alpha"] * torch.exp(z), out=out)


SOFTPLUS_LINEAR_FROM = 20.0  # as torch: beyond it softplus is the identity


def _softplus(z: Tensor, p: Parameters, h: Tensor) -> None:
    scaled = z * p["beta"]
    torch.where(scaled > SOFTPLUS_LINEAR_FROM, z, torch.log1p(torch.exp(scaled)) / p["beta"], out=h)


def _softplus_backward(g: Tensor, z: Tensor, h: Tensor, p: Parameters, out: Tensor) -> None:
    scaled = z * p["beta"]
    torch.where(scaled > SOFTPLUS_LINEAR_FROM, g, g * torch.sigmoid(scaled), out=out)


def _softsign(z: Tensor, p: Parameters, h: Tensor) -> None:
    torch.div(z, z.abs().add_(1.0), out=h)


def _softsign_backward(g: Tensor, z: Tensor, h: Tensor, p: Parameters, out: Tensor) -> None:
    torch.div(g, z.abs().add_(1.0).square_(), out=out)


STACK_ACTIVATIONS: Mapping[str, StackActivation] = {
    "identity": StackActivation(lambda z, p, h: h.copy_(z), lambda g, z, h, p, out: out.copy_(g)),
    "relu": StackActivation(
        lambda z, p, h: torch.clamp_min(z, 0, out=h),
        lambda g, z, h, p, out: _aten.threshold_backward.grad_input(g, z, 0, grad_input=out),
    ),
    "leaky_relu": StackActivation(
        lambda z, p, h: _aten.leaky_relu.out(z, p["negative_slope"], out=h),
        lambda g, z, h, p, out: _aten.leaky_relu_backward.grad_input(g, z, p["negative_slope"], False, grad_input=out),
        (_leaky, _leaky_backward),
    ),
    "prelu": StackActivation(_prelu, _prelu_backward),
    "elu": StackActivation(
        lambda z, p, h: _aten.elu.out(z, p["alpha"], 1, 1, out=h),
        lambda g, z, h, p, out: _aten.elu_backward.grad_input(g, p["alpha"], 1, 1, False, z, grad_input=out),
        (_elu, _elu_backward),
    ),
    "selu": StackActivation(
        lambda z, p, h: _aten.elu.out(z, SELU_ALPHA, SELU_SCALE, 1, out=h),
        lambda g, z, h, p, out: _aten.elu_backward.grad_input(g, SELU_ALPHA, SELU_SCALE, 1, False, z, grad_input=out),
    ),
    "gelu": StackActivation(
        lambda z, p, h: h.copy_(_aten.gelu.default(z)),  # .out writes wrong float32 into a view
        lambda g, z, h, p, out: out.copy_(_aten.gelu_backward.default(g, z)),
    ),
    "silu": StackActivation(
        lambda z, p, h: _aten.silu.out(z, out=h),
        lambda g, z, h, p, out: _aten.silu_backward.grad_input(g, z, grad_input=out),
    ),
    "mish": StackActivation(
        lambda z, p, h: _aten.mish.out(z, out=h), lambda g, z, h, p, out: out.copy_(_aten.mish_backward.default(g, z))
    ),
    "softplus": StackActivation(
        lambda z, p, h: _aten.softplus.out(z, p["beta"], SOFTPLUS_LINEAR_FROM, out=h),
        lambda g, z, h, p, out: _aten.softplus_backward.grad_input(
            g, z, p["beta"], SOFTPLUS_LINEAR_FROM, grad_input=out
        ),
        (_softplus, _softplus_backward),
    ),
    "softsign": StackActivation(_softsign, _softsign_backward),
    "sigmoid": StackActivation(
        lambda z, p, h: torch.sigmoid(z, out=h),
        lambda g, z, h, p, out: _aten.sigmoid_backward.grad_input(g, h, grad_input=out),
    ),
    "tanh": StackActivation(
        lambda z, p, h: torch.tanh(z, out=h),
        lambda g, z, h, p, out: _aten.tanh_backward.grad_input(g, h, grad_input=out),
    ),
    "hardtanh": StackActivation(
        lambda z, p, h: torch.clamp(z, -1, 1, out=h),
        lambda g, z, h, p, out: _aten.hardtanh_backward.grad_input(g, z, -1, 1, grad_input=out),
    ),
    "relu6": StackActivation(
        lambda z, p, h: torch.clamp(z, 0, 6, out=h),
        lambda g, z, h, p, out: _aten.hardtanh_backward.grad_input(g, z, 0, 6, grad_input=out),
    ),
    "hardswish": StackActivation(
        lambda z, p, h: _aten.hardswish.out(z, out=h),
        lambda g, z, h, p, out: out.copy_(_aten.hardswish_backward.default(g, z)),
    ),
}


class LayerActivation:
    """The activation of one layer of a stack, with the parameters of each net.

    ``learned``: where it learns a slope, these (nets, 1, 1), and where to write their gradients. ``own``: the formula
    is written out also where all have the same parameters.
    """

    def __init__(
        self,
        choices: Sequence[ActivationChoice],
        dtype: torch.dtype,
        learned: tuple[Tensor, Tensor] | None = None,
        *,
        own: bool = False,
    ) -> None:
        first = choices[0]
        entry = STACK_ACTIVATIONS[first.name]
        self.is_identity = first.name == "identity"
        self.forward, self.backward = entry.forward, entry.backward
        self.parameters: Parameters = first.parameters
        if learned is not None:
            self.parameters = dict(zip(("slope", "slope_gradient"), learned, strict=True))
        elif any(choice.parameters != first.parameters for choice in choices) or (own and entry.own is not None):
            assert entry.own is not None, "only activations with formulas of their own have parameters"
            self.forward, self.backward = entry.own
            self.parameters = {
                name: torch.tensor([choice.parameters[name] for choice in choices], dtype=dtype).view(-1, 1, 1)
                for name in first.parameters
            }

    def of_nets(self, first: int, last: int) -> Parameters:
        """The parameters of the nets from ``first`` to before ``last``."""
        own = self.parameters.items()
        return {name: value[first:last] if isinstance(value, Tensor) else value for name, value in own}
