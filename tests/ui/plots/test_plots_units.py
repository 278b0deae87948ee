"""Geometry and pictures of the heatmap's cells."""

import numpy as np
import pytest

from relulab.measurements.status import UnitStatus
from ui.plots.unit_map import LARGEST_CELL, LEVELS, SHADES, SMALLEST_CELL, arrange, rate_index, unit_tiles
from ui.widgets.palette import palette


@pytest.mark.parametrize(("width", "height"), [(540, 340), (300, 150), (90, 400)])
@pytest.mark.parametrize("units", [(64, 64, 2), (1,), (300, 7, 100, 10), (5,) * 30])
def test_every_unit_has_a_cell_of_its_own(units, width, height):
    grid = arrange(units, width, height, caption=16)
    seen = set()
    for layer, count in enumerate(units):
        for unit in range(count):
            x, y = grid.position_of(layer, unit)
            assert 0 <= x <= width - grid.cell
            assert y + grid.cell <= grid.height
            assert grid.unit_at(x + grid.cell / 2, y + grid.cell / 2) == (layer, unit)
            seen.add((x, y))
    assert len(seen) == sum(units)
    assert SMALLEST_CELL <= grid.cell <= LARGEST_CELL
    assert grid.height <= height or grid.cell == SMALLEST_CELL, "cells shrink before the view scrolls"


def test_there_is_no_unit_on_captions_and_behind_the_last_one():
    grid = arrange((10, 3), 100, 400, caption=16)
    assert grid.unit_at(5, 5) is None, "the caption"
    x, y = grid.position_of(0, 9)
    assert x == 0, "the last unit stands alone in its row"
    assert grid.unit_at(x + grid.cell + 1, y + 1) is None
    x, y = grid.position_of(1, 2)
    assert grid.unit_at(x + grid.cell + 1, y + 1) is None
    assert grid.unit_at(5, grid.height + 50) is None
    assert grid.unit_at(-3, y) is None


def test_arrow_keys_reach_every_unit_across_layers():
    grid = arrange((20, 3, 9), 26 * 8, 400, caption=16)  # rows of eight
    walked = [(0, 0)]
    while (after := grid.neighbour(*walked[-1], 1, 0)) != walked[-1]:
        walked.append(after)
    assert walked == [(layer, unit) for layer, count in enumerate((20, 3, 9)) for unit in range(count)]
    back = [walked[-1]]
    while (before := grid.neighbour(*back[-1], -1, 0)) != back[-1]:
        back.append(before)
    assert back == walked[::-1]
    assert grid.neighbour(0, 2, 0, 1) == (0, 10)
    assert grid.neighbour(0, 17, 0, 1) == (1, 1)
    assert grid.neighbour(0, 15, 0, 1) == (0, 19), "a shorter row ends earlier"
    assert grid.neighbour(1, 1, 0, -1) == (0, 17)
    assert grid.neighbour(2, 8, 0, 1) == (2, 8), "the end"


def pixels_of(image):
    pixels = np.frombuffer(image.constBits(), np.uint32).copy()  # the image may be gone before they are read
    return pixels.reshape(image.height(), image.width())


@pytest.mark.parametrize("dark", [False, True])
def test_each_cell_has_the_colour_of_its_status(qapp, dark):
    tiles = unit_tiles(12, dark)
    status = np.array([0, 1, 2, 3, 4, 1, 0], np.intp)
    picture = pixels_of(tiles.paint(tiles.by_status, status, columns=3))
    assert picture.shape == (36, 36)
    for i, value in enumerate(status):
        row, column = divmod(i, 3)
        style = palette(dark).status[UnitStatus(value)]
        edge = palette(dark).outline_of(style.colour, style.ink)
        assert picture[12 * row, 12 * column] & 0xFFFFFF == int(edge[1:], 16)
        assert picture[12 * row + 1, 12 * column + 1] & 0xFFFFFF == int(style.colour[1:], 16), "inside the edge"
    assert picture[24, 24] & 0xFFFFFF == int(palette(dark).background[1:], 16), "behind the last unit is nothing"


def test_a_status_is_told_by_more_than_its_colour(qapp):
    tiles = unit_tiles(16, False).by_rate[:-1].reshape(len(UnitStatus), SHADES, 16, 16)
    at_one_rate = {tiles[status, 10].tobytes() for status in UnitStatus}
    assert len(at_one_rate) == len(UnitStatus), "at the same rate, the symbols differ"


def test_the_shade_follows_the_firing_rate():
    index = rate_index(np.array([0, 0, 0, 1, 0], np.uint8), np.array([0, 0.5, 1, 0, np.nan], np.float32))
    np.testing.assert_array_equal(index, [0, 16, 32, SHADES, LEVELS], "the last has no rate")
