"""Matplotlib's writer of SVG, for documents of many figures: what it works out for one serves the others.

The sizes of texts are remembered, and pixels of few colours are packed as such: a byte each in place of four.
"""

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from typing import Any, TextIO

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray
from PIL import Image

DOTS = 72.0  # an inch, as SVG counts
REMEMBERED = 4096  # texts
MOST_COLOURS = 256  # of pixels that are a byte each
SHARP = "image-rendering:crisp-edges;image-rendering:pixelated"

Pixels = NDArray[np.uint8]
Size = tuple[float, float, float]


def write_svg(figure: Figure, file: TextIO) -> None:
    """Draw ``figure`` as SVG."""
    dots = figure.dpi  # of pictures that have no size of their own
    figure.set_dpi(DOTS)
    width, height = figure.get_size_inches()
    kinds: Any = (Renderer, MixedModeRenderer)  # without annotations; the second makes pixels of what asks for them
    lines = kinds[0](width * DOTS, height * DOTS, file, image_dpi=int(dots), metadata={"Date": None})
    renderer = kinds[1](figure, width, height, dots, lines)
    figure.draw(renderer)
    renderer.finalize()


class Renderer(RendererSVG):
    """Remembers what texts measure, and packs pictures small."""

    writer: Any  # matplotlib's own, without annotations
    _get_clip_attrs: Any

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Size:
        """Of the text ``s``, in points."""
        return _size(s, prop, ismath)

    def _get_font_height_metrics(self, prop: FontProperties) -> Size:
        """How far letters reach above and below their line, and the gap between lines; matplotlib asks where it can."""
        return _heights(prop)

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Pixels ``im`` (rows, columns, 4), from the top; ``transform`` gives them their place."""
        rows, columns = im.shape[:2]
        draw: Any = super().draw_image  # matplotlib says nothing of what it takes
        if transform is None or not rows or not columns:
            draw(gc, x, y, im, transform)
            return
        place = Affine2D().scale(1 / columns, 1 / rows) + transform + Affine2D().translate(x, y)
        matrix = (place + Affine2D().scale(1, -1).translate(0, self.height)).get_matrix()
        attributes = {"opacity": f"{gc.get_alpha():g}"} if gc.get_alpha() != 1.0 else {}
        writer, clip = self.writer, self._get_clip_attrs(gc)
        writer.start("g", **clip)
        writer.element(
            "image",
            width=f"{columns}",
            height=f"{rows}",
            attrib=attributes | {"xlink:href": f"data:image/png;base64,\n{b64encode(packed(im)).decode()}"},
            transform=f"matrix({' '.join(map(_short, matrix[:2].T.ravel()))})",
            style=SHARP,
        )
        writer.end("g")


def _short(number: float) -> str:
    return f"{number:f}".rstrip("0").rstrip(".")


@lru_cache(REMEMBERED)
def _size(text: str, font: FontProperties, is_formula: Any) -> Size:
    width, height, descent = text_to_path.get_text_width_height_descent(text, font, is_formula)
    return float(width), float(height), float(descent)


@lru_cache
def _heights(font: FontProperties) -> Size:
    """As matplotlib works it out of the font's own tables, for which it reads them again for each text."""
    letters = get_font(findfont(font))
    table, head = letters.get_sfnt_table("OS/2"), letters.get_sfnt_table("head")
    assert table is not None, "the font that matplotlib brings has it"
    assert head is not None, "every font has it"
    scale = font.get_size_in_points() / head["unitsPerEm"]
    return table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale, table["sTypoLineGap"] * scale


def packed(pixels: Pixels) -> bytes:
    """Pixels (rows, columns, 4) as PNG, exactly; of few colours as places in a table of them."""
    file = BytesIO()
    if (found := _in_table(pixels)) is None:
        Image.fromarray(pixels).save(file, format="png")
        return file.getvalue()
    table, places = found
    image = Image.fromarray(places)
    image.putpalette(table[:, :3].tobytes())
    image.save(file, format="png", transparency=table[:, 3].tobytes())
    return file.getvalue()


def _in_table(pixels: Pixels) -> tuple[Pixels, Pixels] | None:
    """The colours (colours, 4) of ``pixels`` and the place (rows, columns) of each among them; None for too many."""
    if (pixels[..., :3] == pixels[0, 0, :3]).all():  # one colour in all its opacities: nothing to be sorted
        table = np.tile(pixels[0, 0], (MOST_COLOURS, 1))
        table[:, 3] = np.arange(MOST_COLOURS)
        return table, np.ascontiguousarray(pixels[..., 3])
    colours, places = np.unique(np.ascontiguousarray(pixels).view(np.uint32), return_inverse=True)
    if len(colours) > MOST_COLOURS:
        return None
    return colours.view(np.uint8).reshape(-1, 4), places.reshape(pixels.shape[:2]).astype(np.uint8)
