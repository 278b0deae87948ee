"""What other programs read: ONNX in onnxruntime, event files in TensorBoard's own reader, tables."""

import csv
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relulab.api import TrainResult, train
from relulab.catalog.activations import ACTIVATIONS
from relulab.errors import DataError
from relulab.export.export_input import ExportInput, MissingExtraError
from relulab.export.formats import FORMATS
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord
from tests.helpers.export_designs import spec_of


@pytest.fixture(scope="module")
def classes() -> TrainResult:
    """A trained network of every kind of layer for images."""
    return train(spec_of("layers of images"), threads=1, record_every=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "Übung für später"
    path.mkdir()
    return path


def material(result: TrainResult) -> ExportInput:
    return ExportInput(result.spec, result.history.info.dataset, result.network, result.history)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outputs_of(result: TrainResult, inputs: np.ndarray) -> np.ndarray:
    import torch

    network = result.network.eval()
    with torch.no_grad():
        return network(torch.from_numpy(inputs).to(next(network.parameters()).dtype)).numpy()


def run_onnx(path: Path, inputs: np.ndarray) -> np.ndarray:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    (outputs,) = session.run(["outputs"], {"inputs": inputs.astype("f8" if "double" in entry.type else "f4")})
    return outputs


def test_onnx_computes_the_same_for_any_number_of_samples(classes: TrainResult, folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    path = folder / "réseau.onnx"
    FORMATS["onnx"].write(material(classes), path)
    assert [file.name for file in folder.iterdir()] == [path.name], "weights lie in the file itself"
    test = classes.history.info.dataset.test.inputs
    for count in (1, 2, len(test)):
        np.testing.assert_allclose(
            run_onnx(path, test[:count]), outputs_of(classes, test[:count]), rtol=1e-4, atol=1e-5
        )
    model = onnx.load(path)
    onnx.checker.check_model(model)
    facts = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    assert facts["classes"] == list("0123456789")
    assert facts["scale"] == pytest.approx(classes.history.info.dataset.scale.ravel().tolist())
    assert facts["experiment"]["model"]["seed"] == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(f"activation {key}" for key in ACTIVATIONS), "layers of numbers", "loss l1"])
def test_onnx_of_every_activation_and_precision(name: str, folder: Path) -> None:
    result = train(spec_of(name), threads=1)
    FORMATS["onnx"].write(material(result), folder / "x.onnx")
    inputs = result.history.info.dataset.test.inputs
    np.testing.assert_allclose(run_onnx(folder / "x.onnx", inputs), outputs_of(result, inputs), rtol=1e-4, atol=1e-5)


