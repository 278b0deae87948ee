"""What every unit of a network computes, layer by layer, as small pictures side by side."""

import numpy as np
from numpy.typing import NDArray

from relulab.report.figures import axes as drawn
from relulab.report.figures import images
from relulab.report.figures.figure import Drawing
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.training.telemetry import NetworkPicture, RunStarted
from relulab.views.colours import BLENDED_CLASSES
from relulab.views.unit_pictures import UNIT_PICTURES_TITLE, LayerPictures, caption, in_words, mosaic, unit_pictures

BELOW, ABOVE = BLENDED_CLASSES[:2]  # zero
IN_A_ROW, CURVES_IN_A_ROW = 16, 8
WORDS = 0.34  # inches above each layer


def draw_unit_pictures(info: RunStarted, picture: NetworkPicture) -> Drawing:
    """All units at one moment."""
    layers = unit_pictures(info, picture)
    return Drawing(UNIT_PICTURES_TITLE, caption(picture), in_words(info, picture), lambda theme: _paint(layers, theme))


def _paint(layers: list[LayerPictures], theme: Theme) -> Figure:
    sheets = [_sheet(layer) for layer in layers]
    heights = [WORDS + rows * _side(layer) for layer, (_, rows) in zip(layers, sheets, strict=True)]
    figure = Figure(figsize=(drawn.WIDTH, sum(heights)), layout="constrained")
    grid = figure.subplots(len(layers), 1, squeeze=False, height_ratios=heights)
    for (axes,), layer, (sheet, _) in zip(grid, layers, sheets, strict=True):
        pixels = _signed(sheet, theme)
        axes.imshow(pixels, interpolation="nearest", aspect="equal", extent=(0, 1, 0, sheet.shape[0] / sheet.shape[1]))
        axes.set_axis_off()
        axes.set_anchor("W")
        axes.set_title(f"{layer.title} (full colour: {layer.scale:.3g})")
    return figure


def _sheet(layer: LayerPictures) -> tuple[NDArray[np.float32], int]:
    """The pictures of a layer in rows as wide as the page, and how many rows there are."""
    in_a_row, width = _in_a_row(layer), layer.pictures.shape[2]
    return mosaic(layer.pictures, in_a_row, gap=max(1, width // 12)), -(-len(layer.pictures) // in_a_row)


def _side(layer: LayerPictures) -> float:
    """The height of a picture, in inches."""
    _, rows, columns = layer.pictures.shape
    return float(drawn.WIDTH / _in_a_row(layer) * rows / columns)


def _in_a_row(layer: LayerPictures) -> int:
    """Curves are wider than high and need more room."""
    _, rows, columns = layer.pictures.shape
    return CURVES_IN_A_ROW if rows < columns else IN_A_ROW


def _signed(sheet: NDArray[np.float32], theme: Theme) -> images.Rgba:
    """Amber above zero, blue below, the stronger the larger; a picture's ground is a little darker than the page."""
    pixels = np.where((sheet < 0)[..., None], images.shaded(np.abs(sheet), BELOW), images.shaded(np.abs(sheet), ABOVE))
    ground = images.shaded(np.full(sheet.shape, 0.12), theme.muted)
    empty = (np.nan_to_num(np.abs(sheet)) < 0.12) & np.isfinite(sheet)
    return np.asarray(np.where(empty[..., None], ground, pixels), np.uint8)
