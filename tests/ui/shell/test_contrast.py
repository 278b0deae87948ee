"""Outlines and marks stand out by 3:1 in both themes, and no status is told by colour alone."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from relulab.measurements.status import UnitStatus
from relulab.views.colours import DARK_COLOURS, LEAST_CONTRAST, LIGHT_COLOURS, contrast
from relulab.views.findings import SEVERITIES
from ui.plots.unit_map import LARGEST_CELL, SHADES, SMALLEST_CELL, unit_tiles
from ui.shell.theme import Theme

THEMES = pytest.mark.parametrize("colours", [LIGHT_COLOURS, DARK_COLOURS], ids=["light", "dark"])
SIDES = (SMALLEST_CELL, 9, 14, LARGEST_CELL)

# What an eye without the middle cones sees, in linear RGB (Machado, Oliveira and Fernandes, 2009, severity 1).
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
LEAST_DIFFERENCE = 1.5  # of the luminances of two pixels, as a contrast
LEAST_SHARE = 0.1  # of the pixels of a mark that differ so much


def linear(pixels):
    """(..., 3) of 0xffRRGGBB, as light."""
    channels = np.stack([(pixels >> shift) & 255 for shift in (16, 8, 0)], -1) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(light):
    return np.clip(light, 0, 1) @ (0.2126, 0.7152, 0.0722)


def differing(one, other):
    """The share of pixels of two tiles that differ for an eye without the middle cones."""
    seen = [luminance(linear(tile) @ DEUTERANOPIA.T) + 0.05 for tile in (one, other)]
    return float((np.maximum(*seen) / np.minimum(*seen) >= LEAST_DIFFERENCE).mean())


@pytest.mark.parametrize("side", SIDES)
@THEMES
def test_every_two_statuses_of_a_unit_differ_without_colour(qapp, colours, side):
    tiles = unit_tiles(side, colours.dark)
    by_rate = tiles.by_rate[:-1].reshape(len(UnitStatus), SHADES, side, side)
    for one, other in combinations(UnitStatus, 2):
        assert differing(tiles.by_status[one], tiles.by_status[other]) >= LEAST_SHARE, (one, other)
        for shade in range(SHADES):
            assert differing(by_rate[one, shade], by_rate[other, shade]) > 0, (one, other, shade)


@pytest.mark.parametrize("side", SIDES)
@THEMES
def test_the_edge_of_every_unit_stands_out_from_the_background(qapp, colours, side):
    tiles = unit_tiles(side, colours.dark)
    for tile in (*tiles.by_status[:-1], *tiles.by_rate[:-1]):
        assert contrast(QColor(int(tile[0, 0])).name(), colours.background) >= LEAST_CONTRAST


@THEMES
def test_no_severity_is_told_by_colour_alone(colours):
    symbols = [style.symbol for style in SEVERITIES.values()]
    assert len(set(symbols)) == len(symbols)
    assert all(symbols)


@THEMES
def test_colours_of_text_and_of_outlines_can_be_seen(colours):
    for ground in (colours.background, colours.window):
        assert contrast(colours.edge, ground) >= LEAST_CONTRAST
        assert contrast(colours.accent, ground) >= LEAST_CONTRAST
        for text in (colours.foreground, colours.muted, colours.warning, colours.error, colours.good):
            assert contrast(text, ground) >= 4.5
    for style in colours.status.values():
        assert contrast(style.ink, style.colour) >= LEAST_CONTRAST


@pytest.fixture
def themed(qapp):
    before = qapp.palette(), qapp.styleSheet(), qapp.style().name()
    yield lambda dark: Theme(qapp, "dark" if dark else "light")
    for theme in qapp.findChildren(Theme):
        theme.deleteLater()
    qapp.setStyleSheet(before[1])
    qapp.setPalette(before[0])
    qapp.setStyle(before[2])


@THEMES
def test_the_outline_of_every_field_stands_out(qtbot, themed, colours):
    theme = themed(colours.dark)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    fields = [QLineEdit("a"), QSpinBox(), QComboBox(), QPushButton("a"), QPlainTextEdit("a")]
    fields += [QCheckBox("a"), QRadioButton("a"), QSlider(Qt.Orientation.Horizontal), QListWidget()]
    for field in fields:
        column.addWidget(field)
    window.show()
    qtbot.waitExposed(window)
    QApplication.processEvents()
    picture = window.grab().toImage()
    for field in fields:
        x, middle = field.x(), field.geometry().center().y()
        edge = [picture.pixelColor(at, middle).name() for at in range(x, x + 4)]
        best = max(contrast(one, theme.palette.window) for one in edge)
        assert best >= LEAST_CONTRAST, f"{type(field).__name__}: {edge} on {theme.palette.window}"
