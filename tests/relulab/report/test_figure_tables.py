"""The numbers behind each figure are those of the history."""

from typing import Any

import numpy as np
import pytest

from relulab.measurements.status import UnitStatus
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.units import unit_figure
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord, UnitTraceRecord
from tests.helpers.figure_runs import history_of, shown, shown_in


def table_of(key: str, *names: str) -> dict[str, list]:
    """The columns of the table of a figure."""
    table = FIGURES[key].table(shown(*names))
    assert all(len(row) == len(table.columns) for row in table.rows)
    return dict(zip(table.columns, map(list, zip(*table.rows, strict=True)), strict=True))


WITHOUT_REGIONS = {("regions", "sine"), ("regions", "digits")}  # a curved network, and one of many inputs


@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_has_a_table(key):
    for name in ("moons", "digits", "sine", "surface"):
        table = FIGURES[key].table(shown_in(key, name))
        if (key, name) in WITHOUT_REGIONS:
            assert table is None
            continue
        assert len(table.rows) > 1
        assert len(set(table.columns)) == len(table.columns)


def test_losses_of_several_runs_stand_below_each_other():
    table = table_of("loss", "moons", "moons slow")
    expected = [
        history_of(name).columns(kind, "loss")[0]
        for name in ("moons", "moons slow")
        for kind in (StepRecord, EvaluationRecord)
    ]
    np.testing.assert_array_equal(table["loss"], np.concatenate(expected))
    assert table["run"].count("moons slow") == len(expected[2]) + len(expected[3])
    assert table["sample"][: len(expected[0]) + 1] == ["training batches"] * len(expected[0]) + ["validation"]
    np.testing.assert_array_equal(
        table["loss_high"][: len(expected[0])], history_of("moons").columns(StepRecord, "loss_high")[0]
    )
    assert np.isnan(table["loss_high"][len(expected[0])])


@pytest.mark.parametrize(
    ("key", "kind", "field"),
    [
        ("gradients", StepRecord, "gradient_norm"),
        ("updates", StepRecord, "update_ratio"),
        ("dead", ProbeRecord, "dead"),
        ("dead", ProbeRecord, "dormant"),
    ],
)
def test_quantities_of_layers_have_a_row_per_step_and_layer(key, kind, field):
    table = table_of(key, "moons")
    (values,) = history_of("moons").columns(kind, field)
    np.testing.assert_array_equal(table[field], values.ravel())
    assert table["layer"][:3] == ["1_dense", "2_dense", "output"]


def test_units_have_their_state_in_words():
    table = table_of("units", "dead")
    status, rate = history_of("dead").columns(ProbeRecord, "unit_status", "firing_rate")
    assert table["status"][0] == "dead"
    assert [UnitStatus[word.upper().replace(" ", "_")] for word in table["status"]] == status.ravel().tolist()
    rate[:, 300:] = np.nan  # outputs are never off
    np.testing.assert_array_equal(table["firing_rate"], rate.ravel())
    assert table["unit"][299:302] == [299, 0, 1]


@pytest.mark.parametrize(("key", "field"), [("histograms", "histogram"), ("weights", "weight_histogram")])
def test_histograms_have_a_column_per_bin(key, field):
    table = FIGURES[key].table(shown("moons"))
    (values,) = history_of("moons").columns(ProbeRecord, field)
    np.testing.assert_array_equal([row[5:] for row in table.rows], values.reshape(-1, values.shape[2]))
    assert table.columns[5:] == tuple(f"bin {place + 1}" for place in range(values.shape[2]))


def test_the_output_as_numbers():
    plane: Any = history_of("moons").picture
    table = table_of("output", "moons")
    np.testing.assert_array_equal(table["output 2"], plane.values[1].ravel())
    assert (table["x₁"][0], table["x₁"][-1]) == plane.x_range
    assert (table["x₂"][0], table["x₂"][-1]) == plane.y_range
    curve: Any = history_of("sine").picture
    np.testing.assert_array_equal(table_of("output", "sine")["output"], curve.y[0])
    confusion = table_of("output", "digits")
    np.testing.assert_array_equal(confusion["samples"], history_of("digits").picture.confusion.ravel())
    assert (confusion["true"][1], confusion["predicted"][1]) == ("0", "1")


def test_samples_and_design():
    data = history_of("moons").info.dataset
    table = table_of("samples", "moons")
    np.testing.assert_allclose(table["x₁"], data.original(data.train.inputs)[:, 0])
    assert table["class"] == [data.description.class_names[k] for k in data.train.targets]
    design = table_of("design", "digits")
    assert design["layer"] == ["Input", "1 Conv2d", "2 MaxPool2d", "3 Flatten", "4 Dense", "Output"]
    assert design["parameters"] == [0, 40, 0, 0, 222, 70]


def test_the_traces_of_a_unit():
    history = history_of("moons")
    table = unit_figure(0, 4).table(shown("moons"))
    norms = [row[-1] for row in table.rows if row[3] == "weight norm"]
    np.testing.assert_array_equal(norms, history.columns(UnitTraceRecord, "weight_norm", unit=4)[0])
