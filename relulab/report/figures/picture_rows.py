"""Samples as small pictures in rows, with words below each."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

GAP = 0.14  # between pictures, in pictures
WORDS = 0.56  # height of the words below a picture, in pictures
LETTERS = 11  # of a line of words at most
WORD_POINTS = 7.0


def show_pictures(
    axes: Axes, pixels: Sequence[NDArray[np.uint8]], words: Sequence[str], colours: Sequence[str], columns: int
) -> None:
    """Draw ``pixels`` (height, width, 3) each in rows of so many columns, as large as fits."""
    down, across = 1 + WORDS, 1 + GAP
    for place, picture in enumerate(pixels):
        row, column = divmod(place, columns)
        left, top = column * across, row * down
        axes.imshow(picture, extent=(left, left + 1, top + 1, top), interpolation="none")
        axes.text(
            left + 0.5, top + 1.05, words[place], ha="center", va="top", fontsize=WORD_POINTS, color=colours[place]
        )
    rows = -(-len(pixels) // columns)
    axes.set_xlim(-GAP / 2, columns * across - GAP / 2)
    axes.set_ylim(rows * down, -GAP / 2)
    axes.set_aspect("equal")
    axes.set_axis_off()


def height_of(count: int, columns: int, width: float) -> float:
    """The height of such rows that are ``width`` wide."""
    return -(-count // columns) * (1 + WORDS) * width / (columns * (1 + GAP))
