"""The difference of experiments, in words that are short and say where it is."""

from itertools import combinations

import pytest

from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import against, changes, in_words
from relulab.experiment.presets import PRESETS, load_preset

DENSE = {"kind": "dense", "parameters": {"units": 6}}


def layer(activation="relu", **parts):
    return DENSE | {"activation": activation} | parts


def leaky(slope):
    return layer({"name": "leaky_relu", "parameters": {"negative_slope": slope}})


def design(*layers, seed=0, batches=None, **training):
    training = {"seed": seed if batches is None else batches} | training
    return ExperimentSpec.parse(
        {"model": {"layers": list(layers) or [DENSE, DENSE], "seed": seed}, "training": training}
    )


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (design(), ()),
        (design(learning_rate=0.01), ("learning rate 0.01 instead of 0.1",)),
        (design(layer("identity"), layer("identity")), ("hidden layers: Identity (none) instead of ReLU",)),
        (design(layer(), layer("tanh")), ("layer 2: Tanh instead of ReLU",)),
        (design(leaky(0.2), leaky(0.2)), ("hidden layers: Leaky ReLU instead of ReLU",)),
        (design(DENSE), ("layers 6 instead of 6-6",)),
        (
            design(DENSE, layer("tanh"), DENSE),
            ("layers 6-6-6 instead of 6-6", "hidden layers: ReLU, Tanh, ReLU instead of ReLU"),
        ),
        (design(epochs=5), ("5 epochs instead of 10 epochs",)),
        (design(steps=5000), ("5,000 steps instead of 10 epochs",)),
        (design(optimizer="adam"), ("Adam instead of SGD",)),
        (
            design(layer(bias={"name": "constant", "parameters": {"value": -10.0}}), DENSE),
            ("layer 1: bias -10 instead of 0",),
        ),
        (design(clipping="norm"), ("gradient clipping By norm instead of None",)),
        (design(l2=0.01), ("L2 penalty 0.01 instead of 0",)),
        (design(seed=3), ("seed 3 instead of 0",)),
        (design(seed=3, batches=0), ("weights seed 3 instead of 0",)),
        (design(seed=3, batches=4), ("weights seed 3 instead of 0", "batches seed 4 instead of 0")),
    ],
)
def test_differences_in_words(spec, words):
    assert against(spec, design()) == words


def test_a_parameter_counts_only_where_both_have_it():
    assert against(design(leaky(0.2), DENSE), design(leaky(0.1), DENSE)) == (
        "layer 1: negative slope 0.2 instead of 0.1",
    )
    data = [
        ExperimentSpec.parse({"data": {"dataset": {"name": "moons", "parameters": {"noise": n}}}}) for n in (0.1, 0.3)
    ]
    assert against(*data) == ("noise 0.1 instead of 0.3",)


@pytest.mark.parametrize(("first", "second"), list(combinations(PRESETS, 2)))
def test_presets_differ_in_something_that_can_be_said(first, second):
    assert against(load_preset(first), load_preset(second))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (design(), "nothing changed"),
        (design(learning_rate=0.01), "learning rate 0.1 → 0.01"),
        (
            design(leaky(0.2), leaky(0.2)),
            "hidden layers: activation ReLU → Leaky ReLU (negative slope 0.2)",
        ),
        (design(layer(), leaky(0.2)), "layer 2: activation ReLU → Leaky ReLU (negative slope 0.2)"),
        (
            design(clipping={"name": "norm", "parameters": {"max_norm": 0.5}}),
            "gradient clipping None → By norm (largest norm 0.5)",
        ),
        (design(schedule="step"), "learning-rate schedule Constant → Steps (every 500 steps, factor 0.5)"),
        (design(DENSE, DENSE | {"parameters": {"units": 4}}), "layer 2: units 6 → 4"),
        (design(DENSE, "batch_norm", DENSE), "layers 6-6 → Dense 6, BatchNorm, Dense 6"),
        (design(epochs=20, l1=0.5, seed=3), "L1 penalty 0 → 0.5, length 10 epochs → 20 epochs, seed 0 → 3"),
    ],
)
def test_changes_in_words(spec, words):
    assert in_words(changes(design(), spec)) == words


def test_a_parameter_of_a_choice_that_stays_is_a_change_by_itself():
    before, after = (design(leaky(slope), DENSE) for slope in (0.1, 0.2))
    assert in_words(changes(before, after)) == "layer 1: negative slope 0.1 → 0.2"


def test_changes_in_the_output_layer_and_the_data():
    before = load_preset("moons-healthy")
    output = before.model.output.replace(initialization="zeros")
    after = before.replace(model=before.model.replace(output=output), data=before.data.replace(train_size=5000))
    assert in_words(changes(before, after)) == (
        "training set 700 → 5,000, output layer: initialization LeCun normal → Zeros"
    )


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        (design(learning_rate=0.5), [("training", "learning_rate")]),
        (design(layer(), layer("tanh")), [("model", "layers", 1, "activation")]),
        (design(layer("tanh"), layer("tanh")), [("model", "layers", i, "activation") for i in (0, 1)]),
        (design(DENSE), [("model", "layers")]),
        (design(DENSE, DENSE | {"parameters": {"units": 4}}), [("model", "layers", 1, "parameters", "units")]),
    ],
)
def test_every_field_of_a_change_has_its_path_in_the_spec(spec, paths):
    assert [field.path for change in changes(design(), spec) for field in change.fields] == paths
