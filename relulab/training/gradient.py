"""One forward and one backward pass, with the gradients left where the optimizer reads them.

Small dense networks spend most of a step in autograd's book-keeping. For stacks of dense layers the chain
rule is short enough to be written out, so that is what ``DenseGradient`` does, at a third of the time;
every other network goes through autograd. Both give the same gradients up to rounding (tested).
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from relulab.catalog.activations import SELU_ALPHA, SELU_SCALE
from relulab.experiment import ActivationChoice, ModelSpec
from relulab.model.network import Kept, Network
from relulab.training.flat_parameters import FlatParameters
from relulab.training.objective import Objective

_aten = torch.ops.aten

# activation -> (dL/dh, z, h, parameters) -> dL/dz: torch's own derivatives
Derivative = Callable[[Tensor, Tensor, Tensor, Mapping[str, Any]], Tensor]
DERIVATIVES: Mapping[str, Derivative] = {
    "identity": lambda g, z, h, p: g,
    "relu": lambda g, z, h, p: _aten.threshold_backward.default(g, h, 0),
    "leaky_relu": lambda g, z, h, p: _aten.leaky_relu_backward.default(g, z, p["negative_slope"], False),
    "elu": lambda g, z, h, p: _aten.elu_backward.default(g, p["alpha"], 1, 1, False, z),
    "selu": lambda g, z, h, p: _aten.elu_backward.default(g, SELU_ALPHA, SELU_SCALE, 1, False, z),
    "gelu": lambda g, z, h, p: _aten.gelu_backward.default(g, z),
    "silu": lambda g, z, h, p: _aten.silu_backward.default(g, z),
    "mish": lambda g, z, h, p: _aten.mish_backward.default(g, z),
    "softplus": lambda g, z, h, p: _aten.softplus_backward.default(g, z, p["beta"], 20),
    "sigmoid": lambda g, z, h, p: _aten.sigmoid_backward.default(g, h),
    "tanh": lambda g, z, h, p: _aten.tanh_backward.default(g, h),
    "hardtanh": lambda g, z, h, p: _aten.hardtanh_backward.default(g, z, -1, 1),
    "relu6": lambda g, z, h, p: _aten.hardtanh_backward.default(g, z, 0, 6),
    "hardswish": lambda g, z, h, p: _aten.hardswish_backward.default(g, z),
}


class Gradient(Protocol):
    """Computes outputs (n, outputs) and the plain loss (scalar); ``backward`` then writes all gradients.

    These are of the loss that is trained, in which classes may have weights.
    """

    def forward(self, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]: ...
    def backward(self) -> None: ...


def make_gradient(model: ModelSpec, network: Network, objective: Objective, parameters: FlatParameters) -> Gradient:
    """The written-out chain rule where it exists for this network and loss, autograd elsewhere."""
    activations = [layer.activation for layer in model.layers if layer.activation is not None]
    activations.append(model.output.activation)
    dense = all(layer.kind in ("dense", "flatten") for layer in model.layers)
    if dense and all(choice.name in DERIVATIVES for choice in activations) and objective.entry.key in LOSS_GRADIENTS:
        return DenseGradient(network, objective, activations)
    return AutogradGradient(network, objective, parameters)


class AutogradGradient:
    """Any network and loss, through torch's autograd."""

    def __init__(self, network: Network, objective: Objective, parameters: FlatParameters) -> None:
        self._network = network
        self._objective = objective
        self._gradients = parameters.gradients
        self._loss: Tensor | None = None

    def forward(self, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        outputs = self._network(inputs)
        self._loss = self._objective.trained_loss(outputs, targets)
        if self._objective.class_weights is None:
            return outputs.detach(), self._loss.detach()
        return outputs.detach(), self._objective.loss(outputs.detach(), targets)

    def backward(self) -> None:
        assert self._loss is not None, "forward comes first"
        self._gradients.zero_()
        self._loss.backward()


def _cross_entropy(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    log_shares = torch.log_softmax(outputs, 1)
    loss = torch.nn.functional.nll_loss(log_shares, targets)
    gradient = log_shares.exp_()
    gradient[torch.arange(len(targets), device=targets.device), targets] -= 1
    return loss, gradient.div_(len(targets))


def _binary_cross_entropy(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    loss = torch.nn.functional.binary_cross_entropy_with_logits(outputs, targets)
    return loss, torch.sigmoid(outputs).sub_(targets).div_(targets.numel())


def _squares(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    loss = torch.nn.functional.mse_loss(outputs, targets)
    return loss, outputs.sub(targets).mul_(2.0 / targets.numel())


# loss -> (outputs, targets) -> loss, dL/doutputs
LOSS_GRADIENTS: Mapping[str, Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    "cross_entropy": _cross_entropy,
    "binary_cross_entropy": _binary_cross_entropy,
    "mse": _squares,
}


class DenseGradient:
    """Backpropagation of a stack of dense layers, written out (Rumelhart, Hinton & Williams 1986).

    For each layer from the last to the first, with z = W·x + b and h = f(z):
    dL/dz = dL/dh · f'(z);  dL/dW = dL/dzᵀ·x;  dL/db = Σ dL/dz;  dL/dx = dL/dz·W.
    """

    def __init__(self, network: Network, objective: Objective, activations: list[ActivationChoice]) -> None:
        self._network = network
        self._objective = objective
        self._loss_gradient = LOSS_GRADIENTS[objective.entry.key]
        self._derivatives = [(DERIVATIVES[choice.name], choice.parameters) for choice in activations]
        self._layers = [_views(network, layer) for layer in range(len(network.layout.layers))]
        self._kept: list[Kept] = []
        self._inputs = self._output_gradient = torch.empty(0)

    def forward(self, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        with torch.inference_mode():
            outputs, self._kept = self._network.forward_kept(inputs)
            loss, self._output_gradient = self._loss_gradient(outputs, targets)
            if self._objective.class_weights is not None:
                self._output_gradient.mul_(self._objective.sample_weights(targets).to(outputs).unsqueeze(1))
            self._inputs = inputs.flatten(1)
        return outputs, loss

    def backward(self) -> None:
        with torch.inference_mode():
            gradient = self._output_gradient
            for index in range(len(self._layers) - 1, -1, -1):
                derivative, parameters = self._derivatives[index]
                z, h = self._kept[index]
                gradient = derivative(gradient, z, h, parameters)
                weight, weight_gradient, bias_gradient = self._layers[index]
                x = self._kept[index - 1].activation if index else self._inputs
                torch.mm(gradient.t(), x, out=weight_gradient)
                if bias_gradient is not None:
                    torch.sum(gradient, 0, out=bias_gradient)
                if index:
                    gradient = torch.mm(gradient, weight)


def _views(network: Network, layer: int) -> tuple[Tensor, Tensor, Tensor | None]:
    """Weight, its gradient, and the gradient of the bias (None without one), as views of the flat tensors."""
    weight, bias = network.parameters_of(layer)
    assert weight.grad is not None
    return weight.detach(), weight.grad, None if bias is None else bias.grad
