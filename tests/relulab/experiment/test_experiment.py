"""The experiment as data: complete, exact in JSON, strict about mistakes and precise about where they are."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.entry import Kind, Parameter
from relulab.catalog.initializations import BIASES, INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.catalog.losses import LOSSES
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.errors import SpecError
from relulab.experiment import DataSpec, ExperimentSpec, LayerSpec, ModelSpec, OptimizerChoice, TrainingSpec
from relulab.registry import Registry


def refusal(data: Any) -> SpecError:
    with pytest.raises(SpecError) as caught:
        ExperimentSpec.parse(data)
    return caught.value


def layer(**fields: Any) -> dict[str, Any]:
    return {"model": {"layers": ["dense", {"kind": "dense"} | fields]}}


# --- complete ---------------------------------------------------------------------------------


def test_nothing_given_is_a_whole_experiment():
    spec = ExperimentSpec.parse({})
    assert spec.data.dataset.name == "moons"
    assert spec.model.layers == ()
    assert spec.training.epochs == 10
    assert spec.training.steps is None


def test_a_bare_name_stands_for_an_entry_with_its_defaults():
    spec = LayerSpec.parse({"kind": "dense", "activation": "elu"})
    assert spec.parameters == {"units": 32}
    assert spec.activation.parameters == {"alpha": 1.0}
    assert spec.initialization.name == "he_normal"
    assert spec.bias.parameters == {"value": 0.0}
    assert LayerSpec.parse("flatten") == LayerSpec.parse({"kind": "flatten"})


def test_layers_have_exactly_the_parts_of_their_kind():
    for kind, entry in LAYERS.items():
        made = LayerSpec.parse(kind)
        assert (made.activation is not None) == entry.has_activation
        assert (made.initialization is not None) == (made.bias is not None) == entry.has_weights


def test_a_choice_knows_its_catalogue_entry():
    assert OptimizerChoice.parse("adam").entry is OPTIMIZERS["adam"]
    assert TrainingSpec.parse({"loss": "mse"}).loss_entry is LOSSES["mse"]


# --- exact ------------------------------------------------------------------------------------


def value_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    low, high = parameter.minimum, parameter.maximum
    match parameter.kind:
        case Kind.INTEGER:
            return st.integers(int(low or 0), int(high if high is not None else 10**6))
        case Kind.REAL:
            return st.floats(
                -1e6 if low is None else low, 1e6 if high is None else high, allow_nan=False, allow_infinity=False
            )
        case Kind.FLAG:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from(parameter.choices)
        case _:
            return st.just(parameter.default)


def choice_of(registry: Registry[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def parameters(key: str) -> st.SearchStrategy[dict[str, Any]]:
        values = {parameter.name: value_of(parameter) for parameter in registry[key].parameters}
        return st.fixed_dictionaries({"name": st.just(key), "parameters": st.fixed_dictionaries({}, optional=values)})

    return st.sampled_from(list(registry)).flatmap(parameters)


def layer_of(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    entry = LAYERS[kind]
    values = {parameter.name: value_of(parameter) for parameter in entry.parameters}
    parts: dict[str, Any] = {"parameters": st.fixed_dictionaries({}, optional=values)}
    if entry.has_activation:
        parts["activation"] = choice_of(ACTIVATIONS)
    if entry.has_weights:
        parts |= {"initialization": choice_of(INITIALIZATIONS), "bias": choice_of(BIASES)}
    return st.fixed_dictionaries({"kind": st.just(kind)}, optional=parts)


SEEDS = st.integers(0, 2**32 - 1)
EXPERIMENTS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=20),
        "data": st.fixed_dictionaries(
            {},
            optional={
                "dataset": st.sampled_from(["moons", "digits", "sine"]),
                "train_size": st.none() | st.integers(1, 10**9),
                "scaling": st.sampled_from(["raw", "unit", "standardized"]),
                "label_noise": st.floats(0.0, 1.0),
                "seed": SEEDS,
            },
        ),
        "model": st.fixed_dictionaries(
            {},
            optional={
                "layers": st.lists(st.sampled_from(list(LAYERS)).flatmap(layer_of), max_size=4),
                "output": st.fixed_dictionaries({}, optional={"activation": choice_of(ACTIVATIONS)}),
                "seed": SEEDS,
            },
        ),
        "training": st.fixed_dictionaries(
            {},
            optional={
                "loss": st.sampled_from(list(LOSSES)),
                "optimizer": choice_of(OPTIMIZERS),
                "learning_rate": st.floats(1e-12, 1e6),
                "schedule": choice_of(SCHEDULES),
                "clipping": choice_of(CLIPPINGS),
                "steps": st.integers(1, 10**9),
                "l1": st.floats(0.0, 1e3),
                "precision": st.sampled_from(["float32", "float64"]),
                "seed": SEEDS,
            },
        ),
    },
)


@given(EXPERIMENTS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_json_keeps_an_experiment_exactly(data):
    spec = ExperimentSpec.parse(data)
    again = ExperimentSpec.from_json(spec.to_json())
    assert again == spec
    assert again.to_json() == spec.to_json()
    assert ExperimentSpec.parse(spec.model_dump()) == spec


def test_json_writes_every_value_and_keeps_names_of_people():
    spec = ExperimentSpec.parse({"name": "Übung 3 – Müller", "model": {"layers": ["dense"]}})
    written = json.loads(spec.to_json())
    assert written["name"] == "Übung 3 – Müller"
    assert written["schema_version"] == 3
    assert written["model"]["layers"][0] == {
        "kind": "dense",
        "parameters": {"units": 32},
        "activation": {"name": "relu", "parameters": {}},
        "initialization": {"name": "he_normal", "parameters": {"negative_slope": 0.0}},
        "bias": {"name": "constant", "parameters": {"value": 0.0}},
    }


# --- frozen and replaced ------------------------------------------------------------------------


def test_a_spec_cannot_be_changed_in_place():
    spec = ExperimentSpec.parse({})
    with pytest.raises(Exception, match="frozen"):
        spec.training.learning_rate = 1.0  # type: ignore[misc]  # it is read-only: that is what is tested


def test_replace_gives_another_and_leaves_the_first():
    spec = ExperimentSpec.parse({})
    other = spec.replace(training=spec.training.replace(learning_rate=0.5))
    assert (spec.training.learning_rate, other.training.learning_rate) == (0.1, 0.5)
    assert other.replace(training=spec.training) == spec


@pytest.mark.parametrize(
    ("part", "changes", "where"),
    [
        (TrainingSpec.parse({}), {"learning_rate": -1.0}, ("learning_rate",)),
        (TrainingSpec.parse({}), {"learning_rates": 1.0}, ("learning_rates",)),
        (TrainingSpec.parse({}), {"steps": 5}, ("steps",)),
        (TrainingSpec.parse({}), {"optimizer": "sdg"}, ("optimizer", "name")),
        (DataSpec.parse({}), {"train_size": 0}, ("train_size",)),
        (ModelSpec.parse({}), {"layers": ["dense", "dens"]}, ("layers", 1, "kind")),
        (LayerSpec.parse("dense"), {"parameters": {"units": 0}}, ("parameters", "units")),
        (LayerSpec.parse("flatten"), {"activation": "relu"}, ("activation",)),
    ],
)
def test_replace_validates_again(part, changes, where):
    with pytest.raises(SpecError) as caught:
        part.replace(**changes)
    assert caught.value.where == where


def test_replacing_epochs_by_steps():
    training = TrainingSpec.parse({}).replace(epochs=None, steps=100)
    assert (training.epochs, training.steps) == (None, 100)


# --- strict -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "where", "message"),
    [
        (
            layer(parameters={"units": 0}),
            ("model", "layers", 1, "parameters", "units"),
            "model.layers.1.parameters.units: Units must be at least 1, not 0.",
        ),
        (
            layer(parameters={"unit": 3}),
            ("model", "layers", 1, "parameters", "unit"),
            "model.layers.1.parameters.unit: Dense has no parameter 'unit'. It has: units.",
        ),
        (
            layer(kind="conv2d", parameters={"kernel_size": 99}),
            ("model", "layers", 1, "parameters", "kernel_size"),
            "model.layers.1.parameters.kernel_size: Filter size must be at most 64, not 99.",
        ),
        (
            layer(activation={"name": "elu", "parameters": {"alpha": "x"}}),
            ("model", "layers", 1, "activation", "parameters", "alpha"),
            "model.layers.1.activation.parameters.alpha: Alpha must be a number, not 'x'.",
        ),
        (
            layer(bias={"name": "constant", "parameters": {"value": math.inf}}),
            ("model", "layers", 1, "bias", "parameters", "value"),
            "model.layers.1.bias.parameters.value: Bias must be a finite number, not inf.",
        ),
        (
            layer(kind="flatten", bias="constant"),
            ("model", "layers", 1, "bias"),
            "model.layers.1.bias: Flatten has no bias; leave it out.",
        ),
        (layer(activation=5), ("model", "layers", 1, "activation"), "must be a table of names and values, not 5."),
        (layer(colour="red"), ("model", "layers", 1, "colour"), "model.layers.1.colour: there is no such field."),
        ({"model": {"layers": [{}]}}, ("model", "layers", 0, "kind"), "model.layers.0.kind: this field is missing."),
        ({"model": {"layers": 5}}, ("model", "layers"), "model.layers: must be a list, not 5."),
        ({"experiment": 1}, ("experiment",), "experiment: there is no such field."),
        ({"data": {"seed": -1}}, ("data", "seed"), "data.seed: must be at least 0, not -1."),
        ({"data": {"seed": 2**32}}, ("data", "seed"), "data.seed: must be less than 4.29497e+09, not 4294967296."),
        ({"data": {"seed": True}}, ("data", "seed"), "data.seed: must be a whole number, not True."),
        (
            {"data": {"dataset": {"name": "moons", "parameters": {"noise": -4}}}},
            ("data", "dataset", "parameters", "noise"),
            "data.dataset.parameters.noise: Noise must be at least 0, not -4.",
        ),
        ({"training": {"batch_size": 1.5}}, ("training", "batch_size"), "must be a whole number, not 1.5."),
        ({"training": {"learning_rate": 0}}, ("training", "learning_rate"), "must be greater than 0, not 0."),
        ({"training": {"learning_rate": "fast"}}, ("training", "learning_rate"), "must be a number, not 'fast'."),
        ({"training": {"learning_rate": "0.1"}}, ("training", "learning_rate"), "must be a number, not '0.1'."),
        ({"training": {"learning_rate": math.nan}}, ("training", "learning_rate"), "must be a finite number, not nan."),
        (
            {"training": {"precision": "half"}},
            ("training", "precision"),
            "must be 'float32' or 'float64', not 'half'.",
        ),
        ({"training": {"device": "tpu"}}, ("training", "device"), "device must be auto, cpu, cuda or cuda:0"),
        ({"training": {"device": "cuda:x"}}, ("training", "device"), "device must be auto"),
        (
            {"training": {"epochs": 3, "steps": 3}},
            ("training", "steps"),
            "training.steps: set either epochs or steps, not both.",
        ),
        (
            {"training": {"optimizer": {"name": "adam", "parameters": [1]}}},
            ("training", "optimizer", "parameters"),
            "parameters must be a table of names and values, not [1].",
        ),
        ([], (), "the experiment: must be a table of names and values."),
        (None, (), "the experiment: must be a table of names and values."),
    ],
)
def test_a_mistake_is_refused_with_the_path_of_the_field(data, where, message):
    error = refusal(data)
    assert error.where == where
    assert message in str(error)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (layer(activation="rellu"), ("model", "layers", 1, "activation", "name")),
        (layer(initialization="he"), ("model", "layers", 1, "initialization", "name")),
        (layer(kind="dens"), ("model", "layers", 1, "kind")),
        ({"model": {"output": {"activation": "x"}}}, ("model", "output", "activation", "name")),
        ({"training": {"optimizer": "sdg"}}, ("training", "optimizer", "name")),
        ({"training": {"schedule": "cosines"}}, ("training", "schedule", "name")),
        ({"training": {"clipping": "norms"}}, ("training", "clipping", "name")),
        ({"training": {"loss": "cross"}}, ("training", "loss")),
        ({"data": {"dataset": "moon"}}, ("data", "dataset", "name")),
    ],
)
def test_an_unknown_name_is_refused_and_the_known_ones_are_listed(data, where):
    error = refusal(data)
    assert error.where == where
    assert "There is no" in str(error)
    assert "Known:" in str(error)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is not JSON"),
        ("[1", "the text is not JSON"),
        ("[" * 100_000, "the text is not JSON"),
        ('{"training": {"batch_size": ' + "9" * 5000 + "}}", "the text is not JSON"),
        ('{"training": {"learning_rate": NaN}}', "NaN is not a number that an experiment can hold"),
        ('{"training": {"learning_rate": -Infinity}}', "-Infinity is not a number"),
        ('{"training": {"learning_rate": 1e999}}', "must be a finite number"),
        ("[]", "a JSON object with data, model and training is needed"),
        ('"moons"', "a JSON object with data, model and training is needed"),
    ],
)
def test_text_that_is_no_experiment(text, message):
    with pytest.raises(SpecError, match="not") as caught:
        ExperimentSpec.from_json(text)
    assert message in str(caught.value)
