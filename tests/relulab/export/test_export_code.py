"""Exported code runs without ReLU Lab and computes the same: every preset, and everything a design can be made of."""

import ast
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relulab.api import train
from relulab.catalog.layers import LAYERS
from relulab.catalog.losses import Target
from relulab.catalog.optimizers import CLIPPINGS, SCHEDULES
from relulab.data.dataset import Dataset, Source
from relulab.data.datasets import DATASETS
from relulab.data.loading import load_dataset
from relulab.errors import SessionError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS, load_preset
from relulab.export import code_data, code_model
from relulab.export.code import first_losses, script
from relulab.export.export_input import ExportInput
from relulab.export.formats import FORMATS
from relulab.session.weight_files import save_weights
from tests.helpers.export_designs import DESIGNS, SMALL, spec_of
from tests.helpers.paths import ROOT, SHARED_DATA

SAME = "losses are the same as in ReLU Lab"
HEAVY = {"mnist-cnn", "mnist-linear"}
PRESET_CASES = [pytest.param(key, marks=pytest.mark.slow if key in HEAVY else ()) for key in PRESETS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with a space and accents in its name."""
    path = tmp_path / "Übung für später"
    path.mkdir()
    return path


def written(spec: ExperimentSpec, folder: Path, dataset: Dataset | None = None) -> Path:
    dataset = dataset or load_dataset(spec.data)
    path = folder / "expérience 1.py"
    FORMATS["pytorch"].write(ExportInput(spec, dataset), path)
    assert "relulab" not in path.read_text(encoding="utf-8").replace("ReLU Lab", "")
    return path


def run_here(path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> dict[str, Any]:
    """Run a script in this process, which has imported torch already; its definitions are returned."""
    monkeypatch.setattr(sys, "argv", [str(path), *map(str, arguments)])
    names = runpy.run_path(str(path), run_name="exported")
    names["main"]()
    return names


def beside(folder: Path) -> list[Path]:
    """The samples that were laid beside a script in ``folder``, where it needs any."""
    return [path for path in folder.iterdir() if path.suffix in (".gz", ".npz")]


def run_alone(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(path), *arguments]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.mark.parametrize("key", PRESET_CASES)
def test_every_preset_reproduces(key: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    spec, needs_files = load_preset(key), DATASETS[load_preset(key).data.dataset.name].downloadable
    if needs_files and not SHARED_DATA.is_dir():
        pytest.skip(f"the MNIST files are not in {SHARED_DATA}")
    dataset = load_dataset(spec.data, Source(root=SHARED_DATA))
    run_here(written(spec, folder, dataset), monkeypatch, *([SHARED_DATA] if needs_files else []), "--check")
    assert SAME in capsys.readouterr().out


@pytest.mark.parametrize("name", DESIGNS)
def test_everything_a_design_can_be_made_of_reproduces(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    spec = spec_of(name)
    dataset = load_dataset(spec.data)
    names = run_here(written(spec, folder, dataset), monkeypatch, "--check")
    assert SAME in capsys.readouterr().out
    splits = names["load_data"](*beside(folder))
    for (inputs, _), split in zip(splits, (dataset.train, dataset.validation, dataset.test), strict=True):
        np.testing.assert_allclose(inputs.numpy(), split.inputs, rtol=1e-5, atol=1e-6)


def test_a_script_alone_trains_to_the_same_result(folder: Path) -> None:
    spec = spec_of("early stopping")
    trained = train(spec, threads=1)
    steps = trained.summary.steps
    assert steps < 120, "the design must stop early, or this tests nothing"
    result = run_alone(written(spec, folder))
    assert result.returncode == 0, result.stderr
    assert SAME in result.stdout
    lines = result.stdout.splitlines()
    assert lines[-1] == f"test: loss {trained.summary.test_loss:.4f}, accuracy {trained.summary.test_accuracy:.1%}"
    assert sum(line.startswith("epoch") for line in lines) == trained.summary.epochs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LEARNING_RATE = 0.1", "LEARNING_RATE = 0.11"),
        ("MODEL_SEED = 0", "MODEL_SEED = 1"),
        ("TRAINING_SEED = 0", "TRAINING_SEED = 1"),
        ("DATA_SEED = 0", "DATA_SEED = 1"),
        ("nn.ReLU()", "nn.Tanh()"),
    ],
)
def test_an_altered_script_fails_its_own_check(before: str, after: str, folder: Path, monkeypatch) -> None:
    path = written(load_preset("moons-healthy"), folder)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"Step \d+ has the loss .* in ReLU Lab: this is another experiment"):
        run_here(path, monkeypatch, "--check")


def test_a_long_training_is_told_in_about_twenty_lines(folder: Path, monkeypatch, capsys) -> None:
    """The lesson of the preset is in them: the validation loss grows while that of the batches falls."""
    run_here(written(load_preset("overfitting"), folder), monkeypatch)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert 15 <= len(lines) <= 25
    batch, validation = ([float(line.split()[place].rstrip(",")) for line in lines] for place in (4, 7))
    assert batch[-1] < 0.01 < batch[0]
    assert validation[-1] > 2 * validation[0]


def test_an_altered_script_ends_with_exit_code_1(folder: Path) -> None:
    path = written(load_preset("moons-healthy"), folder)
    path.write_text(path.read_text(encoding="utf-8").replace("LEARNING_RATE = 0.1", "LEARNING_RATE = 0.2"), "utf-8")
    result = run_alone(path)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)


def test_code_is_clean(folder: Path) -> None:
    """Ruff finds nothing, and would format it just so."""
    specs = {key: preset.spec() for key, preset in PRESETS.items()} | {name: spec_of(name) for name in DESIGNS}
    for name, spec in specs.items():
        description = spec.data.dataset.describe()
        text = script(spec, description, [0.5, 1e20, 1e-20], "x.py")
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for command in (["check"], ["format", "--diff"]):
        config = ["--no-cache", "--config", str(ROOT / "pyproject.toml")]
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *config, str(folder)], capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr


def test_code_holds_only_what_is_needed() -> None:
    spec = load_preset("moons-healthy")
    text = script(spec, spec.data.dataset.describe(), [0.5], "moons.py")
    for absent in (
        "read_idx",
        "fill_sparse",
        "best_loss",
        "PATIENCE",
        "torch.manual_seed",  # no dropout
        "prepare_model(train",  # no scheme that looks at data
        "leaky_relu",  # without a leak it is a ReLU
        "test_x[:",  # all of them are used
        "L1",
        "learning_rate(step",
        "gzip",
    ):
        assert absent not in text


@pytest.mark.parametrize(("name", "loss"), [("iris", "cross_entropy"), ("penguins", "cross_entropy"), ("cars", "mse")])
def test_tables_that_ship_reproduce(name: str, loss: str, folder: Path, monkeypatch, capsys) -> None:
    training = {"loss": loss, "learning_rate": 0.01, "steps": 20, "epochs": None}
    layers = [{"kind": "dense", "parameters": {"units": 8}}]
    spec = ExperimentSpec.parse({"data": {"dataset": name}, "model": {"layers": layers}, "training": training})
    run_here(written(spec, folder), monkeypatch, "--check")
    assert SAME in capsys.readouterr().out


def test_samples_that_ship_never_replace_another_file(folder: Path) -> None:
    (folder / "digits.csv.gz").write_bytes(b"mine")
    with pytest.raises(SessionError, match="is another file"):
        written(load_preset("digits-mlp"), folder)
    assert (folder / "digits.csv.gz").read_bytes() == b"mine"
    assert not (folder / "expérience 1.py").exists()


def test_the_tables_of_code_are_complete() -> None:
    assert code_model.LAYERS.keys() == LAYERS.keys()
    assert code_model.FACTORS.keys() == SCHEDULES.keys()
    assert code_model.CLIPPINGS.keys() == CLIPPINGS.keys()
    assert code_model.TARGETS.keys() == set(Target)
    assert code_data.READERS.keys() == DATASETS.keys()


def test_saved_weights_fit_the_exported_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.torch import load_file

    spec = spec_of("layers of images")
    result = train(spec, threads=1)
    save_weights(folder / "weights.safetensors", result.network, spec)
    names = runpy.run_path(str(written(spec, folder)), run_name="exported")
    model = names["make_model"]()
    model.load_state_dict(load_file(folder / "weights.safetensors"))
    _, _, test = names["load_data"](*beside(folder))
    assert names["evaluate"](model, test)[0] == pytest.approx(result.summary.test_loss, rel=1e-5)


@pytest.mark.parametrize("separator", [",", ";", " "])
@pytest.mark.parametrize("task", ["classes", "names", "numbers"])
def test_a_table_of_ones_own(task: str, separator: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    generator = np.random.default_rng(0)
    point = "." if separator == "," else ","
    lines = [separator.join(("größe", "zweck", "ziel"))]
    for x, y in generator.normal(size=(60, 2)):
        target = {"classes": str(int(x > y)), "names": "ja" if x > y else "nein", "numbers": f"{x - y:.4f}"}[task]
        lines.append(separator.join(cell.replace(".", point) for cell in (f"{x:.4f}", f"{y:.4f}", target)))
    table = folder / "Tabelle 1.csv"
    table.write_text("\n".join([*lines, "", ""]), encoding="utf-8-sig")
    loss = "mse" if task == "numbers" else "cross_entropy"
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": {"name": "csv", "parameters": {"path": str(table)}}},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 5}}]},
            "training": {"loss": loss, "steps": 12},
        }
    )
    run_here(written(spec, folder), monkeypatch, "--check")
    assert SAME in capsys.readouterr().out


def test_a_name_cannot_become_code() -> None:
    spec = load_preset("moons-healthy").replace(name='"""\nimport os\\N{x} \u2028\x00 ' + "é" * 300)
    text = script(spec, spec.data.dataset.describe(), [0.5], "x.py")
    tree = ast.parse(text)
    assert "os" not in {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert (ast.get_docstring(tree) or "").startswith("'''")


def test_a_loss_that_is_never_finite_is_explained() -> None:
    layer = DESIGNS["loss mse"]["model"]["layers"][0] | {
        "initialization": {"name": "constant", "parameters": {"value": 1e30}}
    }
    spec = ExperimentSpec.parse({"model": {"layers": [layer, layer]}, "data": {"dataset": "moons", **SMALL}})
    with pytest.raises(SpecError, match="no loss to compare itself with"):
        first_losses(spec, load_dataset(spec.data))


@pytest.mark.parametrize("name", ["layers of images", "data expression", "no validation"])
def test_a_notebook_is_valid_and_computes_the_same(name: str, folder: Path, monkeypatch, capsys) -> None:
    nbformat = pytest.importorskip("nbformat")
    spec = spec_of(name)
    path = folder / "lesson.ipynb"
    FORMATS["notebook"].write(ExportInput(spec, load_dataset(spec.data)), path)
    text = path.read_text("utf-8")
    monkeypatch.chdir(folder)  # as Jupyter does
    nbformat.validate(nbformat.reads(text, as_version=4))
    names: dict[str, Any] = {}
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert SAME in capsys.readouterr().out
