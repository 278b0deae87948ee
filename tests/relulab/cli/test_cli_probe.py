"""``relulab probe``: one measurement, untrained or of weights from a file."""

import math
from pathlib import Path

import pytest


def test_every_layer_is_measured(call, folder: Path, read_strict) -> None:
    out = folder / "messung" / "probe.json"
    result = call("probe", "moons-healthy", "--out", out)
    assert result.exit_code == 0, result.stderr
    report = read_strict(out)
    assert report["samples"] == 700
    assert report["loss"] == pytest.approx(math.log(2), abs=0.5)
    assert report["class_entropy"] == pytest.approx(math.log(2), abs=1e-6)
    assert report["expected_first_loss"] == pytest.approx(math.log(2))
    assert report["first_loss_verdict"] == "good"
    assert 0.0 < report["linear_fit"] < 0.999
    first, second, output = report["layers"]
    assert (first["units"], second["units"], output["units"]) == (64, 64, 2)
    for layer in report["layers"]:
        assert len(layer["unit_status"]) == len(layer["firing_rate"]) == layer["units"]
        assert sum(layer["histogram"]["shares"]) == pytest.approx(1.0, abs=1e-5)
        assert sum(layer["weight_histogram"]["shares"]) == pytest.approx(1.0, abs=1e-5)
        assert layer["gradient_norm"] > 0
        assert len(layer["peak_gradient"]) == layer["units"]
        assert 1.0 <= layer["effective_rank"] <= layer["units"]
        assert 0.0 <= layer["duplicates"] < 1.0
        assert layer["update_ratio"] is None
        assert layer["update_ratio_reason"]
    assert first["dead"] == 0.0
    assert set(first["unit_status"]) <= {"active", "dead", "never active", "dormant", "saturated"}
    assert output["dead"] is None
    assert "no such state" in output["dead_reason"]


def test_dead_layers_are_found(call, folder: Path, read_strict) -> None:
    out = folder / "probe.json"
    assert call("probe", "dying-bias", "--out", out).exit_code == 0
    for layer in read_strict(out)["layers"][:2]:
        assert layer["dead"] == 1.0
        assert set(layer["unit_status"]) == {"dead"}
        assert layer["gradient_norm"] == 0.0


def test_weights_of_a_run_are_measured(call, folder: Path, read_strict) -> None:
    call("train", "moons-healthy", "--steps", "200", "--out", folder)
    weights = ("--weights", folder / "weights.safetensors")
    assert call("probe", folder / "experiment.json", *weights, "--out", folder / "probe.json").exit_code == 0
    report, summary = read_strict(folder / "probe.json"), read_strict(folder / "summary.json")
    assert report["loss"] == pytest.approx(summary["train_loss"], rel=1e-5)
    assert report["accuracy"] == pytest.approx(summary["train_accuracy"])
    assert "first_loss_verdict" not in report


def test_a_regression_says_what_it_has_not(call, folder: Path, read_strict) -> None:
    assert call("probe", "sine-fit", "--out", folder / "probe.json").exit_code == 0
    report = read_strict(folder / "probe.json")
    for name in ("accuracy", "class_entropy", "expected_first_loss"):
        assert report[name] is None
        assert "regression" in report[f"{name}_reason"]


def test_units_that_start_equal_are_duplicates(call, folder: Path, read_strict) -> None:
    call("probe", "constant-init", "--out", folder / "probe.json")
    hidden = read_strict(folder / "probe.json")["layers"][0]
    assert hidden["duplicates"] == 1.0
    assert hidden["effective_rank"] == pytest.approx(1.0, abs=1e-3)


def test_a_stack_without_a_nonlinearity_is_one_linear_map(call, folder: Path, read_strict) -> None:
    call("probe", "linear-collapse", "--out", folder / "probe.json")
    assert read_strict(folder / "probe.json")["linear_fit"] > 0.999


def test_weights_that_are_none_or_of_another_network(call, folder: Path) -> None:
    out = ("--out", folder / "probe.json")
    assert call("probe", "moons-healthy", "--weights", folder / "absent", *out).exit_code == 2
    garbage = folder / "garbage.safetensors"
    garbage.write_bytes(b"no weights at all")
    damaged = call("probe", "moons-healthy", "--weights", garbage, *out)
    assert damaged.exit_code == 2
    assert "damaged" in damaged.stderr
    call("train", "spiral", "--steps", "1", "--out", folder / "results")
    other = call("probe", "moons-healthy", "--weights", folder / "results" / "weights.safetensors", *out)
    assert other.exit_code == 2
    assert "belongs to another network" in other.stderr


def test_exit_codes(call, folder: Path) -> None:
    out = ("--out", folder / "probe.json")
    assert call("probe", "moons-helthy", *out).exit_code == 2
    assert call("probe", "mnist-mlp", "--data-root", folder, *out).exit_code == 3
    assert call("probe", "moons-healthy", "--out", folder).exit_code == 2
    (folder / "file").touch()
    assert call("probe", "moons-healthy", "--out", folder / "file" / "probe.json").exit_code == 5


def test_numbers_that_are_none_are_null_with_their_reason(call, folder: Path, read_strict) -> None:
    dense = '{"kind": "dense", "initialization": {"name": "normal", "parameters": {"std": 1000}}}'
    layers = f'model.layers=["flatten", {", ".join([dense] * 14)}]'
    result = call("probe", "digits-mlp", "--set", layers, "--out", folder / "probe.json")
    assert result.exit_code == 0, result.stderr
    report = read_strict(folder / "probe.json")
    assert report["loss"] is None
    assert report["loss_reason"]
