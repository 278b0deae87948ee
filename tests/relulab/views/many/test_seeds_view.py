"""Many starts while they are trained and when they have ended: words, orders, quartiles."""

import math

import numpy as np
import pytest

from relulab.diagnosis.ends import End
from relulab.diagnosis.forecast import forecast
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.model.plan import DesignPlan
from relulab.population.standing import Scene, Standing
from relulab.views.many.kept import seeds_words
from relulab.views.many.seeds import ORDERS, Starts

STEPS = 500


def run(number, end="", step=STEPS, losses=(2.0, 1.0), moments=None, **known):
    at = np.linspace(0, step, len(losses)) if moments is None else np.array(moments)
    return Standing(
        number, seed=number, end=end, step=step, total_steps=STEPS, is_over=bool(end), moments=at.astype(np.float32),
        losses=np.array(losses, np.float32), **known,
    )  # fmt: skip


def starts(*runs, total=None, classes=2):
    found = Starts(ExperimentSpec(), total or len(runs))
    found.take(Scene(guessing=0.693, classes=classes))
    for one in runs:
        found.take(one)
    return found


def words(pair):
    return " ".join(str(part) for part in pair)


def test_nothing_is_said_of_all_starts_before_all_have_ended():
    before = Starts(ExperimentSpec(), 20)
    assert "20 networks" in words(before.headline())
    together = starts(*(run(number, step=200, dead=number == 3, hidden=2) for number in range(20)))
    assert words(together.headline()) == "After 200 of 500 steps: all 20 learn at the same time."
    assert words(together.conclusion()).startswith("So far 1 dead, 0 diverged. How many of all starts")
    some = starts(run(0, End.LEARNED.value), run(1, step=10), total=3)
    assert words(some.headline()) == "1 of 3 have ended; 1 is being trained now."
    assert "%" not in words(some.conclusion())


def test_when_all_have_ended_the_title_counts_them():
    ended = starts(*(run(number, End.DEAD.value if number < 3 else End.LEARNED.value) for number in range(5)))
    assert words(ended.headline()) == "3 of 5 died; 2 learned."
    assert words(ended.headline(End.LEARNED)) == "2 of 5 learned; 3 died."
    assert str(ended.summary) == "5 runs: 2 learned, 3 dead"


def test_orders_and_filter():
    found = starts(
        run(0, End.DEAD.value, loss=0.7),
        run(1, End.LEARNED.value, loss=0.2),
        run(2, End.DIVERGED.value, diverged=True),
        run(3, End.LEARNED.value, loss=0.1),
        run(4, End.FAILED.value),
    )
    assert found.in_order("seed") == [0, 1, 2, 3, 4]
    assert found.in_order("loss") == [3, 1, 0, 2, 4]
    assert found.in_order("end") == [3, 1, 0, 2, 4]
    assert found.in_order("seed", (End.LEARNED,)) == [1, 3]
    assert set(ORDERS) == {"seed", "end", "loss"}


def test_quartiles_count_a_run_that_diverged_as_infinite():
    calm = [run(number, End.LEARNED.value, losses=(1.0, 1.0 + number)) for number in range(3)]
    gone = run(3, End.DIVERGED.value, step=100, losses=(1.0, math.inf), moments=(0, 100), diverged=True)
    curves = starts(*calm, gone).curves
    assert list(curves.steps) == [0, STEPS]
    assert curves.median[-1] == pytest.approx(2.5)  # of 1, 2, 3 and infinity
    assert curves.low[-1] == pytest.approx(1.75)
    assert math.isinf(curves.high[-1])


def test_runs_that_have_just_begun_do_not_move_the_median_of_later_steps():
    done = [run(number, End.LEARNED.value, losses=(4.0, 2.0)) for number in range(4)]
    begun = [run(number, step=0, losses=(8.0,), moments=(0,)) for number in range(4, 20)]
    curves = starts(*done, *begun).curves
    assert curves.median[0] == 8.0
    assert curves.median[-1] == 2.0


def test_a_run_is_told_in_one_line():
    found = starts(
        run(0, End.STUCK.value, loss=0.47, test_accuracy=0.77),
        run(1, End.DEAD.value, loss=0.693, test_accuracy=0.5, dead=2, hidden=4),
        run(2, End.FAILED.value, reason="There is no such file."),
        run(3, step=7, losses=(0.9,), moments=(7,)),
    )
    assert str(found.in_words(0)) == "Seed 0: stuck; loss 0.47; guessing costs 0.693; 77 % of the test samples right."
    assert str(found.in_words(1)).endswith("layer 2 of 4 dead.")
    assert str(found.in_words(2)) == "Seed 2: failed. There is no such file."
    assert str(found.in_words(3)) == "Seed 3: step 7, loss 0.9."
    assert str(found.in_words(9)) == "Seed 9: not begun."


@pytest.mark.parametrize(
    ("ended", "classes", "right"),
    [
        (run(0, End.LEARNED.value, test_accuracy=0.986), 2, "99 %"),
        (run(0, End.LEARNED.value, accuracy=0.5), 2, "50 %"),
        (run(0, End.LEARNED.value, loss=0.5, test_loss=0.0123), 0, "0.012"),
        (run(0, End.DIVERGED.value, step=9), 2, "step 9"),
        (run(0, End.FAILED.value), 2, ""),
        (run(0), 2, ""),
    ],
)
def test_the_number_below_a_picture(ended, classes, right):
    assert str(starts(ended, classes=classes).right(0)) == right


@pytest.mark.parametrize(("dead", "where"), [(1, "above"), (15, "inside"), (20, "below")])
def test_the_forecast_stands_beside_what_was_counted(dead, where):
    spec = load_preset("born-dead")
    found = Starts(spec, 20)
    for number in range(20):
        assert found.forecast(End.DEAD) is None, "before all have ended"
        found.take(run(number, (End.DEAD if number < dead else End.LEARNED).value))
    share, words = found.forecast(End.DEAD)
    assert share == forecast(DesignPlan.of(spec)).born_dead.likely
    assert f"{where} the interval" in str(words)
    assert ("training kills" in str(words)) == (where == "below")
    assert found.forecast(End.LEARNED) is None, "of learning nothing is forecast"
    assert (str(words) in seeds_words(found)) == (dead > 1), "of the end that is spoken of"
    smooth = Starts(load_preset("sigmoid-vanishing"), 20)
    smooth.runs = found.runs
    assert smooth.forecast(End.DEAD) is None
