"""Target numbers are shown in the unit of the data, whatever the network learns."""

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from relulab.api import train
from relulab.cli.result_files import history_table
from relulab.data.error_unit import error_unit
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.export.csv_tables import history_tables, write_predictions
from relulab.export.export_input import ExportInput
from relulab.formatting import rounded
from relulab.report.figures.catalogue import FIGURES
from relulab.session.file.files import load_session, save_session
from relulab.session.results import results
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.training.inspection import Painter
from relulab.training.run import TrainingRun
from relulab.views.loss import axis_title, caption, guesses, loss_view, reading, unit_of
from relulab.views.loss import table as loss_table
from relulab.views.output import output_view
from relulab.views.own_unit import error_of, error_words, in_own_unit, target_label
from relulab.views.parts import ShownRun
from relulab.views.runs import KEY_FIGURES, loss_text
from relulab.views.samples import target_name

COLUMNS = {1: "area", 2: "area,year", 3: "area,year,dist"}


def spec_of(path, inputs: int, loss: str = "mse", **data: object) -> ExperimentSpec:
    """A small network on a table of prices between 100,000 and 300,000 dollars."""
    generator = np.random.default_rng(3)
    x = generator.uniform(1.0, 9.0, (80, inputs)).round(2)
    price = (100_000 + 20_000 * x.sum(axis=1)).round(1)
    rows = "\n".join(",".join(map(str, [*row, value])) for row, value in zip(x, price, strict=True))
    path.write_text(f"{COLUMNS[inputs]},price\n{rows}\n")
    dataset = {"name": "csv", "parameters": {"path": str(path), "unit": "dollars", "use": COLUMNS[inputs]}}
    return ExperimentSpec.parse(
        {
            "data": {"dataset": dataset, **data},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}, "activation": "tanh"}]},
            "training": {"loss": loss, "steps": 60, "optimizer": "adam", "learning_rate": 0.05},
        }
    )


@pytest.fixture(scope="module", params=[1, 2, 3])
def trained(request, tmp_path_factory):
    """A run and its picture, as in the window."""
    result = train(spec_of(tmp_path_factory.mktemp("table") / "t.csv", request.param))
    run = TrainingRun(result.spec, result.history.info.dataset)
    while not run.finished:
        run.step()
    result.history.append(Painter(run.evaluator).paint(run.step_index))
    return result


def test_pictures_and_their_tables_are_in_dollars(trained):
    view = output_view(trained.history.info, trained.history.picture)
    label = "price (dollars)"
    assert label in view.axis_names() or trained.history.info.dataset.description.input_shape == (2,)
    table = view.table("A run")
    last = [float(row[-1]) for row in table.rows]
    assert 50_000 < np.mean(last) < 500_000
    targets = view.info.dataset.train.targets
    assert targets.min() > 100_000
    assert not view.info.dataset.scales_targets


def test_what_is_predicted_is_what_the_network_computes(trained):
    info = trained.history.info
    scaled, own = trained.history.picture, output_view(info, trained.history.picture).picture
    for name in ("y", "values", "predicted", "target"):
        if hasattr(scaled, name):
            np.testing.assert_allclose(
                getattr(own, name),
                getattr(scaled, name) * info.dataset.target_scale[0] + info.dataset.target_offset[0],
                rtol=1e-5,
            )


def test_every_figure_with_targets_is_in_dollars(trained):
    run = ShownRun("A run", trained.history)
    for key in ("output", "samples"):
        table = FIGURES[key].table([run])
        values = [float(row[-1]) for row in table.rows]
        assert np.mean(values) > 50_000, key


