"""Simple methods on many small data sets at once: the numbers that each would come to alone, with fewer steps."""

import pytest

from relulab.data.loading import load_dataset
from relulab.diagnosis import baselines
from relulab.diagnosis.baselines import baselines_of
from relulab.experiment import DataSpec


def sets(count=5, **data):
    sizes = {"train_size": 60, "validation_size": 30, "test_size": 10}
    return [load_dataset(DataSpec.model_validate(sizes | data | {"seed": seed}), None) for seed in range(count)]


@pytest.fixture
def regressions(monkeypatch):
    """How many data sets each regression was for."""
    asked = []

    def counted(x, y, fresh):
        asked.append(len(x))
        return found(x, y, fresh)

    found = baselines.softmax_regression
    monkeypatch.setattr(baselines, "softmax_regression", counted)
    return asked


@pytest.mark.parametrize(
    ("data", "loss"),
    [
        ({"dataset": "moons"}, "cross_entropy"),
        ({"dataset": "digits", "train_size": 40}, "cross_entropy"),  # ten classes, many inputs
        ({"dataset": "sine"}, "mse"),
        ({"dataset": "sine"}, "l1"),
    ],
)
def test_they_are_those_of_each_set_alone_to_the_last_bit(data, loss):
    alone = [baselines_of(each, loss) for each in sets(**data)]
    beside = sets(**data)
    assert [repr(baselines_of(each, loss, beside)) for each in beside] == [repr(each) for each in alone]
    assert len(set(map(repr, alone))) > 1, "each set has numbers of its own"


def test_the_first_that_asks_has_the_others_worked_out_too(regressions):
    some = sets(dataset="moons")
    for each in some:
        baselines_of(each, "cross_entropy", some)
    assert regressions == [5]


def test_sets_of_another_size_or_without_validation_lie_between_them(regressions):
    short, empty = sets(1, dataset="moons", train_size=50), sets(1, dataset="moons", validation_size=0)
    some = [*sets(2, dataset="moons"), *short, *empty, *sets(1, dataset="moons", train_size=50)]
    found = [baselines_of(each, "cross_entropy", some) for each in some]
    assert [each is None for each in found] == [False, False, False, True, False]
    assert sorted(regressions) == [2, 2]
    assert repr(found[2]) == repr(baselines_of(sets(1, dataset="moons", train_size=50)[0], "cross_entropy"))


def test_large_sets_are_worked_out_when_they_are_asked_for(regressions, monkeypatch):
    monkeypatch.setattr(baselines, "NUMBERS_AT_ONCE", 100)
    some = sets(2, dataset="moons")
    baselines_of(some[1], "cross_entropy", some)
    assert regressions == [1]
    baselines_of(some[0], "cross_entropy", some)
    assert regressions == [1, 1]
