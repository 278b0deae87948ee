"""Parameters check their values and say what is wrong in words."""

import numpy as np
import pytest

from relulab.catalog.entry import (
    PACKED,
    Entry,
    Kind,
    Parameter,
    integer,
    numbers,
    read_numbers,
    real,
    write_numbers,
)
from relulab.errors import SpecError

ENTRY = Entry(
    key="thing",
    title="Thing",
    summary="A thing.",
    parameters=(
        integer("size", "Size", 3, 1, 10),
        real("rate", "Rate", 0.5, 0.0, 1.0),
        Parameter("flag", "Flag", Kind.FLAG, False),
        Parameter("side", "Side", Kind.CHOICE, "left", choices=("left", "right")),
        Parameter("text", "Text", Kind.TEXT, ""),
    ),
)


def test_fills_in_what_is_absent_in_its_own_order():
    assert list(ENTRY.complete({"rate": 1}).items()) == [
        ("size", 3),
        ("rate", 1.0),
        ("flag", False),
        ("side", "left"),
        ("text", ""),
    ]


@pytest.mark.parametrize(
    ("given", "where", "message"),
    [
        ({"size": 0}, ("size",), "Size must be at least 1, not 0."),
        ({"size": 11}, ("size",), "Size must be at most 10, not 11."),
        ({"size": 2.5}, ("size",), "Size must be a whole number, not 2.5."),
        ({"size": True}, ("size",), "Size must be a number, not True."),
        ({"size": 10**400}, ("size",), "Size is too large a number."),
        ({"rate": float("nan")}, ("rate",), "Rate must be a finite number, not nan."),
        ({"rate": float("inf")}, ("rate",), "Rate must be a finite number, not inf."),
        ({"rate": "1"}, ("rate",), "Rate must be a number, not '1'."),
        ({"flag": 1}, ("flag",), "Flag must be true or false, not 1."),
        ({"side": "top"}, ("side",), "Side must be one of left, right, not 'top'."),
        ({"text": 3}, ("text",), "Text must be text, not 3."),
        ({"sizes": 3}, ("sizes",), "Thing has no parameter 'sizes'. It has: size, rate, flag, side, text."),
    ],
)
def test_a_wrong_value_is_named(given, where, message):
    with pytest.raises(SpecError) as caught:
        ENTRY.complete(given)
    assert caught.value.where == where
    assert str(caught.value) == message


def test_whole_numbers_may_be_written_as_reals():
    size = ENTRY.complete({"size": 4.0})["size"]
    assert size == 4
    assert type(size) is int


def test_many_numbers_are_packed_and_come_back_exactly():
    exact = np.random.default_rng(0).normal(size=7840).astype(np.float32).tolist()
    packed = write_numbers(exact)
    assert packed.startswith(PACKED)
    assert len(packed) < 42_000
    assert list(read_numbers(packed)) == exact
    assert read_numbers(write_numbers(exact[:9])) == tuple(exact[:9])
    assert " " in write_numbers(exact[:9]), "few are for people"
    assert read_numbers(write_numbers([0.1] * 5000)) == (0.1,) * 5000, "0.1 has more than 32 bits"


@pytest.mark.parametrize("content", ["", "AAAA", "AAA", "ä", "AACAfw==", "AADAfw==", "A" * 5, "!!!!!!!!"])
def test_packed_numbers_that_are_none_are_refused(content):
    with pytest.raises(ValueError, match="Write finite numbers"):
        read_numbers(PACKED + content)
    with pytest.raises(ValueError, match="at most 200,000 characters"):
        numbers("values", "Weights", "1", "").check(PACKED + "A" * 200_000)
