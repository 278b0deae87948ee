"""The largest pictures with which a whole network fits into a room; what is too deep is folded into a strip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import inf

from relulab.views.network.layout import (
    APART,
    BLOCK_RIM,
    LABEL,
    LITTLE_APART,
    WIDE_PICTURE,
    NetworkLayout,
    Place,
    Rectangle,
    Strip,
)

CAPTIONS, RULES, LEGEND = 50, 20, 30  # pixels of height
EDGE = 14  # pixels left and right
SIDES = (88, 80, 72, 66, 60, 54, 50, 46, 42, 38, 36, 34, 32, 30, 28, 26, 24, 22, 20)
TINY_SIDES = (18, 16, 14, 12, 10, 8, 7, 6, 5, 4)  # of a network that does not fit otherwise
GAPS = (84, 72, 60, 36)  # pixels between two layers, at least
ROOMY = 2  # times as wide as a picture: large pictures close together leave the lines no room to be told apart
SMALL_GAPS = (36, 24)
WIDEST_GAP = 190
FOLD_FROM = 8  # layers
STRIP_SIDES = (22, 20, 18, 16, 14, 12, 10, 8, 6, 5, 4)
FOLDED_APART, NARROW_APART = 3, 1  # pixels between folded pictures, and between those of less than 8
ONE_COLUMN, ONE_COLUMN_SIDE = 12, 34  # so many units stand in one column where they are so large
FEW = 3  # inputs or outputs that are large and have their names below
MANY_VALUES = 100  # units of which each is but a shade
SMALL_HEIGHT = 358  # pixels: below it numbers and scales are left out; with a formula below it is a canvas of 420


class Shown(Enum):
    """What the picture of a unit is."""

    PLANE = "plane"  # h over two inputs
    CURVE = "curve"  # h over one input
    WEIGHTS = "weights"  # to the pixels of an image
    MAP = "map"  # a channel of an image, for one sample
    VALUE = "value"  # h for one sample
    IMAGE = "image"  # the sample


CLOSE_SIDES = tuple(range(172, 92, -8))  # pixels of a close-up, before the usual ones
CLOSER = 2  # times as large as usual may the pictures of a close-up be
CLEARLY = 1.2  # times as large must the pictures of a close-up be
CLOSE_GAP = 120  # pixels between two layers of a close-up

LARGEST_SIDES = {Shown.VALUE: 28, Shown.IMAGE: 96}
LEAST_SIDES = {Shown.VALUE: 8, Shown.IMAGE: 84, Shown.PLANE: 20}
LEAST_SIDE = 24
TIGHT_SIDES = {Shown.VALUE: 14, Shown.IMAGE: 60}  # of hidden values and of the input, where maps need the room


@dataclass(frozen=True, slots=True)
class ColumnSize:
    """What the layout knows of a layer. ``label``: pixels that the longest name of its units takes, 0 without names."""

    units: int
    shown: Shown
    label: int = 0


@dataclass(frozen=True, slots=True)
class _Try:
    """One size to try: hidden pictures of ``side``, layers at least ``gap`` apart, folded ones of ``folded``.

    ``close``: it is a close-up, which may be wider than the room. ``tight``: with ``TIGHT_SIDES``. ``bare``: outputs
    have no names and numbers, scales no ends.
    """

    side: int
    gap: int
    folded: int
    small: bool
    close: bool = False
    tight: bool = False
    bare: bool = False

    @property
    def apart(self) -> int:
        """Pixels between two folded pictures."""
        return FOLDED_APART if self.folded >= 8 else NARROW_APART


def arrange(columns: Sequence[ColumnSize], width: int, height: int, opened: int | None = None) -> NetworkLayout | None:
    """The layout of a network, input first, in a room of this size; None where there is no room for any.

    ``opened``: of a folded network the column that is open with its neighbours, instead of the first and last hidden.
    """
    numbers = height >= SMALL_HEIGHT
    room = Rectangle(0, CAPTIONS, width, height - CAPTIONS - RULES - LEGEND)
    if room.height < 8 or width < 2 * EDGE:
        return None
    for attempt in _attempts(columns):
        folded = _folded(len(columns), opened) if attempt.folded else frozenset()
        places = [_place(i, column, attempt, i in folded, i in (0, len(columns) - 1), room.height, numbers)
                  for i, column in enumerate(columns)]  # fmt: skip
        found = _spread(places, attempt, room)
        if found is not None:
            strips = tuple(_strip(found, first, last) for first, last in _runs(folded))
            return _layout(room, found, strips, numbers and not attempt.bare)
    return None


def close_up(columns: Sequence[ColumnSize], width: int, height: int, around: int, than: int) -> NetworkLayout | None:
    """The layout with the largest pictures with which the column ``around`` and its neighbours fit into the room, or
    it alone; as wide as that makes the whole network. None where its pictures are not clearly larger ``than`` pixels.
    """
    numbers, ends = height >= SMALL_HEIGHT, (0, len(columns) - 1)
    high = height - CAPTIONS - RULES - LEGEND
    if high < 8:
        return None
    for reach in (1, 0):
        inside = slice(max(0, around - reach), around + reach + 1)
        for attempt in (_Try(side, CLOSE_GAP, 0, False, close=True) for side in (*CLOSE_SIDES, *SIDES)):
            places = [_place(i, column, attempt, False, i in ends, high, numbers)
                      for i, column in enumerate(columns)]  # fmt: skip
            middle, whole = places[around], _width(places, attempt)
            if middle is None or whole == inf or _width(places[inside], attempt) > width:
                continue
            room = Rectangle(0, CAPTIONS, max(width, round(whole)), high)
            found = _spread(places, attempt, room) if middle.side >= CLEARLY * than else None
            if found is not None:
                return _layout(room, found, (), numbers)
            break  # what is smaller is no larger
    return None


def _layout(room: Rectangle, places: tuple[Place, ...], strips: tuple[Strip, ...], numbers: bool) -> NetworkLayout:
    """With its bands above and below the ``room``."""
    width, bottom = room.width, room.bottom
    return NetworkLayout(
        width, bottom + RULES + LEGEND, places, strips, Rectangle(0, 0, width, CAPTIONS), room,
        Rectangle(0, bottom, width, RULES), Rectangle(0, bottom + RULES, width, LEGEND), numbers,
    )  # fmt: skip


def _width(places: Sequence[Place | None], attempt: _Try) -> float:
    """Pixels that these columns take beside each other, with their names; no number where one does not fit."""
    fitting = [place for place in places if place is not None]
    if len(fitting) < len(places):
        return inf
    names = max(0, -fitting[0].label) + max(0, fitting[-1].label)
    return sum(place.ground.width for place in fitting) + names + 2 * EDGE + attempt.gap * (len(fitting) - 1)


def _attempts(columns: Sequence[ColumnSize]) -> Iterable[_Try]:
    """From the largest to the smallest; a deep network is folded before anything gets smaller than usual."""
    yield from (_Try(side, max(GAPS[0], ROOMY * side), 0, False) for side in SIDES)
    yield from (_Try(side, gap, 0, False) for gap in GAPS[1:-1] for side in SIDES)
    if any(column.shown is Shown.MAP for column in columns):
        yield from (_Try(side, GAPS[-1], 0, False, tight=True) for side in SIDES if side >= ONE_COLUMN_SIDE)
    yield from (_Try(side, GAPS[-1], 0, False) for side in SIDES)
    deep = len(columns) > FOLD_FROM
    if deep:
        folds = [(side, folded) for folded in STRIP_SIDES if folded >= 10 for side in SIDES if 20 <= side <= 44]
        yield from (_Try(side, gap, folded, False) for gap in GAPS[2:] for side, folded in folds)
        tiny = [(side, folded) for folded in STRIP_SIDES for side in TINY_SIDES if side >= folded]
        yield from (_Try(side, 24, folded, True, bare=True) for side, folded in tiny)
    sizes = [(side, gap) for gap in SMALL_GAPS for side in (20, *TINY_SIDES)]
    yield from (_Try(side, gap, 0, True, bare=bare) for side, gap in sizes for bare in (False, True))
    if len(columns) > 4:  # the last resort: everything hidden in one strip of small cells
        yield from (_Try(4, gap, folded, True, bare=True) for gap in (24, 12) for folded in STRIP_SIDES if folded <= 6)


def _folded(columns: int, opened: int | None) -> frozenset[int]:
    """The columns that are folded."""
    hidden = range(1, columns - 1)
    open_ones = {1, columns - 2} if opened is None else {opened - 1, opened, opened + 1}
    return frozenset(hidden) - open_ones


def _runs(folded: frozenset[int]) -> list[tuple[int, int]]:
    """The stretches of neighbours: (first, one behind the last)."""
    firsts = sorted(c for c in folded if c - 1 not in folded)
    lasts = sorted(c + 1 for c in folded if c + 1 not in folded)
    return list(zip(firsts, lasts, strict=True))


def _place(
    index: int, column: ColumnSize, attempt: _Try, folded: bool, at_end: bool, height: int, numbers: bool
) -> Place | None:
    """A column at x = 0; None where it is higher than the room."""
    if folded:
        return _grid(index, column.units, attempt.folded, attempt.apart, attempt.apart, height - 34, folded=True)
    side = _side(column, attempt, at_end)
    wide = APART if side >= WIDE_PICTURE else LITTLE_APART
    if at_end and column.label and column.units <= FEW and side >= WIDE_PICTURE:
        return _grid(index, column.units, side, LABEL + APART, wide, height - LABEL, single=True)
    below = max(wide, side // 8)
    values = at_end or column.shown is Shown.VALUE
    least = min(side, ONE_COLUMN_SIDE) if values else ONE_COLUMN_SIDE
    fits = column.units * ((side if attempt.close else least) + APART) - APART <= height
    single = column.units == 1 or (column.units <= ONE_COLUMN and side >= least and fits)
    if not single:
        return _grid(index, column.units, side, wide, wide, height - 2 * BLOCK_RIM, block=True)
    label = column.label if at_end and numbers and not attempt.bare and column.units <= ONE_COLUMN else 0
    below = max(below, LABEL - side) if label else below
    return _grid(index, column.units, side, below, wide, height, single=True, label=-label if index == 0 else label)


def _side(column: ColumnSize, attempt: _Try, at_end: bool) -> int:
    closer = CLOSER if attempt.close else 1
    smallest = 4 if attempt.small else LEAST_SIDES.get(column.shown, LEAST_SIDE)
    largest = LARGEST_SIDES.get(column.shown, SIDES[0]) * closer
    if attempt.tight and at_end == (column.shown is Shown.IMAGE) and column.shown in TIGHT_SIDES:
        return TIGHT_SIDES[column.shown]
    if attempt.small and at_end and column.label and not attempt.bare and column.shown is Shown.VALUE:
        return LABEL
    if column.shown is Shown.IMAGE:
        return 48 if attempt.small and attempt.side > 6 else max(smallest, min(attempt.side * 2, largest))
    if column.shown is Shown.VALUE and column.units >= MANY_VALUES:
        largest = WIDE_PICTURE * closer
    if at_end and column.units <= FEW and column.shown is not Shown.VALUE:
        smallest, largest = (20 if attempt.small else 44), 72 * closer
    return max(smallest, min(attempt.side, largest))


def _grid(
    index: int, units: int, side: int, below: int, apart: int, height: int,
    *, single: bool = False, block: bool = False, folded: bool = False, label: int = 0,
) -> Place | None:  # fmt: skip
    """Units in rows, as few beside each other as the height allows."""
    rows = (height + below) // (side + below)
    if rows < 1 or (single and units > rows):
        return None
    across = 1 if single else block_columns(units, rows)
    return Place(index, units, side, across, 0, 0, apart, below, block, label, folded)


def block_columns(units: int, rows: int) -> int:
    """How many units stand beside each other in a block of at most so many rows.

    The fewest; up to a quarter more where that makes whole rows; else so many that the last row is at least half full.
    """
    fewest = -(-units // rows)
    for across in range(fewest, fewest + fewest // 4 + 1):
        if units % across == 0:
            return across
    return next(across for across in range(fewest, units + 1) if 2 * (units % across) >= across or units % across == 0)


def _spread(places: Sequence[Place | None], attempt: _Try, room: Rectangle) -> tuple[Place, ...] | None:
    """The columns beside each other, what is left over spread over the gaps; None where they do not fit."""
    fitting = [place for place in places if place is not None]
    if len(fitting) < len(places):
        return None
    inside = [a.folded and b.folded for a, b in pairwise(fitting)]
    before = max(0, -fitting[0].label)
    after = max(0, fitting[-1].label)
    taken = sum(place.ground.width for place in fitting) + before + after + 2 * EDGE
    taken += attempt.apart * sum(inside)
    gaps = len(inside) - sum(inside)
    left_over = room.width - taken
    if left_over < attempt.gap * gaps:
        return None
    gap = min(WIDEST_GAP, left_over // gaps) if gaps else 0
    x = EDGE + before + (left_over - gap * gaps) // 2
    placed = []
    for place, folded in zip(fitting, (*inside, False), strict=True):
        rim = place.left - place.ground.left
        top = room.top + (room.height - _height(place)) // 2
        placed.append(_moved(place, x + rim, top))
        x += place.ground.width + (attempt.apart if folded else gap)
    return tuple(placed)


def _height(place: Place) -> int:
    """With the name below the last picture."""
    return place.area.height + (LABEL if place.below >= LABEL else 0)


def _moved(place: Place, left: int, top: int) -> Place:
    return Place(
        place.column, place.units, place.side, place.across, left, top, place.apart, place.below, place.block,
        place.label, place.folded,
    )  # fmt: skip


def _strip(places: Sequence[Place], first: int, last: int) -> Strip:
    """The ground under folded columns."""
    areas = [place.area for place in places[first:last]]
    left, top = areas[0].left - BLOCK_RIM, min(area.top for area in areas) - BLOCK_RIM
    bottom = max(area.bottom for area in areas) + BLOCK_RIM
    return Strip(first, last, Rectangle(left, top, areas[-1].right + BLOCK_RIM - left, bottom - top))
