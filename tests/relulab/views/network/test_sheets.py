"""Every picture of a column stands in its place, whatever was drawn there before."""

import numpy as np
import pytest

from relulab.views.network.cells import FRAME, GROUND, cells_of
from relulab.views.network.layout import Place
from relulab.views.network.sheets import Sheet, Sheets
from relulab.views.network.view import network_view
from tests.helpers.networks import moons_history

PLACES = (
    Place(column=1, units=7, side=10, across=3, left=5, top=9, apart=4, below=2, block=True),
    Place(column=1, units=6, side=10, across=3, left=0, top=0, apart=0, below=0, block=True),
    Place(column=1, units=1, side=4, across=1, left=0, top=0, apart=1, below=18, block=False),
)


def cells(units, side, seed=0):
    return np.random.default_rng(seed).integers(0, 250, (units, side, side)).astype(np.uint8)


def put_one_by_one(place, pictures, ratio):
    """The slow way: each picture where the layout says that it is."""
    area, side = place.area, place.side * ratio
    found = np.full((area.height * ratio, area.width * ratio), GROUND, np.uint8)
    for unit, picture in enumerate(pictures):
        where = place.rectangle(unit)
        top, left = (where.top - area.top) * ratio, (where.left - area.left) * ratio
        framed = picture.copy()
        if place.side >= 8:
            framed[:ratio] = framed[-ratio:] = framed[:, :ratio] = framed[:, -ratio:] = FRAME
        found[top : top + side, left : left + side] = framed
    return found


@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("place", PLACES)
def test_each_picture_is_where_the_layout_says(place, ratio):
    sheet = Sheet(place, ratio)
    for seed in (0, 1):  # the second one over the first
        pictures = cells(place.units, place.side * ratio, seed)
        sheet.put(pictures)
        assert np.array_equal(sheet.indices, put_one_by_one(place, pictures, ratio))


def test_another_moment_is_drawn_over_the_one_before():
    view = network_view(moons_history())
    places = [Place(1, 6, 32, 2, 0, 0, 4, 4, block=True), Place(2, 4, 32, 1, 200, 0, 4, 4, block=True)]
    scales = [view.scale(column) for column in range(len(view.columns))]
    sheets = Sheets(view, places, 1, dark=False)
    sheets.draw(view, [10 * scale for scale in scales])
    pale = {column: image.indices.copy() for column, image in sheets.images.items()}
    sheets.draw(view, scales)
    for place in places:
        expected = put_one_by_one(place, cells_of(view, view.columns[1].shown, [place], scales, 1), 1)
        assert np.array_equal(sheets.images[place.column].indices, expected)
    assert not np.array_equal(pale[1], sheets.images[1].indices)
