"""Maps and tables: what a cell shows, and what is said of all of them."""

import math

import numpy as np
import pytest

from relulab.diagnosis.ends import End
from relulab.population.named_settings import OF_DEATH, OF_OVERFITTING
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.views.many.contour import half_lines, half_words, smoothed
from relulab.views.many.map import FAILING, MEASURES, MapView, came_through
from relulab.views.many.progress import left_words, rough_words
from relulab.views.many.settings import MAP_SETTINGS
from relulab.views.many.value_words import value_title
from tests.relulab.population.designs import design

RATE, BIAS = "training.learning_rate", "hidden.bias"
L, D, V, F = (end.value for end in (End.LEARNED, End.DEAD, End.DIVERGED, End.FAILED))


def map_of(over, ends, starts=2, spec=None):
    """A map whose runs ended so, in the order of their numbers."""
    view = MapView(Sweep.of(spec or design(learning_rate=0.1), over, starts, "fresh"))
    for run, end in enumerate(ends):
        view.take(Standing(run, seed=run, end=end, reason="It is too large." if end == F else "", loss=0.1 * (run + 1),
                           test_accuracy=0.5 + run / 100))  # fmt: skip
    return view


def test_a_cell_is_the_share_of_its_starts():
    view = map_of({RATE: [0.01, 0.1, 1.0], BIAS: [-1.0, 0.0]}, [L, L, D, L, L, D, D, D, D, D, V, D])
    assert view.is_complete
    assert view.values(MEASURES["dead"]).tolist() == [[0.0, 0.5], [0.5, 1.0], [1.0, 0.5]]
    assert view.values(MEASURES["diverged"])[2, 1] == 0.5
    assert view.values(MEASURES["accuracy"])[0, 0] == pytest.approx(0.505)
    assert math.isinf(view.values(MEASURES["loss"])[2, 1]) or view.values(MEASURES["loss"])[2, 1] > 1
    assert view.your_cell == (1, 1)
    words = "7 of 12 networks died; at your bias of 0, half or more die from a rate of 0.01 on."
    assert str(view.title(MEASURES["dead"])) != words, "the whole row dies: there is no edge to tell"
    assert str(view.title(MEASURES["dead"])).startswith("7 of 12 networks died")


def test_the_title_tells_where_it_begins_along_the_row_of_the_design():
    ends = [L, L, L, L, L, L, D, L, D, D, D, D, D, D, D, D]
    view = map_of({RATE: [0.01, 0.1, 1.0, 10.0], BIAS: [0.0, 1.0]}, ends)
    said = str(view.title(MEASURES["dead"]))
    assert said == "9 of 16 networks died; at your bias of 0, half or more die from a rate of 1 on."


def test_over_one_setting_the_title_names_the_values_with_which_most_starts_do_it():
    ends = [D] * 20 + [L] * 15 + [D] * 5 + [L] * 20
    view = map_of({"cure": ["none", "prelu", "gelu"]}, ends, starts=20)
    assert view.your_cell == (0, 0)
    assert str(view.title(MEASURES["learned"])) == "With 2 of 3 values most starts learn: PReLU and GELU."
    assert "none of 3" in str(view.title(MEASURES["stuck"]))
    share = view.share((1, 0), MEASURES["learned"])
    assert (share.found, share.of, str(share.limits)) == (15, 20, "53 to 89 %")


def test_a_start_comes_through_that_is_right_at_90_per_cent_and_has_no_dead_layer():
    def ended(end, accuracy):
        return came_through(Standing(0, end=end.value, test_accuracy=accuracy))

    assert ended(End.LEARNED, 0.9)
    assert ended(End.STUCK, 0.95)
    assert not ended(End.LEARNED, 0.89)
    assert not ended(End.DEAD, 0.99)
    assert not ended(End.DIVERGED, 0.99)
    assert ended(End.LEARNED, math.nan), "a regression has no accuracy"
    assert not ended(End.STUCK, math.nan)


def test_what_cannot_be_built_is_no_cell_of_the_map_and_says_why():
    view = map_of({"hidden.units": [4, 8]}, [F, F, L, D])
    assert view.problem((0, 0)) == "It is too large."
    assert math.isnan(view.values(MEASURES["dead"])[0, 0])
    assert "cannot be built. It is too large." in str(view.in_words((0, 0)))
    assert "1 cell cannot be built" in str(view.how())
    assert str(view.in_words((1, 0))).startswith("units in each layer 8: 1 learned, 1 dead")


def test_the_line_at_which_half_die_goes_between_cells_and_reaches_the_edge():
    ends = [*[L] * 6, *[D] * 6]
    view = map_of({RATE: [0.01, 0.1, 1.0, 10.0], BIAS: [-1.0, 0.0, 1.0]}, ends, starts=1)
    (line,) = half_lines(view, MEASURES["dead"])
    np.testing.assert_allclose(line[:, 0], 1.5)
    assert sorted(line[[0, -1], 1]) == [-0.5, 2.5]
    assert str(half_words(view, MEASURES["dead"])) == "half die (smoothed)"
    assert half_lines(view, MEASURES["accuracy"]) == []
    view.runs.pop(0)
    assert half_lines(view, MEASURES["dead"]) == [], "not before the map is complete"


