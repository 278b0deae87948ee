"""What a column holds can be said: as a choice that is kept, checked on all rows, and never beside its cells."""

import re
from dataclasses import asdict

import numpy as np
import pytest

from relulab.catalog.losses import Task
from relulab.data.tables.choices import Choices
from relulab.data.tables.columns import Type
from relulab.data.tables.roles import with_type
from relulab.data.tables.samples import samples_of
from relulab.data.tables.types import CHOSEN, may_hold, types_in
from relulab.data.tables.understanding import Understanding
from relulab.errors import DataError
from tests.helpers.tables import asked, column, roles, types, understood

ROWS = 40
PLAIN = "area,rooms,zip,when,note,c\n" + "".join(
    f"{row}.5,{row % 4 + 1},{row % 3:05},2026-01-{row % 28 + 1:02},{row * row if row % 3 else 'open'},{'ab'[row % 2]}\n"
    for row in range(ROWS)
)
COMMAS = PLAIN.replace(",", ";").replace(".5", ",5")


def again(content: str, choices: Choices) -> Understanding:
    return understood(content, **{name: value for name, value in asdict(choices).items() if value})


def by_name(table: Understanding, name: str):
    return next(one for one in table.columns if one.name == name)


@pytest.mark.parametrize("content", [PLAIN, COMMAS], ids=["points", "commas"])
@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("name", ["area", "rooms", "zip", "when", "note"])
@pytest.mark.parametrize("kind", CHOSEN.values())
def test_every_type_that_a_column_can_hold_can_be_chosen_and_taken_back(content, complete, name, kind):
    before = understood(content, complete=complete)
    if not may_hold(by_name(before, name), kind):
        return
    choices = with_type(Choices(), before, by_name(before, name).number, kind)
    assert choices.types == f"{name}={kind.value}"
    found = understood(content, complete=complete, types=choices.types)
    assert types(found) == types(before) | {name: kind.value}
    assert all(types(found)[other] == types(before)[other] for other in types(before) if other != name)
    assert with_type(choices, found, by_name(found, name).number, None) == Choices()
    learned = kind in (Type.NUMBER, Type.CLASS)
    assert roles(found)[name] in (("feature", "identifier") if learned else ("ignore", "identifier"))


def test_whole_numbers_become_classes_as_they_are_written():
    """01 and 1 stay two; the library has read the column as numbers, so it is read again."""
    table = understood(PLAIN, types="rooms=class, zip=number")
    assert column(table, "rooms") == [str(row % 4 + 1) for row in range(ROWS)]
    assert column(table, "zip") == [row % 3 for row in range(ROWS)]
    samples = samples_of(table, Choices())
    assert samples.feature_names[1:5] == ("rooms: 1", "rooms: 2", "rooms: 3", "rooms: 4")
    np.testing.assert_array_equal(samples.features[:, 1:5].argmax(axis=1), np.arange(ROWS) % 4)


def test_numbers_among_words_are_read_and_the_words_asked_about():
    """Nothing is dropped in silence: what is no number in a column of numbers is a gap only where that is said."""
    content = "x,size,c\n" + "".join(f"{row}.5,{'large' if row % 3 else row},{'ab'[row % 2]}\n" for row in range(30))
    assert types(understood(content))["size"] == "class"
    table = understood(content, types="size=number")
    assert types(table)["size"] == "number"
    assert asked(table) == ["missing"]
    settled = understood(content, types="size=number", missing="large")
    assert not asked(settled)
    assert by_name(settled, "size").missing == 20


def test_decimal_commas_of_a_column_of_text_are_no_evidence_and_of_one_of_numbers_they_are():
    content = "x;v;c\n" + "".join(f"{row};{row},5;{'ab'[row % 2]}\n" for row in range(20))
    assert understood(content).numbers.value.decimal == ","
    assert understood(content, types="v=text").numbers.value.decimal == "."


@pytest.mark.parametrize(("kind", "task"), [("class", Task.CLASSIFICATION), ("number", Task.REGRESSION)])
def test_the_type_of_the_target_says_the_task(kind, task):
    """Five whole numbers may be either, which is asked; who says the type has answered."""
    content = "x,stars\n" + "".join(f"{row}.5,{row % 5 + 1}\n" for row in range(30))
    assert asked(understood(content)) == ["task"]
    table = understood(content, types=f"stars={kind}")
    assert not asked(table)
    assert table.task.value is task
    assert samples_of(table, Choices()).class_names == (tuple("12345") if kind == "class" else ())


@pytest.mark.parametrize("wrong", ["rooms", "rooms=", "rooms=colour", "=class", '"rooms=class'])
def test_what_is_no_type_is_said(wrong):
    with pytest.raises(DataError, match="a type is one of number, class, date, text"):
        understood(PLAIN, types=wrong)


@pytest.mark.parametrize(
    ("wrong", "words"), [("rms=class", "no column 'rms'"), ("c=number", "none of its cells is one")]
)
def test_a_type_that_a_column_cannot_have_is_said(wrong, words):
    with pytest.raises(DataError, match=re.escape(words)):
        understood(PLAIN, types=wrong)


ODD = ["a b", "a, b", "a=b", "a=class", "class", "3", 'say "so"', " x", "x" * 300, "Größe (m²)", "=", "a,b=text"]


@pytest.mark.parametrize("name", ODD)
def test_columns_of_odd_names_are_named(name):
    head = ",".join(f'"{one}"' for one in ("x", name.replace('"', '""'), "c"))
    content = f"{head}\n" + "".join(f"{row}.5,{row % 3},{'ab'[row % 2]}\n" for row in range(20))
    table = understood(content, header="yes")
    choices = with_type(Choices(header="yes"), table, 2, Type.CLASS)
    found = again(content, choices)
    assert [one.type for one in found.columns] == [Type.NUMBER, Type.CLASS, Type.CLASS], choices.types
    assert with_type(choices, found, 2, None).types == ""
    both = with_type(with_type(choices, found, 1, Type.TEXT), found, 2, Type.NUMBER)
    assert [kind for _, kind in types_in(both.types)] == [Type.TEXT, Type.NUMBER]


def test_too_many_words_are_no_classes():
    content = "x,n,c\n" + "".join(f"{row}.5,{row},{'ab'[row % 2]}\n" for row in range(150))
    assert not may_hold(by_name(understood(content), "n"), Type.CLASS)
    with pytest.raises(DataError, match="150 different words"):
        samples_of(understood(content, types="n=class"), Choices())


def test_all_rows_are_looked_at():
    """What contradicts lies where no first look comes."""
    rows = [f"{row}.5,{row % 3},{'ab'[row % 2]}" for row in range(5000)]
    rows[2711] = "1.5,oops,a"
    content = "x,n,c\n" + "\n".join(rows) + "\n"
    table = understood(content, types="n=number")
    assert asked(table) == ["missing"]
    assert table.questions[0].line == 2713
    assert by_name(understood(content, types="n=class"), "n").known == ("0", "1", "2", "oops")
