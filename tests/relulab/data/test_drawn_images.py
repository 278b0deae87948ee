"""What is drawn becomes an image as the data set has them."""

import numpy as np
import pytest

from relulab.data.datasets import DATASETS
from relulab.data.drawn_images import DOTS, MNIST_SIDE, mnist_image, pad_for, resized
from relulab.data.idx_sets import parse_idx, read_content
from relulab.data.shipped import load_digits, load_mnist_small
from tests.helpers.paths import SHARED_DATA


def described(key):
    return DATASETS[key].describe({})


def shares_that_come_back(images, key):
    """The share of images that are the same within one level when they were laid on the pad."""
    pad = pad_for(key, described(key))
    same = [np.abs(pad.image(pad.laid(image)) - image).max() <= 1 for image in images]
    return np.mean(same)


def test_an_image_of_mnist_comes_back():
    assert shares_that_come_back(load_mnist_small().train.inputs[:1000, 0].astype(float), "mnist_small") >= 0.98


def test_images_of_the_original_files_come_back():
    raw = SHARED_DATA / "MNIST" / "raw" / "t10k-images-idx3-ubyte.gz"
    if not raw.exists():
        pytest.skip("the original MNIST is not here")
    assert shares_that_come_back(parse_idx(read_content(raw), raw.name)[:1000].astype(float), "mnist") >= 0.98


def test_a_digit_of_64_pixels_comes_back_exactly():
    images = load_digits().train.inputs[:, 0].astype(float)
    assert shares_that_come_back(images, "digits") == 1.0


@pytest.mark.parametrize("corner", [(0, 0), (0, 150), (170, 20)])
def test_where_and_how_large_one_draws_makes_no_difference(corner):
    """A ring drawn small in a corner becomes the image of the same ring drawn large in the middle."""
    rows, columns = np.mgrid[0:101, 0:101] - 50.0
    radius = np.hypot(rows, columns)
    ring = ((radius < 50) & (radius > 38)).astype(float)
    small, large = np.zeros((280, 280)), np.zeros((280, 280))
    small[corner[0] : corner[0] + 101, corner[1] : corner[1] + 101] = ring
    large[30:232, 40:242] = ring.repeat(2, 0).repeat(2, 1)
    np.testing.assert_allclose(mnist_image(small), mnist_image(large), atol=1)
    image = mnist_image(small)
    inked = np.flatnonzero(image.any(axis=1))
    assert inked[-1] - inked[0] + 1 == 20
    centre = image.sum(axis=1) @ np.arange(28) / image.sum()
    assert abs(centre - 14) <= 0.5


def test_an_empty_pad_is_an_empty_image():
    for key, shape in (("mnist", (28, 28)), ("digits", (8, 8)), ("fashion_mnist", (28, 28))):
        pad = pad_for(key, described(key))
        assert (pad.image(np.zeros((pad.dots, pad.dots))) == np.zeros(shape)).all()


def test_full_ink_is_the_darkest_level():
    pad = pad_for("digits", described("digits"))
    ink = np.zeros((pad.dots, pad.dots))
    ink[:, 120:200] = 1.0
    assert pad.image(ink).max() == 16
    assert pad.image(ink)[:, 3:5].min() == 16


def test_other_grey_images_are_taken_as_they_are_drawn():
    pad = pad_for("fashion_mnist", described("fashion_mnist"))
    ink = np.zeros((DOTS * MNIST_SIDE,) * 2)
    ink[:10, :20] = 1.0
    assert np.argwhere(pad.image(ink)).tolist() == [[0, 0], [0, 1]]


def test_colours_and_points_have_no_pad():
    assert pad_for("cifar10", described("cifar10")) is None
    assert pad_for("moons", described("moons")) is None


def test_the_mean_of_uneven_pixels_by_hand():
    np.testing.assert_allclose(resized(np.array([[1.0, 0.0, 0.0]]), 1, 2), [[2 / 3, 0.0]])
