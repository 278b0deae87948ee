"""The registry of data sets: the one list that the form, the command line and the validation read.

The image sets have their entries here: four that are downloaded, and the UCI handwritten digits, which ship with
scikit-learn and are read from where it keeps them. Importing scikit-learn for that would cost a second, and the window
draws these digits as soon as it opens.
"""

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry, Description, Pool, RawSplit
from relulab.data.generated import GENERATED
from relulab.data.image_files import IMAGE_SETS, load_images
from relulab.data.table import CSV
from relulab.errors import DataMissingError
from relulab.registry import Registry

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


GROUP = "Images"


def _described(shape: tuple[int, ...], names: tuple[str, ...], train: int, validation: int, test: int) -> Description:
    """``train``, ``validation`` and ``test`` samples are all there are."""
    available = train + validation + test
    return Description(Task.CLASSIFICATION, shape, 10, names, (), train, validation, test, available)


def _downloaded(
    key: str, summary: str, shape: tuple[int, ...] = (1, 28, 28), learned: tuple[int, int] = (55_000, 5_000)
) -> DatasetEntry:
    description = _described(shape, IMAGE_SETS[key].class_names, *learned, 10_000)
    return DatasetEntry(
        key=key,
        title=IMAGE_SETS[key].title,
        summary=summary,
        group=GROUP,
        describe=lambda parameters: description,
        load=lambda request, sizes, source: load_images(key, source),
        downloadable=True,
    )


_DIGITS = _described((1, 8, 8), tuple("0123456789"), 1297, 200, 300)

DIGITS = DatasetEntry(
    key="digits",
    title="Digits (8x8)",
    summary="1,797 handwritten digits of 8x8 pixels (UCI). They come with ReLU Lab: no download is needed.",
    group=GROUP,
    describe=lambda parameters: _DIGITS,
    load=lambda request, sizes, source: load_digits(),
)
DOWNLOADED = (
    _downloaded("mnist", "70,000 handwritten digits of 28x28 pixels, the classic. A download of 12 MB, once."),
    _downloaded(
        "fashion_mnist", "70,000 pieces of clothing of 28x28 pixels. Harder than digits. A download of 31 MB, once."
    ),
    _downloaded(
        "kmnist",
        "70,000 handwritten Japanese characters (cursive hiragana) of 28x28 pixels. A download of 21 MB, once.",
    ),
    _downloaded(
        "cifar10",
        "60,000 colour photographs of 32x32 pixels. Hard: it takes a convolutional network. "
        "A download of 171 MB, once.",
        (3, 32, 32),
        (45_000, 5_000),
    ),
)

DATASETS: Registry[DatasetEntry] = Registry("data set", *GENERATED, DIGITS, *DOWNLOADED, CSV)
