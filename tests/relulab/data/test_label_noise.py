"""Label noise hits the asked share, always with another class, and nothing else."""

import numpy as np
import pytest

from relulab.data.dataset import RawSplit
from relulab.data.loading import with_label_noise


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_exactly_the_share_gets_another_class(share):
    clean = RawSplit(np.zeros((1000, 2)), np.arange(1000) % 4)
    noisy = with_label_noise(clean, share, 4, np.random.default_rng(0))
    assert np.sum(noisy.targets != clean.targets) == round(1000 * share)
    assert set(noisy.targets) <= {0, 1, 2, 3}
    assert np.array_equal(clean.targets, np.arange(1000) % 4)


def test_every_other_class_is_equally_likely():
    clean = RawSplit(np.zeros((30_000, 1)), np.zeros(30_000, np.int64))
    noisy = with_label_noise(clean, 1.0, 4, np.random.default_rng(0))
    assert np.bincount(noisy.targets, minlength=4) / 30_000 == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3], abs=0.02)


def test_regression_noise_is_a_share_of_the_spread():
    targets = np.random.default_rng(1).normal(5.0, 3.0, (20_000, 1)).astype(np.float32)
    noisy = with_label_noise(RawSplit(targets, targets), 0.5, 1, np.random.default_rng(0))
    assert np.std(noisy.targets - targets) == pytest.approx(1.5, rel=0.03)
    assert noisy.targets.dtype == np.float32
