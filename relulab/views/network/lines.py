"""How a line between two layers runs, and how thick it may be."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from relulab.views.network.edges import EdgeRule, Lines
from relulab.views.network.layout import Place, Point

Floats = NDArray[np.float64]

PIECES = 18  # straight pieces of a curve
BENT = 0.45  # of the gap: how far the control points are from the ends
THINNEST = 0.8  # pixels


def widest(rule: EdgeRule, sender: Place, receiver: Place, lines: int) -> float:
    """Pixels of the strongest line: fewer lines may be thicker."""
    if rule.lines is Lines.ONE_TO_ONE:
        return 1.2
    if max(sender.across, receiver.across) >= 4:
        return 2.2
    return 4.5 if lines <= 72 and max(sender.across, receiver.across) == 1 else 3.0


def width(strength: float, thickest: float) -> float:
    """Pixels of a line of this strength, 0 to 1."""
    return THINNEST + (thickest - THINNEST) * strength


def controls(start: Point, end: Point) -> tuple[Point, Point]:
    """The control points of a cubic curve that leaves and arrives horizontally, so that ports can be read."""
    bend = BENT * (end[0] - start[0])
    return (start[0] + bend, start[1]), (end[0] - bend, end[1])


def heights_at(x: float, starts: Floats, ends: Floats) -> Floats:
    """(n,): how high the lines from ``starts`` to ``ends`` (n, 2), which all lie in one gap, are at ``x``."""
    shares = _shares()
    first, second = controls((starts[0, 0], 0.0), (ends[0, 0], 0.0))
    across = shares @ np.array([starts[0, 0], first[0], second[0], ends[0, 0]])  # grows from piece to piece
    from_end = np.interp(x, across, shares[:, 2:].sum(axis=1))
    return np.asarray(starts[:, 1] + (ends[:, 1] - starts[:, 1]) * from_end)


def curve_points(start: Point, end: Point) -> Floats:
    """(PIECES + 1, 2): the ends of the pieces of such a curve."""
    return np.asarray(_shares() @ np.array([start, *controls(start, end), end]))


def pieces_of(starts: Floats, ends: Floats) -> Floats:
    """(n, PIECES, 4), one behind the other in memory: the pieces of curves between ``starts`` and ``ends`` (n, 2)."""
    bend = np.zeros(starts.shape)
    bend[:, 0] = BENT * (ends[:, 0] - starts[:, 0])
    controls_of = np.stack([starts, starts + bend, ends - bend, ends])
    points = np.einsum("pk,knc->npc", _shares(), controls_of)
    return np.ascontiguousarray(np.concatenate([points[:, :-1], points[:, 1:]], axis=2))


@lru_cache(maxsize=1)
def _shares() -> Floats:
    """(PIECES + 1, 4): the shares of the four points of a cubic curve at the ends of its pieces."""
    t = np.linspace(0.0, 1.0, PIECES + 1)
    return np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
