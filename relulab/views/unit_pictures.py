"""What every unit of a network computes, as small pictures: over the plane, as a curve, or for one sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.model.drawn import DrawnLayer, drawn_layers
from relulab.text import Text, text
from relulab.training.telemetry import NetworkPicture, RunStarted

Floats = NDArray[np.float32]

UNIT_PICTURES_TITLE = "What every unit computes"
MOST_PICTURES = 144  # of a layer
CURVE_ROWS = 32  # pixels of height of a curve
CELL = 12  # pixels across of a single value
STRONG_SHARE = 90  # percentile of the units' largest values that is shown in full colour


@dataclass(frozen=True, slots=True, eq=False)
class LayerPictures:
    """``pictures`` (units, rows, columns) of the first units of a layer, between -1 and 1 where ``scale`` is 1."""

    title: Text
    pictures: Floats
    scale: float


def unit_pictures(info: RunStarted, picture: NetworkPicture) -> list[LayerPictures]:
    """The layers of the network from the first to the output, one scale for each, so that weak units look weak."""
    values = picture.values or picture.at_sample
    return [_of_layer(info, layer, found) for layer, found in zip(drawn_layers(info.plan), values, strict=True)]


def caption(picture: NetworkPicture) -> str:
    """What is drawn, in sentences."""
    what = {0: "for one sample", 1: "as a curve", 2: "over the plane of its inputs"}[len(picture.ranges)]
    return (
        f"The output of every unit {what}, dropout off, at step {picture.step:,}. Amber is above zero, blue below; "
        f"each layer has one scale, its {STRONG_SHARE}th percentile."
    )


def in_words(info: RunStarted, picture: NetworkPicture) -> str:
    """What is seen, for whoever does not see it."""
    silent = [
        f"{layer.title}: {int(count)} at zero everywhere"
        for layer in unit_pictures(info, picture)
        if (count := (layer.pictures == 0).all(axis=(1, 2)).sum())
    ]
    return f"Pictures of all units. {'; '.join(silent) or 'None is at zero everywhere'}."


def mosaic(pictures: Floats, columns: int, gap: int = 1) -> Floats:
    """Pictures (n, rows, columns) side by side in one, ``gap`` pixels apart; NaN where there is none."""
    count, height, width = pictures.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan, np.float32)
    for place, picture in enumerate(pictures):
        top, left = place // columns * (height + gap), place % columns * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def _of_layer(info: RunStarted, layer: DrawnLayer, values: Floats) -> LayerPictures:
    """Curves become pictures that are filled between zero and the curve; single values become squares."""
    largest = np.abs(values.reshape(len(values), -1)).max(axis=1)
    scale = float(np.percentile(largest, STRONG_SHARE)) or float(largest.max()) or 1.0
    shown = values[:MOST_PICTURES]
    if shown.ndim == 2:
        shown = _filled(shown, scale)
    if shown.ndim == 1:
        shown = np.tile(shown[:, None, None], (1, CELL, CELL))
    return LayerPictures(_title(info, layer, len(shown)), np.asarray(shown / scale, np.float32), scale)


def _title(info: RunStarted, layer: DrawnLayer, shown: int) -> Text:
    noun = "output" if layer.index is None else info.spec.model.layers[layer.index].entry.unit_noun
    name = "Output" if layer.index is None else f"{layer.index + 1} {info.spec.model.layers[layer.index].entry.title}"
    if shown < layer.units:
        return text("{name}: {shown:,} of {units:,} {noun}s", name=name, shown=shown, units=layer.units, noun=noun)
    return text("{name}: {units:,} {noun}{s}", name=name, units=layer.units, noun=noun, s="" if shown == 1 else "s")


def _filled(curves: Floats, scale: float) -> Floats:
    """(units, CURVE_ROWS, points): each curve's value between zero and the curve, and 0 elsewhere."""
    low = -scale if (curves < 0).any() else 0.0
    levels = np.linspace(scale, low, CURVE_ROWS)[None, :, None]
    y = curves[:, None, :]
    inside = ((levels > 0) & (levels <= y)) | ((levels < 0) & (levels >= y))
    return np.where(inside, y, 0.0).astype(np.float32)