def test_the_error_is_in_dollars(trained, tmp_path):
    summary = trained.summary
    path = tmp_path / "p.csv"
    write_predictions(ExportInput(trained.spec, trained.history.info.dataset, trained.network), path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    true, predicted = (np.array([float(row[name]) for row in rows]) for name in ("true", "predicted"))
    assert true.min() > 100_000
    assert summary.test_error == pytest.approx(float(np.sqrt(np.mean((true - predicted) ** 2))), rel=1e-4)
    assert summary.error_unit == "dollars"


def test_the_loss_says_what_it_counts(trained):
    assert "a loss of 1 is off by" in str(loss_view(trained.history).sample)
    assert "dollars (root mean square)" in str(loss_view(trained.history).sample)
    assert "dollars" in caption([ShownRun("A run", trained.history)])
    (level, *_), _ = guesses([trained.history])
    assert "dollars" in str(level), "what is to beat"


def test_sessions_keep_the_scaling_of_targets(trained, tmp_path):
    data = trained.history.info.dataset
    run = RunRecord("A run", trained.history, DataFingerprint.of(data))
    save_session(Session(runs=(run,)), tmp_path / "s.relulab")
    again = load_session(tmp_path / "s.relulab").runs[0].history.info.dataset
    np.testing.assert_array_equal(again.target_scale, data.target_scale)
    np.testing.assert_array_equal(again.target_offset, data.target_offset)
    assert again.description == data.description


def test_the_mean_distance_is_told_where_it_is_the_loss(tmp_path):
    dataset = load_dataset(spec_of(tmp_path / "t.csv", 1, "l1").data)
    assert error_of("l1", 0.5, dataset) == pytest.approx(0.5 * dataset.target_scale[0])
    assert error_of("mse", 0.25, dataset) == pytest.approx(0.5 * dataset.target_scale[0])
    assert "(mean)" in str(error_words("l1", 0.5, dataset))
    assert math.isnan(error_of("mse", math.nan, dataset))


def test_raw_targets_stay_as_they_are(tmp_path):
    dataset = load_dataset(spec_of(tmp_path / "t.csv", 1, target_scaling="raw").data)
    assert in_own_unit(dataset) is dataset
    assert str(error_words("mse", 1.0, dataset)) == ""
    assert float(target_name(dataset, 0).replace(",", "")) > 100_000


def test_a_target_without_name_is_called_one():
    dataset = load_dataset(ExperimentSpec.parse({"data": {"dataset": "sine"}}).data)
    assert target_label(dataset.description) == "target"


def test_a_sample_is_told_in_dollars(tmp_path):
    dataset = load_dataset(spec_of(tmp_path / "t.csv", 1).data)
    assert float(target_name(dataset, 0).replace(",", "")) > 100_000


def test_the_summary_of_the_command_line(tmp_path):
    from typer.testing import CliRunner

    from relulab.cli.main import app

    (tmp_path / "d.json").write_text(spec_of(tmp_path / "t.csv", 3).to_json())
    result = CliRunner().invoke(app, ["train", str(tmp_path / "d.json"), "--out", str(tmp_path / "out")])
    assert "dollars." in result.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["error_unit"] == "dollars"
    assert summary["test_error"] > 100


def test_losses_of_runs_say_their_unit_in_lists_tables_and_axes(trained):
    info = trained.history.info
    unit = error_unit(info.spec.training.loss, info.dataset)
    assert unit is not None
    record = RunRecord("A run", trained.history, DataFingerprint.of(info.dataset), test_loss=0.25)
    found = results(record)
    half = f"off by {rounded(0.5 * info.dataset.target_scale[0])} dollars"
    assert KEY_FIGURES["test_loss"].of(found) == half
    assert KEY_FIGURES["test_loss"].best_of([found, replace(found, test_loss=0.5)]) == [0]
    assert "dollars" in KEY_FIGURES["loss"].of(found)
    assert loss_text(0.25, unit) == half
    assert loss_text(0.25) == "0.25"
    assert str(axis_title([trained.history])).startswith("loss (1: off by ")
    assert half in str(reading(0.25, unit))
    table = loss_table([ShownRun("A run", trained.history)])
    assert table is not None
    row = dict(zip(table.columns, table.rows[-1], strict=True))
    assert (row["off_by"], row["unit"]) == (pytest.approx(unit.error(row["loss"])), "dollars")


def test_measurements_say_their_unit_in_files(trained):
    tables = dict(history_tables(trained.history))
    unit = trained.history.info.dataset.target_scale[0]
    for name in ("steps", "evaluations"):
        off = tables[name]["off by (dollars)"]
        np.testing.assert_allclose(off, np.sqrt(tables[name]["loss"]) * unit)
    written = history_table(trained.history)
    assert (written["loss_of_1_is_off_by"], written["error_unit"]) == (pytest.approx(unit), "dollars")


def test_losses_of_raw_targets_and_of_classes_are_plain(tmp_path):
    for data in ({"target_scaling": "raw"}, {"dataset": "moons"}):
        spec = spec_of(tmp_path / "t.csv", 1, **{k: v for k, v in data.items() if k != "dataset"})
        if "dataset" in data:
            spec = ExperimentSpec.parse({"data": data, "training": {"steps": 5}})
        history = train(spec.replace(training=spec.training.replace(steps=5, learning_rate=1e-9))).history
        assert str(axis_title([history])) == "loss"
        assert str(reading(0.25, unit_of([history]))) == "0.25"
        table = loss_table([ShownRun("A run", history)])
        assert table is not None
        assert "off_by" not in table.columns
        assert "error_unit" not in history_table(history)
        assert not any("off by" in name for _, columns in history_tables(history) for name in columns)
