"""Tables on the command line: an open question ends with 2 and names its option; choices repeat."""

import json
import runpy
import sys

import pytest

from relulab.experiment import ExperimentSpec
from tests.relulab.data.tables.test_forty import FORTY

RAIN = "Datum;x;y;Regen\n" + "".join(
    f"{day % 28 + 1:02d}.06.2026;0,{day * 37 % 90 + 10};0,{day * 53 % 90 + 10};{day % 2}\n" for day in range(60)
)


@pytest.fixture
def design(folder):
    """``design(content, **data)``: a design file of a small network on a table with this content."""

    def write(content: str | bytes, loss: str = "cross_entropy", **data: object):
        table = folder / "Tabelle 1.csv"
        table.write_bytes(content if isinstance(content, bytes) else content.encode())
        dataset = {"name": "csv", "parameters": {"path": str(table)}}
        spec = {
            "data": {"dataset": dataset, **data},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 4}}]},
            "training": {"loss": loss, "steps": 12},
        }
        path = folder / "design.json"
        path.write_text(json.dumps(spec), "utf-8")
        return path

    return write


@pytest.mark.parametrize("command", ["train", "diagnose", "export", "probe"])
def test_an_open_question_ends_with_2_and_names_the_option(call, folder, design, command):
    arguments = [command, design(FORTY["10"][0]), "--out", folder / "out"]
    arguments += ["--format", "pytorch"] if command == "export" else []
    result = call(*arguments)
    assert result.exit_code == 2
    assert "Is '1.250' a number of thousands, or one with decimals?" in result.stderr
    assert "--table-numbers 1.234,5" in result.stderr


@pytest.mark.parametrize("command", ["train", "export", "probe"])
def test_the_answer_goes_on(call, folder, design, command):
    content = "km;kg;c\n" + "".join(
        f"{row % 9 + 1}.{row * 7 % 900 + 100};{row * 7 % 40};{'ab'[row % 2]}\n" for row in range(40)
    )
    arguments = [command, design(content), "--out", folder / "out", "--table-numbers", "1.234,5"]
    arguments += ["--format", "pytorch"] if command == "export" else []
    assert call(*arguments).exit_code == 0


def test_an_option_about_a_table_needs_a_table(call, folder):
    result = call("train", "moons-healthy", "--out", folder / "out", "--table-target", "y")
    assert result.exit_code == 2
    assert "--table-target" in result.stderr


def test_what_was_understood_is_written_down_with_the_results(call, folder, design):
    assert call("train", design(RAIN), "--out", folder / "out").exit_code == 0
    written = ExperimentSpec.from_json((folder / "out" / "experiment.json").read_text("utf-8"))
    parameters = written.data.dataset.parameters
    assert (parameters["separator"], parameters["numbers"], parameters["target"]) == ("semicolon", "1234,5", "Regen")
    assert parameters["ignore"] == "Datum"
    assert call("train", folder / "out" / "experiment.json", "--out", folder / "again").exit_code == 0
    first, again = (json.loads((folder / name / "summary.json").read_text("utf-8")) for name in ("out", "again"))
    assert first["test_loss"] == again["test_loss"]


@pytest.mark.parametrize("scaling", ["raw", "standardized"])
def test_an_exported_script_of_decimal_commas_reproduces(call, folder, design, monkeypatch, capsys, scaling):
    content = "sep=;\nTag;Fläche;Art;Preis\n" + "".join(
        f"{row % 28 + 1:02d}.06.2026;{row * 37 % 90 + 10},5;{['Haus', 'Hof', 'NA'][row % 3]};"
        f"{row * 53 % 900 + 100}.{row * 7 % 900 + 100},50 €\n"
        for row in range(60)
    )
    path = design(content.encode("cp1252"), "mse", target_scaling=scaling)
    assert call("export", path, "--format", "pytorch", "--out", folder / "script.py").exit_code == 0
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["script.py", "--check"])
    runpy.run_path(str(folder / "script.py"), run_name="__main__")
    assert "are the same as in ReLU Lab" in capsys.readouterr().out
    text = (folder / "script.py").read_text("utf-8")
    assert "relulab" not in text.replace("ReLU Lab", "")


def test_a_session_is_exported_as_it_is(call, folder):
    result = call("export", folder / "x.relulab", "--format", "pytorch", "--out", folder / "y", "--table-target", "y")
    assert result.exit_code == 2
