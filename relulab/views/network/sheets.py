"""The pictures of the columns of a layout in their places: what stands around them is drawn once, for every moment.

While a network trains, each call that lets go of the interpreter's lock hands it to the run and then waits for it, so
there are few of them: columns that are alike are made together, and copied into their places as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from relulab.views.network.arrange import Shown
from relulab.views.network.cells import (
    FRAME,
    GROUND,
    Bytes,
    ColumnImage,
    Pixels,
    alike,
    cells_of,
    colour_table,
    coloured,
)
from relulab.views.network.layout import NetworkLayout, Place
from relulab.views.network.view import Floats, NetworkView

FRAMED_FROM = 8  # pixels of side


class Sheet:
    """The places of one column's pictures in an image, (rows, columns) numbers of any kind, that begins at the column.

    ``put`` writes what is inside of the frames: the frames, which have 3:1 to the panel and to zero, stay.
    Raises ValueError where the image is too small.
    """

    def __init__(self, place: Place, ratio: int, image: NDArray[Any]) -> None:
        side, (down, across) = place.side * ratio, image.strides
        needed = [((n - 1) * by + place.side) * ratio for n, by in
                  ((place.rows, place.down_by), (place.across, place.across_by))]  # fmt: skip
        if needed[0] > image.shape[0] or needed[1] > image.shape[1]:
            raise ValueError(f"column {place.column} is larger than the image of {image.shape}: {needed}")
        steps = (place.down_by * ratio * down, place.across_by * ratio * across, down, across)
        pictures = as_strided(image, (place.rows, place.across, side, side), steps)
        whole, rest = divmod(place.units, place.across)
        self._parts = [part for part in (pictures[:whole], pictures[whole:, :rest]) if part.size]
        self._inside = inside_of(place, ratio)

    def fill(self, number: int) -> None:
        """The squares of all units, with their frames."""
        for part in self._parts:
            part[...] = number

    def put(self, cells: NDArray[Any]) -> None:
        """The pictures of all units without their frames, (units, side, side)."""
        first = 0
        for part in self._parts:
            units = part.shape[0] * part.shape[1]
            within = part[self._inside]
            within[...] = cells[first : first + units].reshape(within.shape)
            first += units


def inside_of(place: Place, ratio: int) -> tuple[Any, ...]:
    """What of a picture lies within its frame: an index into (…, side, side)."""
    frame, side = (ratio if place.side >= FRAMED_FROM else 0), place.side * ratio
    return np.s_[..., frame : side - frame, frame : side - frame]


class Together:
    """Columns that are alike, and the pictures of their units at the moment that was drawn last.

    ``cells`` (units, side, side) has them without frames, as indices.
    """

    def __init__(self, shown: Shown, places: Sequence[Place], ratio: int, dark: bool) -> None:
        self.shown, self.places, self._ratio, self._dark = shown, places, ratio, dark
        self.cells: Bytes = np.zeros((0, 1, 1), np.uint8)
        self._drawn: list[object] = []
        self._kept: list[Floats] = []

    @property
    def colours(self) -> Pixels:
        """What the ``cells`` mean."""
        return coloured(self.cells, self.shown, self._dark)

    def draw(self, view: NetworkView, scales: Sequence[float]) -> bool:
        """Make the pictures of a moment; whether they can be others than before: inputs mostly stay what they are."""
        columns = [place.column for place in self.places]
        pictures = [view.pictures(column) for column in columns]
        marks = [mark.tobytes() for column in columns for mark in (view.states(column), view.dropped(column))]
        drawn: list[object] = [*map(id, pictures), *(scales[column] for column in columns), *marks]
        if drawn == self._drawn:
            return False
        self._drawn, self._kept = drawn, pictures  # while they are kept no others have their identity
        cells = cells_of(view, self.shown, self.places, scales, self._ratio)
        self.cells = cells[inside_of(self.places[0], self._ratio)]
        return True


class Sheets:
    """The columns at ``places`` in one layout of one network. ``ratio``: pixels of an image per pixel of the layout."""

    def __init__(self, view: NetworkView, places: Sequence[Place], ratio: int, dark: bool) -> None:
        self.ratio = ratio
        self._groups = [Together(shown, together, ratio, dark) for shown, together in alike(view, places)]
        self._images: dict[int, ColumnImage] = {}
        self._sheets: dict[int, Sheet] = {}
        self._left: set[Together] = set()  # drawn, and not yet in the images
        self._new: set[Together] = set()  # drawn since they were put onto the ground
        for group in self._groups:
            for place in group.places:
                area, on_ground = place.area, place.block or place.folded
                indices = np.full((area.height * ratio, area.width * ratio), GROUND, np.uint8)
                self._sheets[place.column] = Sheet(place, ratio, indices)
                self._sheets[place.column].fill(FRAME)
                table = colour_table(group.shown, dark, on_ground=on_ground)
                self._images[place.column] = ColumnImage(indices, table)
        self._on_ground: tuple[Pixels, dict[int, Sheet]] | None = None

    @property
    def columns(self) -> set[int]:
        """The columns that are drawn."""
        return set(self._images)

    @property
    def images(self) -> dict[int, ColumnImage]:
        """Each column at the moment that was drawn last; they are written over when they are asked for again."""
        for group in self._left:
            _put(group, group.cells, self._sheets)
        self._left.clear()
        return self._images

    def draw(self, view: NetworkView, scales: Sequence[float]) -> None:
        """The pictures of a moment; ``scales`` are the values of the strongest colours of all columns."""
        for group in self._groups:
            if group.draw(view, scales):
                self._left.add(group)
                self._new.add(group)

    def put_on(self, ground: Pixels) -> None:
        """Write the pictures, without their frames, to their places in an image of the whole layout.

        Those that were written to it before and have not changed stay as they are.
        """
        if self._on_ground is None or self._on_ground[0] is not ground:
            places = [place for group in self._groups for place in group.places]
            self._on_ground = ground, {place.column: self._part_of(ground, place) for place in places}
            self._new.update(self._groups)
        for group in self._new:
            _put(group, group.colours, self._on_ground[1])
        self._new.clear()

    def _part_of(self, ground: Pixels, place: Place) -> Sheet:
        return Sheet(place, self.ratio, ground[place.area.top * self.ratio :, place.area.left * self.ratio :])


def _put(group: Together, cells: NDArray[Any], sheets: Mapping[int, Sheet]) -> None:
    first = 0
    for place in group.places:
        sheets[place.column].put(cells[first : first + place.units])
        first += place.units


def column_images(
    view: NetworkView, layout: NetworkLayout, scales: Sequence[float], ratio: int, dark: bool
) -> dict[int, ColumnImage]:
    """The pictures of every column at one moment; ``scales`` are the values of their strongest colours."""
    sheets = Sheets(view, layout.places, ratio, dark)
    sheets.draw(view, scales)
    return sheets.images
