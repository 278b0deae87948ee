"""``relulab diagnose`` and ``relulab reproduce``."""

import json

import pytest
from typer.testing import CliRunner

from relulab.cli.main import app

runner = CliRunner()


def test_an_ill_network_is_named_with_evidence_and_cures(tmp_path):
    out = tmp_path / "befünde und mehr" / "findings.json"
    result = runner.invoke(app, ["diagnose", "dying-relu", "--steps", "200", "--out", str(out)])
    assert result.exit_code == 1
    assert "Dead layer" in result.output
    assert "Try: Use a smaller learning rate" in result.output
    written = json.loads(out.read_text("utf-8"))
    dead = [finding for finding in written["findings"] if finding["rule"] == "dead_layer"]
    assert {"rule", "layer", "value", "threshold", "step", "severity"} <= set(dead[0])
    assert dead[0]["severity"] == "error"
    assert dead[0]["value"] >= dead[0]["threshold"]


def test_a_healthy_network_is_called_healthy(tmp_path):
    out = tmp_path / "findings.json"
    result = runner.invoke(app, ["diagnose", "moons-healthy", "--out", str(out)])
    assert result.exit_code == 0
    assert "HEALTHY" in result.output
    assert "healthy" in [finding["rule"] for finding in json.loads(out.read_text("utf-8"))["findings"]]


def test_several_seeds_give_shares(tmp_path):
    out = tmp_path / "findings.json"
    arguments = ["diagnose", "dying-relu", "--steps", "150", "--seeds", "3", "--out", str(out)]
    result = runner.invoke(app, arguments)
    written = json.loads(out.read_text("utf-8"))
    shares = {row["rule"]: row["share"] for row in written["shares"]}
    assert written["seeds"] == 3
    assert shares["dead_layer"] == 1.0
    assert "100 % of 3 seeds: dead_layer" in result.output


@pytest.mark.parametrize("name", ["no-such-preset", "missing.json", "missing.relulab"])
def test_what_cannot_be_read_is_said(tmp_path, name):
    result = runner.invoke(app, ["diagnose", name, "--out", str(tmp_path / "x.json")])
    assert result.exit_code in (2, 5)
    assert "Error" in result.output
    assert "Traceback" not in result.output


def test_a_recipe_is_reproduced(tmp_path):
    out = tmp_path / "table.json"
    result = runner.invoke(app, ["reproduce", "healthy", "--seeds", "1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    rows = json.loads(out.read_text("utf-8"))
    assert {row["measure"] for row in rows} >= {"test_accuracy", "dead, layer 1", "ends with healthy"}
    assert all(row["holds"] for row in rows)
    assert all(row["low"] <= row["measured"] <= row["high"] for row in rows)


def test_an_outcome_that_is_different_is_not_hidden(monkeypatch):
    from relulab.diagnosis import recipes
    from relulab.registry import Registry

    healthy = recipes.RECIPES["healthy"]
    impossible = recipes.Expectation("test_accuracy", 1.5, 2.0, "1.7")
    changed = recipes.Recipe(healthy.key, healthy.title, healthy.spec, (impossible,), seeds=1)
    monkeypatch.setattr(recipes, "RECIPES", Registry("recipe", changed))
    result = runner.invoke(app, ["reproduce"])
    assert result.exit_code == 1
    assert "DIFFERENT" in result.output


def test_recipes_without_their_data_are_left_out_and_said_so(monkeypatch, tmp_path):
    monkeypatch.setenv("RELULAB_CACHE", str(tmp_path))
    result = runner.invoke(app, ["reproduce", "unscaled", "--seeds", "1"])
    assert "left out" in result.output


def test_t5_a_consequence_is_told_under_its_cause(tmp_path):
    out = tmp_path / "findings.json"
    result = runner.invoke(app, ["diagnose", "circle-linear", "--steps", "400", "--out", str(out)])
    told = [line for line in result.output.splitlines() if ": " in line and line.lstrip().split(":")[0].isupper()]
    assert told[0] == "WARNING: Linear collapse"
    assert told[1] == "    ERROR: Stuck at guessing"
    first, second, *_ = json.loads(out.read_text("utf-8"))["findings"]
    assert (first["rule"], first["because"]) == ("linear_collapse", None)
    assert (second["rule"], second["because"], second["fixes"]) == ("plateau", "linear_collapse", [])
