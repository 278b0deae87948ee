"""Where everything lies in the picture of a network, in whole pixels: one column for each layer, all on one axis.

A column of few units is one picture wide, of many a block in rows. Lines begin and end at ports on the rim of a column,
one for each unit in the order of the units, so that no line runs behind a picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass

Cell = tuple[int, int]  # column, unit
Point = tuple[float, float]

BLOCK_RIM = 6  # pixels between a block and its rim
APART, LITTLE_APART = 4, 1  # pixels between two pictures
WIDE_PICTURE = 14  # pixels of side from which on pictures have the wide gap
LABEL = 18  # pixels under a picture for its name


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Whole pixels; the right and the lower edge are no longer inside."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def centre(self) -> Point:
        return self.left + self.width / 2, self.top + self.height / 2

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom

    def meets(self, other: "Rectangle") -> bool:
        """Whether the two have a pixel in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Place:
    """One column: ``units`` pictures of ``side`` pixels, ``across`` to a row, the first one at (``left``, ``top``).

    ``apart``: pixels between two pictures beside each other, ``below`` between two rows. A ``block`` has a ground with
    a rim around it. ``label``: pixels to the left (below 0) or right of the pictures for their names. A ``folded``
    column is part of a strip.
    """

    column: int
    units: int
    side: int
    across: int
    left: int
    top: int
    apart: int
    below: int
    block: bool
    label: int = 0
    folded: bool = False

    @property
    def rows(self) -> int:
        return -(-self.units // self.across)

    @property
    def across_by(self) -> int:
        """From a picture to the next one beside it."""
        return self.side + self.apart

    @property
    def down_by(self) -> int:
        """From a picture to the next one below it."""
        return self.side + self.below

    @property
    def area(self) -> Rectangle:
        """The pictures, without rim and names."""
        width = self.across * self.across_by - self.apart
        return Rectangle(self.left, self.top, width, self.rows * self.down_by - self.below)

    @property
    def ground(self) -> Rectangle:
        """The pictures with the rim of a block."""
        area, rim = self.area, BLOCK_RIM if self.block else 0
        return Rectangle(area.left - rim, area.top - rim, area.width + 2 * rim, area.height + 2 * rim)

    def rectangle(self, unit: int) -> Rectangle:
        """The picture of a unit."""
        row, column = divmod(unit, self.across)
        x = self.left + column * self.across_by
        return Rectangle(x, self.top + row * self.down_by, self.side, self.side)

    def port(self, unit: int, *, outgoing: bool) -> Point:
        """Where the lines of a unit begin, or end: at its row, and within that at its share of the row."""
        row, column = divmod(unit, self.across)
        y = self.top + row * self.down_by + (column + 0.5) / self.across * self.side
        return (self.ground.right if outgoing else self.ground.left), y

    def unit_at(self, x: float, y: float) -> int | None:
        """The unit whose picture is at a point."""
        column, row = int((x - self.left) // self.across_by), int((y - self.top) // self.down_by)
        unit = row * self.across + column
        inside = 0 <= column < self.across and row >= 0 and unit < self.units
        return unit if inside and self.rectangle(unit).contains(x, y) else None


@dataclass(frozen=True, slots=True)
class Strip:
    """Columns that are folded: the places from ``first`` to before ``last``, on a common ``ground``."""

    first: int
    last: int
    ground: Rectangle


@dataclass(frozen=True, slots=True)
class NetworkLayout:
    """The columns in order, input first, and the bands: ``captions`` above the ``network``, ``rules`` and ``legend``
    below it. ``numbers``: whether there is room for numbers beside the outputs.
    """

    width: int
    height: int
    places: tuple[Place, ...]
    strips: tuple[Strip, ...]
    captions: Rectangle
    network: Rectangle
    rules: Rectangle
    legend: Rectangle
    numbers: bool

    def strip_of(self, column: int) -> Strip | None:
        """The strip that a column is folded into."""
        return next((strip for strip in self.strips if strip.first <= column < strip.last), None)

    def gaps(self) -> Iterator[tuple[int, int]]:
        """The columns between which lines are drawn: all neighbours but those within a strip."""
        for receiver in range(1, len(self.places)):
            strip = self.strip_of(receiver)
            if strip is None or strip.first == receiver:
                yield receiver - 1, receiver

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The column and the unit whose picture is at a point."""
        for place in self.places:
            unit = place.unit_at(x, y)
            if unit is not None:
                return place.column, unit
        return None

    def neighbour(self, cell: Cell | None, across: int, down: int) -> Cell:
        """Where an arrow key leads: right and left into the next column at the end of a row, up and down within one."""
        if cell is None:
            return 0, 0
        column, unit = cell
        place = self.places[column]
        row, within = divmod(unit, place.across)
        if down:
            return column, min(max(unit + down * place.across, within), place.units - 1)
        if 0 <= within + across < place.across and unit + across < place.units:
            return column, unit + across
        if not 0 <= column + across < len(self.places):
            return cell
        other = self.places[column + across]
        share = (row + 0.5) / place.rows
        other_row = min(int(share * other.rows), other.rows - 1)
        edge = 0 if across > 0 else other.across - 1
        return column + across, min(other_row * other.across + edge, other.units - 1)

    def caption_room(self, column: int) -> tuple[float, float, float]:
        """The middle of a column's caption, and from where to where it may reach: half of the way to its neighbours,
        the same to both sides; at the border as far as that, for there it may stand beside the middle.
        """
        middles = [self._middle(other) for other in self._captioned()]
        place = self._captioned().index(column)
        here, first, last = middles[place], place == 0, place + 1 == len(middles)
        left = here if first else (here - middles[place - 1]) / 2
        right = self.width - here if last else (middles[place + 1] - here) / 2
        if not first and not last:
            left = right = min(left, right)
        return here, here - left + 4, here + right - 4

    def _captioned(self) -> list[int]:
        """The columns with a caption: of a strip the first stands for all."""
        return [c for c in range(len(self.places)) if (strip := self.strip_of(c)) is None or strip.first == c]

    def _middle(self, column: int) -> float:
        strip = self.strip_of(column)
        return (self.places[column].ground if strip is None else strip.ground).centre[0]

    @property
    def captioned(self) -> tuple[int, ...]:
        """The columns with a caption of their own; of a strip the first."""
        return tuple(self._captioned())