def test_smoothing_weighs_neighbours_and_leaves_out_what_is_not_known():
    values = np.zeros((3, 3))
    values[1, 1] = 1.0
    assert smoothed(values)[1, 1] == pytest.approx(4 / 16)
    assert smoothed(values)[0, 0] == pytest.approx(1 / 9), "a corner has three neighbours"
    values[0, 0] = math.nan
    assert math.isnan(smoothed(values)[0, 0])
    assert smoothed(values)[1, 1] == pytest.approx(4 / 15)


def test_what_the_course_of_a_training_tells():
    view = MapView(Sweep.of(design(), {"hidden.activation": ["relu", "sigmoid"]}, 3))
    for run, (steps, pace, gradient) in enumerate(
        [(112, 2e-6, 1.5), (120, 3e-6, 2.5), (math.inf, 4e-6, math.inf), *[(math.inf, 1e-6, 0.1)] * 3]
    ):
        view.take(Standing(run, end=L, steps_to_right=steps, step_seconds=pace, gradient=gradient, line_beside=0.25))
    written = {
        key: [MEASURES[key].write(MEASURES[key].value(view.ended((place, 0)))) for place in (0, 1)]
        for key in ("steps", "pace", "gradient", "line")
    }
    assert written == {
        "steps": ["120", "not reached"], "pace": ["3 µs", "1 µs"], "gradient": ["2.5", "0.1"], "line": ["0.25", "0.25"],
    }  # fmt: skip
    row = dict(zip(view.table().columns, view.table().rows[0], strict=True))
    assert (row["steps_to_90"], row["step_seconds"], row["greatest_gradient_norm"]) == (112, 2e-6, 1.5)
    assert str(view.title(MEASURES["accuracy"])).startswith("Nothing to compare")


@pytest.mark.parametrize("name", ["none", *OF_DEATH, *OF_OVERFITTING])
def test_every_cure_has_a_name(name):
    assert value_title(name, ("cure",)) not in (name, name.replace("_", " "))


def test_while_it_is_trained_it_says_how_far_it_is():
    view = map_of({RATE: [0.01, 0.1]}, [L])
    assert str(view.title(MEASURES["dead"])) == "From coarse to fine: 1 of 4 networks."
    assert str(view.in_words((1, 0))).endswith("not trained yet.")


@pytest.mark.parametrize(
    ("rate", "cell"), [(0.1, (1, 0)), (0.05, (1, 0)), (0.02, (0, 0)), (40.0, None), (12.0, (3, 0))]
)
def test_the_design_lies_in_the_nearest_cell_or_beside_the_map(rate, cell):
    view = MapView(Sweep.of(design(learning_rate=rate), {RATE: "log:0.01:10:4"}, 1))
    assert view.your_cell == cell


def test_a_choice_lies_where_it_stands():
    view = MapView(Sweep.of(design(activation="tanh"), {"hidden.activation": ["relu", "tanh"]}, 1))
    assert view.your_cell == (1, 0)
    assert MapView(Sweep.of(design(), {"hidden.activation": ["elu", "tanh"]}, 1)).your_cell is None


def test_the_table_has_a_row_for_every_run():
    view = map_of({RATE: [0.01, 0.1], BIAS: [-1.0, 0.0]}, [L, D, L, D, L, D, L, D])
    table = view.table()
    assert table.columns[:4] == (RATE, BIAS, "seed", "status")
    assert [row[:2] for row in table.rows[::2]] == [(0.01, -1.0), (0.01, 0.0), (0.1, -1.0), (0.1, 0.0)]
    assert [row[3] for row in table.rows] == [L, D] * 4


@pytest.mark.parametrize("path", MAP_SETTINGS)
def test_every_setting_offers_values_that_can_be(path):
    sweep = Sweep.of(design(), {path: MAP_SETTINGS[path].values})
    for run in range(len(sweep)):
        sweep.design(run)


def test_a_cell_that_did_not_die_is_marked_where_it_failed_in_another_way():
    stuck = End.STUCK.value
    view = map_of({RATE: [0.01, 0.1, 1.0], BIAS: [-1.0, 0.0]}, [L, L, stuck, D, stuck, L, V, D, F, F, L, D])
    found = {cell: view.failing(cell, MEASURES["dead"]) for cell in view.cells()}
    assert found == {
        (0, 0): None, (0, 1): End.STUCK, (1, 0): End.STUCK, (1, 1): End.DIVERGED, (2, 0): None, (2, 1): None,
    }  # fmt: skip
    assert set(filter(None, found.values())) == set(FAILING)
    assert view.failing((0, 1), MEASURES["stuck"]) is None, "its own number says so"


def test_the_spread_is_between_the_worst_and_the_best_start():
    view = map_of({RATE: [0.1]}, [L, D, L], starts=3)
    assert MEASURES["spread"].value(view.ended((0, 0))) == pytest.approx(0.02)
    assert math.isnan(MEASURES["spread"].value(view.ended((0, 0))[:1])), "one start has none"


def test_what_is_left_is_told_once_that_can_be_known():
    assert [str(rough_words(seconds)) for seconds in (0, 0.1, 100, 9_000, 1e7)] == [
        "", "some seconds", "a minute or two", "an hour or two", "days",
    ]  # fmt: skip
    assert str(left_words(50, 150, 4.0)) == "About 12 s left."
    assert [str(left_words(*known)) for known in ((0, 9, 9.0), (1, 99, 9.0), (5, 5, 0.5), (9, 0, 9.0))] == [""] * 4
