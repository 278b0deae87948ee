"""Strict JSON: what cannot be said in JSON is null, and says why."""

import json
import math

import numpy as np
import pytest

from relulab.cli.strict_json import strict, to_json


def test_numbers_that_are_not_finite_carry_their_reason() -> None:
    table = strict({"a": math.nan, "b": math.inf, "c": [-math.inf, 1.0, math.nan], "d": 2.0})
    assert table == {
        "a": None,
        "a_reason": "not a number (NaN)",
        "b": None,
        "b_reason": "infinity",
        "c": [None, 1.0, None],
        "c_reason": "1 of 3 are null: not a number (NaN); 1 of 3 are null: minus infinity",
        "d": 2.0,
    }


def test_known_reasons_explain_what_nan_means() -> None:
    table = strict({"accuracy": np.array([np.nan, 0.5])}, {"accuracy": "a regression has none"})
    assert table == {"accuracy": [None, 0.5], "accuracy_reason": "1 of 2 are null: a regression has none"}


def test_a_reason_that_is_there_stays() -> None:
    assert strict({"loss": math.nan, "loss_reason": "diverged"}) == {"loss": None, "loss_reason": "diverged"}


def test_tables_in_lists_carry_their_own_reasons() -> None:
    assert strict([{"x": math.nan}]) == [{"x": None, "x_reason": "not a number (NaN)"}]
    assert strict({"rows": [{"x": math.nan}]}) == {"rows": [{"x": None, "x_reason": "not a number (NaN)"}]}


def test_texts_that_look_like_numbers_are_texts() -> None:
    assert strict({"names": ["nan", "inf"], "mixed": [None, "a", [1, 2]]}) == {
        "names": ["nan", "inf"],
        "mixed": [None, "a", [1, 2]],
    }


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0), (2, 3, 4)])
def test_arrays_keep_their_shape_and_values(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    back = np.array(json.loads(to_json({"x": array}))["x"], np.float32)
    assert back.shape == shape
    np.testing.assert_allclose(back, array, rtol=1e-7)


def test_whole_numbers_and_flags_stay_what_they_are() -> None:
    assert strict({"n": np.int64(3), "u": np.array([1, 2], np.uint8), "b": np.bool_(True)}) == {
        "n": 3,
        "u": [1, 2],
        "b": True,
    }


def test_the_text_is_the_same_data() -> None:
    value = {"ä": [1, 2], "empty": {}, "none": [], "deep": [{"x": [[1.5]]}, {}], "text": 'a "quote"\n'}
    assert json.loads(to_json(value)) == value
