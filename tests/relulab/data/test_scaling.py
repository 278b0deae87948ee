"""Scaling uses the training samples alone, and can be undone."""

import numpy as np
import pytest

from relulab.data.dataset import Dataset, RawSplit
from relulab.data.datasets import DATASETS
from relulab.data.loading import scaled, scaling_of
from relulab.errors import DataError

FEATURES = RawSplit(np.array([[1.0, 5.0, -2.0], [3.0, 5.0, 0.0], [8.0, 5.0, 7.0]]), np.zeros(3, np.int64))
PIXELS = RawSplit(
    np.random.default_rng(0).integers(0, 256, (1203, 3, 4, 5)).astype(np.uint8) // np.array([1, 2, 3])[:, None, None],
    np.zeros(1203, np.int64),
)


def scale(train: RawSplit, scaling: str, pixel_max: float | None = None) -> np.ndarray:
    return scaled(train, *scaling_of(train, scaling, pixel_max)).inputs


def test_raw_changes_nothing():
    assert np.array_equal(scale(FEATURES, "raw"), FEATURES.inputs)
    assert np.array_equal(scale(PIXELS, "raw", 255.0), PIXELS.inputs)


def test_unit_features_run_from_zero_to_one_and_constant_ones_are_zero():
    values = scale(FEATURES, "unit")
    assert values[:, 0] == pytest.approx([0.0, 2 / 7, 1.0])
    assert values[:, 1].tolist() == [0.0, 0.0, 0.0]


def test_unit_pixels_are_divided_by_white():
    assert scale(PIXELS, "unit", 255.0) == pytest.approx(PIXELS.inputs / 255.0)
    assert scale(PIXELS, "unit", 16.0) == pytest.approx(PIXELS.inputs / 16.0)


def test_standardized_features_have_mean_0_and_deviation_1_unless_constant():
    values = scale(FEATURES, "standardized")
    assert values.mean(axis=0) == pytest.approx(0.0, abs=1e-6)
    assert values.std(axis=0) == pytest.approx([1.0, 0.0, 1.0], abs=1e-6)


def test_standardized_images_are_so_per_channel():
    images = PIXELS.inputs.astype(np.uint8)
    values = scale(RawSplit(images, PIXELS.targets), "standardized", 255.0)
    for channel in range(3):
        one = images[:, channel].astype(float)
        assert values[:, channel] == pytest.approx((one - one.mean()) / one.std(), abs=1e-4)


def test_huge_but_representable_features_do_not_overflow():
    train = RawSplit(np.array([[1e38], [3e38], [-3e38]]), np.zeros(3, np.int64))
    for scaling in ("raw", "unit", "standardized"):
        assert np.isfinite(scale(train, scaling)).all()


def test_only_training_samples_count():
    offset, spread = scaling_of(FEATURES, "standardized", None)
    other = RawSplit(np.array([[1e6, 5.0, 1e6]]), np.zeros(1, np.int64))
    assert scaled(other, offset, spread).inputs[0, 0] == pytest.approx((1e6 - 4.0) / FEATURES.inputs[:, 0].std())


@pytest.mark.parametrize(("train", "pixel_max"), [(FEATURES, None), (PIXELS, 255.0)])
@pytest.mark.parametrize("scaling", ["raw", "unit", "standardized"])
def test_original_undoes_the_scaling(train, pixel_max, scaling):
    offset, spread = scaling_of(train, scaling, pixel_max)
    split = scaled(train, offset, spread)
    description = DATASETS["moons"].describe(DATASETS["moons"].complete({}))
    dataset = Dataset(description, split, split, split, offset.astype(np.float32), spread.astype(np.float32))
    assert dataset.original(split.inputs) == pytest.approx(train.inputs, abs=1e-3)
    assert split.inputs.dtype == np.float32


def test_an_unknown_scaling_is_refused():
    with pytest.raises(DataError, match="no scaling named 'minmax'"):
        scaling_of(FEATURES, "minmax", None)
