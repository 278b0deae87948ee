"""Fixes as data: what they change, that the result is valid, and that they stay out where they have no place."""

import random
from contextlib import suppress
from inspect import isfunction
from typing import Any

import pytest

from relulab.catalog.losses import Task
from relulab.catalog.optimizers import OPTIMIZERS
from relulab.data.dataset import Description
from relulab.data.loading import load_dataset
from relulab.diagnosis import cures
from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.recipes import dense, normed
from relulab.diagnosis.rules import RULES
from relulab.errors import DivergedError, SpecError
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.model.plan import DesignPlan, check_experiment
from relulab.text import Text, text
from relulab.training.run import TrainingRun
from tests.helpers.hand_built import FACTS, TWO_CLASSES, design

IMAGE = Description(Task.CLASSIFICATION, (1, 8, 8), 10, available=1797)
EVERY_CURE = [
    value
    for name, value in vars(cures).items()
    if isfunction(value) and value.__module__ == cures.__name__ and not name.startswith("_")
]


def on(spec: ExperimentSpec, description: Description = TWO_CLASSES) -> Evidence:
    return Evidence.design(DesignPlan.of(spec, description), FACTS)


def applied(cure, spec: ExperimentSpec, description: Description = TWO_CLASSES) -> ExperimentSpec:
    fix = cure(on(spec, description))
    assert fix is not None
    return fix.apply(spec)


def activations(spec: ExperimentSpec) -> list[str]:
    return [layer.activation.name for layer in spec.model.layers if layer.activation is not None]


DESIGNS = {
    "relu": design(),
    "linear": design(dense(8, "identity"), dense(8, "identity")),
    "normed": design(*normed(8), "dropout", *normed(8)),
    "no hidden layer": design().replace(model=design().model.replace(layers=())),
    "adamw": design(optimizer="adamw", learning_rate=3.0, early_stopping=3, l2=0.1),
    "clipped": design(dense(3, weights="zeros", bias=-2.0), clipping="norm", epochs=3, steps=None),
}


@pytest.mark.parametrize("cure", EVERY_CURE, ids=lambda cure: cure.__name__)
@pytest.mark.parametrize("name", DESIGNS)
def test_every_cure_gives_a_valid_experiment_or_stays_out(cure, name):
    spec = DESIGNS[name]
    fix = cure(on(spec))
    if fix is None:
        return
    assert str(fix.title)
    assert on(fix.apply(spec)).layout.layers  # it can be built, too
    assert bool(fix.differences(spec)) == fix.can_be_tried(spec, TWO_CLASSES)
    assert spec == DESIGNS[name]


def test_the_rate_goes_to_the_usual_one_from_far_above_and_by_ten_from_near():
    assert applied(cures.smaller_rate, design(optimizer="adam", learning_rate=1.0)).training.learning_rate == 0.001
    assert applied(cures.smaller_rate, design(learning_rate=0.1)).training.learning_rate == 0.01
    assert applied(cures.larger_rate, design(learning_rate=1e-6)).training.learning_rate == 0.1


def test_clipping_keeps_a_step_no_longer_than_one():
    assert applied(cures.clip, design(learning_rate=10.0)).training.clipping.parameters == {"max_norm": 0.1}
    assert applied(cures.clip, design(learning_rate=0.1)).training.clipping.parameters == {"max_norm": 1.0}
    assert cures.clip(on(DESIGNS["clipped"])) is None


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_t10_clipping_is_only_offered_where_it_shortens_a_step(optimizer):
    """What the cure does to the first step of a run whose gradient is far too large."""
    spec = design(dense(16, weights={"name": "normal", "parameters": {"std": 30.0}}), optimizer=optimizer, steps=2)
    spec = spec.replace(training=spec.training.replace(learning_rate=1.0))
    clipped = spec.replace(training=spec.training.replace(clipping={"name": "norm", "parameters": {"max_norm": 1.0}}))
    lengths = []
    for tried in (spec, clipped):
        run = TrainingRun(tried, load_dataset(tried.data))
        before = run.parameters.values.detach().clone()
        run.step()
        lengths.append(float((run.parameters.values.detach() - before).norm()))
    assert (lengths[1] < 0.5 * lengths[0]) == (cures.clip(on(spec)) is not None)


