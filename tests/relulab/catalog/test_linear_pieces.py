"""The straight pieces of an activation are its curve, and no curved activation is listed."""

import numpy as np
import pytest

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.linear_pieces import LINEAR_PIECES, linear_pieces

GRID = np.linspace(-9, 9, 3601)


@pytest.mark.parametrize("key", list(LINEAR_PIECES))
@pytest.mark.parametrize("slope", [None, 0.3])
def test_pieces_are_the_curve_of_the_catalogue(key, slope):
    entry = ACTIVATIONS[key]
    given = {} if slope is None or not entry.parameters else {entry.parameters[0].name: slope}
    pieces = linear_pieces(key, entry.complete(given))
    np.testing.assert_allclose(pieces(GRID), entry.curve(GRID, **given), atol=1e-12)
    assert len(pieces.slopes) == len(pieces.bends) + 1
    on = pieces.piece_at(GRID)
    np.testing.assert_allclose(np.array(pieces.slopes)[on] * GRID + np.array(pieces.intercepts)[on], pieces(GRID))


@pytest.mark.parametrize("key", [key for key in ACTIVATIONS if key not in LINEAR_PIECES])
def test_what_is_not_listed_is_curved(key):
    entry = ACTIVATIONS[key]
    assert linear_pieces(key, entry.complete({})) is None
    bending = np.abs(np.diff(entry.curve(GRID), 2)) > 1e-9
    assert bending.sum() > 50, "a function of a few straight pieces bends at a few points only"
