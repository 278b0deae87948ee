"""What a sweep goes over, and its rows."""

import math

import pytest

import relulab
from relulab.errors import CancelledError, MemoryLimitError, SpecError
from relulab.population.axes import Axis
from relulab.population.sweep import MEASURED, Sweep
from relulab.population.training import train_all
from tests.relulab.population.designs import design

RATE, UNITS = "training.learning_rate", "model.layers.0.parameters.units"


def values(text):
    return list(Axis.parse(f"a.b={text}").values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("log:1e-3:10:5", [0.001, 0.01, 0.1, 1.0, 10.0]),
        ("log:1:64:7", [1, 2, 4, 8, 16, 32, 64]),
        ("log:10:0.1:3", [10.0, 1.0, 0.1]),
        ("lin:0:0.5:6", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        ("lin:4:16:4", [4, 8, 12, 16]),
        ("lin:-1:1:3", [-1, 0, 1]),
        ("4,8,16", [4, 8, 16]),
        ("relu, gelu", ["relu", "gelu"]),
        ("null,5", [None, 5]),
        (".1,1.,+0.5,-.5e-1", [0.1, 1.0, 0.5, -0.05]),
        ("1.2.3,.,e5", ["1.2.3", ".", "e5"]),
        (
            '{"name":"leaky_relu","parameters":{"negative_slope":0.1}},relu',
            [{"name": "leaky_relu", "parameters": {"negative_slope": 0.1}}, "relu"],
        ),
    ],
)
def test_ranges_and_lists(text, expected):
    found = values(text)
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a.b=log:0:1:5", "no 0"),
        ("a.b=log:-1:1:5", "no 0"),
        ("a.b=lin:0:1", "three numbers"),
        ("a.b=lin:0:x:3", "three numbers"),
        ("a.b=lin:0:inf:3", "three numbers"),
        ("a.b=lin:0:1:1", "at least 2"),
        ("a.b=lin:0:1:2.5", "at least 2"),
        ("a.b=", "no values"),
        ("a.b", "no setting"),
        ("=1,2", "no setting"),
    ],
)
def test_what_is_no_range_says_how_to_write_one(text, words):
    with pytest.raises(SpecError, match=words):
        Axis.parse(text)


def test_cells_and_seeds_in_their_order():
    sweep = Sweep.of(design(steps=5), {RATE: [0.1, 0.2], UNITS: "4,8"}, seeds=[5, 7])
    assert len(sweep) == 8
    found = [sweep.settings(run) for run in range(8)]
    assert found[0] == ({RATE: 0.1, UNITS: 4}, 5)
    assert found[1] == ({RATE: 0.1, UNITS: 4}, 7)
    assert found[2] == ({RATE: 0.1, UNITS: 8}, 5)
    assert found[7] == ({RATE: 0.2, UNITS: 8}, 7)
    made = sweep.design(7)
    assert made.training.learning_rate == 0.2
    assert made.model.layers[0].parameters["units"] == 8
    assert (made.data.seed, made.model.seed, made.training.seed) == (7, 7, 7)


