"""Small experiments that together use everything a design can be made of."""

from typing import Any

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.optimizers import OPTIMIZERS
from relulab.experiment import ExperimentSpec

Design = dict[str, Any]

DENSE: Design = {"kind": "dense", "parameters": {"units": 6}}
CONV: Design = {"kind": "conv2d", "parameters": {"channels": 4, "kernel_size": 3, "padding": 1}}
SMALL = {"train_size": 65, "validation_size": 20, "test_size": 20}  # 65 = 4 batches of 16, and 1 left out
STEPS = {"steps": 12, "batch_size": 16}
FORMULA = {
    "name": "expression",
    "parameters": {"formula": "y = where(x > 0, relu(x)^2, -min(x, pi)) + (x < 1) + (x > 0.5)", "noise": 0.1},
}


def _design(layers: list[Any], data: Any = "moons", output: Any = None, **training: Any) -> Design:
    return {
        "data": data if isinstance(data, dict) and "dataset" in data else {"dataset": data, **SMALL},
        "model": {"layers": layers, "seed": 3, **({"output": output} if output else {})},
        "training": {**STEPS, "learning_rate": 0.05, "seed": 5, **training},
    }


def _initialized(name: str) -> Design:
    kernels = [] if INITIALIZATIONS[name].dense_only else [CONV | {"initialization": name, "bias": "pytorch_default"}]
    dense = [DENSE | {"initialization": name}, DENSE | {"initialization": name, "bias": "none"}]
    return _design([*kernels, "flatten", *dense], "digits", optimizer="adam", learning_rate=0.001)


def _regression(data: Any, **training: Any) -> Design:
    return _design([DENSE | {"activation": "tanh"}], data, loss="mse", **training)


DESIGNS: dict[str, Design] = {
    **{f"activation {name}": _design([DENSE | {"activation": name}, DENSE]) for name in ACTIVATIONS},
    **{f"initialization {name}": _initialized(name) for name in INITIALIZATIONS},
    **{f"optimizer {name}": _design([DENSE, DENSE], optimizer=name, learning_rate=0.01) for name in OPTIMIZERS},
    **{f"data {name}": _design([DENSE], name) for name in ("circle", "xor", "gaussians", "spiral", "blobs", "spirals")},
    **{f"data {name}": _regression(name) for name in ("sine", "absolute", "step", "wave", "plane", "gaussian_hills")},
    "data expression": _regression(FORMULA),
    "data own_points": _design([DENSE], {"dataset": "own_points", "scaling": "raw"}),
    "data own_curve": _regression({"dataset": "own_curve", "target_scaling": "standardized"}),
    "loss binary": _design([DENSE], loss="binary_cross_entropy"),
    "loss mse": _design([DENSE], loss="mse"),
    "loss l1": _design([DENSE], loss="l1", precision="float64"),
    "loss margin": _design(["flatten", DENSE], "digits", loss="multi_margin"),
    "class weights": _design([DENSE], class_weights="balanced", l2=0.001),
    "class weights, binary": _design([DENSE], loss="binary_cross_entropy", class_weights="balanced"),
    "class weights, squares": _design(["flatten", DENSE], "digits", loss="mse", class_weights="balanced"),
    "layers of images": _design(
        [CONV, "batch_norm", "max_pool2d", CONV, "layer_norm", "avg_pool2d", "dropout", "flatten", DENSE], "digits"
    ),
    "layers of numbers": _design([DENSE, "batch_norm", DENSE, "layer_norm", "alpha_dropout", DENSE]),
    "lsuv behind dropout": _design(
        [
            CONV,
            "batch_norm",
            "dropout",
            CONV | {"initialization": "lsuv"},
            "flatten",
            DENSE | {"initialization": "lsuv"},
        ],
        "digits",
    ),
    "schedule step": _design([DENSE], schedule={"name": "step", "parameters": {"every_steps": 3}}),
    "schedule cosine": _design([DENSE], schedule="cosine"),
    "schedule warm-up": _design([DENSE], schedule={"name": "warm_up", "parameters": {"warm_up_steps": 5}}),
    "schedule rising": _design([DENSE], schedule={"name": "rising", "parameters": {"first_share": 0.01}}),
    "schedule both": _design([DENSE], schedule={"name": "warm_up_cosine", "parameters": {"warm_up_steps": 5}}),
    "clipping by norm": _design([DENSE], clipping={"name": "norm", "parameters": {"max_norm": 0.05}}),
    "clipping by value": _design([DENSE], clipping={"name": "value", "parameters": {"max_value": 0.01}}),
    "spread biases": _design([CONV | {"bias": "spread"}, "flatten", DENSE | {"bias": "spread"}], "digits"),
    "penalties": _design([DENSE, "layer_norm"], l1=0.01, l2=0.1, output={"bias": "none", "activation": "sigmoid"}),
    "noisy classes": _design([DENSE], {"dataset": "moons", **SMALL, "label_noise": 0.3, "scaling": "unit", "seed": 4}),
    "noisy numbers": _regression({"dataset": "sine", **SMALL, "label_noise": 0.3, "scaling": "raw"}),
    "constant with noise": _design([DENSE | {"initialization": {"name": "constant", "parameters": {"noise": 0.5}}}]),
    "large inputs": _design([DENSE], {"dataset": "moons", **SMALL, "input_factor": 30.0}),
    "large pixels": _design(
        ["flatten", DENSE], {"dataset": "digits", **SMALL, "scaling": "unit", "input_factor": 255.0}
    ),
    "unit pixels": _design(["flatten", DENSE], {"dataset": "digits", **SMALL, "scaling": "unit"}, precision="float64"),
    "no validation": _design([DENSE], {"dataset": "moons", "train_size": 40, "validation_size": 0, "test_size": 0}),
    "early stopping": _design([DENSE], early_stopping=1, learning_rate=5.0, steps=None, epochs=30),
}


def spec_of(name: str) -> ExperimentSpec:
    return ExperimentSpec.parse({"name": f"Versuch „{name}“", **DESIGNS[name]})
