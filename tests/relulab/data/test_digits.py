"""The digits are those of scikit-learn."""

import importlib.util

import numpy as np
import pytest
import sklearn.datasets

from relulab.data.datasets import load_digits
from relulab.errors import DataMissingError


def test_digits_are_those_of_scikit_learn():
    pool = load_digits()
    reference = sklearn.datasets.load_digits()
    assert np.array_equal(pool.train.inputs[:, 0], reference.images)
    assert np.array_equal(pool.train.targets, reference.target)
    assert pool.pixel_max == 16.0 == pool.train.inputs.max()


def test_a_missing_or_broken_scikit_learn_is_named(monkeypatch, tmp_path):
    empty = importlib.util.spec_from_file_location("sklearn", tmp_path / "sklearn" / "__init__.py")
    monkeypatch.setattr("relulab.data.datasets.find_spec", lambda name: empty)
    with pytest.raises(DataMissingError, match="Install scikit-learn again"):
        load_digits()
    monkeypatch.setattr("relulab.data.datasets.find_spec", lambda name: None)
    with pytest.raises(DataMissingError, match="not installed"):
        load_digits()