def test_fresh_starts_are_all_different_and_the_same_are_the_same():
    fresh = Sweep.of(design(), {RATE: [0.1, 0.2, 0.3]}, seeds=4, starts="fresh")
    assert [fresh.settings(run)[1] for run in range(12)] == list(range(12))
    assert [Sweep.of(design(), {RATE: [0.1, 0.2]}, 2).settings(run)[1] for run in range(4)] == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("over", "seeds", "words"),
    [
        ({"training.rate": [1]}, 1, "training.rate"),
        ({"model.layers.9.parameters.units": [1]}, 1, "not a place in this list"),
        ({RATE: [-1.0, -2.0]}, 1, "learning_rate"),
        ({"model.seed": [1, 2]}, 1, "seeds"),
        ({RATE: []}, 1, "no values"),
        ({}, 0, "at least 1"),
        ({}, [1, 1], "twice"),
        ({RATE: [0.1, 0.2, 0.1]}, 1, "learning_rate: 0.1 is there twice"),
        ({UNITS: [4, 4.0]}, 1, "twice"),
        ({UNITS: "9" * 400}, 1, "units"),
        ({RATE: "lin:1:1:3"}, 1, "1 is there twice"),
        ({"model.layers.0.activation.name": "relu,gelu,relu"}, 1, "'relu' is there twice"),
        ({}, [-1], "whole numbers"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_a_run(over, seeds, words):
    with pytest.raises(SpecError, match=words):
        Sweep.of(design(), over, seeds)


def test_a_sweep_that_no_memory_holds_is_refused_before_it_is_laid_out():
    with pytest.raises(MemoryLimitError, match=r"1,000,000,000,000 runs.*memory"):
        Sweep.of(design(), {RATE: "log:1e-3:10:1000000000", "training.l2": "lin:0:1:1000"})


def test_rows_of_a_sweep():
    table = relulab.sweep(design(steps=40, loss="mse"), over={RATE: [0.05, 50.0], UNITS: [3, 5]}, seeds=[3, 4])
    assert len(table.rows) == 8
    assert all(tuple(row) == (RATE, UNITS, *MEASURED) for row in table.rows)
    assert [row["seed"] for row in table.rows] == [3, 4] * 4
    calm, wild = table.rows[:4], table.rows[4:]
    assert {row["status"] for row in wild} == {"diverged"}
    assert all(row["steps"] < 40 and "step" in row["reason"] and "non_finite" in row["findings"] for row in wild)
    assert all(row["steps"] == 40 and math.isfinite(row["test_loss"]) and row["engine"] == "batched" for row in calm)
    for row, result in train_all([table.sweep.design(run) for run in range(8)]):
        found = table.rows[row]
        assert (found["steps_to_90"], found["greatest_gradient_norm"]) == (result.steps_to_right, result.gradient)
        assert found["step_seconds"] > 0
    assert all(0 < row["greatest_gradient_norm"] < wild[0]["greatest_gradient_norm"] == math.inf for row in calm)
    frame = table.to_pandas()
    assert list(frame.columns) == [RATE, UNITS, *MEASURED]
    again = table.result(2)
    assert again.spec == table.sweep.design(2)
    assert again.summary.test_loss == pytest.approx(table.rows[2]["test_loss"], rel=1e-5)
    assert again.summary.train_accuracy == pytest.approx(table.rows[2]["train_accuracy"])


def test_groups_say_what_came_of_each_combination():
    table = relulab.sweep(design(steps=200, loss="mse"), over={RATE: [0.3, 50.0]}, seeds=5)
    calm, wild = table.groups
    rows = table.rows[:5]
    assert [group[RATE] for group in table.groups] == [0.3, 50.0]
    assert (wild["diverged"], wild["came_through"], wild["from_share"], wild["group"]) == (5, 0, 0.0, "not most")
    assert wild["to_share"] == pytest.approx(0.434, abs=1e-3)  # Wilson, none of 5
    assert calm["starts"] == sum(calm[end] for end in ("learned", "stuck", "still learning", "dead")) == 5
    assert calm["came_through"] == sum(row["test_accuracy"] >= 0.9 and row["status"] != "dead" for row in rows)
    assert calm["median_test_accuracy"] == sorted(row["test_accuracy"] for row in rows)[2]
    assert calm["median_loss"] == sorted(row["train_loss"] for row in rows)[2]


def test_settings_that_go_with_no_network_give_a_row_that_says_why():
    activation = "model.layers.0.activation"
    rows = relulab.sweep(
        design(units=(4,), steps=10),
        over={f"{activation}.name": ["relu", "leaky_relu"], f"{activation}.parameters.negative_slope": [0.1]},
    ).rows
    assert [row["status"] == "failed" for row in rows] == [True, False]
    assert "negative_slope" in rows[0]["reason"]


def test_progress_is_told_and_ends_it():
    told = []
    relulab.sweep(design(units=(4,), steps=20), seeds=3, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 3

    def stop(done):
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        relulab.sweep(design(units=(4,), steps=20), seeds=3, on_progress=stop)
