"""Training, validation and test samples never meet, and every class gets its share."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relulab.data.dataset import Pool, RawSplit
from relulab.data.splitting import split
from relulab.errors import DataError


def numbered(labels: np.ndarray, first: int = 0) -> RawSplit:
    """Samples whose only input is their own number."""
    return RawSplit(np.arange(first, first + len(labels))[:, None], labels)


def numbers(*parts: RawSplit) -> list[list[int]]:
    return [part.inputs[:, 0].tolist() for part in parts]


@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    shares=st.tuples(st.floats(0.05, 0.6), st.floats(0.0, 0.2), st.floats(0.0, 0.2)),
    seed=st.integers(0, 100),
)
def test_parts_are_disjoint_and_of_the_asked_size(counts, shares, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    sizes: Any = tuple(int(share * len(labels)) for share in shares)
    parts = split(Pool(numbered(labels)), sizes, np.random.default_rng(seed))
    assert tuple(map(len, parts)) == sizes
    everything = [number for part in numbers(*parts) for number in part]
    assert len(everything) == len(set(everything))
    for part in parts:
        assert np.array_equal(part.targets, labels[part.inputs[:, 0]])


def test_classes_are_shared_out_in_proportion():
    labels = np.repeat([0, 1, 2], [700, 250, 50])
    parts = split(Pool(numbered(labels)), (600, 200, 200), np.random.default_rng(0))
    for part in parts:
        assert np.bincount(part.targets) / len(part) == pytest.approx([0.7, 0.25, 0.05], abs=0.011)


def test_the_training_set_gets_the_rarest_class():
    labels = np.repeat([0, 1], [99, 1])
    for seed in range(20):
        train, _, _ = split(Pool(numbered(labels)), (50, 20, 20), np.random.default_rng(seed))
        assert 1 in train.targets


def test_regression_targets_are_divided_at_random():
    targets = np.linspace(0.0, 1.0, 100, dtype=np.float32)[:, None]
    train, validation, test = split(Pool(numbered(targets)), (60, 20, 20), np.random.default_rng(0))
    assert test.targets.shape == (20, 1)
    assert set(numbers(train, validation, test)[0]) != set(range(60))


def test_more_training_samples_leave_the_test_set_as_it_is():
    pool = Pool(numbered(np.arange(200) % 4))
    _, small_validation, small_test = split(pool, (20, 30, 40), np.random.default_rng(5))
    _, large_validation, large_test = split(pool, (120, 30, 40), np.random.default_rng(5))
    assert numbers(small_validation, small_test) == numbers(large_validation, large_test)


def test_a_shuffled_pool_gives_first_last_and_first():
    pool = Pool(numbered(np.zeros(100, int)), numbered(np.zeros(30, int), first=1000), shuffled=True)
    parts = split(pool, (50, 10, 20), np.random.default_rng(0))
    assert numbers(*parts) == [list(range(50)), list(range(90, 100)), list(range(1000, 1020))]


def test_no_validation_and_no_test_samples_may_be_wanted():
    train, validation, test = split(Pool(numbered(np.arange(10) % 2)), (10, 0, 0), np.random.default_rng(0))
    assert (len(train), len(validation), len(test)) == (10, 0, 0)


def test_too_many_samples_are_refused_with_both_numbers():
    pool = Pool(numbered(np.zeros(1797, int)))
    with pytest.raises(DataError, match=r"1,797 samples, but 1500 training \+ 200 validation \+ 300 test = 2,000"):
        split(pool, (1500, 200, 300), np.random.default_rng(0))
    official = Pool(numbered(np.zeros(100, int)), numbered(np.zeros(10, int)))
    with pytest.raises(DataError, match=r"100 training samples, but 95 training \+ 6 validation = 101"):
        split(official, (95, 6, 10), np.random.default_rng(0))
    with pytest.raises(DataError, match="10 test samples, but 11 test"):
        split(official, (90, 5, 11), np.random.default_rng(0))
