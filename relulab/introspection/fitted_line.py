"""A line of so many straight pieces fitted to points by least squares: what networks of as many pieces can reach.

No method is known that finds the best one for sure. Several first guesses are each improved step by step (Levenberg
1944, Marquardt 1963), and the best of what comes out is kept: its error can be reached, and is hardly ever beaten.
"""

import numpy as np
from numpy.typing import NDArray

from relulab.introspection.best_pieces import best_pieces

Floats = NDArray[np.float64]

STEPS = 40  # of each first guess
FIRST_DAMPING, SOFTER, HARDER, HARDEST = 1e-3, 0.3, 4.0, 1e8


def least_mean_square(x: Floats, y: Floats, pieces: int) -> float:
    """The mean square error of a continuous line of at most so many ``pieces`` through points in any order."""
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x, np.float64)[order], np.asarray(y, np.float64)[order]
    return min(_improved(x, y, kinks) for kinks in _first_kinks(x, y, pieces))


def _first_kinks(x: Floats, y: Floats, pieces: int) -> list[Floats]:
    """As many points between each two, equal distances, and the kinks of the least greatest error."""
    shares = np.arange(1, pieces) / pieces
    places, first = np.unique(x, return_index=True)
    found = [np.quantile(x, shares), x[0] + shares * (x[-1] - x[0])]
    if len(places) > pieces:
        found.append(best_pieces(places, y[first], pieces).x[1:-1])
    return found


def _improved(x: Floats, y: Floats, kinks: Floats) -> float:
    """The error once kinks and slopes have been moved together as long as that helps."""
    columns = _columns(x, kinks)
    weights = np.linalg.lstsq(columns, y, rcond=None)[0]
    rest = y - columns @ weights
    error, damping = float(np.mean(rest**2)), FIRST_DAMPING
    for _ in range(STEPS):
        slopes = np.hstack([columns, -weights[2:] * (x[:, None] > kinks)])
        square = slopes.T @ slopes
        steered = square + damping * np.diag(np.diag(square) + 1e-12)
        step = np.linalg.lstsq(steered, slopes.T @ rest, rcond=None)[0]
        moved = np.clip(kinks + step[len(weights) :], x[0], x[-1])
        new = _columns(x, moved)
        new_weights = np.linalg.lstsq(new, y, rcond=None)[0]
        new_rest = y - new @ new_weights
        new_error = float(np.mean(new_rest**2))
        if new_error < error:
            kinks, columns, weights, rest, error = moved, new, new_weights, new_rest, new_error
            damping *= SOFTER
        else:
            damping *= HARDER
            if damping > HARDEST:
                break
    return error


def _columns(x: Floats, kinks: Floats) -> Floats:
    """Of which every line with these kinks is a sum: 1, x, and a ReLU for each kink."""
    return np.column_stack([np.ones_like(x), x, np.maximum(x[:, None] - kinks, 0.0)])
