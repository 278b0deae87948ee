"""How the recipes are written: short helpers, so that a recipe reads like its line in a table."""

from typing import Any

from relulab.diagnosis.recipes.recipe import Expectation


def dense(units: int, activation: Any = "relu", weights: Any = "he_normal", bias: float = 0.0) -> dict[str, Any]:
    """A dense layer."""
    return {
        "kind": "dense",
        "parameters": {"units": units},
        "activation": activation,
        "initialization": weights,
        "bias": {"name": "constant", "parameters": {"value": bias}},
    }


def normed(units: int) -> list[Any]:
    """Dense, batch norm, ReLU."""
    return [dense(units, "identity"), {"kind": "batch_norm", "activation": "relu"}]


def with_bias(layers: list[Any], value: float) -> list[Any]:
    """The layers with this bias in the dense ones."""
    bias = {"name": "constant", "parameters": {"value": value}}
    return [layer | {"bias": bias} if layer["kind"] == "dense" else layer for layer in layers]


def conv(channels: int) -> dict[str, Any]:
    """A 3 × 3 convolution that keeps the size."""
    return {"kind": "conv2d", "parameters": {"channels": channels, "kernel_size": 3, "padding": 1}}


def scheme(name: str, **parameters: float) -> dict[str, Any]:
    """An entry of a catalogue with parameters."""
    return {"name": name, "parameters": parameters}


def experiment(
    dataset: Any, sizes: tuple[int, int, int], scaling: str, layers: list[Any], output: Any = None, **training: Any
) -> dict[str, Any]:
    """``sizes``: training, validation and test samples. SGD at 0.1 unless ``training`` says otherwise."""
    train, validation, test = sizes
    data = {"dataset": dataset, "train_size": train, "validation_size": validation, "test_size": test}
    return {
        "data": data | {"scaling": scaling},
        "model": {"layers": layers, "output": output or {}},
        "training": {"optimizer": "sgd", "learning_rate": 0.1} | training,
    }


def moons(layers: list[Any], steps: int = 500, **more: Any) -> dict[str, Any]:
    """700 moons with noise 0.15, standardized, batch 32."""
    return experiment(
        scheme("moons", noise=0.15),
        (700, 200, 1000),
        "standardized",
        layers,
        **{"batch_size": 32, "steps": steps} | more,
    )


def m5k(layers: list[Any], steps: int = 400, scaling: str = "unit", **more: Any) -> dict[str, Any]:
    """The first 5,000 images of MNIST, batch 64."""
    return experiment("mnist", (5000, 1000, 10000), scaling, layers, **{"batch_size": 64, "steps": steps} | more)


def mnist(layers: list[Any], epochs: int = 5) -> dict[str, Any]:
    """All of MNIST, Adam at 1e-3, batch 128."""
    adam = {"optimizer": "adam", "learning_rate": 0.001}
    return experiment("mnist", (60000, 0, 10000), "unit", layers, batch_size=128, epochs=epochs, **adam)


def accuracy(low: float, high: float, published: str) -> Expectation:
    """The share of right answers on the test samples at the end."""
    return Expectation("test_accuracy", low, high, published)


def dead(*ranges: tuple[float, float, str]) -> tuple[Expectation, ...]:
    """The share of dead units in the hidden layers at the end: least, greatest, published, layer by layer."""
    return tuple(Expectation("dead", low, high, said, layer) for layer, (low, high, said) in enumerate(ranges))


def loss(low: float, high: float, published: str) -> Expectation:
    """The loss on the probe set at the end."""
    return Expectation("loss", low, high, published)
