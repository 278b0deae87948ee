"""Short ways to write down networks for tests."""

from typing import Any

import torch

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.experiment import ExperimentSpec
from relulab.model.network import Network, build_model
from relulab.model.plan import DesignPlan

Layer = dict[str, Any]


def dense(units: int, activation: Any = "relu", **more: Any) -> Layer:
    return {"kind": "dense", "parameters": {"units": units}, "activation": activation, **more}


def conv(channels: int, kernel_size: int = 3, activation: Any = "relu", **more: Any) -> Layer:
    parameters = {"channels": channels, "kernel_size": kernel_size} | more.pop("parameters", {})
    return {"kind": "conv2d", "parameters": parameters, "activation": activation, **more}


def described(inputs: tuple[int, ...] = (2,), outputs: int = 2, task: Task = Task.CLASSIFICATION) -> Description:
    return Description(task, inputs, outputs)


def experiment(*layers: Layer | str, output: Any = None, seed: int = 0, **training: Any) -> ExperimentSpec:
    model: dict[str, Any] = {"layers": list(layers), "seed": seed}
    if output is not None:
        model["output"] = output
    return ExperimentSpec.parse({"model": model, "training": training})


def network(
    *layers: Layer | str,
    inputs: tuple[int, ...] = (2,),
    outputs: int = 2,
    output: Any = None,
    seed: int = 0,
    calibration: torch.Tensor | None = None,
    **training: Any,
) -> Network:
    spec = experiment(*layers, output=output, seed=seed, **training)
    return build_model(DesignPlan.of(spec, described(inputs, outputs)), calibration)


def set_layer(net: Network, name: str, weight: Any, bias: Any) -> None:
    """Give a layer of a built network known weights."""
    module: Any = net.get_submodule(name)
    with torch.no_grad():
        module.weight.copy_(torch.as_tensor(weight, dtype=module.weight.dtype).view_as(module.weight))
        module.bias.copy_(torch.as_tensor(bias, dtype=module.bias.dtype))
