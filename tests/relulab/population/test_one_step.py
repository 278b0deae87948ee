"""One step of a stack against one step of single runs, from the same weights: for everything that can be chosen.

Weights are put in step before each step, so what is compared is the arithmetic and not what chaos makes of it.
"""

import math
from typing import Any

import numpy as np
import pytest
import torch

from relulab.catalog.losses import LOSSES, Target, Task
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.model.plan import DesignPlan
from relulab.population.activations import STACK_ACTIVATIONS
from relulab.population.kinds import kind_of
from tests.relulab.population.designs import Alone, design, stack_of

LIMITS = {"float32": 5e-6, "float64": 1e-13}
STEPS = 6  # past the end of an epoch, with its smaller batch


def check(*specs):
    """Loss and new weights of every step, against the single runs of the same designs."""
    assert len({kind_of(DesignPlan.of(spec)) for spec in specs}) == 1, "they are trained as one"
    limit = LIMITS[specs[0].training.precision]
    stack, alone = stack_of(specs), Alone(specs)
    for _ in range(STEPS):
        for net, run in enumerate(alone.runs):
            stack.storage.load(net, run.network)
        losses = stack.run(1)[0]
        for net, run in enumerate(alone.runs):
            expected = alone.step(net)
            assert abs(losses[net] - expected) <= limit * max(abs(expected), 1e-3)
            stack.put_back(net)
            for mine, theirs in (numbers(stack.members[net].network, run.network), statistics(stack, net, run)):
                largest = max((float(their.abs().max()) for their in theirs), default=0.0)
                for one, other in zip(mine, theirs, strict=True):
                    assert float((one - other).abs().max()) <= limit * largest


def numbers(*networks):
    """All parameters of each network."""
    return [[parameter.detach() for parameter in network.parameters()] for network in networks]


def statistics(stack, net, run):
    """The running statistics of a net in the stack and alone."""
    pairs = [list(network.buffers()) for network in (stack.members[net].network, run.network)]
    return [[buffer for buffer in buffers if buffer.is_floating_point()] for buffers in pairs]


def own(name):
    """Parameters of an activation that differ between nets."""
    by_name = {
        "leaky_relu": ("negative_slope", 0.2),
        "prelu": ("initial_slope", 0.7),
        "elu": ("alpha", 0.4),
        "softplus": ("beta", 3.0),
    }
    if name not in by_name:
        return name
    parameter, value = by_name[name]
    return {"name": name, "parameters": {parameter: value}}


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("activation", sorted(STACK_ACTIVATIONS))
def test_activations_and_widths(activation, precision):
    check(
        design(0, (7, 5), activation=activation, precision=precision),
        design(1, (3, 8), activation=own(activation), precision=precision),
        design(2, (1, 2), activation=activation, bias="none", precision=precision),
    )


@pytest.mark.parametrize("output", ["sigmoid", "relu", "tanh"])
def test_an_activation_at_the_output(output):
    check(*(design(seed, output={"activation": output}, precision="float64") for seed in range(2)))


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_losses_of_classes(loss, precision):
    data = {"dataset": "moons"} if LOSSES[loss].target is Target.BINARY else {"dataset": "digits"}
    check(*(design(seed, (6,), loss=loss, data=data, precision=precision) for seed in range(3)))


@pytest.mark.parametrize("loss", sorted(key for key, entry in LOSSES.items() if Task.REGRESSION in entry.tasks))
def test_losses_of_numbers(loss):
    data = {"dataset": "sine"}
    check(*(design(seed, loss=loss, data=data, learning_rate=0.01, precision="float64") for seed in range(3)))


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_optimizers(optimizer, same, precision):
    rates = (0.02, 0.02, 0.02) if same else (0.003, 0.03, 0.1)
    check(*(design(s, optimizer=optimizer, learning_rate=r, precision=precision) for s, r in enumerate(rates)))


@pytest.mark.parametrize(
    ("optimizer", "parameter", "values"),
    [("momentum", "momentum", (0.0, 0.5, 0.9)), ("adamw", "weight_decay", (0.0, 0.01, 2.0))],
)
def test_own_parameters_of_optimizers(optimizer, parameter, values):
    choices = [{"name": optimizer, "parameters": {parameter: value}} for value in values]
    check(*(design(seed, optimizer=choice, precision="float64") for seed, choice in enumerate(choices)))


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("schedule", sorted(SCHEDULES))
def test_schedules(schedule, same, optimizer):
    short = {"step": {"every_steps": 3}, "warm_up": {"warm_up_steps": 5}, "warm_up_cosine": {"warm_up_steps": 5}}
    choice = {"name": schedule, "parameters": short.get(schedule, {})}
    rates = (0.05, 0.05) if same else (0.01, 0.2)
    specs = [
        design(seed, schedule=choice, optimizer=optimizer, learning_rate=rate, steps=20, precision="float64")
        for seed, rate in enumerate(rates)
    ]
    check(*specs)


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("penalties", [(0.01, 0.0), (0.0, 0.02), (0.01, 0.05)])
def test_penalties(penalties, precision):
    l1, l2 = penalties
    check(design(0, l1=l1, l2=l2, precision=precision), design(1, (3, 3), l1=2 * l1, l2=l2, precision=precision))
    check(design(0, l1=l1, l2=l2, precision=precision), design(1, precision=precision))


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("limits", [(0.1, 0.1), (0.01, 1.0)])
@pytest.mark.parametrize("clipping", sorted(set(CLIPPINGS) - {"none"}))
def test_clipping(clipping, limits, precision):
    name = {"norm": "max_norm", "value": "max_value"}[clipping]
    choices = [{"name": clipping, "parameters": {name: limit}} for limit in limits]
    check(*(design(seed, clipping=choice, l2=0.01, precision=precision) for seed, choice in enumerate(choices)))


