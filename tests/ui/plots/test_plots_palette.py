"""The palette can be seen by everybody."""

import itertools

import numpy as np
import pytest

from relulab.measurements.status import UnitStatus
from relulab.views.colours import contrast, ink_on, rgb_of
from ui.widgets.palette import DARK, LIGHT, intensity_table, palette

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])

# Viénot, Brettel and Mollon (1999): what is left of linear RGB without red and without green cones
DEUTERANOPIA = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])
PROTANOPIA = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])


def seen(colour, kind):
    linear = (rgb_of(colour) / 255.0) ** 2.2
    return 255 * np.clip(kind @ linear, 0, 1) ** (1 / 2.2)


@BOTH
def test_text_and_lines_stand_out_from_the_background(colours):
    for background in (colours.background, colours.window):
        assert contrast(colours.foreground, background) >= 7
        assert contrast(colours.muted, background) >= 4.5
    for line in (colours.train, colours.validation, *colours.lines):
        assert contrast(line, colours.background) >= 3, line


@BOTH
@pytest.mark.parametrize("kind", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all", "deuteranopia", "protanopia"])
def test_statuses_differ_for_colour_blind_eyes(colours, kind):
    fills = [seen(style.colour, kind) for style in colours.status.values()]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(fills, 2)) > 25


@BOTH
@pytest.mark.parametrize("count", [1, 3, 8, 9, 30, 100])
def test_every_layer_has_a_line_of_its_own(colours, count):
    styles = colours.layer_lines(count)
    assert len(styles) == count
    assert all(contrast(style.colour, colours.background) >= 2.9 for style in styles)
    if count <= 8:
        assert len({style.colour for style in styles}) == len({style.dash for style in styles}) == count
    else:
        bright = [float(np.sum(rgb_of(style.colour) * (0.3, 0.6, 0.1))) for style in styles]
        assert bright == sorted(bright), "from the first layer to the last it gets steadily brighter"


@BOTH
def test_every_status_has_a_symbol_and_a_name(colours):
    assert set(colours.status) == set(UnitStatus)
    assert len({style.symbol for style in colours.status.values()}) == len(UnitStatus)
    assert len({status.label for status in UnitStatus}) == len(UnitStatus)
    for style in colours.status.values():
        assert contrast(style.ink, style.colour) >= 3.5


@BOTH
def test_no_values_look_like_the_background_and_more_stand_out_more(colours):
    table = intensity_table(colours)
    np.testing.assert_array_equal(table[0], rgb_of(colours.background))
    grey = table @ np.array([0.2126, 0.7152, 0.0722])
    assert abs(grey[255] - grey[0]) > 150
    assert np.all(np.diff(grey[64:]) * (1 if colours.dark else -1) >= -1)


def test_palettes_are_chosen_by_theme_and_ink_can_be_read():
    assert palette(True) is DARK
    assert palette(False) is LIGHT
    assert ink_on("#ffffff") == "#000000"
    assert ink_on("#101010") == "#ffffff"
