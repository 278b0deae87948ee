"""Experiments of earlier versions: every version that was ever written down still opens."""

import json
from pathlib import Path

import pytest

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.migrations import MIGRATIONS, SCHEMA_VERSION, migrate

GOLDEN = Path(__file__).parent / "golden"


def test_every_version_has_a_golden_file_and_a_way_to_the_next():
    assert {path.stem for path in GOLDEN.glob("*.json")} == {f"v{n}" for n in range(1, SCHEMA_VERSION + 1)}
    assert set(MIGRATIONS) == set(range(1, SCHEMA_VERSION))


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_the_golden_file_opens_with_all_its_values(version):
    spec = ExperimentSpec.from_json((GOLDEN / f"v{version}.json").read_text(encoding="utf-8"))
    assert spec.name == "Golden experiment, with ü and –"
    assert spec.data.dataset.name == "digits"
    assert (spec.data.train_size, spec.data.scaling, spec.data.label_noise, spec.data.seed) == (900, "unit", 0.05, 11)
    kinds = [layer.kind for layer in spec.model.layers]
    assert kinds == ["conv2d", "batch_norm", "max_pool2d", "flatten", "dense", "layer_norm", "dropout", "dense"]
    assert spec.model.layers[0].parameters == {"channels": 6, "kernel_size": 3, "stride": 1, "padding": 1}
    assert spec.model.layers[0].activation.parameters == {"negative_slope": 0.1}
    assert spec.model.layers[4].initialization.parameters == {"mean": 0.0, "std": 0.05}
    assert spec.model.layers[7].bias.parameters == {"value": -3.0}
    assert spec.model.seed == 12
    training = spec.training
    assert (training.optimizer.name, training.optimizer.parameters["beta2"]) == ("adamw", 0.99)
    assert (training.schedule.name, training.schedule.parameters) == ("warm_up_cosine", {"warm_up_steps": 50})
    assert training.clipping.parameters == {"max_norm": 0.5}
    assert (training.steps, training.epochs, training.batch_size) == (400, None, 64)
    assert (training.l1, training.l2, training.early_stopping, training.seed) == (1e-5, 1e-4, 3, 13)
    assert (training.precision, training.device) == ("float64", "cuda:0")


def test_the_present_version_is_written_as_its_golden_file_says():
    """A change of the format without a new version would strand the files that people have."""
    text = (GOLDEN / f"v{SCHEMA_VERSION}.json").read_text(encoding="utf-8")
    assert json.loads(ExperimentSpec.from_json(text).to_json()) == json.loads(text)


def test_a_newer_version_asks_for_an_update():
    with pytest.raises(SpecError, match=f"has version {SCHEMA_VERSION + 1}.*Please update ReLU Lab") as caught:
        ExperimentSpec.from_json(json.dumps({"schema_version": SCHEMA_VERSION + 1}))
    assert caught.value.where == ("schema_version",)


@pytest.mark.parametrize("version", [0, -1, "1", 1.0, True, None, [1]])
def test_a_version_that_is_none(version):
    with pytest.raises(SpecError, match="schema_version must be a whole number from 1"):
        migrate({"schema_version": version})


def test_migration_leaves_what_it_was_given():
    data = {"name": "x"}
    assert migrate(data) == data
    assert migrate(data) is not data


def table_design(**more) -> dict:
    return {"data": {"dataset": {"name": "csv", "parameters": {"path": "x.csv"}}}, **more}


def migrated(design: dict) -> ExperimentSpec:
    return ExperimentSpec.from_json(json.dumps(design))


def test_a_table_of_version_1_keeps_raw_targets_and_its_reader():
    data = migrated(table_design(schema_version=1)).data
    assert data.target_scaling == "raw"
    assert data.dataset.parameters["reading"] == "version 0.1"


def test_a_design_without_a_version_keeps_raw_targets():
    """Somebody wrote it by hand: the table is read as carefully as any."""
    for dataset in ("csv", {"name": "csv"}, {"name": "csv", "parameters": {"path": "x.csv"}}):
        data = migrated({"data": {"dataset": dataset}}).data
        assert data.target_scaling == "raw"
        assert data.dataset.parameters["reading"] == "checked"
    chosen = table_design()
    chosen["data"]["target_scaling"] = "standardized"
    assert migrated(chosen).data.target_scaling == "standardized"


def test_a_design_of_version_2_keeps_its_inputs_and_its_equal_weights():
    constant = {"kind": "dense", "initialization": {"name": "constant", "parameters": {"value": 0.1}}}
    spec = migrated({"schema_version": 2, "model": {"layers": [constant]}})
    assert spec.schema_version == SCHEMA_VERSION
    assert spec.data.input_factor == 1.0
    assert spec.model.layers[0].initialization.parameters == {"value": 0.1, "noise": 0.0}


def test_a_table_of_this_version_is_as_the_data_set_proposes():
    assert migrated(table_design(schema_version=2)).data.target_scaling is None
    assert migrated({"schema_version": 1, "data": {"dataset": "sine"}}).data.target_scaling is None


@pytest.mark.parametrize("data", [None, 7, "moons", {"dataset": None}, {"dataset": {"name": "csv", "parameters": 3}}])
def test_what_is_no_design_of_version_1_is_refused_in_words(data):
    with pytest.raises(SpecError):
        migrated({"schema_version": 1, "data": data})
