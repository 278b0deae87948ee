"""How a network, its initial weights and its training are written down in exported code."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from relulab.catalog.entry import read_numbers
from relulab.catalog.initializations import RAI_STD
from relulab.catalog.losses import Target
from relulab.data.dataset import Description
from relulab.data.loading import sizes_of
from relulab.experiment import (
    ActivationChoice,
    BiasChoice,
    ExperimentSpec,
    InitializationChoice,
    LayerSpec,
    OutputSpec,
    TrainingSpec,
)
from relulab.model.initialize import OUTPUT_STREAM, VARIANCE_TOLERANCE
from relulab.model.layout import layer_name
from relulab.model.plan import DesignPlan

ROOT_5 = math.sqrt(5)
LINE = 90  # characters of a list in one line
Line = Callable[[Mapping[str, Any], bool], str]


def arguments(given: Mapping[str, Any]) -> str:
    """Keyword arguments as code."""
    return ", ".join(f"{name}={literal(value)}" for name, value in given.items())


def literal(value: Any) -> str:
    """A value as code, with the quotes that formatters like; torch's own default for weights as its root of 5."""
    if value == ROOT_5:
        return "math.sqrt(5)"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def model_context(spec: ExperimentSpec, description: Description) -> dict[str, Any]:
    """What the template of the model needs to know."""
    kinds = {layer.kind for layer in spec.model.layers}
    return {
        "layers": _layers(DesignPlan.of(spec, description)),
        "groups": _groups(spec),
        "output_place": OUTPUT_STREAM,
        "lsuv": _times(spec),
        "lsuv_tolerance": VARIANCE_TOLERANCE,
        "rai_std": RAI_STD,
        "has_dropout": bool(kinds & {"dropout", "alpha_dropout"}),
        "has_batch_norm": "batch_norm" in kinds,
        "calibration": max(2, spec.training.batch_size),
    }


def _layers(plan: DesignPlan) -> list[tuple[str, str]]:
    """Name and code of every module in order, named as in the weights that ReLU Lab saves."""
    modules: list[tuple[str, str]] = []
    for index, layer, inputs, shape in plan.hidden:
        told = {"inputs": list(inputs), "dimensions": 2 if len(inputs) == 3 else 1, "units": shape.units}
        code = LAYERS[layer.kind].format_map({**layer.parameters, **told, "bias": _bias(layer)})
        modules.append((layer_name(index, layer.kind), code))
        modules += _activation(layer.activation, index + 1)
    output, shape = plan.spec.model.output, plan.shapes[-1]
    modules.append(("output", f"nn.Linear({shape.fan_in}, {shape.units}{_bias(output)})"))
    return modules + _activation(output.activation, "output")


def _activation(choice: ActivationChoice | None, prefix: object) -> list[tuple[str, str]]:
    if choice is None or choice.name == "identity":
        return []
    given = arguments(choice.entry.arguments(choice.parameters))
    return [(f"{prefix}_{choice.name}", f"nn.{choice.entry.torch_module}({given})")]


def _bias(layer: LayerSpec | OutputSpec) -> str:
    return ", bias=False" if layer.bias is not None and layer.bias.name == "none" else ""


# kind of layer -> its module as code, of its parameters, its inputs and its units
LAYERS: Mapping[str, str] = {
    "dense": "nn.Linear({inputs[0]}, {units}{bias})",
    "conv2d": "nn.Conv2d({inputs[0]}, {units}, {kernel_size}, stride={stride}, padding={padding}{bias})",
    "max_pool2d": "nn.MaxPool2d({kernel_size}, {stride})",
    "avg_pool2d": "nn.AvgPool2d({kernel_size}, {stride})",
    "flatten": "nn.Flatten()",
    "dropout": "nn.Dropout({rate!r})",
    "alpha_dropout": "nn.AlphaDropout({rate!r})",
    "batch_norm": "nn.BatchNorm{dimensions}d({inputs[0]}, momentum={momentum!r})",
    "layer_norm": "nn.LayerNorm({inputs})",
}


def _groups(spec: ExperimentSpec) -> list[dict[str, Any]]:
    """The layers that are initialized alike: their places and names, and the lines that fill one of them."""
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for place, name, kind, initialization, bias in _initialized(spec):
        lines = (_weight_line(initialization, kind), *_bias_lines(initialization, bias))
        groups.setdefault(lines, []).append((place, name))
    return [
        {
            "places": _listed(
                f'({"OUTPUT" if place == OUTPUT_STREAM else place}, "{name}")' for place, name in members
            ),
            "names": _listed(f'"{name}"' for _, name in members),
            "lines": lines,
            "random": any("generator" in line for line in lines),
        }
        for lines, members in groups.items()
    ]


