"""The registry: every entry can be shown, described and chosen."""

from itertools import pairwise

import pytest

from relulab.data.datasets import DATASETS
from relulab.errors import DataMissingError, UnknownKeyError

KEYS = [
    *("circle", "xor", "gaussians", "spiral", "moons", "blobs", "spirals", "own_points"),
    *("sine", "absolute", "step", "wave", "expression", "own_curve"),
    *("plane", "gaussian_hills"),
    *("digits", "mnist_small", "mnist", "fashion_mnist", "kmnist", "cifar10"),
    *("iris", "penguins", "cars"),
    *("csv", "own_images"),
]


def test_the_registry_holds_what_was_asked_for():
    assert list(DATASETS) == KEYS


@pytest.mark.parametrize("name", [key for key in KEYS if key not in ("csv", "own_images")])
def test_an_entry_describes_itself_without_loading(name):
    entry = DATASETS[name]
    description = entry.describe(entry.complete({}))
    assert entry.title
    assert entry.summary.endswith(".")
    assert entry.group
    assert description.is_image == (entry.group == "Images")
    assert len(description.class_names) in (0, description.outputs)
    sizes = description.train_size + description.validation_size + description.test_size
    assert description.available is None or sizes <= description.available
    for parameter in entry.parameters:
        assert parameter.help
        assert parameter.check(parameter.default) == parameter.default


def test_downloadable_sets_are_marked():
    assert [key for key in DATASETS if DATASETS[key].downloadable] == ["mnist", "fashion_mnist", "kmnist", "cifar10"]


def test_groups_are_not_scattered():
    groups = [entry.group for entry in DATASETS.values()]
    assert sum(a != b for a, b in pairwise(groups)) == len(set(groups)) - 1


def test_csv_without_a_file_asks_for_one():
    with pytest.raises(DataMissingError, match="Choose a CSV file") as caught:
        DATASETS["csv"].describe(DATASETS["csv"].complete({}))
    assert caught.value.awaits_choice


def test_own_images_without_a_file_ask_for_one():
    with pytest.raises(DataMissingError, match="Choose the images"):
        DATASETS["own_images"].describe(DATASETS["own_images"].complete({}))


def test_a_misspelt_name_gets_a_hint():
    with pytest.raises(UnknownKeyError, match="Did you mean 'moons'"):
        DATASETS["moon"]