@pytest.mark.parametrize("optimizer", ["nesterov", "adamw"])
def test_learned_slopes_are_clipped_and_decayed_but_not_penalized(optimizer):
    settings = [(0.1, 0.0), (0.3, 0.02)]
    choices = [{"name": "norm", "parameters": {"max_norm": 0.05 + seed}} for seed in range(2)]
    specs = [
        design(s, (3 + s,), activation="prelu", optimizer=optimizer, learning_rate=r, l2=l2, clipping=choices[s])
        for s, (r, l2) in enumerate(settings)
    ]
    check(*(spec.replace(training=spec.training.replace(precision="float64")) for spec in specs))


BATCH_NORM = {"kind": "batch_norm", "parameters": {"momentum": 0.3}, "activation": "relu"}
NORMS: dict[str, dict[str, Any]] = {
    "batch norm": {"behind": [BATCH_NORM], "activation": "identity"},
    "batch norm of the inputs": {"first": ["batch_norm"], "activation": "tanh"},
    "layer norm": {"behind": [{"kind": "layer_norm", "activation": "prelu"}]},
    "layer norm of the inputs": {"first": ["layer_norm"], "activation": "elu"},
    "both": {"behind": ["batch_norm", "layer_norm"], "activation": "sigmoid"},
}


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("layers", sorted(NORMS))
def test_norms(layers, precision):
    check(*(design(seed, (3 + 2 * seed, 6 - seed), precision=precision, **NORMS[layers]) for seed in range(3)))


@pytest.mark.parametrize("settings", [
    {"optimizer": "adam", "schedule": "cosine", "loss": "mse"},
    {"optimizer": {"name": "adamw", "parameters": {"weight_decay": 0.1}}, "l1": 0.01, "l2": 0.02},
    {"optimizer": "momentum", "clipping": {"name": "norm", "parameters": {"max_norm": 0.05}}},
    {"loss": "binary_cross_entropy", "clipping": {"name": "value", "parameters": {"max_value": 0.01}}},
    {"loss": "multi_margin", "data": {"dataset": "digits"}},
        {"loss": "l1", "optimizer": "rmsprop", "data": {"dataset": "sine"}},
])  # fmt: skip
def test_norms_under_every_part_of_an_update(settings):
    rates = (0.01, 0.03)
    specs = [design(s, **NORMS["both"], precision="float64", learning_rate=r, **settings) for s, r in enumerate(rates)]
    check(*specs)


def dropping(rate, kind="dropout"):
    return {"kind": kind, "parameters": {"rate": rate}}


@pytest.mark.parametrize("precision", sorted(LIMITS))
@pytest.mark.parametrize("kind", ["dropout", "alpha_dropout"])
def test_dropout_with_the_masks_of_the_single_run(kind, precision):
    alike = [design(seed, (6, 8), behind=[dropping(0.3, kind)], precision=precision) for seed in range(3)]
    check(*alike)
    rates = (0.0, 0.5, 0.2)
    check(
        *(
            design(s, (3 + s, 8 - s), first=[dropping(0.1, kind)], behind=[dropping(rate, kind)], precision=precision)
            for s, rate in enumerate(rates)
        )
    )


def test_dropout_between_norms_and_of_images():
    layers = ["batch_norm", dropping(0.4), "layer_norm", dropping(0.2, "alpha_dropout")]
    check(*(design(s, (6, 5), behind=layers, precision="float64", activation="selu") for s in range(2)))
    check(*(design(s, (6,), first=[dropping(0.4)], data={"dataset": "digits"}) for s in range(2)))


@pytest.mark.parametrize("rate", [0.3, 1.0, 10.0])
def test_high_rates(rate):
    check(*(design(seed, learning_rate=rate) for seed in range(3)))


def test_own_data_noise_biases_and_first_weights():
    check(
        design(0, bias={"name": "constant", "parameters": {"value": -0.5}}),
        design(1, data={"label_noise": 0.2}, initialization="orthogonal"),
        design(2, initialization={"name": "normal", "parameters": {"std": 0.5}}),
        design(3, initialization={"name": "lsuv"}),
        design(4, data={"scaling": "raw"}, initialization="rai"),
    )


def test_a_batch_of_all_samples_and_a_single_sample_left_over():
    check(*(design(seed, batch_size=1000) for seed in range(2)))
    check(*(design(seed, batch_size=23) for seed in range(2)))  # 70 = 3 * 23 + 1


def test_a_wrong_derivative_is_found(monkeypatch):
    from relulab.population import activations

    broken = activations.StackActivation(
        activations.STACK_ACTIVATIONS["tanh"].forward,
        lambda g, z, h, p, out: torch.mul(g, 1.0 + 1e-4 - h.square(), out=out),
    )
    monkeypatch.setattr(activations, "STACK_ACTIVATIONS", {**activations.STACK_ACTIVATIONS, "tanh": broken})
    with pytest.raises(AssertionError):
        check(design(0, activation="tanh"), design(1, activation="tanh"))


def test_losses_that_are_not_finite_are_those_of_a_single_run():
    outputs = torch.tensor([[[2e38, -3e38]], [[math.inf, 0.0]], [[1.0, 2.0]]])
    from relulab.population.losses import STACK_LOSSES

    targets = torch.zeros_like(outputs)
    found = STACK_LOSSES["mse"].loss(outputs, targets).numpy()
    assert np.isfinite(found).tolist() == [False, False, True]
