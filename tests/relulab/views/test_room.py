"""Lines that say less where there is less room."""

import pytest

from relulab.text import joined, telling, text
from relulab.views.room import Leaves, Line, in_short, leaving, ways, written


def words(sentences):
    return [line.words for line in ways(sentences, str)]


def test_whole_phrases_leave_in_their_order_and_separators_with_them():
    checked = joined((text("100 samples"), leaving(Leaves.CONDITION, text("dropout off"))), ", ")
    often = joined(
        (leaving(Leaves.OFTEN, text("checks: 3")), leaving(Leaves.LATE, text("last at step {step:,}", step=1200))), ", "
    )
    line = [joined((leaving(Leaves.USUAL, text("a loss")), joined((checked, often), ", ")), " · "), "by hand"]
    assert words(line) == [
        "a loss · 100 samples, dropout off, checks: 3, last at step 1,200 · by hand",
        "100 samples, dropout off, checks: 3, last at step 1,200 · by hand",
        "100 samples, dropout off, last at step 1,200 · by hand",
        "100 samples, last at step 1,200 · by hand",
        "100 samples · by hand",
        "100 samples",
    ]


def test_what_can_be_said_in_short_is_before_anything_leaves():
    named = text("Compared with {name}", name="a {name} with braces")
    compared = in_short(named, in_short(text("Compared with the first"), text("Compared")))
    assert words([joined((compared, leaving(Leaves.HOW, text("dead: at the end"))), " · ")]) == [
        "Compared with a {name} with braces · dead: at the end",
        "Compared with the first · dead: at the end",
        "Compared · dead: at the end",
        "Compared",
    ]


@pytest.mark.parametrize("sentences", [[], [""], [text("")], [joined((), ", ")]])
def test_nothing_is_one_empty_line(sentences):
    assert list(ways(sentences, str)) == [Line()]


def test_parts_tell_their_quantities_where_they_stand():
    age = leaving(Leaves.LATE, telling("age", text("measured {age} ago", age="3 s")))
    inside = text("of {samples}", samples=telling("samples", text("7 samples")))
    row = telling("probe_set", joined((text("of 10"), leaving(Leaves.CONDITION, text("dropout off"))), ", "))
    lines = list(ways([age, "plain", joined((inside, row), " · ")], str, "otherwise"))
    for line in lines:
        assert {key: line.words[start:end] for start, end, key in line.parts} == {
            key: phrase
            for key, phrase in {
                "age": "measured 3 s ago",
                "otherwise": "plain",
                "samples": "7 samples",
                "probe_set": "of 10, dropout off" if "dropout" in line.words else "of 10",
            }.items()
            if phrase in line.words
        }
    assert [len(line.parts) for line in lines] == [4, 4, 3, 2, 1]


def test_a_sentence_as_it_is():
    assert written("as it stands", str) == Line("as it stands")
    assert written(telling("age", text("3 s")), str) == Line("3 s", ((0, 3, "age"),))
    assert written(joined((telling("age", text("3 s")),), ", "), str).parts == ((0, 3, "age"),)
