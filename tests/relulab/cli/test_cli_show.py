"""``relulab presets`` and ``relulab show``, and how every command reads an experiment."""

import json
from pathlib import Path

import pytest

from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS, load_preset


def test_presets_are_listed_with_their_question(call) -> None:
    result = call("presets")
    assert result.exit_code == 0
    for preset in PRESETS.values():
        assert preset.key in result.stdout
        assert preset.question in result.stdout


def test_presets_for_programs(call) -> None:
    listed = json.loads(call("presets", "--json").stdout)
    assert [entry["key"] for entry in listed] == list(PRESETS)
    assert all(entry["title"] and entry["summary"] and entry["group"] for entry in listed)


def test_show_writes_json_that_reads_back(call, folder: Path) -> None:
    result = call("show", "spiral")
    assert ExperimentSpec.from_json(result.stdout) == load_preset("spiral")
    file = folder / "spirale.json"
    assert call("show", "spiral", "--out", file).exit_code == 0
    assert call("show", file).stdout == result.stdout


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_windows_editors_and_shells_are_read(call, folder: Path, encoding: str) -> None:
    file = folder / "experiment.json"
    file.write_text(load_preset("spiral").to_json(), encoding=encoding)
    assert ExperimentSpec.from_json(call("show", file).stdout) == load_preset("spiral")


def shown(call, *settings: str) -> ExperimentSpec:
    options = [part for setting in settings for part in ("--set", setting)]
    result = call("show", "digits-mlp", *options)
    assert result.exit_code == 0, result.stderr
    return ExperimentSpec.from_json(result.stdout)


def test_numbers_texts_and_tables_can_be_set(call) -> None:
    spec = shown(
        call,
        "training.learning_rate=0.5",
        "name=Mein Versuch",
        "model.layers.1.parameters.units=7",
        'model.layers.2.activation={"name": "leaky_relu", "parameters": {"negative_slope": 0.2}}',
        "model.layers.2.initialization=zeros",
    )
    assert spec.training.learning_rate == 0.5
    assert spec.name == "Mein Versuch"
    assert spec.model.layers[1].parameters["units"] == 7
    activation, initialization = spec.model.layers[2].activation, spec.model.layers[2].initialization
    assert activation is not None
    assert activation.parameters == {"negative_slope": 0.2}
    assert initialization is not None
    assert initialization.name == "zeros"


def test_another_name_brings_its_own_parameters(call) -> None:
    result = call(
        "show", "clipping-rescue", "--set", "training.clipping.name=value", "--set", "data.dataset.name=spiral"
    )
    spec = ExperimentSpec.from_json(result.stdout)
    assert spec.training.clipping.parameters == {"max_value": 0.5}
    assert spec.data.dataset.parameters == {"noise": 0.02, "turns": 1.25}


def test_steps_and_epochs_replace_each_other(call) -> None:
    assert (spec := shown(call, "training.steps=7")).training.steps == 7
    assert spec.training.epochs is None
    assert (spec := shown(call, "training.steps=7", "training.epochs=2")).training.epochs == 2
    assert spec.training.steps is None


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("training.lerning_rate=1", "training.lerning_rate: there is no such field"),
        ("trainig.learning_rate=1", "trainig: there is no such field"),
        ("training.learning_rate=fast", "training.learning_rate"),
        ("training.learning_rate=-1", "training.learning_rate"),
        ("training.learning_rate=NaN", "training.learning_rate"),
        ("training.batch_size=2.5", "training.batch_size"),
        ("training.learning_rate.value=1", "training.learning_rate is a single value"),
        ("model.layers.9.activation=relu", "'9' is not a place in this list (0 to 2)"),
        ("model.layers.1.parameters.unit=3", "has no parameter 'unit'"),
        ("model.layers.1.activation=rleu", "Did you mean 'relu'?"),
        ("model.layers.1.parameters.units=0", "at least 1"),
        ("training.learning_rate", "write PATH=VALUE"),
        ("=3", "write PATH=VALUE"),
    ],
)
def test_a_wrong_setting_names_the_place(call, setting: str, words: str) -> None:
    result = call("show", "digits-mlp", "--set", setting)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "not an experiment"),
        ('{"schema_version": 99}', "Please update"),
        ('{"schema_version": 1, "modle": {}}', "modle"),
        ('{"training": {"learning_rate": 1e999}}', "learning_rate"),
        ("\x00\x01", "not JSON"),
    ],
)
def test_a_wrong_file_is_explained(call, folder: Path, content: str, words: str) -> None:
    file = folder / "wrong.json"
    file.write_text(content)
    result = call("show", file)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_picture_is_no_experiment(call, folder: Path) -> None:
    file = folder / "picture.json"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    result = call("show", file)
    assert result.exit_code == 2
    assert "not a text file" in result.stderr


def test_unknown_names_and_files(call, folder: Path) -> None:
    near = call("show", "digits-mpl")
    assert near.exit_code == 2
    assert "Did you mean 'digits-mlp'?" in near.stderr
    absent = call("show", folder / "absent.json")
    assert absent.exit_code == 2
    assert "no experiment file" in absent.stderr


def test_help_and_version(call) -> None:
    assert "Exit codes: 0 done" in call("--help").stdout.replace("\n", " ")
    assert call("--version").stdout.startswith("relulab ")
    assert call("trian").exit_code == 2
    assert call().exit_code == 2
