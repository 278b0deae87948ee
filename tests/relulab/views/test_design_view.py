"""A design in words: the same for the cards of the editor, the tables of a report and its drawing."""

import pytest

from relulab.experiment import BiasChoice, ExperimentSpec, LayerSpec, OutputSpec
from relulab.experiment.described_fields import setting_title
from relulab.model.plan import DesignPlan
from relulab.model.shapes import LayerShape
from relulab.views.design import SCALINGS, LayerView, layer_views, scaling_text, without_brackets

IMAGES = {
    "data": {"dataset": "digits"},
    "model": {
        "layers": [
            {"kind": "conv2d", "parameters": {"channels": 8, "kernel_size": 3, "padding": 1}},
            {"kind": "flatten"},
            {"kind": "dense", "parameters": {"units": 1}, "bias": {"name": "constant"}},
        ]
    },
}


def test_a_card_in_words():
    bias = BiasChoice(parameters={"value": -3.0}, name="constant")
    dense = LayerSpec(kind="dense", parameters={"units": 64}, bias=bias)
    view = LayerView.of(dense, 2, LayerShape((64,), 8320, 129, 64))
    assert (str(view.headline), view.heading) == ("Dense 64", "2 Dense")
    assert str(view.details) == "ReLU · He normal · bias -3"
    assert (str(view.arrow), str(view.parameter_count)) == ("→ 64", "8,320 parameters")
    assert str(view.spoken) == "Dense 64, ReLU · He normal · bias -3, → 64, 8,320 parameters"
    assert (view.activation, view.initialization, view.bias) == ("ReLU", "He normal", "−3")


@pytest.mark.parametrize(
    ("kind", "headline", "details"),
    [
        ("conv2d", "Conv2d 8, 3×3", "ReLU · He normal"),
        ("max_pool2d", "MaxPool2d 2×2", ""),
        ("dropout", "Dropout 0.5", ""),
        ("batch_norm", "BatchNorm", ""),
        ("flatten", "Flatten", ""),
    ],
)
def test_the_card_of_each_kind(kind, headline, details):
    view = LayerView.of(LayerSpec(kind=kind))
    assert (str(view.headline), str(view.details)) == (headline, details)
    assert (str(view.arrow), str(view.parameter_count), view.output) == ("", "", "")


def test_the_card_of_the_output():
    assert str(LayerView.of(OutputSpec(), shape=LayerShape((10,), 650, 64, 10)).headline) == "Output 10"
    assert str(LayerView.of(OutputSpec()).headline) == "Output"


def test_titles_lose_what_stands_in_brackets():
    assert without_brackets("Glorot (Xavier) normal") == "Glorot normal"
    assert without_brackets("Randomized asymmetric (RAI)") == "Randomized asymmetric"


def test_the_layers_of_a_plan_run_from_the_input_to_the_output():
    views = layer_views(DesignPlan.of(ExperimentSpec.parse(IMAGES)))
    assert [view.heading for view in views] == ["Input", "1 Conv2d", "2 Flatten", "3 Dense", "Output"]
    assert [view.output for view in views] == ["1×8×8", "8×8×8", "512", "1", "10"]
    conv, flatten, dense = views[1:4]
    assert conv.settings == "channels 8, filter size 3, step 1, padding 1"
    assert conv.special_settings == "filter size 3, padding 1", (
        "what is usual, or can be read off the shape, is not said"
    )
    assert (flatten.settings, flatten.activation, flatten.bias) == ("", "–", "–")
    assert (dense.settings, dense.special_settings, str(dense.parameter_count)) == ("units 1", "", "513 parameters")
    assert (views[0].activation, str(views[0].details)) == ("–", "")


def test_settings_are_called_the_same_everywhere():
    titles = {name: str(setting_title(name)) for name in ("learning_rate", "schedule", "train_size", "l1", "scaling")}
    assert list(titles.values()) == [
        "Learning rate", "Learning-rate schedule", "Training set", "L1 penalty", "Scaling",
    ]  # fmt: skip


def test_every_scaling_says_what_it_does():
    known = ExperimentSpec.model_fields["data"].annotation.model_fields["scaling"].annotation.__args__
    assert set(SCALINGS) == set(known)
    assert scaling_text("standardized") == "Standardized: mean 0 and standard deviation 1"
