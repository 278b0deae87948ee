"""Where each unit's cell is: all units of all layers as rows of squares under a caption per layer."""

from collections.abc import Sequence
from dataclasses import dataclass

LARGEST_CELL = 26  # pixels, of one side
SMALLEST_CELL = 7
LAYER_GAP = 6  # pixels under the cells of a layer
COLUMN_GROUP = 8  # whole groups of columns make rows countable


@dataclass(frozen=True, slots=True)
class LayerGrid:
    """The cells of one layer: ``units`` of them, ``columns`` to a row, the first one at (0, ``top``)."""

    caption_top: int
    top: int
    units: int
    columns: int

    @property
    def rows(self) -> int:
        return -(-self.units // self.columns)


@dataclass(frozen=True, slots=True)
class UnitGrid:
    """All layers from top to bottom; ``cell`` is the side of a cell, ``height`` that of everything, in pixels."""

    cell: int
    height: int
    layers: tuple[LayerGrid, ...]

    def unit_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(layer, unit) of the cell at a pixel, None beside the cells."""
        for index, layer in enumerate(self.layers):
            row, column = int((y - layer.top) // self.cell), int(x // self.cell)
            if 0 <= row < layer.rows and 0 <= column < layer.columns:
                unit = row * layer.columns + column
                return (index, unit) if unit < layer.units else None
        return None

    def position_of(self, layer: int, unit: int) -> tuple[int, int]:
        """Left and top of a cell."""
        grid = self.layers[layer]
        row, column = divmod(unit, grid.columns)
        return column * self.cell, grid.top + row * self.cell

    def neighbour(self, layer: int, unit: int, right: int, down: int) -> tuple[int, int]:
        """The cell ``right`` columns and ``down`` rows away, into the next layer where this one ends."""
        if right:
            index = unit + right
            if 0 <= index < self.layers[layer].units:
                return layer, index
            other = layer + right
            if not 0 <= other < len(self.layers):
                return layer, unit
            return other, 0 if right > 0 else self.layers[other].units - 1
        row, column = divmod(unit, self.layers[layer].columns)
        if 0 <= row + down < self.layers[layer].rows:
            return layer, min((row + down) * self.layers[layer].columns + column, self.layers[layer].units - 1)
        other = layer + down
        if not 0 <= other < len(self.layers):
            return layer, unit
        first_of_row = 0 if down > 0 else (self.layers[other].rows - 1) * self.layers[other].columns
        return other, min(first_of_row + column, self.layers[other].units - 1)


def arrange(units: Sequence[int], width: int, height: int, caption: int) -> UnitGrid:
    """The largest cells with which ``units`` (per layer) fit into ``height``; the smallest ones when none do.

    ``caption`` is the height of a layer's caption.
    """
    for cell in range(LARGEST_CELL, SMALLEST_CELL - 1, -1):
        grid = _with_cell(units, width, caption, cell)
        if grid.height <= height:
            break
    return grid


def _with_cell(units: Sequence[int], width: int, caption: int, cell: int) -> UnitGrid:
    most = max(1, width // cell)
    columns = most - most % COLUMN_GROUP if most > COLUMN_GROUP else most
    top, layers = 0, []
    for count in units:
        layer = LayerGrid(top, top + caption, count, min(columns, max(1, count)))
        layers.append(layer)
        top = layer.top + layer.rows * cell + LAYER_GAP
    return UnitGrid(cell, top, tuple(layers))
