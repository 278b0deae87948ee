"""What is drawn with the mouse, made into an image as the data set has them: the same box, place and grey levels.

A network that learned centred digits cannot read one in a corner, so a drawing goes through what its data went through.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Description
from relulab.data.shipped import GREY_MAX, INK_MAX

Ink = NDArray[np.float64]  # (rows, columns), 0 is paper and 1 is ink

DOTS = 10  # of ink across a pixel of an image
MNIST_SIDE = 28
MNIST_BOX = 20  # pixels: the larger side of a digit
MNIST_CENTRE = 14  # the pixel, counted from 0, in which the centre of mass lies
SCAN = 32  # dots across the scans of the 8x8 digits
BLOCK = 4  # of those dots, each way, are counted in a pixel


@dataclass(frozen=True, slots=True)
class Pad:
    """How to draw images of one kind: ``dots`` across, and ``image``, which makes (rows, columns) of them.

    ``darkest`` is the number that full ink becomes.
    """

    dots: int
    darkest: float
    image: Callable[[Ink], Ink]

    def laid(self, image: Ink) -> Ink:
        """An image of the data (rows, columns), in their units, as ink on the pad."""
        ink = np.clip(image / self.darkest, 0.0, 1.0)
        return ink.repeat(self.dots // ink.shape[0], 0).repeat(self.dots // ink.shape[1], 1)


def pad_for(dataset: str, description: Description) -> Pad | None:
    """The pad for a data set; None where there is nothing to draw: colours, or no images."""
    if dataset in _PADS:
        return _PADS[dataset]
    if not description.is_image or description.input_shape[0] != 1:
        return None
    rows, columns = description.input_shape[1:]
    if rows != columns:
        return None
    return Pad(DOTS * rows, GREY_MAX, lambda ink: _levels(resized(ink, rows, columns), GREY_MAX))


def mnist_image(ink: Ink) -> Ink:
    """As MNIST was made (LeCun et al. 1998): in a box of 20 pixels, the centre of mass in the middle of 28."""
    digit = _boxed(ink, MNIST_BOX)
    image = np.zeros((MNIST_SIDE, MNIST_SIDE))
    if digit.any():
        top, left = (_start(digit.sum(axis=1 - axis)) for axis in (0, 1))
        image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return _levels(image, GREY_MAX)


def digits_image(ink: Ink) -> Ink:
    """As the 8x8 digits were made (Alpaydin and Kaynak 1998): scans of 32 dots, of which every 4 x 4 are counted.

    A digit is as large as its scan. What is so already keeps its place, so an image that is laid down comes back.
    """
    if ink[0].any() and ink[-1].any():
        return _levels(resized(ink, SCAN // BLOCK, SCAN // BLOCK), INK_MAX)
    digit, scan = _boxed(ink, SCAN), np.zeros((SCAN, SCAN))
    top, left = ((SCAN - side) // 2 for side in digit.shape)
    scan[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return _levels(resized(scan, SCAN // BLOCK, SCAN // BLOCK), INK_MAX)


def resized(ink: Ink, rows: int, columns: int) -> Ink:
    """The mean ink of each pixel of (rows, columns)."""
    return np.asarray(_shares(rows, ink.shape[0]) @ ink @ _shares(columns, ink.shape[1]).T)


def _shares(pixels: int, dots: int) -> Ink:
    """(pixels, dots): which share of each pixel lies on each dot."""
    edges = np.linspace(0, dots, pixels + 1)
    at = np.arange(dots)
    overlap = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
    return np.asarray(np.clip(overlap, 0, None) * pixels / dots)


def _boxed(ink: Ink, box: int) -> Ink:
    """What is drawn, without the paper around it, its larger side ``box`` pixels; a dot of paper where nothing is."""
    rows, columns = (np.flatnonzero(ink.any(axis=1 - axis)) for axis in (0, 1))
    if not len(rows):
        return np.zeros((1, 1))
    drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = box / max(drawn.shape)
    return resized(drawn, *(max(1, round(side * scale)) for side in drawn.shape))


def _start(mass: Ink) -> int:
    """Where a digit begins whose ``mass`` lies so along one axis: its centre comes into the middle pixel."""
    centre = float(mass @ np.arange(len(mass)) / mass.sum())
    return min(max(round(MNIST_CENTRE - centre), 0), MNIST_SIDE - len(mass))


def _levels(image: Ink, darkest: float) -> Ink:
    """Whole levels, as files have them."""
    return np.asarray(np.round(image * darkest))


MNIST = Pad(DOTS * MNIST_SIDE, GREY_MAX, mnist_image)
_PADS = {"mnist": MNIST, "mnist_small": MNIST, "digits": Pad(DOTS * SCAN, INK_MAX, digits_image)}
