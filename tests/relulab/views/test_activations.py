"""What the activation explorer says: tables, sentences, typed numbers, the sum of a unit."""

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.errors import SpecError
from relulab.introspection.activations import Cost, Costs
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.views.activations import (
    EXPLORED,
    FIRST_INPUTS,
    MOST_INPUTS,
    FunctionsView,
    all_digits,
    costs_table,
    costs_words,
    read_inputs,
    unit_sum,
)
from tests.helpers.small_runs import experiment


def view(*keys, times=1, x=0.0):
    return FunctionsView.of(keys, times, x)


def test_relu_makes_zeros_of_what_is_below_zero():
    table = view("relu").of_inputs(FIRST_INPUTS)
    assert [str(column) for column in table.columns] == ["input", "-5", "-2", "0", "3", "6"]
    assert table.rows == (("ReLU", "0", "0", "0", "3", "6"),)


def test_every_digit_of_sigmoid_in_both_precisions():
    (row,) = view("sigmoid", x=17.0).at_x().rows
    title, full, half, slope, left, left_in_half = row
    assert title == "Sigmoid"
    assert float(full) == 1 / (1 + np.exp(-17.0))
    assert half == "1"
    assert float(left) == pytest.approx(np.exp(-17.0), rel=1e-6)
    assert left_in_half == "0"
    assert float(slope) == pytest.approx(np.exp(-17.0), rel=1e-6)


def test_the_end_of_numbers_is_told_of_what_saturates():
    words = str(view("relu", "sigmoid", "hardtanh").lessons())
    assert words == (
        "Sigmoid is exactly 1 from x = 16.64 on in 32 bits, and from 36.74 on in 64. "
        "Hardtanh is exactly 1 from x = 1 on."
    )


@pytest.mark.parametrize(("key", "idempotent"), [("relu", True), ("hardtanh", True), ("relu6", True), ("tanh", False)])
def test_what_once_more_changes(key, idempotent):
    assert ("is f(x), everywhere" in str(view(key, times=2).lessons())) == idempotent


def test_a_limit_is_that_of_one_application():
    """sigmoid(sigmoid(x)) never comes near 1, so 1 minus it would tell nothing."""
    (row,) = view("sigmoid", times=2, x=30.0).at_x().rows
    assert row[-2:] == ("–", "–")


def test_an_empty_slot_leaves_the_colours_as_they_are():
    assert [curve.slot for curve in view("relu", "", "tanh").curves] == [0, 2]
    nothing = view("", "")
    assert nothing.at_x().rows == nothing.of_inputs((1.0,)).rows == ()
    assert str(nothing.lessons()) == ""


@pytest.mark.parametrize("x", [0.0, -1e6, 36.74, 1e6])
@pytest.mark.parametrize("times", [1, 3])
def test_every_function_can_be_seen_anywhere(x, times):
    seen = view(*EXPLORED[:4], times=times, x=x), view(*EXPLORED[4:8], times=times, x=x)
    for each in seen:
        assert each.grid[0] < x < each.grid[-1]
        assert all(np.isfinite(curve.values).all() and np.isfinite(curve.slopes).all() for curve in each.curves)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("-5 -2 0 3 6", (-5, -2, 0, 3, 6)),
        ("1, 2, 3", (1, 2, 3)),
        ("0,5; 1e-3", (0.5, 0.001)),
        ("−2", (-2,)),
        (" -0 ", (0,)),
    ],
)
def test_numbers_are_read_as_people_write_them(given, read):
    assert read_inputs(given) == read


@pytest.mark.parametrize("given", ["", "a", "1 nan", "inf", "1e7", "1,2,3", " ".join("1" * (MOST_INPUTS + 1))])
def test_what_is_no_list_of_numbers_says_how_to_write_one(given):
    with pytest.raises(SpecError, match="numbers with spaces between them"):
        read_inputs(given)


@pytest.mark.parametrize(
    ("value", "written"),
    [(np.float32(0.1), "0.1"), (np.float64(0.1), "0.1"), (-0.0, "0"), (np.float32(1) / 3, "0.33333334"), (3.0, "3")],
)
def test_all_digits_are_those_of_the_precision(value, written):
    assert all_digits(value) == written


def test_costs_are_told_with_how_they_were_measured():
    costs = Costs({"relu": Cost(0.256, 0.713)}, copying=0.201, threads=2)
    assert costs_table(costs, ("relu", "", "elu")).rows == (("ReLU", "0.26", "0.71"), ("ELU", "–", "–"))
    assert costs_table(None, ("relu",)).rows == (("ReLU", "–", "–"),)
    assert "262,144 numbers of 32 bits, on 2 threads" in str(costs_words(costs))


def test_the_sum_of_a_unit_is_what_its_activation_gets():
    spec = experiment("moons", 6, 5, steps=3)
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    assert unit_sum(store.current, (0, 1)) is None, "nothing was drawn yet"
    run.instruments.network_wanted = True
    run.measure_start()
    run.instruments.conclude()
    with torch.no_grad():
        forward = run.network.forward_kept(torch.tensor(run.dataset.validation.inputs[:1]))[1]
    for unit in ((0, 1), (1, 4), (2, 0)):
        found = unit_sum(store.current, unit)
        assert found.z == pytest.approx(float(forward[unit[0]].pre_activation[0, unit[1]]), rel=1e-5)
        assert found.key == run.layout.layers[unit[0]].activation
        assert "its sum for sample 1 of the validation set, at step 0" in str(found.words)
    assert unit_sum(store.current, (99, 0)) is None
