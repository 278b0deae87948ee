"""The data sets that come with ReLU Lab, as files in ``resources/data``; the README there says where each is from."""

import gzip
import io
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Pool, RawSplit
from relulab.errors import DataMissingError

# Exported code reads the same files, laid beside it.
TABLES = ("iris", "penguins", "cars")
FILES: Mapping[str, str] = {
    "digits": "digits.csv.gz",
    "mnist_small": "mnist_small.npz",
    **{name: f"{name}.csv" for name in TABLES},
}

INK_MAX = 16.0  # of the 8x8 digits: each pixel counts the ink dots in a 4x4 block of the scan
GREY_MAX = 255.0


def shipped_bytes(name: str) -> bytes:
    """The file of the data set ``name``. Raises DataMissingError where the installation lacks it."""
    try:
        return resources.files("resources").joinpath("data", FILES[name]).read_bytes()
    except OSError as error:
        raise DataMissingError(_advice(name, error.strerror or error)) from None


def load_digits() -> Pool:
    """All 1,797 digits: inputs uint8 (1797, 1, 8, 8) from 0 to 16, classes int64 (1797,). Raises DataMissingError."""
    table = _read("digits", lambda content: np.loadtxt(io.BytesIO(gzip.decompress(content)), np.uint8, delimiter=","))
    return Pool(_images(table[:, :-1].reshape(-1, 8, 8), table[:, -1]), pixel_max=INK_MAX)


def load_mnist_small() -> Pool:
    """6,000 images of MNIST: uint8 (5000, 1, 28, 28) to learn from, 1,000 to test on. Raises DataMissingError."""
    arrays = _read("mnist_small", lambda content: dict(np.load(io.BytesIO(content), allow_pickle=False)))
    train, test = (_images(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test"))
    return Pool(train, test, pixel_max=GREY_MAX)


def _images(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> RawSplit:
    return RawSplit(images[:, None], labels.astype(np.int64))


def _read(name: str, parse: Callable[[bytes], Any]) -> Any:
    content = shipped_bytes(name)
    try:
        if not content:
            raise EOFError("it is empty")
        return parse(content)
    except (OSError, EOFError, ValueError, BadZipFile) as error:
        raise DataMissingError(_advice(name, error)) from None


def _advice(name: str, error: object) -> str:
    return f"{FILES[name]}, which comes with ReLU Lab, cannot be read ({error}). Install ReLU Lab again."
