"""What the design panel thinks, without a window: edits, review, pairing and the words on the cards."""

import pytest

from relulab.catalog.activations import ACTIVATIONS
from relulab.data.dataset import Source
from relulab.errors import DataError, SpecError
from relulab.experiment import (
    ActivationChoice,
    ExperimentSpec,
    InitializationChoice,
    LayerSpec,
)
from relulab.experiment.presets import PRESETS, load_preset
from relulab.model.shapes import LayerShape
from ui.features.design import edits
from ui.features.design.layer_form import better_initialization
from ui.features.design.preview_loader import load_samples
from ui.features.design.review import review


def kinds(layers: edits.Layers) -> list[str]:
    return [layer.kind for layer in layers]


LAYERS = tuple(LayerSpec(kind=kind) for kind in ("dense", "dropout", "batch_norm"))


def test_layers_come_go_and_move():
    assert kinds(edits.added(LAYERS, 1, "flatten")) == ["dense", "flatten", "dropout", "batch_norm"]
    assert kinds(edits.removed(LAYERS, 1)) == ["dense", "batch_norm"]
    assert kinds(edits.duplicated(LAYERS, 1)) == ["dense", "dropout", "dropout", "batch_norm"]
    assert kinds(edits.moved(LAYERS, 0, 2)) == ["dropout", "batch_norm", "dense"]
    assert kinds(edits.moved(LAYERS, 2, 0)) == ["batch_norm", "dense", "dropout"]


def test_all_layers_means_those_with_weights():
    layers = edits.with_all(LAYERS, activation=ActivationChoice(name="tanh"))
    assert [layer.activation and layer.activation.name for layer in layers] == ["tanh", None, "identity"]
    layers = edits.with_all(LAYERS, initialization=InitializationChoice(name="zeros"))
    assert layers[0].initialization == InitializationChoice(name="zeros")
    assert layers[1:] == LAYERS[1:]


def test_another_kind_keeps_what_both_have():
    layer = LayerSpec(kind="dense", activation="tanh", bias={"name": "constant", "parameters": {"value": -3.0}})
    conv = edits.of_kind(layer, "conv2d", {})
    assert (conv.activation, conv.bias) == (layer.activation, layer.bias)
    assert edits.of_kind(layer, "flatten", {}).activation is None


def test_a_loss_that_suits_the_task_follows_the_data():
    spec = load_preset("moons-healthy")
    regression = edits.edited(spec, {("data", "dataset"): "sine"})
    assert regression.training.loss == "mse"
    assert edits.edited(regression, {("data", "dataset"): "spiral"}).training.loss == "mse"  # it suits classes too
    binary = edits.edited(spec, {("training", "loss"): "binary_cross_entropy"})
    assert edits.edited(binary, {("data", "dataset"): "digits"}).training.loss == "cross_entropy"


def test_sizes_of_another_set_are_dropped_where_samples_are_counted():
    spec = edits.edited(load_preset("moons-healthy"), {("data", "train_size"): 5000})
    assert edits.edited(spec, {("data", "dataset"): "circle"}).data.train_size == 5000
    assert edits.edited(spec, {("data", "dataset"): "digits"}).data.train_size is None
    assert edits.edited(spec, {("data", "dataset"): "csv"}).data.train_size is None


def test_an_impossible_edit_is_refused():
    with pytest.raises(SpecError, match="not both"):
        edits.edited(load_preset("moons-healthy"), {("training", "epochs"): 3, ("training", "steps"): 3})


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_is_reviewed_as_sound(key):
    spec = load_preset(key)
    found = review(spec)
    assert found.problem is None
    assert len(found.shapes) == len(spec.model.layers) + 1
    assert found.parameter_count > 0
    assert found.plan is not None


def test_a_review_tells_the_shapes_up_to_the_layer_that_does_not_fit():
    spec = edits.edited(load_preset("mnist-cnn"), {("model", "layers", 2, "parameters", "kernel_size"): 40})
    found = review(spec)
    assert found.problem.where == ("model", "layers", 2, "parameters", "kernel_size")
    assert [shape.output_shape for shape in found.shapes] == [(8, 26, 26), (8, 13, 13)]
    assert found.plan is None


def test_a_review_without_a_flatten_blames_the_output():
    spec = edits.edited(load_preset("mnist-cnn"), {("model", "layers"): ("conv2d",)})
    found = review(spec)
    assert found.problem.where == ("model", "output")
    assert [shape.output_shape for shape in found.shapes] == [(8, 26, 26)]


def test_a_review_of_data_that_cannot_be_read_blames_the_data():
    found = review(edits.edited(ExperimentSpec(), {("data", "dataset"): "csv"}))
    assert found.problem.where == ("data", "dataset")
    assert (found.description, found.shapes) == (None, ())


@pytest.mark.parametrize(
    ("activation", "initialization", "better"),
    [
        ("relu", "he_normal", None),
        ("relu", "he_uniform", None),
        ("relu", "glorot_normal", "he_normal"),
        ("relu", "zeros", "he_normal"),
        ("relu", "lsuv", None),
        ("relu", "rai", None),
        ("leaky_relu", "he_normal", None),
        ("tanh", "glorot_uniform", None),
        ("tanh", "he_normal", "glorot_normal"),
        ("sigmoid", "uniform", "glorot_normal"),
        ("selu", "lecun_normal", None),
        ("selu", "he_normal", "lecun_normal"),
        ("identity", "he_normal", None),
    ],
)
def test_a_hint_appears_only_where_the_scale_is_off(activation, initialization, better):
    found = better_initialization(ActivationChoice(name=activation), InitializationChoice(name=initialization))
    assert (found.key if found else None) == better


def test_the_hint_looks_at_the_true_size_of_the_layer():
    sigmoid, lecun = ActivationChoice(name="sigmoid"), InitializationChoice(name="lecun_normal")
    assert better_initialization(sigmoid, lecun) is None  # as many inputs as outputs
    wide = LayerShape((1000,), fan_in=10, fan_out=1000)
    assert better_initialization(sigmoid, lecun, wide).key == "glorot_normal"


def test_the_recommended_initialization_never_gets_a_hint():
    for activation in ACTIVATIONS.values():
        choice = InitializationChoice(name=activation.recommended_initialization)
        assert better_initialization(ActivationChoice(name=activation.key), choice) is None


def test_a_preview_is_the_training_data():
    samples = load_samples(load_preset("spiral").data, Source())
    assert samples.points.inputs.shape[1:] == (2,)
    assert len(samples.points) > 100


def test_a_preview_of_absent_data_says_so():
    with pytest.raises(DataError):
        load_samples(load_preset("mnist-mlp").data, Source())
