"""The words of a guide stand where no curve runs through them, and stay there while none does."""

import numpy as np

from ui.plots.curves import Stroke
from ui.plots.guide_texts import SAMPLES, SPOTS, Spot, View, best, covered, spots

VIEW = View((0.0, 100.0), (0.0, 1.0), width=20.0, height=0.1)
X = np.linspace(0.0, 100.0, 201)


def runs(y) -> Stroke:
    return Stroke("#000000", x=X, y=np.broadcast_to(np.asarray(y, float), X.shape))


def test_a_curve_through_all_places_above_leaves_those_below():
    found = covered(VIEW, 0.5, [runs(0.55)])
    assert {found[spot] for spot in SPOTS if spot.above} == {SAMPLES}
    assert {found[spot] for spot in SPOTS if not spot.above} == {0}
    assert best(found, spots(wants_above=True), None) == Spot(1.0, above=False)


def test_words_go_to_the_side_that_is_free_and_stay_until_a_curve_comes():
    rising = runs(np.where(X > 60, 0.5, 0.0))  # both sides of the line are taken at the right end
    through = [runs(np.where(X > 60, 0.45, np.nan)), rising, runs(np.where(X > 60, 0.55, np.nan))]
    found = covered(VIEW, 0.5, through)
    assert best(found, spots(wants_above=False), None).along == 0.0
    middle = Spot(0.5, above=True)
    assert best(covered(VIEW, 0.5, []), spots(wants_above=False), middle) == middle, "nothing moves without need"


def test_words_are_not_cut_and_not_written_over_others():
    edge = covered(VIEW, 0.02, [])
    assert best(edge, spots(wants_above=False), None).above, "below the line there is no room"
    first = Spot(1.0, above=True)
    others = covered(VIEW, 0.52, [], [(first, 0.5)])
    assert others[first] == SAMPLES
    assert best(others, (first, Spot(0.0, above=True)), None).along == 0.0
