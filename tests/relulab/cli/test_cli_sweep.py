"""``relulab sweep``: tables of runs, what goes on after a stop, and what is refused."""

import csv
import itertools
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from relulab.population.sweep import MEASURED
from tests.relulab.population.designs import design

RATE = "training.learning_rate"


@pytest.fixture
def small(folder: Path) -> Path:
    path = folder / "small.json"
    path.write_text(design(units=(4,), steps=20).to_json(), "utf-8")
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_as_csv(call, small: Path, folder: Path) -> None:
    out = folder / "rows.csv"
    result = call("sweep", small, "--over", f"{RATE}=log:0.01:0.1:2", "--seeds", "3", "--out", out)
    assert result.exit_code == 0
    rows = read(out)
    assert list(rows[0]) == [RATE, *MEASURED]
    assert [(row[RATE], row["seed"]) for row in rows] == [(r, s) for r in ("0.01", "0.1") for s in "012"]
    assert "6 runs, about" in result.stdout
    assert "multiplications to learn" in result.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["rows.csv", "small.json"]


def test_a_folder_holds_what_was_swept(call, small: Path, folder: Path) -> None:
    out = folder / "sweep"
    assert call("sweep", small, "--seeds", "7,9", "--starts", "fresh", "--out", out).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["experiment.json", "rows.csv", "sweep.json"]
    assert [row["seed"] for row in read(out / "rows.csv")] == ["7", "9"]
    assert json.loads((out / "sweep.json").read_text("utf-8"))["seeds"] == [7, 9]


def test_cures_are_told_in_groups(call, small: Path, folder: Path) -> None:
    out = folder / "cures"
    result = call("sweep", small, "--over", "cure=none,gelu", "--seeds", "5", "--out", out)
    assert result.exit_code == 0
    rows, (_, gelu) = read(out / "rows.csv"), read(out / "groups.csv")
    good = [row for row in rows if row["cure"] == "gelu" and float(row["test_accuracy"]) >= 0.9]
    assert (gelu["cure"], gelu["starts"], int(gelu["came_through"])) == ("gelu", "5", len(good))
    assert f"GELU ({len(good)} of 5, " in result.stdout


def test_parquet(call, small: Path, folder: Path) -> None:
    import pyarrow.parquet

    out = folder / "rows.parquet"
    result = call("sweep", small, "--over", "model.layers.0.activation=relu,tanh", "--seeds", "2", "--out", out)
    assert result.exit_code == 0
    table = pyarrow.parquet.read_table(out)
    assert table.column_names == ["model.layers.0.activation", *MEASURED]
    assert table.column("seed").to_pylist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--over", f"{RATE}=log:0:1:5"], "no 0"),
        (["--over", f"{RATE}=0.1", "--over", f"{RATE}=0.2"], "named twice"),
        (["--over", "nothing.here=1"], "nothing"),
        (["--seeds", "many"], "give a number"),
        (["--seeds", "0"], "at least 1"),
        (["--starts", "other"], "same or fresh"),
        (["--over", f"{RATE}=log:1e-9:1:1000000000"], "memory"),
    ],
)
def test_what_cannot_be_is_refused(call, small: Path, folder: Path, arguments: list[str], words: str) -> None:
    result = call("sweep", small, *arguments, "--out", folder / "rows.csv")
    assert result.exit_code == 2
    assert words in result.output
    assert not (folder / "rows.csv").exists()


def test_a_file_of_another_kind_is_refused(call, small: Path, folder: Path) -> None:
    result = call("sweep", small, "--out", folder / "rows.xlsx")
    assert result.exit_code == 2
    assert ".csv" in result.output


def test_it_fails_where_every_run_fails(call, small: Path, folder: Path) -> None:
    out = folder / "rows.csv"
    result = call(
        "sweep",
        small,
        "--set",
        "training.batch_size=1",
        "--set",
        "data.dataset.name=digits",
        "--set",
        "training.loss=binary_cross_entropy",
        "--out",
        out,
    )
    assert result.exit_code == 5
    assert read(out)[0]["status"] == "failed"
    assert "two classes" in result.output


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(folder: Path) -> None:
    spec = folder / "long.json"
    spec.write_text(design(units=(4,), steps=2000, activation="softmax").to_json(), "utf-8")  # one after another
    out, beside = folder / "rows.csv", folder / "rows.csv.unfinished"
    command = [sys.executable, "-m", "relulab", "sweep", str(spec), "--seeds", "40", "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        told = "".join(itertools.takewhile(lambda line: "4 of 40 runs" not in line, process.stderr))
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=240)
    assert process.returncode == 130, told + errors
    assert "Stopped after" in output
    kept = read(out)
    assert 1 < len(kept) < 40
    lines = beside.read_text("utf-8").splitlines()
    last = json.loads(lines[-1])
    beside.write_text(
        "\n".join([lines[0], *(json.dumps(last | {"run": run}) for run in range(39)), '{"run": 3']), "utf-8"
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert "39 runs of an earlier try" in done.stdout
    assert len(read(out)) == 40
    assert not beside.exists()


def test_an_unfinished_file_of_another_sweep_is_left_alone(call, small: Path, folder: Path) -> None:
    beside = folder / "rows.csv.unfinished"
    beside.write_text('{"version": "0"}\n', "utf-8")
    result = call("sweep", small, "--out", folder / "rows.csv")
    assert result.exit_code == 2
    assert "another sweep" in result.output
    assert beside.read_text("utf-8") == '{"version": "0"}\n'
