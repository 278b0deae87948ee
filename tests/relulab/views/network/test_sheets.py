"""Every picture of a column stands in its place, whatever was drawn there before."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.measurements.status import UnitStatus
from relulab.views.network import sheets as module
from relulab.views.network.arrange import Shown
from relulab.views.network.cells import FRAME, GROUND, cells_of, colour_table, coloured
from relulab.views.network.layout import Place
from relulab.views.network.sheets import Sheet, Sheets, inside_of
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
    area = np.full((place.area.height * ratio, place.area.width * ratio), GROUND, np.uint8)
    sheet = Sheet(place, ratio, area)
    sheet.fill(FRAME)
    for seed in (0, 1):  # the second one over the first
        pictures = cells(place.units, place.side * ratio, seed)
        sheet.put(pictures[inside_of(place, ratio)])
        assert np.array_equal(area, put_one_by_one(place, pictures, ratio))


def test_a_sheet_never_reaches_out_of_its_image():
    place = PLACES[0]
    with pytest.raises(ValueError, match="larger"):
        Sheet(place, 2, np.zeros((place.area.height * 2 - 5, place.area.width * 2), np.uint8))
    with pytest.raises(ValueError, match="larger"):
        Sheet(place, 1, np.zeros((place.area.height, place.side), np.uint8))


@pytest.mark.parametrize("ratio", [1, 2])
def test_on_the_ground_of_a_whole_layout_stand_the_colours_of_the_same_pictures(ratio):
    view = network_view(moons_history())
    places = [Place(1, 6, 32, 2, 10, 20, 4, 4, block=True), Place(2, 4, 20, 1, 200, 9, 4, 4, block=False)]
    scales = [view.scale(column) for column in range(len(view.columns))]
    sheets, ground = Sheets(view, places, ratio, dark=False), np.zeros((200 * ratio, 300 * ratio), np.uint32)
    for times in (3, 1):  # the second moment over the first
        sheets.draw(view, [times * scale for scale in scales])
        sheets.put_on(ground)
        for place in places:
            image = sheets.images[place.column]
            for unit in range(place.units):
                where = place.rectangle(unit)
                on_ground = within(ground, where.left, where.top, place.side, ratio)
                alone = within(
                    image.indices, where.left - place.area.left, where.top - place.area.top, place.side, ratio
                )
                assert np.array_equal(on_ground, image.table[alone])
        assert not ground[: 9 * ratio].any(), "nothing beside them"
    sheets.put_on(ground)
    other = np.zeros_like(ground)
    sheets.put_on(other)
    assert np.array_equal(other, ground), "another ground gets all of them"


def within(image, left, top, side, ratio):
    """What lies inside of the frame of a picture."""
    rows, columns = (
        slice((top + 1) * ratio, (top + side - 1) * ratio),
        slice((left + 1) * ratio, (left + side - 1) * ratio),
    )
    return image[rows, columns]


def test_what_has_not_changed_is_not_made_again(monkeypatch):
    view, made = network_view(moons_history()), []
    monkeypatch.setattr(
        module, "cells_of", lambda *given: made.append([place.column for place in given[2]]) or cells_of(*given)
    )
    places = [Place(0, 2, 40, 1, 0, 0, 4, 4, block=False), Place(1, 6, 32, 2, 60, 0, 4, 4, block=True)]
    scales = [view.scale(column) for column in range(len(view.columns))]
    sheets = Sheets(view, places, 1, dark=False)
    sheets.draw(view, scales)
    assert sorted(made) == [[0], [1]]
    made.clear()
    learnt = replace(view.picture, values=tuple(values + 1 for values in view.picture.values))
    sheets.draw(replace(view, picture=learnt), scales)
    assert made == [[1]], "the inputs over the plane are what they were"
    made.clear()
    sheets.draw(replace(view, picture=learnt), [2 * scale for scale in scales])
    assert sorted(made) == [[0], [1]], "on other scales all are others"
    made.clear()
    states = np.full_like(view.status, UnitStatus.DEAD)
    sheets.draw(replace(view, picture=learnt, status=states), [2 * scale for scale in scales])
    assert made == [[1]], "dead units are dark"


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


@pytest.mark.parametrize("across", [6, 7])
@pytest.mark.parametrize("shown", [Shown.PLANE, Shown.CURVE])
@pytest.mark.parametrize("dark", [False, True])
def test_looked_up_in_pairs_each_index_has_its_own_colour(across, shown, dark):
    given = cells(5, 7)[:, 1:, :across]
    expected = colour_table(shown, dark, on_ground=False)[given]
    assert np.array_equal(coloured(given, shown, dark), expected)
