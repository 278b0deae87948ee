"""The pictures of the units of one column as one image, laid out at its own pixels: few calls of the painter.

Each call may lose the interpreter's lock to the thread that trains, so a layer is put together by NumPy and drawn once:
a byte for each pixel, and a table of what colour it means.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.measurements.status import UnitStatus
from relulab.views.colours import OPAQUE, mix
from relulab.views.network.arrange import Shown
from relulab.views.network.colours import TABLE, network_colours, unit_table
from relulab.views.network.layout import Place
from relulab.views.network.view import NetworkView

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Pixels = NDArray[np.uint32]  # 0xffRRGGBB
Pairs = NDArray[np.uint64]

GROUND, FRAME, DEAD, HATCH, HATCH_PAPER = range(TABLE, TABLE + 5)  # indices behind those of values
HATCHES = 6  # lines of a hatching along a side, less in small pictures
LINE = 1.4  # pixels
THICKER = 2.2  # times as thick at most is the line of a large picture
BASE = 0.86  # of the height of a curve's picture, where zero is; the middle where the curve goes below
TINT = 0.35  # of the colour under a curve
COVERS = 16  # shades of the rim of a curve
PAPER, ABOVE, BELOW, ZERO = range(4)  # what a curve's line is drawn over
LARGE = 30_000  # numbers of a column that is made alone
SQUARES = (Shown.MAP, Shown.WEIGHTS)


@dataclass(frozen=True, slots=True, eq=False)
class ColumnImage:
    """``indices`` (rows, columns) into a ``table`` of 256 pixels."""

    indices: Bytes
    table: Pixels


def alike(view: NetworkView, places: Iterable[Place]) -> list[tuple[Shown, list[Place]]]:
    """Columns that show the same at the same size, which are made together: a deep network has many small ones.

    A large one stays alone: its numbers are near while they are worked on, and those of several would not be.
    """
    groups: dict[tuple[Shown, int, tuple[int, ...], int | None], list[Place]] = {}
    for place in places:
        pictures = view.pictures(place.column)
        alone = place.column if pictures.size >= LARGE else None
        kind = view.columns[place.column].shown, place.side, pictures.shape[1:], alone
        groups.setdefault(kind, []).append(place)
    return [(shown, together) for (shown, *_), together in groups.items()]


def cells_of(
    view: NetworkView, shown: Shown, places: Sequence[Place], scales: Sequence[float], ratio: int
) -> Bytes:  # fmt: skip
    """The pictures of all units of columns that are ``alike``, one after the other: (units, side, side) indices."""
    each = [finite(view.pictures(place.column)) for place in places]
    values = each[0] if len(each) == 1 else np.concatenate(each)
    ends = np.repeat([scales[place.column] for place in places], [place.units for place in places])
    side = places[0].side * ratio
    cells = _cells(shown, values, ends.astype(np.float32), side)
    cells[np.concatenate([view.states(place.column) for place in places]) == UnitStatus.DEAD] = DEAD
    dropped = np.concatenate([view.dropped(place.column) for place in places])
    if dropped.any():
        for where, index in zip(hatched(side, ratio), (HATCH, HATCH_PAPER), strict=True):
            cells[dropped[:, None, None] & where] = index
    return cells


def kernel_images(view: NetworkView, side: int, dark: bool) -> ColumnImage:
    """The filters of a first layer of convolutions below each other, ``side`` pixels each."""
    kernels = finite(view.kernels())
    ends = np.full((len(kernels), 1, 1), float(np.abs(kernels).max(initial=0.0)) or 1.0, np.float32)
    cells = _squares(_shades(kernels, ends), side)
    return ColumnImage(cells.reshape(-1, side), colour_table(Shown.WEIGHTS, dark, on_ground=False))


def cell_image(shown: Shown, values: Floats, end: float, side: int, dark: bool) -> ColumnImage:
    """One picture on the scale to ``end``, ``side`` pixels high; ``values`` as of one unit of a view."""
    ends = np.array([end or 1.0], np.float32)
    given = finite(values[np.newaxis])
    return ColumnImage(_cells(shown, given, ends, side)[0], colour_table(shown, dark, on_ground=False))


def large_image(view: NetworkView, cell: tuple[int, int], side: int, dark: bool) -> ColumnImage:
    """One unit on a scale of its own, ``side`` pixels high."""
    shown, values = view.columns[cell[0]].shown, finite(view.pictures(cell[0])[cell[1] : cell[1] + 1])
    end = np.array([float(np.abs(values).max(initial=0.0)) or 1.0], np.float32)
    if shown is Shown.VALUE:  # a shade tells nothing without the others
        end[:] = view.scale(cell[0])
    return ColumnImage(_cells(shown, values, end, side)[0], colour_table(shown, dark, on_ground=False))


def finite(values: Floats) -> Floats:
    """With 0 in the place of what is not finite; as they are where all are."""
    flat = values.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.dot(flat, flat)  # one pass, in a third of the time of a sum
    return values if np.isfinite(squares) else np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


def hatched(side: int, ratio: int) -> tuple[Flags, Flags]:
    """(side, side) each: where the lines of a hatching at 45° are, and the paper beside them, which any shade needs."""
    every = max(4, side // ratio // HATCHES) * ratio
    along = np.add.outer(np.arange(side), np.arange(side)) % every
    line = max(1, every // 6)
    return along < line, (along >= line) & (along < 2 * line)


def _cells(shown: Shown, values: Floats, ends: Floats, side: int) -> Bytes:
    """(units, side, side) indices; ``ends`` (units,) are the values of the strongest colours."""
    if shown is Shown.CURVE:
        return _curves(values, ends, side)
    if shown is Shown.IMAGE:
        return _photographs(values, side)
    if values.ndim == 1:
        return np.broadcast_to(_shades(values, ends)[:, None, None], (len(values), side, side)).copy()
    ends = ends[:, None, None]
    if shown in SQUARES and side >= max(values.shape[1:]):  # one value one square
        return _squares(_shades(values, ends), side)
    return _shades(resized(values, side), ends)


def _squares(values: Bytes, side: int) -> Bytes:
    rows, columns = (np.arange(side) * n // side for n in values.shape[1:])
    return values[:, rows[:, None], columns]


def resized(pictures: Floats, side: int) -> Floats:
    """(units, rows, columns) -> (units, side, side): smoothly enlarged, or averaged where they get smaller."""
    if pictures.shape[1:] == (side, side):
        return pictures
    down, across = (resampling(size, side) for size in pictures.shape[1:])
    wide = pictures.reshape(-1, pictures.shape[2]) @ across.T
    return np.asarray(np.matmul(down, wide.reshape(len(pictures), pictures.shape[1], side)), np.float32)


@lru_cache(maxsize=64)
def resampling(size: int, wanted: int) -> Floats:
    """(wanted, size): how much of each value each pixel gets."""
    scale = size / wanted
    reach = max(1.0, scale)  # of a triangle around the middle of the pixel
    middles = (np.arange(wanted) + 0.5) * scale - 0.5
    share = np.clip(1.0 - np.abs(np.arange(size) - np.clip(middles, 0, size - 1)[:, None]) / reach, 0.0, None)
    return np.asarray(share / share.sum(axis=1, keepdims=True), np.float32)


def _curves(pictures: Floats, ends: Floats, side: int) -> Bytes:
    """Each function as a line over a tinted area, with a line at zero."""
    values = pictures / ends[:, None]
    at = (np.arange(side, dtype=np.float32) + 0.5) / side * (values.shape[1] - 1)
    left = np.minimum(at.astype(int), values.shape[1] - 2)
    y = values[:, left] + (values[:, left + 1] - values[:, left]) * (at - left)
    base = np.where(values.min(axis=1) < -0.02, 0.5, BASE).astype(np.float32)[:, None]
    reach = np.where(base == 0.5, 0.46, BASE - 0.06)
    curve = np.clip((base - y * reach) * side, -LINE, side + LINE).astype(np.float32)[:, None, :]
    rows = np.arange(side, dtype=np.float32)[None, :, None] + 0.5
    zero = (base * side)[:, :, None]
    over = np.where((rows > curve) & (rows < zero), ABOVE, PAPER).astype(np.uint8)
    over[(rows < curve) & (rows > zero)] = BELOW
    over[np.broadcast_to(np.abs(rows - zero) <= 0.5, over.shape)] = ZERO
    length = np.sqrt(1 + np.gradient(curve, axis=2) ** 2)  # of the line in a column of pixels
    width = LINE / 2 * min(max(1.0, side / 64), THICKER)
    cover = np.clip((0.5 + width - np.abs(rows - curve) / length) * COVERS, 0, COVERS - 1).astype(np.uint8)
    return np.asarray(over * np.uint8(COVERS) + cover, np.uint8)


def _photographs(images: Floats, side: int) -> Bytes:
    """From the least value of each to its greatest."""
    low, high = images.min(axis=(1, 2), keepdims=True), images.max(axis=(1, 2), keepdims=True)
    return _squares(((TABLE - 1) * (images - low) / np.maximum(high - low, 1e-12)).astype(np.uint8), side)


def _shades(values: Floats, ends: Floats) -> Bytes:
    """The indices of values on scales from -``ends`` to ``ends``."""
    index = values * (np.float32(TABLE // 2) / ends)
    index += np.float32(TABLE // 2 + 0.5)
    np.clip(index, 0, TABLE - 1, out=index)
    return index.astype(np.uint8)


@lru_cache(maxsize=8)
def pair_table(shown: Shown, dark: bool) -> Pairs:
    """(65,536,): what two indices that lie beside each other mean, as one number for both. Do not write to it.

    Looked up in pairs a picture is coloured in a third of the time.
    """
    both = np.arange(2**16, dtype=np.uint16).view(np.uint8).reshape(-1, 2)
    pairs = colour_table(shown, dark, on_ground=False).take(both).view(np.uint64)[:, 0].copy()
    pairs.setflags(write=False)
    return pairs


def coloured(cells: Bytes, shown: Shown, dark: bool) -> Pixels:
    """The colours of (units, rows, columns) indices of values."""
    if cells.shape[-1] % 2:
        return colour_table(shown, dark, on_ground=False).take(cells, mode="wrap")
    pairs = np.ascontiguousarray(cells).view(np.uint16)
    return pair_table(shown, dark).take(pairs, mode="wrap").view(np.uint32)  # nothing is beyond either table


@lru_cache(maxsize=16)
def colour_table(shown: Shown, dark: bool, *, on_ground: bool) -> Pixels:
    """(256,): what the indices of a column mean. Do not write to it."""
    colours = network_colours(dark)
    table = np.zeros(256, np.uint32)
    if shown is Shown.CURVE:
        paper = colours.scale[3]
        grounds = (paper, mix(colours.positive, paper, TINT), mix(colours.negative, paper, TINT), colours.frame)
        for place, ground in enumerate(grounds):
            for cover in range(COVERS):
                table[place * COVERS + cover] = as_pixel(mix(colours.ink, ground, cover / (COVERS - 1)))
    elif shown is Shown.IMAGE:
        table[:TABLE] = _packed(np.linspace(0, 255, TABLE)[:, None].repeat(3, axis=1))
    else:
        table[:TABLE] = _packed(unit_table(dark))
    table[GROUND] = as_pixel(colours.ground if on_ground else colours.panel)
    table[HATCH], table[HATCH_PAPER] = as_pixel(colours.ink), as_pixel(colours.panel)
    table[FRAME], table[DEAD] = as_pixel(colours.frame), as_pixel(colours.dead)
    table.setflags(write=False)
    return table


def as_pixel(colour: str) -> int:
    """0xffRRGGBB of ``#rrggbb``."""
    return OPAQUE | int(colour[1:], 16)


def _packed(colours: NDArray[Any]) -> Pixels:
    """(…,) of (…, 3)."""
    parts = np.asarray(colours).astype(np.uint32)
    return np.asarray(OPAQUE | parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2], np.uint32)
