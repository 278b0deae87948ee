"""The registry: ordered, unique, and helpful about a name that it does not hold."""

from dataclasses import dataclass

import pytest

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import BIASES, INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.catalog.losses import LOSSES
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.errors import SpecError, UnknownKeyError
from relulab.registry import Registry


@dataclass(frozen=True)
class Thing:
    key: str


def test_keeps_the_order_in_which_entries_were_given():
    assert list(Registry("thing", Thing("b"), Thing("a"), Thing("c"))) == ["b", "a", "c"]


def test_looks_up_by_key():
    things = Registry("thing", Thing("a"), Thing("b"))
    assert things["b"] == Thing("b")
    assert "a" in things
    assert "z" not in things
    assert len(things) == 2


def test_says_whether_a_key_is_there_without_an_error(monkeypatch):
    """What is asked for at every judged moment must not look for similar keys first."""
    monkeypatch.setattr("relulab.registry.UnknownKeyError", None)
    key = next(iter(ACTIVATIONS))
    assert key in ACTIVATIONS
    assert "no such" not in ACTIVATIONS


def test_refuses_a_key_given_twice():
    with pytest.raises(ValueError, match="thing 'a' is registered twice"):
        Registry("thing", Thing("a"), Thing("a"))


def test_an_unknown_key_names_the_nearest_and_all_known():
    with pytest.raises(UnknownKeyError) as caught:
        ACTIVATIONS["rellu"]
    message = str(caught.value)
    assert message.startswith("There is no activation named 'rellu'. Did you mean 'relu'? Known: relu, leaky_relu")
    assert isinstance(caught.value, SpecError)
    assert isinstance(caught.value, KeyError)


def test_an_unknown_key_unlike_all_others_gets_no_guess():
    with pytest.raises(UnknownKeyError) as caught:
        LOSSES["zzz"]
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    "registry", [ACTIVATIONS, INITIALIZATIONS, BIASES, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, CLIPPINGS]
)
def test_every_entry_has_words_and_defaults_that_pass_its_own_checks(registry):
    for entry in registry.values():
        assert entry.title
        assert entry.summary.endswith("."), entry.key
        completed = entry.complete({})
        assert completed == {parameter.name: parameter.default for parameter in entry.parameters}
        assert entry.complete(completed) == completed
