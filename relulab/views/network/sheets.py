"""The pictures of the columns of a layout in their places: what stands around them is drawn once, for every moment.

While a network trains, each call that lets go of the interpreter's lock hands it to the run and then waits for it, so
there are few of them: columns that are alike are made together, and copied into their places as they are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided

from relulab.views.network.cells import FRAME, GROUND, Bytes, ColumnImage, alike, cells_of, colour_table
from relulab.views.network.layout import NetworkLayout, Place
from relulab.views.network.view import NetworkView

FRAMED_FROM = 8  # pixels of side


class Sheet:
    """One column. ``indices`` (rows, columns) are those of the pictures that were ``put`` last, and of what stands
    around them: the ground, and a line around each picture, which has 3:1 to the panel and to zero.
    """

    def __init__(self, place: Place, ratio: int) -> None:
        side, area, width = place.side * ratio, place.area, place.area.width * ratio
        self.indices = np.full((area.height * ratio, width), GROUND, np.uint8)
        steps = (place.down_by * ratio * width, place.across_by * ratio, width, 1)
        pictures = as_strided(self.indices, (place.rows, place.across, side, side), steps)
        frame = ratio if place.side >= FRAMED_FROM else 0
        self._inside = np.s_[..., frame : side - frame, frame : side - frame]
        whole, rest = divmod(place.units, place.across)
        self._parts: list[Bytes] = []
        for part in (pictures[:whole], pictures[whole:, :rest]):
            part[...] = FRAME
            if part.size:
                self._parts.append(part[self._inside])

    def put(self, cells: Bytes) -> None:
        """The pictures of all units, (units, side, side)."""
        first, inside = 0, cells[self._inside]
        for part in self._parts:
            units = part.shape[0] * part.shape[1]
            part[...] = inside[first : first + units].reshape(part.shape)
            first += units


class Sheets:
    """The columns at ``places`` in one layout of one network. ``ratio``: pixels of an image per pixel of the layout.

    ``images`` has each of them at the moment that was drawn last: ``draw`` writes over them.
    """

    def __init__(self, view: NetworkView, places: Sequence[Place], ratio: int, dark: bool) -> None:
        self._ratio = ratio
        self._alike = alike(view, places)
        self._sheets = {place.column: Sheet(place, ratio) for place in places}
        self.images: dict[int, ColumnImage] = {}
        for shown, together in self._alike:
            for place in together:
                table = colour_table(shown, dark, on_ground=place.block or place.folded)
                self.images[place.column] = ColumnImage(self._sheets[place.column].indices, table)

    def draw(self, view: NetworkView, scales: Sequence[float]) -> None:
        """The pictures of a moment; ``scales`` are the values of the strongest colours of all columns."""
        for shown, together in self._alike:
            cells, first = cells_of(view, shown, together, scales, self._ratio), 0
            for place in together:
                self._sheets[place.column].put(cells[first : first + place.units])
                first += place.units


def column_images(
    view: NetworkView, layout: NetworkLayout, scales: Sequence[float], ratio: int, dark: bool
) -> dict[int, ColumnImage]:
    """The pictures of every column at one moment; ``scales`` are the values of their strongest colours."""
    sheets = Sheets(view, layout.places, ratio, dark)
    sheets.draw(view, scales)
    return sheets.images
