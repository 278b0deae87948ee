"""What a user says about a table decides; what is left open is guessed."""

from typing import Any

import pytest

from relulab.catalog.losses import Task
from relulab.data.tables.choices import Choices, parts_of
from relulab.errors import DataError
from tests.helpers.tables import asked, column, names, roles, types, understood
from tests.relulab.data.tables.test_forty import FORTY


@pytest.mark.parametrize("key", [key for key in FORTY if understood(FORTY[key][0], complete=False).questions])
def test_each_answer_leaves_nothing_open(key):
    """Whatever a question offers decides it, and the choice alone does."""
    content = FORTY[key][0]
    questions = understood(content).questions
    for question in questions:
        for answer in question.answers:
            about, value = question.option_of(answer)
            if (key, about) == ("6", "numbers"):
                with pytest.raises(DataError, match="one column only"):
                    understood(content, numbers=value)
                continue
            decided: dict[str, Any] = {about: value}
            again = understood(content, **decided)
            assert question.about not in asked(again), (key, about, value)


def test_the_numbers_can_be_told():
    content = FORTY["10"][0]
    assert column(understood(content, numbers="1234.5"), "km") == [1.25, 2.375, 1.5, 3.125]
    assert column(understood(content, numbers="1.234,5"), "km") == [1250, 2375, 1500, 3125]


def test_a_chosen_style_is_the_reading_of_every_row():
    content = "x;y\n" + "".join(f"{row % 9 + 1}.{row % 900 + 100};{row % 2}\n" for row in range(5_000))
    assert column(understood(content, numbers="1.234,5"), "x")[4_000] == 5500


def test_header_separator_and_skipped_lines_can_be_told():
    numbers = "1,2\n3,4\n5,6\n7,9\n"
    assert (understood(numbers).rows, understood(numbers, header="yes").rows) == (4, 3)
    assert names(understood(numbers, header="yes")) == ["1", "2"]
    assert names(understood("a;b,c\n1;2,5\n2;3,5\n", separator="semicolon")) == ["a", "b,c"]
    skipped = understood("a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n", skip="3-4, 6")
    assert (list(skipped.lines), [skip.line for skip in skipped.skipped]) == ([2, 5], [3, 4, 6])


def test_columns_are_ignored_by_name_or_number():
    content = 'name,a,"b, c",y\nAnna,1,2,0.5\nBob,3,7,1.5\nCleo,4,8,3.5\n'
    table = understood(content, ignore='2, "b, c"')
    assert roles(table) == {"name": "ignore", "a": "ignore", "b, c": "ignore", "y": "target"}
    with pytest.raises(DataError, match="no column 'colour'"):
        understood(content, ignore="colour")


def test_a_column_that_would_be_left_out_can_be_used():
    content = FORTY["36a"][0]
    assert roles(understood(content))["Id"] == "identifier"
    assert roles(understood(content, use="Id"))["Id"] == "feature"


def test_evidence_comes_from_the_used_columns_only():
    """A decimal point in a column that is left out says nothing about the others."""
    content = "note;x;c\n1.5;1,250;a\n2.5;2,375;b\n3.5;1,5;a\n4.5;2,5;b\n"
    assert asked(understood(content)) == ["numbers"]
    table = understood(content, ignore="note")
    assert not asked(table)
    assert column(table, "x") == [1.25, 2.375, 1.5, 2.5]


def test_words_for_a_gap():
    content = FORTY["40b"][0]
    table = understood(content, missing="n. v.")
    assert not asked(table)
    assert column(table, "m")[16] is None
    far = "x,y\n" + "".join(f"{-200 if row % 5 == 0 else row / 10 + 1},{row % 2}\n" for row in range(40))
    assert asked(understood(far)) == ["missing"]
    assert column(understood(far, missing="-200"), "x")[0] is None
    assert column(understood(far, missing="usual"), "x")[0] == -200
    assert not asked(understood(far, missing="usual"))


def test_a_chosen_target_and_task():
    content = FORTY["38a"][0]
    for target in ("label", "1", " label "):
        assert roles(understood(content, target=target))["label"] == "target"
    stars = FORTY["35a"][0]
    assert understood(stars, task="regression").task.value is Task.REGRESSION
    assert understood(stars, task="classification").task.value is Task.CLASSIFICATION


def test_a_word_target_keeps_every_word_as_a_class():
    table = understood("x,c\n1.5,NA\n2.5,?\n3.5,None\n4.5,NA\n5.5,?\n6.5,None\n")
    assert set(column(table, "c")) == {"NA", "?", "None"}
    assert types(table)["c"] == "class"


def test_gaps_in_words_that_are_learned_from():
    rows = "".join(f"{'red' if row % 3 else 'NA'},{row}.5\n" if row % 2 else f"blue,{row}.5\n" for row in range(12))
    table = understood("colour,y\n" + rows)
    assert next(one for one in table.columns if one.name == "colour").missing == 2


def test_a_constant_column_is_left_out_but_not_from_a_run_of_names():
    rows = "".join(f"7,{row % 3},0,{row % 5},{row % 2}\n" for row in range(12))
    table = understood("site,p0,p1,p2,label\n" + rows)
    assert roles(table) == {"site": "ignore", "p0": "feature", "p1": "feature", "p2": "feature", "label": "target"}


@pytest.mark.parametrize(
    ("name", "values", "left_out"),
    [
        ("PassengerId", [11, 15, 19, 21, 28], True),
        ("key", [11, 15, 19, 21, 28], True),
        ("row", [1, 2, 3, 4, 5], True),
        ("row", [3, 1, 5, 2, 4], True),
        ("humid", [11, 15, 19, 21, 28], False),
        ("id", [11, 15, 15, 21, 28], False),
        ("id", [1.5, 2.5, 3.25, 4.5, 5.5], False),
        ("width", [11, 12, 13, 14, 15], False),
    ],
)
def test_identifiers(name, values, left_out):
    rows = "".join(f"{value},{value * 0.3:.2f},{row % 2}\n" for row, value in enumerate(values))
    table = understood(f"{name},x,c\n{rows}")
    assert (roles(table)[name] == "identifier") is left_out


def test_what_counts_the_rows_stays_where_nothing_else_can_be_learned_from():
    table = understood("x,y\n" + "".join(f"{row},{row * 1.7:.1f}\n" for row in range(1, 9)))
    assert roles(table) == {"x": "feature", "y": "target"}


def test_lists_of_columns_and_lines():
    assert parts_of('a, "b, c" ,d') == ("a", "b, c", "d")
    assert parts_of("") == ()
    assert Choices(skip="1-3, 7, uneven").skipped_lines == {1, 2, 3, 7}
    with pytest.raises(DataError, match="'one' is no line"):
        _ = Choices(skip="one").skipped_lines
