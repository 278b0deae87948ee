"""The rows of a table: a sign for every start on one scale, what a row changes, how it compares start by start."""

import math
from collections import Counter
from itertools import pairwise

import pytest

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.views.many.groups import (
    MOST,
    NOT_MOST,
    UNCLEAR,
    group_of,
    group_words,
    table_of_rows,
    table_of_sweep,
    with_groups,
)
from relulab.views.many.kept import map_words
from relulab.views.many.map import MEASURES, MapView
from relulab.views.many.strips import (
    HIGHEST,
    against,
    counted_signs,
    design_of,
    marks,
    middle_half,
    sign_of,
    start_words,
    strip_of,
    what_changes,
)
from tests.relulab.population.designs import design

STARTS = 20
NONE, GELU, RATE = (0, 0), (1, 0), (2, 0)


def table_of(accuracies, ends=None, **told):
    """A table of three cures: accuracies of the starts of each row."""
    view = MapView(Sweep.of(design(seed=3), {"cure": ["none", "gelu", "smaller_rate"]}, STARTS))
    for row, values in enumerate(accuracies):
        for seed, value in enumerate(values):
            run = row * STARTS + seed
            end = ends[run] if ends else End.LEARNED if value >= 0.9 else End.STUCK
            view.take(Standing(run, seed=seed, end=end.value, test_accuracy=value, loss=0.1 + seed / 100, **told))
    return view


def test_all_rows_have_one_scale_with_the_line_at_90_percent():
    strip = strip_of(table_of([[0.5] * STARTS, [0.97] * STARTS, [0.9] * STARTS]))
    assert (strip.low, strip.high) == (0.5, 1.0)
    words = [word for _, word in strip.ticks]
    assert set(words) == {"50 %", "60 %", "70 %", "80 %", "90 %", "100 %"}
    assert {word: place for place, word in strip.ticks}["90 %"] == pytest.approx(strip.line)
    assert strip.place(Standing(0, test_accuracy=0.75)) == pytest.approx(0.5)
    assert strip.place(Standing(0)) is None


@pytest.mark.parametrize("lowest", [0.0, 0.05, 0.31, 0.79, 0.85, 1.0])
def test_the_words_of_a_scale_lie_on_it_and_end_with_all(lowest):
    strip = strip_of(table_of([[lowest] * STARTS]))
    assert all(0 <= place <= 1 for place, _ in strip.ticks)
    assert (1.0, "100 %") in strip.ticks
    assert strip.place(Standing(0, test_accuracy=lowest)) is not None
    assert strip.low <= max(lowest - 1e-9, 0.0)


def test_a_regression_is_on_a_scale_of_losses():
    view = MapView(Sweep.of(design(loss="mse", data={"dataset": "sine"}), {"hidden.units": [2, 4]}, 2))
    for run, loss in enumerate((0.01, 0.1, 1.0, math.inf)):
        end = End.DIVERGED if math.isinf(loss) else End.LEARNED
        view.take(Standing(run, end=end.value, loss=loss, test_loss=loss))
    strip = strip_of(view)
    assert strip.is_loss
    assert strip.line is None
    assert [strip.place(view.runs[run]) for run in range(3)] == pytest.approx([0, 0.5, 1])
    assert [mark.column for mark in marks(view, (1, 0), strip, 11)] == [10, -1], "beside it, for it has no number"
    assert strip_of(MapView(view.sweep)) is None


def test_starts_stand_on_each_other_and_then_go_sideways():
    view = table_of([[0.75] * STARTS])
    found = marks(view, NONE, strip_of(view), 31)
    assert sorted(mark.run for mark in found) == list(range(STARTS))
    columns = Counter(mark.column for mark in found)
    assert set(columns.values()) == {HIGHEST}
    assert all(right - left == 1 for left, right in pairwise(sorted(columns))), "side by side"
    assert len({(mark.column, mark.height) for mark in found}) == STARTS, "none hides another"


def test_the_sign_says_whether_a_start_came_through():
    ends = [End.STUCK, End.STUCK, End.DEAD, End.DIVERGED, End.LEARNING]
    rights = (0.97, 0.8, 0.97, math.nan, 0.8)
    runs = [Standing(0, end=end.value, test_accuracy=right) for end, right in zip(ends, rights, strict=True)]
    assert list(map(sign_of, runs)) == [End.LEARNED, End.STUCK, End.DEAD, End.DIVERGED, End.STUCK]
    view = table_of([[0.97] * 15 + [0.5] * 5], [End.LEARNED] * 15 + [End.DEAD] * 5)
    assert str(counted_signs(view, NONE)) == "15 came through, 5 a layer dead"


