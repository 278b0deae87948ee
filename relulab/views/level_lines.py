"""Lines along which a field of numbers over a grid has one value: where a map crosses 50 %, where a network decides.

By marching squares: a line crosses a side of a cell where the values at its ends lie on two sides of the level.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Key = tuple[float, float]

# sides of a cell: low, right, high, left; by which of its corners lie above, counted from the lower left one around
_CROSSED: tuple[tuple[tuple[int, int], ...], ...] = (
    (), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),),
    ((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), (),
)  # fmt: skip
_SADDLES = {5: ((0, 1), (2, 3)), 10: ((3, 0), (1, 2))}  # where the middle of the cell lies above, too
DIGITS = 9  # of places, by which ends of lines are known again


def level_lines(values: NDArray[np.floating], level: float) -> list[Floats]:
    """Lines (points, 2) of places (column, row) in a field (rows, columns), whose corners lie at whole numbers.

    No line goes through a cell with a value that is no number.
    """
    field = np.asarray(values, float)
    if min(field.shape) < 2:
        return []
    corners = np.stack([field[:-1, :-1], field[:-1, 1:], field[1:, 1:], field[1:, :-1]])
    is_known = np.isfinite(corners).all(axis=0)
    above = (corners > level) & is_known
    kinds = (above * np.array([1, 2, 4, 8])[:, None, None]).sum(axis=0)
    segments = []
    for row, column in np.argwhere(is_known & (kinds > 0) & (kinds < 15)):
        kind, around = int(kinds[row, column]), corners[:, row, column]
        crossed = _SADDLES[kind] if kind in _SADDLES and around.mean() > level else _CROSSED[kind]
        for first, last in crossed:
            segments.append([_place(side, around, level, int(column), int(row)) for side in (first, last)])
    return _chained(segments)


def _place(side: int, around: Floats, level: float, column: int, row: int) -> Key:
    """Where the level crosses a side of the cell at ``column`` and ``row``."""
    begin, end = (float(around[side]), float(around[(side + 1) % 4]))
    share = (level - begin) / (end - begin)
    x, y = ((share, 0.0), (1.0, share), (1 - share, 1.0), (0.0, 1 - share))[side]
    return round(column + x, DIGITS), round(row + y, DIGITS)


def _chained(segments: list[list[Key]]) -> list[Floats]:
    """Segments that meet as one line, so that dashes run through."""
    at: dict[Key, list[int]] = {}
    for number, ends in enumerate(segments):
        for end in ends:
            at.setdefault(end, []).append(number)
    left = dict.fromkeys(range(len(segments)))
    loose = [ends[0] for ends in at.values() if len(ends) == 1]  # ends of open lines first, then closed ones
    lines = []
    for start in [*loose, *range(len(segments))]:
        if start not in left:
            continue
        del left[start]
        first, last = segments[start]
        if len(at[first]) > 1 and len(at[last]) == 1:
            first, last = last, first
        points = [first, last]
        while (after := next((number for number in at[points[-1]] if number in left), None)) is not None:
            del left[after]
            one, other = segments[after]
            points.append(other if one == points[-1] else one)
        lines.append(np.array(points))
    return lines
