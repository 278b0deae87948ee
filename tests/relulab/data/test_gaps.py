"""Gaps are filled with what the training samples say, and with nothing of the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relulab.data.dataset import RawSplit
from relulab.data.gaps import fillings, without_gaps
from relulab.errors import DataError

NAN = np.nan


def raw(*rows: list[float]) -> RawSplit:
    return RawSplit(np.array(rows, np.float64), np.zeros(len(rows)))


def test_the_median_of_the_training_rows():
    splits = without_gaps((raw([1.0], [NAN], [2.0], [100.0]), raw([NAN], [-5.0]), raw([NAN])), ())
    assert [split.inputs[:, 0].tolist() for split in splits] == [[1.0, 2.0, 2.0, 100.0], [2.0, -5.0], [2.0]]


def test_the_commonest_word_of_the_training_rows():
    train = raw([0, 1, 5], [0, 1, 5], [1, 0, 5], [NAN, NAN, 5])
    splits = without_gaps((train, raw([NAN, NAN, 7]), raw([1, 0, 7])), ((0, 2),))
    assert splits[0].inputs[3].tolist() == [0, 1, 5]
    assert splits[1].inputs[0].tolist() == [0, 1, 7]
    assert splits[2].inputs[0].tolist() == [1, 0, 7]


@given(st.lists(st.lists(st.sampled_from([NAN, 0.0, 1.0, 2.5]), min_size=3, max_size=3), min_size=1, max_size=12))
def test_nothing_is_left_open_and_what_is_known_stays(rows):
    train = np.vstack([[7.0, 7.0, 7.0], np.array(rows)])
    (filled, *_) = without_gaps((RawSplit(train, np.zeros(len(train))), raw([NAN] * 3), raw([NAN] * 3)), ())
    assert np.isfinite(filled.inputs).all()
    known = ~np.isnan(train)
    np.testing.assert_array_equal(filled.inputs[known], train[known])


def test_a_column_of_gaps_alone_is_named():
    with pytest.raises(DataError, match="no value in any training row"):
        fillings(np.array([[NAN, 1.0], [NAN, 2.0]]), ())
