"""A network without bends as one map: its matrix against the network itself, and who has none."""

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.diagnosis.linear_map import LinearMap, effective_map, largest_difference
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import against
from relulab.introspection.one_map import OneMap, one_map_of
from relulab.introspection.reading import stack_of
from relulab.model.initialize import fill_weight
from relulab.text import Text
from relulab.training.run import TrainingRun
from relulab.views.one_input.one_map import TOO_MANY, difference_words, one_layer_design, product_words
from tests.helpers.designs import dense
from tests.helpers.small_runs import experiment

LINEAR = dense(7, "identity")
LEAKY_LINE = {
    "kind": "dense",
    "parameters": {"units": 5},
    "activation": {"name": "leaky_relu", "parameters": {"negative_slope": 1.0}},
}
DROPOUT = {"kind": "dropout"}

STRAIGHT = {
    "two layers": experiment("moons", LINEAR, LINEAR),
    "slope 1": experiment("moons", LEAKY_LINE, LINEAR),
    "dropout and norms": experiment("moons", LINEAR, {"kind": "batch_norm"}, DROPOUT, LINEAR),
    "no bias": experiment("moons", {**dense(6, "identity"), "bias": "none"}, LINEAR, output={"bias": "none"}),
    "images": experiment("digits", "flatten", dense(5, "identity"), size=200),
    "a number": experiment("cars", LINEAR, size=200, loss="mse"),
    "64 bits": experiment("moons", LINEAR, LINEAR, precision="float64"),
    "ReLU at the very end": experiment("moons", LINEAR, output={"activation": "relu"}),
}  # fmt: skip


def run_of(spec: ExperimentSpec, steps: int = 20) -> TrainingRun:
    run = TrainingRun(spec, load_dataset(spec.data))
    run.run_until(steps)
    return run


def map_of(run: TrainingRun) -> OneMap:
    found = one_map_of(run.network, run.evaluator.searched.inputs.numpy())
    assert isinstance(found, OneMap), str(found)
    return found


@pytest.mark.parametrize("name", STRAIGHT)
def test_the_one_layer_says_what_the_network_says(name):
    """The sums, by torch: naive, and knowing nothing of products."""
    run = run_of(STRAIGHT[name])
    one = map_of(run)
    inputs = run.evaluator.searched.inputs
    with torch.no_grad():
        sums = run.network.eval().forward_kept(inputs)[1][-1].pre_activation
    alone = inputs.reshape(len(inputs), -1).numpy() @ one.weights.T + one.biases
    np.testing.assert_allclose(alone, sums.numpy(), atol=2e-5)
    assert 0 < one.difference < 1e-5
    assert one.samples == len(inputs)


@pytest.mark.parametrize("name", STRAIGHT)
def test_the_design_of_one_layer_begins_with_exactly_these_weights(name):
    run = run_of(STRAIGHT[name])
    one = map_of(run)
    design = one_layer_design(run.spec, one)
    assert isinstance(design, ExperimentSpec)
    assert [layer.kind for layer in design.model.layers if layer.kind != "flatten"] == []
    assert design.training == run.spec.training
    replaced = run_of(design, steps=0)
    weight, bias = replaced.network.parameters_of(len(replaced.network.layout.layers) - 1)
    np.testing.assert_array_equal(weight.detach().numpy(), one.weights.astype(np.float32))
    np.testing.assert_array_equal(bias.detach().numpy(), one.biases.astype(np.float32))
    inputs = run.evaluator.searched.inputs
    differences = (run.evaluator.outputs(inputs) - replaced.evaluator.outputs(inputs)).abs()
    assert float(differences.max()) == pytest.approx(one.difference, abs=1e-5)


def test_the_difference_is_the_largest_between_both_networks():
    """Also where it is no rounding: a map that is off by 1 in one bias."""
    run = run_of(STRAIGHT["two layers"])
    layers = [(layer.weight, layer.bias) for layer in stack_of(run.network).layers]
    one = effective_map(layers)
    off = LinearMap(one.matrix, one.bias + np.eye(len(one.bias))[0], one.rank)
    points = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    assert largest_difference(layers, off, points) == pytest.approx(1, abs=1e-4)


def test_a_narrow_layer_is_seen_in_the_rank():
    one = map_of(run_of(experiment("digits", "flatten", dense(3, "identity"), dense(12, "identity"), size=200)))
    assert one.rank == 3
    assert "W = W₃ · W₂ · W₁ is 10×12 · 12×3 · 3×64 = 10×64, of rank 3 of 10." in str(product_words(one))
    assert f"Over {one.samples:,} training samples" in str(difference_words(one))


def test_of_many_layers_the_ends_are_named():
    one = map_of(run_of(experiment("moons", *[dense(4, "identity")] * 11), steps=0))
    assert "the 12 layers together" in str(product_words(one))
    assert "W = W₁₂ · W₁₁ · W₁₀ · W₉ · … · W₁ is 2×4 · 4×4" in str(product_words(one))


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (dense(4), "The units of 1 Dense bend (ReLU)"),
        (dense(4, "tanh"), "1 Dense uses Tanh, which is curved"),
        ({"kind": "layer_norm"}, "1 LayerNorm divides each sample by its own spread"),
    ],
)
def test_who_has_no_one_map_is_told_why(layer, why):
    run = run_of(experiment("moons", layer), steps=0)
    found = one_map_of(run.network, run.evaluator.searched.inputs.numpy())
    assert isinstance(found, Text)
    assert why in str(found)


def test_weights_that_are_no_numbers_have_no_map():
    run = run_of(STRAIGHT["two layers"], steps=0)
    with torch.no_grad():
        run.network.parameters_of(1)[0][0, 0] = torch.nan
    assert "no finite numbers" in str(one_map_of(run.network, run.evaluator.searched.inputs.numpy()))


def test_one_layer_cannot_be_replaced_and_too_many_numbers_are_no_design():
    run = run_of(experiment("moons"), steps=0)
    one = map_of(run)
    assert str(product_words(one)) == "This network is one linear layer: a matrix of 2×2, of rank 2 of 2."
    assert not isinstance(one_layer_design(run.spec, one), ExperimentSpec)
    wide = OneMap(np.random.default_rng(0).normal(size=(10, 4000)), np.zeros(10), 10, ((5, 4000), (10, 5)), 0.0, 1)
    told = one_layer_design(run.spec, wide)
    assert isinstance(told, Text)
    assert told.template == TOO_MANY.template


def test_the_matrix_of_images_begins_a_design():
    """784 x 10 and 3,072 x 10 numbers, exactly, through the JSON of the design; in words they are few."""
    spec = experiment("moons")
    for inputs in (784, 3072):
        values = np.random.default_rng(0).normal(size=(10, inputs))
        found = one_layer_design(spec, OneMap(values, np.zeros(10), 10, ((5, inputs), (10, 5)), 0.0, 1))
        assert isinstance(found, ExperimentSpec)
        again = ExperimentSpec.from_json(found.to_json())
        assert again == found
        weight = torch.empty(10, inputs)
        fill_weight(weight, None, again.model.output.initialization, torch.Generator())
        assert torch.equal(weight, torch.from_numpy(values.astype(np.float32)))
        other = one_layer_design(spec, OneMap(2 * values, np.zeros(10), 10, ((5, inputs), (10, 5)), 0.0, 1))
        assert isinstance(other, ExperimentSpec)
        (words,) = against(found, other)
        assert f"{values.size:,} numbers: 0.1257, " in words
        assert len(words) < 200
