"""What feeds a map and what it feeds, against sums written out one by one."""

import numpy as np
import pytest

from relulab.views.one_input.columns import forward_columns
from relulab.views.one_input.path import MOST_LIT, path_of, path_words, strengths
from tests.helpers.looks import looked_at
from tests.helpers.small_runs import experiment

CONV = {"kind": "conv2d", "parameters": {"channels": 4, "padding": 1}}
NORM = {"kind": "batch_norm"}
IMAGES = experiment("digits", CONV, "max_pool2d", {**CONV, "parameters": {"channels": 5}}, "flatten", 6)
INPUT, FIRST, POOL, SECOND, DENSE, OUTPUT = range(6)


@pytest.fixture(scope="module")
def columns():
    return forward_columns(*looked_at(IMAGES))


def naive(columns, place, unit):
    """Of a convolution: norm of kernel × norm of map, number by number."""
    weights, maps = columns[place].incoming, columns[place - 1].values
    return [
        sum(float(w) ** 2 for w in weights[unit, channel].ravel()) ** 0.5
        * sum(float(h) ** 2 for h in maps[channel].ravel()) ** 0.5
        for channel in range(len(maps))
    ]


def test_a_map_is_fed_by_kernel_times_map(columns):
    for unit in range(5):
        np.testing.assert_allclose(strengths(columns, SECOND)[unit], naive(columns, SECOND, unit))
        expected = np.array(naive(columns, SECOND, unit)) / sum(naive(columns, SECOND, unit))
        steps = path_of(columns, SECOND, unit).before
        assert [step.unit for step in steps] == list(np.argsort(-expected)[: len(steps)])
        for step in steps:
            assert step.share == pytest.approx(expected[step.unit])
            np.testing.assert_array_equal(step.kernel, columns[SECOND].incoming[unit, step.unit])


def test_what_a_map_feeds_is_where_it_counts_most(columns):
    for unit in range(4):
        shares = [
            naive(columns, SECOND, receiver)[unit] / sum(naive(columns, SECOND, receiver)) for receiver in range(5)
        ]
        steps = path_of(columns, POOL, unit).behind
        assert [step.unit for step in steps] == list(np.argsort(-np.array(shares), kind="stable")[: len(steps)])
        for step in steps:
            assert step.share == pytest.approx(shares[step.unit])
            np.testing.assert_array_equal(step.kernel, columns[SECOND].incoming[step.unit, unit])


def test_pooling_takes_one_from_one(columns):
    for unit in range(4):
        path = path_of(columns, POOL, unit)
        assert [(step.unit, step.kernel) for step in path.before] in ([(unit, None)], [])
        assert path_of(columns, FIRST, unit).behind == () or path_of(columns, FIRST, unit).behind[0].unit == unit


def test_a_dense_layer_reads_whole_maps(columns):
    weights, maps = columns[DENSE].incoming, columns[SECOND].values
    blocks = weights.reshape(6, 5, -1)
    expected = np.linalg.norm(blocks, axis=2) * np.linalg.norm(maps.reshape(5, -1), axis=1)
    np.testing.assert_allclose(strengths(columns, DENSE), expected)
    assert len(path_of(columns, DENSE, 0).before) <= MOST_LIT


def test_the_ends_have_one_side(columns):
    assert path_of(columns, INPUT, 0).before == ()
    assert path_of(columns, OUTPUT, 0).behind == ()
    words = [str(line) for line in path_words(columns, OUTPUT, path_of(columns, OUTPUT, 0))]
    assert len(words) == 1
    assert words[0].startswith("fed most by h")
    assert " %)" in words[0]


@pytest.mark.parametrize("spec", [experiment("moons", 3, NORM, 2), experiment("digits", CONV, NORM, "flatten", 3)])
def test_norms_take_one_from_one(spec):
    columns = forward_columns(*looked_at(spec))
    for place, column in enumerate(columns):
        for unit in range(len(column.values)):
            path_words(columns, place, path_of(columns, place, unit))
