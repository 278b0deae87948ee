"""Figures as SVG, PDF and PNG: for light and dark pages, described, small, and the same bytes every time."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import matplotlib
import matplotlib.image
import numpy as np
import pytest

from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.figure import Drawing
from relulab.report.figures.theme import DARK, LIGHT, ROLES, roles, theme_css
from relulab.report.figures.writing import to_pdf, to_png, to_svg
from relulab.session.history import RunHistory
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.views.colours import DARK_COLOURS, LIGHT_COLOURS, rgb_of
from relulab.views.network.colours import network_colours
from relulab.views.parts import ShownRun
from tests.helpers.figure_runs import SVG, drawing_of, history_of, ids_in, shown, svg_of, svg_texts

LONG = 6000  # steps: more than a history keeps
KILOBYTES = 1000


def long_history(seed: int) -> RunHistory:
    """As many noisy records as a history keeps."""
    history = history_of("built").up_to(0)
    rng = np.random.default_rng(seed)
    layers = np.full(3, 0.1, np.float32)
    for step in range(LONG):
        loss = float(np.exp(-step / LONG) + rng.normal(0, 0.05))
        history.append(StepRecord(step, step / 4, 0.1, loss, loss - 0.1, loss + 0.1, 0.0, loss / 2, *[layers] * 3))
        if step % 4 == 0:
            history.append(EvaluationRecord(step, step / 4, loss, loss / 2))
    return history


@pytest.mark.parametrize("key", FIGURES)
def test_an_svg_says_what_it_is_and_shows(key):
    drawing = drawing_of(key, "moons")
    root = ElementTree.fromstring(to_svg(drawing))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.text, description.text) == (drawing.title, drawing.alternative)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@pytest.mark.parametrize("key", FIGURES)
def test_an_svg_for_a_page_has_the_colours_of_the_page(key):
    svg = svg_of(key, "moons")
    found = set(re.findall(r"var\(--figure-([a-z0-9-]+), (#[0-9a-f]{6})\)", svg))
    light = roles(LIGHT)
    assert {(name, light[name]) for name, _ in found} == found
    assert "ink" in {name for name, _ in found} | ({"ink"} if key == "samples" else set())
    without = re.sub(r"var\([^)]*\)", "", svg)
    fixed = set(re.findall(r"#[0-9a-f]{6}\b", without))
    if key == "network":
        fixed.discard(network_colours(dark=False).negative)  # weights keep their blue, which is also a curve's
    assert not fixed & {*roles(ROLES).values(), *(light[name] for name in ("ink", "muted", "grid", "train"))}
    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height")) == (None, None)
    assert root.get("viewBox")


def test_a_page_sets_every_colour_light_and_dark():
    light, dark = theme_css().split("@media (prefers-color-scheme: dark)")
    for name in roles(ROLES):
        assert f"--figure-{name}:{roles(LIGHT)[name]};" in light
        assert f"--figure-{name}:{roles(DARK)[name]};" in dark
    assert roles(LIGHT)["ink"] == LIGHT_COLOURS.foreground
    assert roles(DARK)["line-2"] == DARK_COLOURS.lines[1]
    assert theme_css(".report").startswith(".report{")
    assert len(set(roles(ROLES).values())) == len(roles(ROLES))


def test_an_svg_of_its_own_has_fixed_colours_and_a_background():
    svg = to_svg(drawing_of("loss", "moons"), theme=DARK)
    assert "var(" not in svg
    assert DARK.background in svg
    assert DARK.train in svg
    assert re.search(r'width="[\d.]+pt"', svg)


def test_text_stays_text():
    texts = svg_texts(svg_of("loss", "moons", "moons slow"))
    assert {"moons", "moons slow", "step", "accuracy", "100 %", "0.6931"} <= set(texts)
    assert "font-family: 'DejaVu Sans', sans-serif" in svg_of("loss", "moons")


def test_names_in_one_page_are_unique_and_all_references_are_met():
    figures = [svg_of(key, "moons") for key in FIGURES] + [svg_of("loss", "moons slow")]
    names = [name for svg in figures for name in ids_in(svg)]
    assert len(names) == len(set(names))
    for svg in figures:
        wanted = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg))
        assert {one or other for one, other in wanted} <= set(ids_in(svg))
        assert "<style" not in svg  # it would hold for the whole page
        assert "<metadata" not in svg


def test_names_with_marks_of_html_are_only_text():
    drawing = FIGURES["loss"].draw([ShownRun("<b>$x_1$ & more</b>", history_of("moons")), *shown("moons slow")])
    texts = svg_texts(to_svg(drawing))
    assert "<b>$x_1$ & more</b>" in texts


@pytest.mark.parametrize("key", FIGURES)
def test_the_same_drawing_gives_the_same_bytes(key):
    drawing, again = drawing_of(key, "moons"), drawing_of(key, "moons")
    assert to_svg(drawing) == to_svg(again)
    assert to_pdf(drawing) == to_pdf(again)
    assert to_png(drawing, dpi=50) == to_png(again, dpi=50)


def test_five_long_runs_make_a_small_file():
    runs = [ShownRun(f"run {seed}", long_history(seed), seed) for seed in range(5)]
    for key in ("loss", "gradients"):
        assert len(to_svg(FIGURES[key].draw(runs)).encode()) < 150 * KILOBYTES
    assert len(to_svg(FIGURES["loss"].draw(runs[:1])).encode()) < 100 * KILOBYTES


def test_thinning_keeps_every_outburst():
    history = long_history(0)
    history.append(EvaluationRecord(LONG, 1.0, 7.5, 0.5))
    history.append(EvaluationRecord(LONG + 1, 1.0, 0.5, 0.5))
    figure = FIGURES["loss"].draw([ShownRun("run", history)]).figure
    line: Any
    (line,) = [line for line in figure.axes[0].lines if line.get_color() == LIGHT.validation]
    assert line.get_ydata().max() == 7.5
    assert len(line.get_ydata()) < 600


def test_a_pdf_is_one_page_with_its_fonts_and_without_dates():
    pdf = to_pdf(drawing_of("loss", "moons"))
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 1
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf


@pytest.mark.parametrize(("dark", "colours"), [(False, LIGHT_COLOURS), (True, DARK_COLOURS)])
def test_a_png_has_the_size_and_the_colours_of_its_theme(dark, colours):
    drawing = drawing_of("loss", "moons")
    pixels = matplotlib.image.imread(BytesIO(to_png(drawing, dpi=100, dark=dark)))
    width, height = drawing.figure.get_size_inches()
    assert pixels.shape[:2] == (round(100 * height), round(100 * width))
    assert (np.round(255 * pixels[0, 0, :3]) == rgb_of(colours.background)).all()
    shown_colours = set(map(tuple, np.round(255 * pixels[..., :3]).astype(int).reshape(-1, 3)))
    assert tuple(rgb_of(colours.validation).tolist()) in shown_colours


def test_threads_draw_at_the_same_time_without_disturbing_each_other():
    drawings: list[Drawing] = [drawing_of(key, "moons") for key in ("loss", "units", "design", "output")]
    alone = [to_svg(drawing) for drawing in drawings]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(to_svg, drawings * 3))
    assert together == alone * 3


def test_the_users_own_settings_neither_matter_nor_change():
    before = to_svg(drawing_of("loss", "moons"))
    own: Any = {"lines.linewidth": 9.0, "axes.linewidth": 7.0, "xtick.major.size": 20.0, "svg.fonttype": "path"}
    with matplotlib.rc_context(own):
        assert to_svg(drawing_of("loss", "moons")) == before
        assert matplotlib.rcParams["lines.linewidth"] == 9.0
        assert matplotlib.rcParams["svg.fonttype"] == "path"


def test_no_figure_goes_through_the_global_state_of_pyplot():
    code = (
        "import sys; from relulab.report.figures.catalogue import FIGURES; import relulab.report.figures.writing; "
        "sys.exit(any(name in sys.modules for name in ('matplotlib.pyplot', 'torch', 'PySide6')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
