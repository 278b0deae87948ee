"""The layout of a network: nothing overlaps, nothing is clipped, whatever the network and the room."""

from itertools import combinations, pairwise

import pytest

from relulab.views.network.arrange import ColumnSize, Shown, arrange, block_columns, close_up
from relulab.views.network.layout import LABEL

ROOMS = ((520, 360), (700, 500), (998, 560), (1140, 700), (1920, 1080))


def dense(*units, shown=Shown.PLANE, label=60):
    """A network of dense layers by its units, input and output named."""
    ends = {0, len(units) - 1}
    return [ColumnSize(count, shown, label if place in ends else 0) for place, count in enumerate(units)]


IMAGE = ColumnSize(1, Shown.IMAGE)
CLASSES = ColumnSize(10, Shown.VALUE, 70)
NETWORKS = {
    "2-2-2": dense(2, 2, 2),
    "2-8-8-2": dense(2, 8, 8, 2),
    "2-64-64-2": dense(2, 64, 64, 2),
    "784-256-256-10": [IMAGE, ColumnSize(256, Shown.WEIGHTS), ColumnSize(256, Shown.VALUE), CLASSES],
    "30 layers of 8": dense(2, *[8] * 30, 2),
    "1-16-16-1": dense(1, 16, 16, 1, shown=Shown.CURVE),
    "CNN": [IMAGE, *(ColumnSize(units, Shown.MAP) for units in (8, 8, 16)), CLASSES],
    "table": dense(13, 32, 32, 1, shown=Shown.VALUE),
    "mnist-cnn": [IMAGE, *(ColumnSize(units, Shown.MAP) for units in (16, 16, 32, 32)), ColumnSize(128, Shown.VALUE),
                  CLASSES],
    "6 layers of 128": dense(2, *[128] * 6, 2),
    "60 layers of 16": dense(2, *[16] * 60, 2),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", NETWORKS)
ROOM = pytest.mark.parametrize("room", ROOMS)


@EACH
@ROOM
def test_nothing_overlaps_and_nothing_is_clipped(name, room):
    layout = arrange(NETWORKS[name], *room)
    assert layout is not None
    grounds = [layout.places[c].ground for c in range(len(layout.places)) if layout.strip_of(c) is None]
    grounds += [strip.ground for strip in layout.strips]
    for one, other in combinations(grounds, 2):
        assert not one.meets(other)
    for place in layout.places:
        assert place.side >= 4
        pictures = [place.rectangle(unit) for unit in range(place.units)]
        assert not any(one.meets(other) for one, other in combinations(pictures[:300], 2))
        before, after = max(0, -place.label), max(0, place.label)
        for picture in pictures:
            assert picture.left - before >= 0
            assert picture.right + after <= layout.width
            assert layout.network.top <= picture.top
            assert picture.bottom <= layout.network.bottom


@EACH
@ROOM
def test_lines_have_room_and_their_ports_are_on_the_rim_in_the_order_of_the_units(name, room):
    layout = arrange(NETWORKS[name], *room)
    for sender, receiver in layout.gaps():
        before, after = layout.places[sender], layout.places[receiver]
        assert after.ground.left - before.ground.right >= 12
    for place in layout.places:
        ports = [place.port(unit, outgoing=True) for unit in range(place.units)]
        assert all(x == place.ground.right for x, _ in ports)
        heights = [y for _, y in ports]
        assert heights == sorted(heights)
        assert len(set(heights)) == place.units, "each has its own"


@pytest.mark.parametrize("name", ["2-8-8-2", "2-64-64-2", "1-16-16-1"])
@pytest.mark.parametrize("room", [(986, 500), (1118, 780), (1400, 900)])
def test_large_pictures_leave_lines_room_to_be_told_apart(name, room):
    layout = arrange(NETWORKS[name], *room)
    for sender, receiver in layout.gaps():
        before, after = layout.places[sender], layout.places[receiver]
        assert after.ground.left - before.ground.right >= 2 * layout.places[1].side


@ROOM
def test_columns_are_centred_on_one_axis(room):
    layout = arrange(NETWORKS["2-64-64-2"], *room)
    middles = [place.area.centre[1] for place in layout.places if place.block]
    assert all(abs(middle - layout.network.centre[1]) <= 1 for middle in middles)


def test_few_units_stand_in_one_column_many_in_a_block():
    layout = arrange(NETWORKS["2-8-8-2"], 998, 560)
    assert [place.across for place in layout.places] == [1, 1, 1, 1]
    layout = arrange(NETWORKS["2-64-64-2"], 998, 560)
    assert all(place.block and place.across > 1 for place in layout.places[1:3])
    assert layout.places[1].side >= 32, "as large as in the design"


@pytest.mark.parametrize("room", [(725, 418), (725, 451), (860, 500)])
def test_maps_stay_large_where_shades_can_be_smaller(room):
    """The presets with convolutions in the window of a small screen."""
    maps = [ColumnSize(units, Shown.MAP) for units in (8, 8, 16, 16)]
    layout = arrange([IMAGE, *maps, ColumnSize(64, Shown.VALUE), CLASSES], *room)
    assert layout.numbers
    assert layout.places[-1].label == CLASSES.label
    assert all(place.side >= 34 for place in layout.places[1:5])
    assert layout.places[1].across == 1, "beside their kernels"


@pytest.mark.parametrize("room", [(725, 418), (725, 451), (700, 500)])
def test_outputs_keep_their_names_where_a_wide_network_is_drawn_small(room):
    layout = arrange(NETWORKS["784-256-256-10"], *room)
    assert layout.places[1].side < 20
    assert layout.numbers
    assert (layout.places[-1].label, layout.places[-1].side) == (CLASSES.label, LABEL)


@pytest.mark.parametrize(
    ("units", "rows", "across"), [(64, 11, 6), (256, 14, 20), (256, 20, 16), (8, 4, 2), (16, 8, 2)]
)
def test_the_rows_of_a_block_are_whole_or_the_last_is_at_least_half_full(units, rows, across):
    assert block_columns(units, rows) == across


@pytest.mark.parametrize("rows", range(1, 40))
def test_no_orphan_in_the_last_row(rows):
    for units in range(1, 300):
        across = block_columns(units, rows)
        assert -(-units // across) <= rows
        assert units % across == 0 or 2 * (units % across) >= across


def test_a_deep_network_is_folded_and_opens_where_it_is_asked():
    sizes = NETWORKS["30 layers of 8"]
    layout = arrange(sizes, 998, 560)
    (strip,) = layout.strips
    assert (strip.first, strip.last) == (2, 30)
    assert layout.places[1].side > layout.places[2].side >= 10
    opened = arrange(sizes, 998, 560, opened=15)
    assert [(strip.first, strip.last) for strip in opened.strips] == [(1, 14), (17, 31)]
    assert not opened.places[15].folded


def test_lines_are_drawn_between_all_neighbours_but_within_a_strip():
    layout = arrange(NETWORKS["30 layers of 8"], 998, 560)
    assert list(layout.gaps()) == [(0, 1), (1, 2), (29, 30), (30, 31)]


@EACH
def test_captions_have_room_that_no_other_takes(name):
    layout = arrange(NETWORKS[name], 998, 560)
    spans = []
    for column in layout.captioned:
        middle, left, right = layout.caption_room(column)
        assert left < middle < right
        spans.append((left, right))
    assert all(low >= 0 and high <= layout.width for low, high in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_caption_at_the_border_may_stand_beside_the_middle_of_its_column():
    layout = arrange(NETWORKS["2-64-64-2"], 998, 560)
    middle, left, right = layout.caption_room(3)
    assert right == layout.width - 4
    assert middle - left > right - middle


@EACH
def test_a_point_finds_the_unit_whose_picture_is_there(name):
    layout = arrange(NETWORKS[name], 998, 560)
    for place in layout.places:
        for unit in range(place.units):
            assert layout.cell_at(*place.rectangle(unit).centre) == (place.column, unit)
    assert layout.cell_at(0, 0) is None


def test_the_keys_reach_every_unit():
    layout = arrange(NETWORKS["2-64-64-2"], 998, 560)
    seen, frontier = {(0, 0)}, [(0, 0)]
    while frontier:
        cell = frontier.pop()
        for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            other = layout.neighbour(cell, across, down)
            if other not in seen:
                seen.add(other)
                frontier.append(other)
    assert seen == {(place.column, unit) for place in layout.places for unit in range(place.units)}


def test_without_room_there_is_no_layout():
    assert arrange(NETWORKS["2-64-64-2"], 90, 400) is None
    assert arrange(NETWORKS["2-64-64-2"], 900, 90) is None


@EACH
@ROOM
def test_a_close_up_shows_a_column_larger_and_clips_nothing(name, room):
    columns = NETWORKS[name]
    whole = arrange(columns, *room)
    for around in range(len(columns)):
        layout = close_up(columns, room[0], room[1], around, whole.places[around].side)
        if layout is None:
            continue
        assert layout.places[around].side >= 1.2 * whole.places[around].side
        assert layout.places[around].ground.width <= room[0]
        assert layout.height == room[1]
        assert not layout.strips
        for one, other in pairwise(layout.places):
            assert one.ground.right < other.ground.left
        for place in layout.places:
            assert place.ground.left >= 0
            assert place.ground.right <= layout.width
            assert layout.network.top <= place.area.top
            assert place.area.bottom <= layout.network.bottom


def test_a_close_up_of_a_deep_network_unfolds_it():
    layout = close_up(NETWORKS["30 layers of 8"], 998, 560, 15, 22)
    assert layout.width > 5 * 998
    left, right = layout.places[14].ground.left, layout.places[16].ground.right
    assert right - left <= 998, "it and its neighbours are seen at once"


def test_a_close_up_is_there_only_where_it_shows_more():
    assert close_up(NETWORKS["2-2-2"], 998, 560, 1, 500) is None
