"""The losses of a stack: outputs (…, nets, outputs, batch) against targets of the same shape, the mean for each net.

Classes are one-hot columns. Losses of several steps are worked out at once, gradients step by step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

OUTPUTS = -2  # the dimension of outputs
WriteGradient = Callable[[Tensor, Tensor, Tensor], None]  # outputs, targets, dL/doutputs to write


@dataclass(frozen=True, slots=True)
class StackLoss:
    """``loss(outputs, targets)``: (…, nets). ``gradient`` is that of one step."""

    loss: Callable[[Tensor, Tensor], Tensor]
    gradient: WriteGradient


def _batch(outputs: Tensor) -> int:
    return outputs.shape[-1]


def _numbers(outputs: Tensor) -> int:
    """How many numbers of one net the mean is taken over."""
    return outputs.shape[-1] * outputs.shape[OUTPUTS]


def greatest(values: Tensor) -> Tensor:
    """The place of the greatest among the outputs, in one row instead of them: the first of equals, NaN before all.

    Of two it is a comparison, many times as fast as torch's search.
    """
    if values.shape[OUTPUTS] != 2:
        return values.argmax(OUTPUTS, keepdim=True)
    first, second = values.split(1, OUTPUTS)
    found: Tensor = (~(first >= second) & (first == first)).long()
    return found


def _right(outputs: Tensor, targets: Tensor) -> Tensor:
    """What stands at the right class: one row instead of the outputs."""
    return outputs.gather(OUTPUTS, greatest(targets))


def _cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    return -_right(torch.log_softmax(outputs, OUTPUTS), targets).mean((-2, -1))


def _cross_entropy_gradient(outputs: Tensor, targets: Tensor, out: Tensor) -> None:
    torch.softmax(outputs, OUTPUTS, out=out)
    out.sub_(targets).div_(_batch(outputs))


def _binary_cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(outputs, targets, reduction="none").mean((-2, -1))


def _binary_cross_entropy_gradient(outputs: Tensor, targets: Tensor, out: Tensor) -> None:
    torch.sigmoid(outputs, out=out)
    out.sub_(targets).div_(_numbers(outputs))


def _squares(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets).square_().mean((-2, -1))


def _squares_gradient(outputs: Tensor, targets: Tensor, out: Tensor) -> None:
    torch.sub(outputs, targets, out=out)
    out.mul_(2.0 / _numbers(outputs))


def _distances(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets).abs_().mean((-2, -1))


def _distances_gradient(outputs: Tensor, targets: Tensor, out: Tensor) -> None:
    torch.sub(outputs, targets, out=out)
    out.sign_().div_(_numbers(outputs))


def _margins(outputs: Tensor, targets: Tensor) -> Tensor:
    """By how much each wrong class comes too close to the right one; 0 at the right one."""
    return (1.0 - _right(outputs, targets) + outputs).clamp_min_(0.0).mul_(1.0 - targets)


def _hinge(outputs: Tensor, targets: Tensor) -> Tensor:
    return _margins(outputs, targets).sum(OUTPUTS).mean(-1) / outputs.shape[OUTPUTS]


def _hinge_gradient(outputs: Tensor, targets: Tensor, out: Tensor) -> None:
    torch.gt(_margins(outputs, targets), 0.0, out=out)
    out.sub_(targets * out.sum(OUTPUTS, keepdim=True)).div_(_numbers(outputs))


STACK_LOSSES: Mapping[str, StackLoss] = {
    "cross_entropy": StackLoss(_cross_entropy, _cross_entropy_gradient),
    "binary_cross_entropy": StackLoss(_binary_cross_entropy, _binary_cross_entropy_gradient),
    "mse": StackLoss(_squares, _squares_gradient),
    "l1": StackLoss(_distances, _distances_gradient),
    "multi_margin": StackLoss(_hinge, _hinge_gradient),
}