def _listed(items: Iterable[str], indent: int = 4) -> str:
    """A list as code, in lines that are not too long."""
    items = list(items)
    line = f"[{', '.join(items)}]"
    if len(line) <= LINE:
        return line
    return "[\n" + "".join(f"{' ' * (indent + 4)}{item},\n" for item in items) + f"{' ' * indent}]"


def _initialized(spec: ExperimentSpec) -> list[tuple[int, str, str, InitializationChoice, BiasChoice]]:
    """Place, name, kind, initialization and bias of every layer that has weights to draw."""
    hidden = [
        (index, layer_name(index, layer.kind), layer.kind, layer.initialization, layer.bias)
        for index, layer in enumerate(spec.model.layers)
        if layer.initialization is not None and layer.bias is not None
    ]
    output = spec.model.output
    return [*hidden, (OUTPUT_STREAM, "output", "dense", output.initialization, output.bias)]


# Of the schemes that torch.nn.init does not have: parameters and whether the layer is a convolution -> code
OWN: Mapping[str, Line] = {
    "constant": lambda p, is_conv: (
        f"nn.init.normal_(layer.weight, {p['value']!r}, {p['noise']!r} * (2.0 / layer.weight[0].numel()) ** 0.5, "
        "generator=generator)"
        if p["noise"]
        else f"nn.init.constant_(layer.weight, val={p['value']!r})"
    ),
    "given": lambda p, is_conv: f"fill_given(layer.weight, {_numbers(p)})",
    "identity": lambda p, is_conv: f"nn.init.{'dirac_' if is_conv else 'eye_'}(layer.weight)",
    "rai": lambda p, is_conv: "fill_asymmetric(layer, generator)",
    "lsuv": lambda p, is_conv: "nn.init.orthogonal_(layer.weight, generator=generator)",
    "truncated_normal": lambda p, is_conv: (
        f"nn.init.trunc_normal_(layer.weight, std={p['std']!r}, a={-2.0 * p['std']!r}, b={2.0 * p['std']!r}, "
        "generator=generator)"
    ),
    "sparse": lambda p, is_conv: f"fill_sparse(layer.weight, {p['sparsity']!r}, {p['std']!r}, generator)",
}


def _numbers(parameters: Mapping[str, Any]) -> str:
    """The given numbers as code, inside of a call."""
    return _listed(map(repr, read_numbers(parameters["values"])), indent=8)


def _weight_line(choice: InitializationChoice, kind: str) -> str:
    entry = choice.entry
    if not entry.torch_function:
        return OWN[entry.key](choice.parameters, kind == "conv2d")
    given = arguments(_plain(entry.arguments(choice.parameters)))
    parts = ["layer.weight", given, "generator=generator" if entry.random else ""]
    return f"nn.init.{entry.torch_function}({', '.join(filter(None, parts))})"