def test_batch_norm_takes_over_the_activation():
    spec = applied(cures.batch_norm, design(dense(8, "tanh"), dense(4)))
    assert [layer.kind for layer in spec.model.layers] == ["dense", "batch_norm", "dense", "batch_norm"]
    assert activations(spec) == ["identity", "tanh", "identity", "relu"]
    assert cures.batch_norm(on(DESIGNS["normed"])) is None


def test_leaky_relu_replaces_relu_behind_a_norm_too():
    assert activations(applied(cures.leaky, DESIGNS["normed"])) == ["identity", "leaky_relu"] * 2
    assert cures.leaky(on(DESIGNS["linear"])) is None


def test_rectify_bends_a_linear_stack_but_leaves_the_layer_before_a_norm():
    spec = applied(cures.rectify, design(dense(8, "identity", "zeros"), dense(8, "sigmoid"), *normed(4)))
    assert activations(spec) == ["relu", "relu", "identity", "relu"]
    assert spec.model.layers[0].initialization.name == "he_normal"


def test_weights_that_fit_each_activation():
    spec = applied(
        cures.fitting_weights,
        design(dense(8, "tanh", "zeros"), dense(8, "relu", "zeros"), output={"initialization": "zeros"}),
    )
    assert [layer.initialization.name for layer in spec.model.layers] == ["glorot_normal", "he_normal"]
    assert spec.model.output.initialization.name == "lecun_normal"
    assert cures.fitting_weights(on(DESIGNS["relu"])) is None


def test_weight_decay_speaks_the_language_of_the_optimizer():
    decayed = applied(cures.weight_decay, design(optimizer="adamw")).training
    assert decayed.optimizer.parameters["weight_decay"] == 3.0
    assert applied(cures.weight_decay, design()).training.l2 == 3e-3


def test_more_data_asks_for_no_more_than_there_is():
    spec = design("flatten", dense(16)).replace(data=DataSpec.parse({"dataset": "digits", "train_size": 200}))
    size = applied(cures.more_data, spec, IMAGE).data.train_size
    assert size == 1797 - 100 - 300
    assert cures.more_data(on(spec.replace(data=DataSpec.parse({"train_size": 1397})), IMAGE)) is None
    assert applied(cures.more_data, design()).data.train_size == 20 * 500


def test_inputs_are_scaled_only_where_they_are_raw():
    raw = design("flatten", dense(16)).replace(data=DataSpec.parse({"scaling": "raw"}))
    assert applied(cures.scale_inputs, raw, IMAGE).data.scaling == "unit"
    assert applied(cures.scale_inputs, raw).data.scaling == "standardized"
    assert cures.scale_inputs(on(design())) is None


def test_dropout_moves_behind_the_last_norm():
    spec = applied(cures.dropout_last, design(dense(8), "dropout", *normed(8), dense(4)))
    assert [layer.kind for layer in spec.model.layers] == ["dense", "dense", "batch_norm", "dropout", "dense"]
    assert cures.dropout_last(on(design(*normed(8), "dropout"))) is None


def test_narrow_layers_become_wide_and_wide_ones_stay():
    sizes = [layer.parameters["units"] for layer in applied(cures.wider, design(dense(3), dense(40))).model.layers]
    assert sizes == [16, 40]
    assert cures.wider(on(design(dense(40)))) is None


def test_more_units_adds_a_layer_where_there_is_none():
    assert [layer.kind for layer in applied(cures.more_units, DESIGNS["no hidden layer"]).model.layers] == ["dense"]


def test_half_of_a_deep_stack():
    assert len(applied(cures.fewer_layers, design(*[dense(8)] * 8)).model.layers) == 4
    assert cures.fewer_layers(on(design())) is None


def test_biases_are_put_back_to_zero():
    spec = applied(cures.zero_bias, design(dense(8, bias=-3.0), *normed(8)))
    assert spec.model.layers[0].bias.parameters == {"value": 0.0}


