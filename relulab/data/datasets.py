"""The registry of data sets: the one list that the form, the command line and the validation read.

The image sets have their entries here: two that come with ReLU Lab, and four that are downloaded.
"""

from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry, Description
from relulab.data.generated import CLASSES_2D, CURVES_1D, GENERATED, SURFACES_2D
from relulab.data.image_files import IMAGE_SETS, load_images
from relulab.data.own_images import OWN_IMAGES
from relulab.data.own_points import OWN_CURVE, OWN_POINTS
from relulab.data.shipped import load_digits, load_mnist_small
from relulab.data.shipped_tables import SHIPPED_TABLES
from relulab.data.table import CSV
from relulab.registry import Registry

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
_MNIST_SMALL = _described((1, 28, 28), tuple("0123456789"), 4500, 500, 1000)

DIGITS = DatasetEntry(
    key="digits",
    title="Digits (8 × 8)",
    summary="1,797 handwritten digits of 8 × 8 pixels (UCI). They come with ReLU Lab: no download is needed.",
    group=GROUP,
    describe=lambda parameters: _DIGITS,
    load=lambda request, sizes, source: load_digits(),
)
MNIST_SMALL = DatasetEntry(
    key="mnist_small",
    title="MNIST, small",
    summary="6,000 of MNIST's handwritten digits, 28 × 28 pixels. They come with ReLU Lab: no download is needed.",
    group=GROUP,
    describe=lambda parameters: _MNIST_SMALL,
    load=lambda request, sizes, source: load_mnist_small(),
)
DOWNLOADED = (
    _downloaded("mnist", "70,000 handwritten digits of 28 × 28 pixels, the classic. A download of 12 MB, once."),
    _downloaded(
        "fashion_mnist", "70,000 pieces of clothing of 28 × 28 pixels. Harder than digits. A download of 31 MB, once."
    ),
    _downloaded(
        "kmnist",
        "70,000 handwritten Japanese characters (cursive hiragana) of 28 × 28 pixels. A download of 21 MB, once.",
    ),
    _downloaded(
        "cifar10",
        "60,000 colour photographs of 32 × 32 pixels. Hard: it takes a convolutional network. "
        "A download of 171 MB, once.",
        (3, 32, 32),
        (45_000, 5_000),
    ),
)

_PLANE = (CLASSES_2D, CURVES_1D, SURFACES_2D)
_DRAWN = sorted((*GENERATED, OWN_POINTS, OWN_CURVE), key=lambda entry: _PLANE.index(entry.group))

DATASETS: Registry[DatasetEntry] = Registry(
    "data set", *_DRAWN, DIGITS, MNIST_SMALL, *DOWNLOADED, *SHIPPED_TABLES, CSV, OWN_IMAGES
)