def _plain(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments as a person would write them: a leaky ReLU without a leak is a ReLU."""
    if given.get("nonlinearity") == "leaky_relu" and given.get("a") == 0.0:
        return {name: value for name, value in given.items() if name != "a"} | {"nonlinearity": "relu"}
    return given


def _bias_lines(initialization: InitializationChoice, bias: BiasChoice) -> list[str]:
    """Nothing where there is no bias, or the scheme sets it."""
    if bias.name == "none" or initialization.entry.sets_bias:
        return []
    if bias.name == "constant":
        return [f"nn.init.constant_(layer.bias, {bias.parameters['value']!r})"]
    if bias.name == "given":
        return [f"fill_given(layer.bias, {_numbers(bias.parameters)})"]
    if bias.name == "spread":
        return [f"fill_spread(layer, {bias.parameters['reach']!r}, generator)"]
    return [
        "bound = layer.weight[0].numel() ** -0.5",
        "nn.init.uniform_(layer.bias, -bound, bound, generator=generator)",
    ]


def _times(spec: ExperimentSpec) -> str:
    """How often LSUV may rescale each of its layers, as code; empty where there is none."""
    times = [
        f'"{name}": {choice.parameters["iterations"]}'
        for _, name, _, choice, _ in _initialized(spec)
        if choice.name == "lsuv"
    ]
    return f"{{{', '.join(times)}}}" if times else ""


def steps_per_epoch(spec: ExperimentSpec, description: Description) -> tuple[int, int]:
    """Batches per epoch, and the samples that they hold: a last batch of a single sample is left out."""
    train, _, _ = sizes_of(spec.data, description)
    batch = min(spec.training.batch_size, train)
    rows = train - 1 if train % batch == 1 and train > 1 else train
    return math.ceil(rows / batch), rows


PRINTED_LINES = 20  # about so many tell how the training goes

_WARM_UP = "min(1.0, (step + 1) / {warm_up_steps})"
_COSINE = "0.5 * (1.0 + math.cos(math.pi * {share}))"

# schedule -> the factor on the learning rate as code, after lines that prepare it; empty where there is none
FACTORS: Mapping[str, tuple[str, ...]] = {
    "constant": (),
    "step": ("{decay} ** (step // {every_steps})",),
    "cosine": (_COSINE.format(share="min(1.0, step / STEPS)"),),
    "warm_up": (_WARM_UP,),
    "warm_up_cosine": (
        f"warm_up = {_WARM_UP}",
        "share = min(1.0, max(0, step - {warm_up_steps}) / max(1, STEPS - {warm_up_steps}))",
        "warm_up * " + _COSINE.format(share="share"),
    ),
    "rising": ("{first_share} ** (1 - min(1.0, step / max(1, STEPS - 1)))",),
}

# clipping -> the line between backward pass and update; empty where there is none
CLIPPINGS: Mapping[str, str] = {
    "none": "",
    "norm": "nn.utils.clip_grad_norm_(model.parameters(), {max_norm})",
    "value": "nn.utils.clip_grad_value_(model.parameters(), {max_value})",
}

# form of the targets -> from classes y to targets; from outputs and targets y to the share of right answers
TARGETS: Mapping[Target, tuple[Callable[[int], str], str]] = {
    Target.CLASS_INDEX: (lambda classes: "torch.from_numpy(y)", "(outputs.argmax(1) == y)"),
    Target.BINARY: (
        lambda classes: "torch.from_numpy(y).to(torch.{precision}).unsqueeze(1)",
        "((outputs > 0) == (y > 0))",
    ),
    Target.VECTOR: (
        lambda classes: f"functional.one_hot(torch.from_numpy(y), {classes}).to(torch.{{precision}})",
        "(outputs.argmax(1) == y.argmax(1))",
    ),
}

# form of the targets -> the classes of targets y again
LABELS: Mapping[Target, str] = {Target.CLASS_INDEX: "y", Target.BINARY: "y[:, 0].long()", Target.VECTOR: "y.argmax(1)"}


def training_context(spec: ExperimentSpec, description: Description) -> dict[str, Any]:
    """What the templates of the settings and of the training need to know."""
    training = spec.training
    train, _, _ = sizes_of(spec.data, description)
    per_epoch, rows = steps_per_epoch(spec, description)
    targets, right = _targets(training, description)
    optimizer = training.optimizer
    given = arguments(optimizer.entry.arguments(optimizer.parameters))
    steps = training.steps or (training.epochs or 0) * per_epoch
    rate = "learning_rate(0)" if FACTORS[training.schedule.name] else "LEARNING_RATE"
    return {
        "seeds": {"data": spec.data.seed, "model": spec.model.seed, "training": training.seed},
        "learning_rate": training.learning_rate,
        "batch_size": min(training.batch_size, train),
        "steps": steps,
        "steps_in_words": f"{training.epochs} epochs" if training.epochs else "batches",
        "steps_per_epoch": per_epoch,
        "epochs_per_line": max(1, steps // per_epoch // PRINTED_LINES),
        "rows_used": "" if rows == train else f"[:{rows}]  # a last batch of one sample is left out",
        "l1": training.l1,
        "l2": training.l2,
        "penalty": _penalty(training),
        "patience": training.early_stopping,
        "loss": training.loss_entry.torch_function,
        "class_weights": training.class_weights == "balanced",
        "labels": LABELS[training.loss_entry.target],
        "targets": targets,
        "accuracy": f"{right}.double().mean().item()" if right else "math.nan",
        "optimizer": optimizer.entry.torch_class,
        "optimizer_arguments": f"model.parameters(), lr={rate}{', ' * bool(given)}{given}",
        "factor": [line.format_map(training.schedule.parameters) for line in FACTORS[training.schedule.name]],
        "clipping": CLIPPINGS[training.clipping.name].format_map(training.clipping.parameters),
        "cast": "" if training.precision == "float32" else f".to(torch.{training.precision})",
        "channels_last": training.precision == "float32" and any(one.kind == "conv2d" for one in spec.model.layers),
    }


def _targets(training: TrainingSpec, description: Description) -> tuple[str, str]:
    """Code for the targets, and for which answers are right; the latter is empty in a regression."""
    if not description.class_names:
        cast = "" if training.precision == "float32" else f".to(torch.{training.precision})"
        return f"torch.from_numpy(y){cast}", ""
    code, right = TARGETS[training.loss_entry.target]
    return code(description.outputs).replace("{precision}", training.precision), right


def _penalty(training: TrainingSpec) -> str:
    """L1 and L2 on all weights, as code; empty where there is neither."""
    terms = [
        f"{name} * sum(w.{power}().sum() for w in weights)"
        for name, power, factor in (("L1", "abs", training.l1), ("L2", "square", training.l2))
        if factor
    ]
    return " + ".join(terms)
