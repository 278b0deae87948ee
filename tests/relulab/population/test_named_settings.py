"""Settings of all hidden layers together, and cures: what a sweep and a map change by one name."""

import pytest

from relulab.errors import SpecError
from relulab.experiment.presets import load_preset
from relulab.population.named_settings import CURES, present
from relulab.population.sweep import Sweep
from tests.relulab.population.designs import design


def designs(over, spec=None):
    sweep = Sweep.of(spec or design(), over)
    return [sweep.design(run) for run in range(len(sweep))]


def dense(spec):
    return [layer for layer in spec.model.layers if layer.kind == "dense"]


@pytest.mark.parametrize(
    ("path", "values", "read"),
    [
        ("hidden.units", [3, 9], lambda layer: layer.parameters["units"]),
        ("hidden.bias", [-0.5, 0.25], lambda layer: layer.bias.parameters["value"]),
        ("hidden.activation", ["tanh", "gelu"], lambda layer: layer.activation.name),
        ("hidden.initialization", ["zeros", "glorot_normal"], lambda layer: layer.initialization.name),
    ],
)
def test_every_hidden_layer_gets_the_value_and_the_output_keeps_its_own(path, values, read):
    before = design()
    for spec, value in zip(designs({path: values}), values, strict=True):
        assert {read(layer) for layer in dense(spec)} == {value}
        assert spec.model.output == before.model.output


def test_depth_repeats_the_last_layer_or_leaves_layers_out():
    found = designs({"hidden.depth": [1, 2, 4]})
    assert [[layer.parameters["units"] for layer in dense(spec)] for spec in found] == [[7], [7, 5], [7, 5, 5, 5]]


def test_depth_and_others_together_reach_the_new_layers():
    for spec in designs({"hidden.units": [6], "hidden.depth": [5], "hidden.activation": ["tanh"]}):
        assert [(layer.parameters["units"], layer.activation.name) for layer in dense(spec)] == [(6, "tanh")] * 5


@pytest.mark.parametrize("value", [0, -1, 201, 1.5, True, "many"])
def test_a_depth_that_is_none_says_so(value):
    with pytest.raises(SpecError, match="number of layers"):
        designs({"hidden.depth": [value]})


def test_networks_that_are_not_dense_cannot_be_made_deeper_here():
    with pytest.raises(SpecError, match="dense"):
        designs({"hidden.depth": [3]}, load_preset("mnist-small-cnn"))


def test_every_cure_changes_the_design_that_needs_one_and_only_it():
    spec = load_preset("dying-relu")
    found = dict(zip(CURES, designs({"cure": list(CURES)}, spec), strict=True))
    assert found["none"].training == spec.training.replace(seed=0)
    assert found["smaller_rate"].training.learning_rate < spec.training.learning_rate
    assert {layer.kind for layer in found["layer_norm"].model.layers} == {"dense", "layer_norm"}
    assert {layer.kind for layer in found["batch_norm"].model.layers} == {"dense", "batch_norm"}
    assert found["leaky_0.1"].model.layers[0].activation.parameters == {"negative_slope": 0.1}
    assert found["clip_to_1"].training.clipping.parameters == {"max_norm": 1.0}
    assert found["warm_up"].training.schedule.name == "warm_up"
    changed = [name for name, cured in found.items() if cured.replace(name="") != found["none"].replace(name="")]
    assert changed == [name for name in CURES if name != "none"]


def test_a_cure_that_nobody_knows_or_that_has_no_place_says_so():
    with pytest.raises(SpecError, match="Known: none, smaller_rate"):
        designs({"cure": ["prayer"]})
    (normed,) = designs({"cure": ["batch_norm"]})
    with pytest.raises(SpecError, match="no place"):
        designs({"cure": ["batch_norm"]}, normed)


def test_noise_keeps_what_the_weights_begin_as():
    begun = design(initialization={"name": "constant", "parameters": {"value": 0.3}})
    for spec, value in ((begun, 0.3), (design(), 0.1)):
        (noisy,) = designs({"hidden.noise": [0.5]}, spec)
        starts = [layer.initialization for layer in dense(noisy)]
        assert [start.name for start in starts] == ["constant"] * 2
        assert [start.parameters for start in starts] == [{"value": value, "noise": 0.5}] * 2
        assert present(noisy, ("hidden", "noise")) == 0.5
    assert present(begun, ("hidden", "noise")) == 0.0
    assert present(design(), ("hidden", "noise")) is None, "these weights are no one number"


def test_gain_widens_the_weights_of_glorot():
    (wide,) = designs({"hidden.gain": [2.5]})
    starts = [layer.initialization for layer in dense(wide)]
    assert [(start.name, start.parameters["gain"]) for start in starts] == [("glorot_normal", 2.5)] * 2
    assert present(wide, ("hidden", "gain")) == 2.5
    assert present(design(), ("hidden", "gain")) is None, "other weights have none"


def test_a_cure_without_a_place_says_so():
    dropped = design(behind=[{"kind": "dropout"}])
    with pytest.raises(SpecError, match="no place"):
        designs({"cure": ["dropout"]}, dropped)
