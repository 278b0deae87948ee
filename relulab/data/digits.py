"""The UCI handwritten digits that ship with scikit-learn: images that need no download.

The file is read from where scikit-learn keeps it. Importing scikit-learn for it would cost a second, and the
window draws these digits as soon as it opens.
"""

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from relulab.data.dataset import Pool, RawSplit
from relulab.errors import DataMissingError

PIXEL_MAX = 16.0  # each pixel counts the ink dots in a 4x4 block of the scan


def load_digits() -> Pool:
    """All 1,797 digits: inputs uint8 (1797, 1, 8, 8) from 0 to 16, classes int64 (1797,)."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataMissingError("The digits come with scikit-learn, which is not installed: pip install scikit-learn.")
    path = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            table = np.loadtxt(file, delimiter=",", dtype=np.uint8)
    except (OSError, EOFError, ValueError) as error:
        raise DataMissingError(
            f"The digits that come with scikit-learn cannot be read ({error}). Install scikit-learn again."
        ) from None
    pixels = table[:, :-1].reshape(-1, 1, 8, 8)
    return Pool(RawSplit(pixels, table[:, -1].astype(np.int64)), pixel_max=PIXEL_MAX)