def test_a_fix_names_the_fields_that_it_changes():
    spec = design()
    fix = Cure("x", Text("X"), (Change(("model", "layers", 1, "activation"), "tanh"), Change(("training", "l1"), 0.5)))
    assert [str(change) for change in fix.differences(spec)] == [
        "layer 2: activation ReLU → Tanh",
        "L1 penalty 0 → 0.5",
    ]


@pytest.mark.parametrize(
    "path", [("training", "pace"), ("model", "layers", 9, "kind"), ("name", "first"), ("nothing", 1)]
)
def test_a_fix_for_a_field_that_is_not_there_is_refused(path):
    fix = Cure("x", Text("X"), (Change(path, 1),))
    with pytest.raises(SpecError):
        fix.apply(design())
    assert not fix.can_be_tried(design(), TWO_CLASSES)


def test_a_fix_with_a_wrong_value_is_refused():
    with pytest.raises(SpecError, match="learning_rate"):
        Cure("x", Text("X"), (Change(("training", "learning_rate"), -1.0),)).apply(design())


def test_texts_keep_template_and_values_apart():
    words = text("{share:percent} of {layer}", share=0.5, layer="1 Dense")
    assert words.template == "{share:percent} of {layer}"
    assert str(words) == "50 % of 1 Dense"


def drawn_designs(count: int) -> list[ExperimentSpec]:
    """Designs drawn at random, most of them odd: one sample or one unit, dropout, norms, raw pixels, few layers."""
    draw = random.Random(7)
    found = []
    while len(found) < count:
        image = draw.random() < 0.4
        layers: list[Any] = []
        for _ in range(draw.randrange(4)):
            act = draw.choice(["relu", "tanh", "selu", "identity", "softmax", "leaky_relu", "sigmoid"])
            weights = draw.choice(["he_normal", "zeros", "normal", "rai"])
            layers.append(
                {
                    "kind": "dense",
                    "parameters": {"units": draw.choice([1, 2, 8, 40])},
                    "activation": act,
                    "initialization": weights,
                }
            )
            layers += draw.choice([[], ["dropout"], ["batch_norm"], ["layer_norm"], ["alpha_dropout"]])
        if image:
            conv: dict[str, Any] = {
                "kind": "conv2d",
                "parameters": {"channels": draw.choice([1, 4]), "kernel_size": draw.choice([3, 8])},
            }
            front: list[list[Any]] = [["flatten"], [conv, "flatten"], [conv, "batch_norm", "flatten"]]
            layers = draw.choice(front) + layers
        data: dict[str, Any] = {
            "dataset": "digits" if image else "moons",
            "scaling": draw.choice(["raw", "standardized"]),
        }
        training = {
            "batch_size": draw.choice([1, 2, 16]),
            "steps": 2,
            "optimizer": draw.choice(["sgd", "adamw"]),
            "learning_rate": draw.choice([1e-6, 0.01, 10.0]),
            "early_stopping": draw.choice([0, 3]),
            "l2": draw.choice([0.0, 0.1]),
        }
        try:
            spec = ExperimentSpec.parse({"data": data, "model": {"layers": layers}, "training": training})
            check_experiment(spec)
        except SpecError:
            continue
        found.append(spec)
    return found


@pytest.mark.parametrize("spec", drawn_designs(24), ids=str)
def test_t10_what_is_offered_can_be_built_and_trained(spec):
    description = spec.data.dataset.describe()
    for cure in {cure.key: cure for rule in RULES.values() for cure in rule.cures_of(on(spec, description))}.values():
        changed = cure.apply(spec)
        assert changed != spec
        few = changed.data.replace(train_size=40, validation_size=20, test_size=0)
        run = TrainingRun(changed.replace(data=few), load_dataset(few))
        with suppress(DivergedError):
            run.step()


def test_t10_a_norm_is_not_offered_where_a_batch_is_one_sample():
    alone, pair = (design(learning_rate=10.0, batch_size=size) for size in (1, 2))
    offered = [{cure.key for cure in RULES["dead_layer"].cures_of(on(spec))} for spec in (alone, pair)]
    assert offered[1] - offered[0] == {"batch_norm"}
