"""What the bench of ReLUs says of what was built."""

import numpy as np
import pytest

from relulab.errors import DataError
from relulab.introspection.best_pieces import best_pieces, equal_pieces
from relulab.introspection.relu_sum import ReluSum
from relulab.views.hand_built import OWN, TARGETS, HandBuiltView, Target

SINE = TARGETS["sine"]


def view(target, line, best=True):
    built = ReluSum.along(line)
    pieces = built.pieces(target.low, target.high)
    return HandBuiltView(target, built, best_pieces(target.x, target.curve, pieces) if best else None)


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_every_target_can_be_built(target):
    assert np.isfinite(target.curve).all()
    line = equal_pieces(target.x, target.curve, 4)
    rows = list(view(target, line).rows)
    assert [str(name) for name, *_ in rows] == ["your ReLUs", "equal pieces", "best pieces"]
    assert rows[0][1:] == rows[1][1:], "equal pieces were built"


def test_errors_of_a_sine_of_8_pieces():
    rows = list(view(SINE, equal_pieces(SINE.x, SINE.curve, 8)).rows)
    assert rows[1][1:3] == ("8", "0.0704")
    assert rows[2][1:3] == ("7", "0.0258"), "an eighth piece does not help: the curve turns once"
    assert rows[0][3] == rows[1][3]


@pytest.mark.parametrize(
    ("target", "line", "words"),
    [
        (SINE, equal_pieces(SINE.x, SINE.curve, 8), "2.73 times the least that 8 pieces can have"),
        (SINE, best_pieces(SINE.x, SINE.curve, 8), "No line of 7 pieces comes closer"),
        (TARGETS["absolute"], equal_pieces(TARGETS["absolute"].x, TARGETS["absolute"].curve, 2), "No line of 2 pieces"),
    ],
)
def test_the_judgement_names_the_least_error(target, line, words):
    assert words in str(view(target, line).judgement)


def test_a_curve_that_pieces_can_draw_exactly():
    """|x| of two pieces is exact; two pieces that are not at its bend have no least error to be a multiple of."""
    target = TARGETS["absolute"]
    away = ReluSum.along(equal_pieces(target.x, np.abs(target.x - 0.3), 200))
    built = ReluSum(away.offset, (away.units[0], *[unit for unit in away.units if abs(unit.slope) > 1.5]))
    line = best_pieces(target.x, target.curve, 2)
    assert str(HandBuiltView(target, built, line).judgement) == "2 pieces can draw this curve exactly."


def test_what_is_not_known_yet_is_a_dash():
    shown = view(SINE, equal_pieces(SINE.x, SINE.curve, 4), best=False)
    assert list(shown.rows)[2][1:] == ("–", "–", "–")
    assert "is being worked out" in str(shown.judgement)


@pytest.mark.parametrize(("formula", "low", "high"), [("1/x", -1, 1), ("sin(", 0, 1), ("x", 1, 1), ("", 0, 1)])
def test_a_formula_that_cannot_be_computed_is_refused(formula, low, high):
    with pytest.raises(DataError):
        len(Target(OWN, TARGETS[OWN].title, formula, low, high).curve)
