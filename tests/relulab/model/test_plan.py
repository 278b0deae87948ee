"""A design plan: what a design amounts to, worked out once."""

from relulab.data.loading import load_dataset
from relulab.experiment.presets import load_preset
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from tests.helpers.designs import conv, dense, described, experiment

LAYERS = (conv(4), "flatten", dense(5, bias="none"), "layer_norm")


def test_each_hidden_layer_is_told_with_what_it_gets():
    plan = DesignPlan.of(experiment(*LAYERS), described((1, 8, 8)))
    assert [(index, layer.kind, inputs, shape.output_shape) for index, layer, inputs, shape in plan.hidden] == [
        (0, "conv2d", (1, 8, 8), (4, 6, 6)),
        (1, "flatten", (4, 6, 6), (144,)),
        (2, "dense", (144,), (5,)),
        (3, "layer_norm", (5,), (5,)),
    ]
    assert DesignPlan.of(experiment(), described((7,))).hidden == ()


def test_layout_and_memory_are_worked_out_once():
    plan = DesignPlan.of(experiment(*LAYERS), described((1, 8, 8)))
    assert plan.layout is plan.layout
    assert plan.memory is plan.memory
    assert plan.memory.parameters == 4 * plan.parameter_count


def test_without_a_description_the_data_of_the_design_are_asked():
    spec = load_preset("moons-healthy")
    assert DesignPlan.of(spec) == DesignPlan.of(spec, load_dataset(spec.data).description)


def test_a_built_network_gives_weight_and_bias_of_each_measured_layer():
    plan = DesignPlan.of(experiment(*LAYERS), described((1, 8, 8)))
    network = build_model(plan)
    assert network.plan is plan
    parts = [network.parameters_of(layer) for layer in range(len(plan.layout.layers))]
    assert [tuple(part.weight.shape) for part in parts] == [(4, 1, 3, 3), (5, 144), (5,), (2, 5)]
    assert [part.bias is None for part in parts] == [False, True, False, False]
    assert [len(part.present) for part in parts] == [2, 1, 2, 2]
    assert all(part.weight is weight for part, weight in zip(parts, network.weights(), strict=True))
    assert sum(p.numel() for part in parts for p in part.present) == plan.parameter_count
