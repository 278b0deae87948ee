"""Experiments whose illness is known: what the command line says of them, and with which exit code."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from relulab.cli.main import app

DENSE: dict[str, Any] = {"kind": "dense", "parameters": {"units": 16}}
HALF: dict[str, Any] = {"kind": "dense", "parameters": {"units": 8}}
OFF = {"activation": "relu", "bias": {"name": "constant", "parameters": {"value": -6.0}}}
FORMULA = {"name": "expression", "parameters": {"formula": "x + 5", "noise": 0.0}}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "t4: a dead layer while the loss comes down": (
        "dead_layer",
        {
            "data": {"dataset": "moons", "train_size": 300},
            "model": {"layers": [DENSE, HALF]},
            "training": {"learning_rate": 20.0, "steps": 400},
        },
    ),
    "t9: a dead output": (
        "dead_output",
        {
            "data": {"dataset": FORMULA},
            "model": {"layers": [HALF | {"activation": "tanh"}], "output": OFF},
            "training": {"loss": "mse", "optimizer": "adam", "learning_rate": 0.01, "steps": 400},
        },
    ),
    "t9: a penalty of 1": (
        "strong_penalty",
        {
            "data": {"dataset": "moons", "train_size": 300},
            "model": {"layers": [DENSE, DENSE]},
            "training": {"l2": 1.0, "epochs": 40},
        },
    ),
    "t8: prices in dollars": (
        "unscaled_targets",
        {
            "data": {"dataset": {"name": "csv", "parameters": {"path": "prices.csv"}}},
            "model": {"layers": [DENSE, HALF]},
            "training": {"loss": "mse", "epochs": 20},
        },
    ),
}


def diagnosed(folder: Path, experiment: dict[str, Any]) -> tuple[int, str, list[dict[str, Any]]]:
    """Exit code, output and findings of ``relulab diagnose``."""
    file, out = folder / "experiment.json", folder / "findings.json"
    file.write_text(json.dumps(experiment), "utf-8")
    result = CliRunner().invoke(app, ["diagnose", str(file), "--out", str(out)])
    return result.exit_code, result.output, json.loads(out.read_text("utf-8"))["findings"] if out.exists() else []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rng = np.random.default_rng(0)
    rooms = rng.uniform(1, 8, size=(300, 2))
    prices = 90_000 * rooms[:, 0] + 40_000 * rooms[:, 1] ** 1.5
    rows = [f"{one:.1f},{two:.1f},{price:.0f}" for (one, two), price in zip(rooms, prices, strict=True)]
    (tmp_path / "prices.csv").write_text("\n".join(["rooms,floors,price", *rows]) + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_a_known_illness_is_an_error_and_ends_with_exit_code_1(folder, case):
    rule, experiment = CASES[case]
    code, output, findings = diagnosed(folder, experiment)
    assert code == 1, output
    (named, *_) = [finding for finding in findings if finding["rule"] == rule]
    assert named["severity"] == "error"
    assert f"ERROR: {named['title']}" in output
    causes = {finding["rule"] for finding in findings if not finding["because"]} - {"more_parameters"}
    assert causes == ({rule} if rule != "dead_layer" else {"learning_rate_too_high"})


def test_what_cannot_be_trained_is_refused_in_words(folder):
    """Batch norm over a batch of one has no variance to divide by."""
    plain = HALF | {"activation": "identity"}
    layers = [plain, {"kind": "batch_norm", "activation": "relu"}]
    code, output, findings = diagnosed(
        folder, {"data": {"dataset": "moons"}, "model": {"layers": layers}, "training": {"batch_size": 1, "steps": 50}}
    )
    assert code == 2
    assert "batch" in output
    assert "inside ReLU Lab" not in output
    assert not findings
