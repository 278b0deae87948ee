"""The image sets as entries of the registry: the digits that are always here, and four that are downloaded."""

from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry, Description
from relulab.data.digits import load_digits
from relulab.data.image_files import IMAGE_SETS, load_images

GROUP = "Images"


def _downloaded(key: str, summary: str, description: Description) -> DatasetEntry:
    return DatasetEntry(
        key=key,
        title=IMAGE_SETS[key].title,
        summary=summary,
        group=GROUP,
        describe=lambda parameters: description,
        load=lambda request, sizes, source: load_images(key, source),
        downloadable=True,
    )


def _like_mnist(key: str) -> Description:
    return Description(
        Task.CLASSIFICATION,
        (1, 28, 28),
        10,
        class_names=IMAGE_SETS[key].class_names,
        train_size=55_000,
        validation_size=5_000,
        test_size=10_000,
        available=70_000,
    )


_DIGITS = Description(
    Task.CLASSIFICATION,
    (1, 8, 8),
    10,
    class_names=tuple("0123456789"),
    train_size=1297,
    validation_size=200,
    test_size=300,
    available=1797,
)
_CIFAR10 = Description(
    Task.CLASSIFICATION,
    (3, 32, 32),
    10,
    class_names=IMAGE_SETS["cifar10"].class_names,
    train_size=45_000,
    validation_size=5_000,
    test_size=10_000,
    available=60_000,
)

DIGITS = DatasetEntry(
    key="digits",
    title="Digits (8x8)",
    summary="1,797 handwritten digits of 8x8 pixels (UCI). They come with ReLU Lab: no download is needed.",
    group=GROUP,
    describe=lambda parameters: _DIGITS,
    load=lambda request, sizes, source: load_digits(),
)
DOWNLOADED = (
    _downloaded(
        "mnist",
        "70,000 handwritten digits of 28x28 pixels, the classic. A download of 12 MB, once.",
        _like_mnist("mnist"),
    ),
    _downloaded(
        "fashion_mnist",
        "70,000 pieces of clothing of 28x28 pixels. Harder than digits. A download of 31 MB, once.",
        _like_mnist("fashion_mnist"),
    ),
    _downloaded(
        "kmnist",
        "70,000 handwritten Japanese characters (cursive hiragana) of 28x28 pixels. A download of 21 MB, once.",
        _like_mnist("kmnist"),
    ),
    _downloaded(
        "cifar10",
        "60,000 colour photographs of 32x32 pixels. Hard: it takes a convolutional network. "
        "A download of 171 MB, once.",
        _CIFAR10,
    ),
)
