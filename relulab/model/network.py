"""The network that a design describes: named modules for the weights, one flat list of functions to run.

``forward`` and ``forward_kept`` walk the same list, so measuring sees exactly what learning computes.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn

from relulab.experiment import ActivationChoice
from relulab.model.initialize import initialize, rescale_to_unit_variance
from relulab.model.layout import Layout, layer_name
from relulab.model.modules import (
    BATCH_NORMS,
    LEARNING,
    MEASURING,
    Function,
    Mode,
    activation_module,
    as_function,
    is_warm,
    layer_module,
    output_module,
    with_statistics_of,
)
from relulab.model.plan import DesignPlan


class Kept(NamedTuple):
    """What one measured layer computed for a batch: z before and h after its activation.

    Both are (n, units) or (n, channels, height, width); they are one tensor where there is no activation.
    """

    pre_activation: Tensor
    activation: Tensor


class Step(NamedTuple):
    """One thing that a forward pass in eval mode does: a module and what is called for it.

    ``layer``: the measured layer that it belongs to; what stands before the first is counted to that.
    """

    layer: int
    module: nn.Module
    function: Function


class LayerParameters(NamedTuple):
    """What one measured layer learns: a matrix, filters or the scale of a norm (units, …), and its bias if it has one.

    The learned slope of a PReLU is not among them.
    """

    weight: nn.Parameter
    bias: nn.Parameter | None

    @property
    def present(self) -> list[nn.Parameter]:
        """The weight, and the bias where there is one."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Network(nn.Module):
    """A design as a torch module. ``layout`` names its measured layers, in the order of ``forward_kept``.

    The weights are not initialized yet; ``build_model`` does that. Parameters may be re-pointed
    (``parameter.data = …``), loaded, moved and deep-copied. Whoever puts other Parameter objects in their
    place must call ``reconnect``. The children called one after the other compute the same, only slower.

    ``start`` (n, *input_shape): training inputs. While no batch norm has learned its running statistics, measuring
    takes those of these samples: the untouched ones (mean 0, variance 1) are of no data, and learning never uses them.
    """

    def __init__(self, plan: DesignPlan) -> None:
        super().__init__()
        self.plan = plan
        self.layout: Layout = plan.layout
        self.start: Tensor | None = None
        self._activations: dict[str, str] = {}  # a measured layer's module -> its activation's module, or ""
        for index, layer, inputs, shape in plan.hidden:
            name = layer_name(index, layer.kind)
            self.add_module(name, layer_module(layer, inputs, shape))
            if layer.activation is not None:
                self._add_activation(name, str(index + 1), layer.activation)
        output = plan.spec.model.output
        self.add_module("output", output_module(output, plan.shapes[-1]))
        self._add_activation("output", "output", output.activation)
        self.reconnect()

    def forward(self, x: Tensor) -> Tensor:
        """(n, *input_shape) -> (n, outputs)."""
        for function in self._functions:
            x = function(x)
        return x

    def forward_kept(self, x: Tensor) -> tuple[Tensor, list[Kept]]:
        """The outputs, and what every measured layer computed on the way."""
        values = [x]
        for function in self._functions:
            x = function(x)
            values.append(x)
        return x, [Kept(values[z], values[h]) for z, h in self._positions]

    def steps(self) -> list[Step]:
        """Everything that a forward pass does, in order. The network must be in eval mode."""
        assert not self.training, "in training mode, functions and modules do not correspond"
        functions, found, layer = iter(self._functions), [], -1
        for name, module in self.named_children():
            layer += name in self._activations
            if as_function(module, MEASURING) is not None:
                found.append(Step(max(layer, 0), module, next(functions)))
        return found

    def module_of(self, layer: int) -> Any:
        """The module of a measured layer, counted in the layout."""
        return self._modules[self.layout.layers[layer].name]

    def parameters_of(self, layer: int) -> LayerParameters:
        """Weight and bias of a measured layer, counted in the layout."""
        module = self.module_of(layer)
        return LayerParameters(module.weight, module.bias)

    def slope_of(self, layer: int) -> nn.Parameter | None:
        """The slope that the activation of a measured layer learns (1,); None where it learns none."""
        module = self._modules.get(self._activations[self.layout.layers[layer].name])
        return module.weight if isinstance(module, nn.PReLU) else None

    def activation_of(self, layer: int) -> ActivationChoice:
        """What a measured layer puts its sums through."""
        model, index = self.plan.spec.model, self.layout.layers[layer].index
        choice = model.output.activation if index is None else model.layers[index].activation
        assert choice is not None, "every measured layer has an activation, be it the identity"
        return choice

    def weights(self) -> list[nn.Parameter]:
        """The weight of every measured layer in layout order."""
        return [self.parameters_of(layer).weight for layer in range(len(self.layout.layers))]

    def penalized_weights(self) -> list[nn.Parameter]:
        """The weights that L1 and L2 pull on: matrices and filters, no norms, biases or learned slopes."""
        norms = ("batch_norm", "layer_norm")
        pairs = zip(self.layout.layers, self.weights(), strict=True)
        return [weight for layer, weight in pairs if layer.kind not in norms]

    def train(self, mode: bool = True) -> Self:
        """Learn (dropout, batch statistics) or, with False, measure."""
        super().train(mode)
        self.reconnect()
        return self

    def reconnect(self) -> None:
        """Bind the functions to the present parameters, buffers and mode."""
        self._functions, self._positions = self.connect(LEARNING if self.training else MEASURING)
        if not self.training and self.start is not None and self._norms_are_untouched():
            self._functions = with_statistics_of(self.start, self._functions)

    def _norms_are_untouched(self) -> bool:
        """Whether there are batch norms, and all of them have their running statistics still to learn."""
        norms = [module for module in self.children() if isinstance(module, BATCH_NORMS)]
        return bool(norms) and not any(is_warm(norm) for norm in norms)

    def connect(self, mode: Mode) -> tuple[list[Function], list[tuple[int, int]]]:
        """The functions of a forward pass in ``mode``, and for each measured layer the position of z and of h.

        Position i is the value after i functions.
        """
        functions: list[Function] = []
        positions: list[tuple[int, int]] = []
        activations = set(self._activations.values())
        for name, module in self.named_children():
            function = as_function(module, mode)
            if function is not None:
                functions.append(function)
            if name in self._activations:
                positions.append((len(functions), len(functions)))
            elif name in activations:
                positions[-1] = (positions[-1][0], len(functions))
        return functions, positions

    def _add_activation(self, layer: str, prefix: str, choice: ActivationChoice) -> None:
        """An identity is no module: it computes nothing and only lengthens the print."""
        name = "" if choice.name == "identity" else f"{prefix}_{choice.name}"
        self._activations[layer] = name
        if name:
            self.add_module(name, activation_module(choice))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Moving and casting put new buffers in place of the old."""
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]  # torch gives it no types
        self.reconnect()
        return self

    def load_state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """As in torch; with ``assign=True`` the Parameter objects are new ones."""
        result = super().load_state_dict(*args, **kwargs)
        self.reconnect()
        return result


def build_model(plan: DesignPlan, calibration: Tensor | None = None) -> Network:
    """Build and initialize the network of a design on the CPU, in training mode and the spec's precision.

    ``calibration`` (n, *input_shape) is a batch of scaled training inputs; only LSUV needs it. Weights are drawn
    as float32 and then cast, so both precisions start from the same numbers.
    Raises SpecError where LSUV gets no batch.
    """
    network = Network(plan)
    initialize(network, plan.spec.model, plan.shapes)
    rescale_to_unit_variance(network, plan.spec.model, calibration)
    return network.to(getattr(torch, plan.spec.training.precision))