def test_a_row_says_what_it_changes_and_is_tried_from_the_seeds_of_the_design():
    view = table_of([[0.5] * STARTS] * 3)
    assert what_changes(view, NONE) == ""
    assert what_changes(view, GELU).endswith("activation ReLU → GELU")
    assert what_changes(view, RATE) == "Learning rate 0.1 → 0.01"
    tried = design_of(view, GELU)
    assert (tried.data.seed, tried.model.seed, tried.training.seed) == (3, 3, 3)
    assert {layer.activation.name for layer in tried.model.layers} == {"gelu"}
    assert tried.name.endswith(", GELU")


def test_rows_are_compared_start_by_start():
    view = table_of([[0.5] * STARTS, [0.97] * 12 + [0.5] * 8, [0.5] * 2 + [0.97] * 18])
    words = str(against(view, GELU, RATE, MEASURES["through"]))
    assert words == "Of the same 20 starts, 2 came through here alone, and 8 with smaller rate alone."
    assert str(against(view, GELU, RATE, MEASURES["loss"])) == "", "nothing is counted"
    fresh = MapView(Sweep.of(view.sweep.spec, {"cure": ["none", "gelu"]}, STARTS, "fresh"), view.runs)
    assert str(against(fresh, NONE, GELU, MEASURES["through"])) == "", "not the same starts"


def test_a_start_is_told_in_one_line():
    view = table_of([[0.5] * STARTS, [0.97] * STARTS])
    words = str(start_words(view, view.runs[STARTS + 4]))
    assert "GELU, seed 4: learned; test accuracy 97 %, final loss 0.14." in words


def test_the_middle_half_is_said_of_many_starts_that_differ():
    view = table_of([[0.5] * STARTS])
    assert str(middle_half(view, NONE, MEASURES["loss"])) == "0.15 to 0.24"
    assert str(middle_half(view, NONE, MEASURES["accuracy"])) == "", "all alike"
    assert str(middle_half(view, NONE, MEASURES["dead"])) == "", "a share has an interval"
    never = table_of([[0.5] * STARTS], steps_to_right=math.inf)
    assert str(middle_half(never, NONE, MEASURES["steps"])) == ""


def test_groups_are_told_alike_in_words_in_a_table_and_of_every_run():
    view = table_of([[0.5] * STARTS, [0.97] * 10 + [0.5] * 10, [0.97] * STARTS])
    words = group_words(view)
    assert words == [
        "Most starts come through: smaller rate (20 of 20, 84 to 100 %).",
        "Cannot be told with so many starts: GELU (10 of 20, 30 to 70 %).",
    ]
    assert words[0] in map_words(view, MEASURES["loss"]), "in the caption of a report"
    table = table_of_rows(view)
    assert [(row[0], row[1], row[2], row[5]) for row in table.rows] == [
        ("none", STARTS, 0, NOT_MOST), ("gelu", STARTS, 10, UNCLEAR), ("smaller_rate", STARTS, STARTS, MOST),
    ]  # fmt: skip
    assert table.rows[1][3] == pytest.approx(0.299, abs=1e-3), "where the interval begins"
    runs = with_groups(view)
    assert runs.columns[-2:] == ("came_through", "group")
    assert {row[-2:] for row in runs.rows} == {(False, NOT_MOST), (True, UNCLEAR), (False, UNCLEAR), (True, MOST)}


def test_a_map_and_few_starts_have_no_groups():
    two = MapView(Sweep.of(design(), {"cure": ["none"], "hidden.units": [2]}, STARTS))
    two.take(Standing(0, end=End.LEARNED.value))
    assert with_groups(two).columns == two.table().columns
    few = MapView(Sweep.of(design(), {"cure": ["none", "gelu"]}, 2))
    for run in range(4):
        few.take(Standing(run, end=End.LEARNED.value, test_accuracy=1.0))
    assert {group_of(few, cell) for cell in few.cells()} == {""}
    assert table_of_sweep(few.sweep, {}) is None