def test_tensorboard_reads_the_event_files(classes: TrainResult, folder: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    FORMATS["tensorboard"].write(material(classes), folder / "lauf")
    events = EventAccumulator(str(folder / "lauf"), size_guidance={"scalars": 0, "histograms": 0})
    events.Reload()
    tags = events.Tags()

    def check(chart: str, kind: type, field: str, column: int | None = None) -> None:
        steps, values = classes.history.columns(kind, "step", field)
        values = values if column is None else values[:, column]
        wanted = [(step, value) for step, value in zip(steps, values, strict=True) if math.isfinite(value)]
        read = [(event.step, event.value) for event in events.Scalars(chart)]
        assert read == [(step, pytest.approx(value, rel=1e-6)) for step, value in wanted]

    check("loss/training", StepRecord, "loss")
    check("accuracy/training", StepRecord, "accuracy")
    check("loss/validation", EvaluationRecord, "loss")
    check("gradient norm/1_conv2d", StepRecord, "gradient_norm", 0)
    check("gradient norm/output", StepRecord, "gradient_norm", -1)
    check("update ratio (log10)/1_conv2d", StepRecord, "update_ratio", 0)
    assert {"activation/1_conv2d", "weight/1_conv2d", "weight/output"} <= set(tags["histograms"])
    steps, shares, lows, highs = classes.history.columns(
        ProbeRecord, "step", "histogram", "histogram_low", "histogram_high"
    )
    last = events.Histograms("activation/1_conv2d")[-1]
    value = last.histogram_value
    assert last.step == steps[-1]
    assert (value.min, value.max) == (pytest.approx(lows[-1, 0]), pytest.approx(highs[-1, 0]))
    assert value.bucket[-len(shares[-1, 0]) :] == pytest.approx(shares[-1, 0].tolist())


@pytest.mark.parametrize(("kind", "package"), [("onnx", "onnx"), ("tensorboard", "torch.utils.tensorboard")])
def test_a_missing_extra_is_named(kind: str, package: str, classes: TrainResult, folder: Path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"pip install relulab\[{kind}\]"):
        FORMATS[kind].write(material(classes), folder / "x")
    assert not list(folder.iterdir())


def test_predictions_are_those_of_the_network(classes: TrainResult, folder: Path) -> None:
    FORMATS["predictions"].write(material(classes), folder / "p.csv")
    rows, test = rows_of(folder / "p.csv"), classes.history.info.dataset.test
    assert [row["index"] for row in rows] == [str(index) for index in range(len(test))]
    assert [int(row["true"]) for row in rows] == test.targets.tolist()
    outputs = outputs_of(classes, test.inputs)
    assert [int(row["predicted"]) for row in rows] == outputs.argmax(1).tolist()
    shares = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    written = [[float(row[f"share of {digit}"]) for digit in range(10)] for row in rows]
    np.testing.assert_allclose(written, shares, rtol=1e-4)


def test_predictions_of_two_classes_with_one_output_and_of_numbers(folder: Path) -> None:
    binary = train(spec_of("loss binary"), threads=1)
    FORMATS["predictions"].write(material(binary), folder / "p.csv")
    for row in rows_of(folder / "p.csv"):
        upper, lower = float(row["share of upper moon"]), float(row["share of lower moon"])
        assert upper + lower == pytest.approx(1.0)
        assert row["predicted"] == ("lower moon" if lower > 0.5 else "upper moon")
    numbers = train(spec_of("data sine"), threads=1)
    FORMATS["predictions"].write(material(numbers), folder / "n.csv")
    rows, test = rows_of(folder / "n.csv"), numbers.history.info.dataset.test
    assert [float(row["true"]) for row in rows] == pytest.approx(test.targets[:, 0].tolist())
    assert [float(row["predicted"]) for row in rows] == pytest.approx(outputs_of(numbers, test.inputs)[:, 0].tolist())


def test_without_test_samples_there_is_nothing_to_predict(folder: Path) -> None:
    result = train(spec_of("no validation"), threads=1)
    with pytest.raises(DataError, match="no test samples"):
        FORMATS["predictions"].write(material(result), folder / "p.csv")


def test_the_whole_history_is_in_the_tables(classes: TrainResult, folder: Path) -> None:
    FORMATS["history-csv"].write(material(classes), folder / "h")
    history = classes.history

    def same(table: str, name: str, wanted: Any) -> None:
        read = [float(row[name] or "nan") for row in rows_of(folder / "h" / f"{table}.csv")]
        np.testing.assert_allclose(read, np.asarray(wanted).ravel(), rtol=1e-6)

    for field in ("step", "epoch", "loss", "accuracy", "learning_rate"):
        same("steps", field, history.columns(StepRecord, field)[0])
    for index, layer in enumerate(history.info.layout.layers):
        same("steps", f"gradient_norm of {layer.name}", history.columns(StepRecord, "gradient_norm")[0][:, index])
        same("probes", f"dead of {layer.name}", history.columns(ProbeRecord, "dead")[0][:, index])
    same("probes-units", "firing_rate", history.columns(ProbeRecord, "firing_rate")[0])
    places = [(layer.name, str(unit)) for layer in history.info.layout.layers for unit in range(layer.units)]
    named = [(row["layer"], row["unit"]) for row in rows_of(folder / "h" / "probes-units.csv")]
    assert named == places * history.rows(ProbeRecord)
    assert {row["unit_status"] for row in rows_of(folder / "h" / "probes-units.csv")} <= {
        "active",
        "dead",
        "dormant",
        "never active",
        "not applicable",
        "none",
    }
    activations = [row for row in rows_of(folder / "h" / "probes-histograms.csv") if row["of"] == "activation"]
    shares = history.columns(ProbeRecord, "histogram")[0]
    assert len(activations) == shares.shape[0] * shares.shape[1]
    assert [float(activations[0][f"bin {index + 1}"]) for index in range(shares.shape[2])] == pytest.approx(
        shares[0, 0]
    )


def test_parquet_files_hold_the_same_as_the_tables_with_their_types(classes: TrainResult, folder: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    FORMATS["history-csv"].write(material(classes), folder / "csv")
    FORMATS["history-parquet"].write(material(classes), folder / "parquet")
    names = {path.stem for path in (folder / "csv").iterdir()}
    assert {path.stem for path in (folder / "parquet").iterdir()} == names >= {"steps", "probes-units", "changes"}
    for name in names:
        table = parquet.read_table(folder / "parquet" / f"{name}.parquet")
        rows = rows_of(folder / "csv" / f"{name}.csv")
        assert table.num_rows == len(rows)
        for column in table.column_names:
            written = [row[column] for row in rows]
            values = table[column].to_numpy()
            if pyarrow.types.is_string(table.schema.field(column).type):
                assert written == values.tolist()
            else:
                wanted = np.array([float(text or "nan") for text in written]).astype(values.dtype)
                np.testing.assert_array_equal(values, wanted)
    schema = parquet.read_schema(folder / "parquet" / "probes-units.parquet")
    kinds = {field: str(schema.field(field).type) for field in ("step", "layer", "unit_status", "firing_rate")}
    assert kinds == {"step": "int64", "layer": "string", "unit_status": "string", "firing_rate": "float"}


def test_without_the_extra_parquet_says_what_to_install(
    classes: TrainResult, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install relulab\[parquet\]"):
        FORMATS["history-parquet"].write(material(classes), folder / "p")
    assert not (folder / "p").exists()
