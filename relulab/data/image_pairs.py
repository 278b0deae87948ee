"""Which arrays are images to learn from and to test on, and which are their labels: by their shapes and names."""

from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from relulab.data.idx_sets import unfit
from relulab.data.image_search import DEPTH, HEADER, Part, Search
from relulab.errors import DataError, DataMissingError
from relulab.formatting import listed, one_line
from relulab.untrusted import open_plain

SIDES: Final = (5, 256)  # pixels: the least and the greatest
COLOURS: Final = (1, 3)  # channels
TRAIN_WORDS: Final = ("train",)
TEST_WORDS: Final = ("test", "t10k")


class ImageShape(NamedTuple):
    """How images lie in an array: ``flat`` as rows of pixels, ``last`` with the colours of a pixel together."""

    channels: int
    height: int
    width: int
    last: bool = False

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> "ImageShape | None":
        """That of an array (n, …), None where it holds no images."""
        low, high = SIDES
        match shape[1:]:
            case (pixels,) if isqrt(pixels) ** 2 == pixels:
                found = cls(1, isqrt(pixels), isqrt(pixels))
            case (height, width):
                found = cls(1, height, width)
            case (height, width, colours) if colours in COLOURS:
                found = cls(colours, height, width, last=True)
            case (colours, height, width) if colours in COLOURS:
                found = cls(colours, height, width)
            case _:
                return None
        return found if low <= min(found[1:3]) and max(found[1:3]) <= high else None

    def ordered(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Images as (n, channels, height, width)."""
        if self.last:
            images = images.reshape(-1, self.height, self.width, self.channels).transpose(0, 3, 1, 2)
        return np.ascontiguousarray(images).reshape(-1, *self[:3])


class Pair(NamedTuple):
    """Images with their labels."""

    images: Part
    labels: Part


def pairs_in(search: Search, path: Path) -> tuple[Pair, Pair | None]:
    """What to learn from and what to test on, from the innermost place that holds images with labels."""
    places = {part.place[:depth] for part in search.arrays for depth in range(1, len(part.place) + 1)}
    for place in sorted(places, key=lambda place: (-len(place), place)):
        pairs = _pairs([part for part in search.arrays if part.place[: len(place)] == place])
        if pairs:
            return _train_and_test(pairs)
    raise DataMissingError(" ".join([_nothing_in(path, search), *search.problems]))


def _nothing_in(path: Path, search: Search) -> str:
    if path.is_file() and not search.arrays and not search.problems:
        with open_plain(path) as file:
            head = file.read(HEADER)
        if not head or head.lstrip()[:1] == b"<":
            return f"{path} {unfit(head)}"
    images = next((part for part in search.arrays if ImageShape.of(part.shape) is not None), None)
    if images is not None:
        return f"{images.where} holds {images.shape[0]:,} images, but there is no array of as many labels beside it."
    low, high = SIDES
    return (
        f"{path} holds no images: no array of whole numbers in an IDX, npy or npz file, up to {DEPTH} folders deep, is "
        f"one of images of {low} to {high} pixels a side."
    )


def _pairs(parts: Sequence[Part]) -> list[Pair]:
    """Images and labels that are as many and, by their names, of one side; the same file packed and not counts once."""
    single = {(_plain_name(part), part.shape): part for part in reversed(parts)}
    images = [part for part in single.values() if ImageShape.of(part.shape) is not None]
    labels = [part for part in single.values() if part.shape[1:] in ((), (1,))]
    return [
        Pair(one, other)
        for one in images
        for other in labels
        if one.shape[0] == other.shape[0] > 0 and len({_side(one), _side(other)} - {""}) < 2
    ]


def _plain_name(part: Part) -> str:
    name = (part.inside or part.path.name).lower()
    return name.removesuffix(".gz")


def _side(part: Part) -> str:
    """What an array is for, by its name: train, test, or empty for nothing."""
    name = Path(part.inside or part.path.name).name.lower()
    is_train, is_test = (any(word in name for word in words) for words in (TRAIN_WORDS, TEST_WORDS))
    return "" if is_train == is_test else "train" if is_train else "test"


def _train_and_test(pairs: Sequence[Pair]) -> tuple[Pair, Pair | None]:
    sides: dict[str, list[Pair]] = {"train": [], "test": [], "": []}
    for pair in pairs:
        sides[_side(pair.images) or _side(pair.labels)].append(pair)
    train, test, unnamed = sides["train"], sides["test"], sides[""]
    if not train and not test:
        unnamed = sorted(unnamed, key=lambda pair: -pair.images.shape[0])
        train, test, unnamed = unnamed[:1], unnamed[1:2], unnamed[2:]
        if test and train[0].images.shape[0] == test[0].images.shape[0]:
            unnamed = [*unnamed, *test]
    elif not train and len(unnamed) == 1:
        train, unnamed = unnamed, []
    if len(train) != 1 or len(test) > 1 or unnamed:
        names = listed(one_line(part.where) for part in dict.fromkeys(part for pair in pairs for part in pair))
        raise DataError(
            f"Which images are learned from, and with which labels? {names} can be meant in more than one way. Give "
            "the files names with train and test in them, or put each set into a folder of its own."
        )
    if test and ImageShape.of(test[0].images.shape) != ImageShape.of(train[0].images.shape):
        raise DataError(
            f"The images in {train[0].images.where} and {test[0].images.where} are not of one size: "
            f"{_times(train[0])} and {_times(test[0])}."
        )
    return train[0], test[0] if test else None


def _times(pair: Pair) -> str:
    return " × ".join(map(str, pair.images.shape[1:]))
