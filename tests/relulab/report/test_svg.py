"""What the writer of SVG remembers and packs: the same pictures as matplotlib's own, and nothing left behind."""

import gc
import re
from base64 import b64decode
from io import BytesIO, StringIO

import numpy as np
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from relulab.collector import collector_off
from relulab.report.figures import writing
from relulab.report.figures.layout import Layouts
from relulab.report.figures.svg import packed, write_svg
from relulab.report.figures.theme import LIGHT, styled
from relulab.report.figures.writing import to_svg
from tests.helpers.figure_runs import drawing_of

PNG = re.compile(r'data:image/png;base64,\s*([^"]*)"')
NAMES = re.compile(r' id="image[^"]*"')


def pixels_of(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGBA"))


def mode_of(png: bytes) -> str:
    return Image.open(BytesIO(png)).mode


def placed(figure: Figure) -> Figure:
    Layouts().place(figure)
    return figure


def test_pixels_are_packed_exactly_and_small_where_their_colours_are_few():
    noise = np.random.default_rng(0)
    shades = np.full((40, 90, 4), np.array((58, 148, 207, 0), np.uint8))
    shades[..., 3] = noise.integers(0, 256, (40, 90))
    classes = noise.integers(0, 256, (5, 4)).astype(np.uint8)[noise.integers(0, 5, (40, 90))]
    photograph = noise.integers(0, 256, (40, 90, 4)).astype(np.uint8)
    for pixels, mode in ((shades, "P"), (classes, "P"), (photograph, "RGBA"), (shades[::-1], "P")):
        png = packed(pixels)
        assert mode_of(png) == mode
        np.testing.assert_array_equal(pixels_of(png), pixels)


@pytest.mark.parametrize(("key", "run"), [("units", "moons"), ("output", "digits"), ("output", "surface")])
def test_it_draws_what_matplotlib_draws(key, run):
    drawing = drawing_of(key, run)
    ours, theirs = StringIO(), BytesIO()
    with styled(LIGHT):
        write_svg(placed(drawing.paint(LIGHT)), ours)
        FigureCanvasSVG(placed(drawing.paint(LIGHT))).print_svg(theirs, metadata={"Date": None})
    texts = ours.getvalue(), theirs.getvalue().decode()
    pictures = [[pixels_of(b64decode(png)) for png in PNG.findall(text)] for text in texts]
    for one, other in zip(*pictures, strict=True):
        np.testing.assert_array_equal(one, other)
    lines, same = (NAMES.sub("", PNG.sub("", text)).split() for text in texts)
    assert sorted(lines) == sorted(same)  # only the order of attributes differs
    assert pictures[0]


@pytest.mark.parametrize("run", ["moons", "diverging"])  # whose values are so large that a power of ten stands above
def test_titles_and_empty_labels_are_where_matplotlib_puts_them(run, monkeypatch):
    drawing = drawing_of("histograms", run)
    ours = to_svg(drawing)
    monkeypatch.setattr(writing, "_place_plainly", lambda _axes: None)
    assert to_svg(drawing) == ours


def test_a_figure_leaves_nothing_behind_while_the_collector_rests():
    drawing = drawing_of("loss", "moons")
    gc.collect()
    before = figures()
    with collector_off():
        to_svg(drawing)
        assert figures() == before


def figures() -> int:
    return sum(type(thing) is Figure for thing in gc.get_objects())
