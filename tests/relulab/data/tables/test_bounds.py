"""Whatever stands in a file, reading it takes a time in proportion to its size, and warns of nothing."""

from contextlib import suppress

import pytest

from relulab.data.tables.baseline import class_counts, to_beat
from relulab.data.tables.cells import written
from relulab.data.tables.choices import Choices
from relulab.data.tables.layout import LEFT_OUT_AT_MOST
from relulab.data.tables.letters import WORD_WITH_HIGH_BYTES
from relulab.data.tables.lines import LINE_AT_MOST
from relulab.data.tables.samples import samples_of
from relulab.data.tables.separator import COLUMNS_AT_MOST
from relulab.data.tables.shown import as_lines
from relulab.errors import DataError
from tests.helpers.effort import at_most
from tests.helpers.tables import asked, column, names, types, understood

SECONDS = 10  # what took the square of its size took minutes
MANY = 60_000
CASES: dict[str, str | bytes] = {
    "a long word without a letter": b"x" * 900_000 + b",1\n\xe4,2\n\xfc,3\n",
    "a long word of letters": "é".encode("cp1252") * 900_000 + b",1\n\xe4,2\n",
    "words in a column of numbers": "x,c\n" + "".join(f"{row},{row % 2}\nw{row},1\n" for row in range(MANY)) + "0,1\n",
    "words as classes": "x,c\n" + "".join(f"{row % 28}.5,word{row}\n" for row in range(MANY)),
    "empty lines": "a,b\n" + "\n" * 200_000 + "1,2\n3,4\n",
    "tabs before a quotation mark": "\t" * 500_000 + '"x\nx\t1\n2\t3\n',
    "digits": ("9" * 500_000 + ",2\n") * 3,
    "digits and blanks": ("1 " * 200_000 + ";2\n") * 3,
    "one long row": "1," * 400_000,
    "quotation marks": '"a",""",\n' * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_time_is_bounded_by_the_size_of_the_file(case):
    with at_most(SECONDS), suppress(DataError):
        table = understood(CASES[case])
        class_counts(table)
        assert sum(1 for _ in as_lines(table)) < 100


def test_words_with_letters_are_found_whole():
    found = WORD_WITH_HIGH_BYTES.findall("plain,größer und;\tÄ|x\xe9\xe9 fin\n\xe9".encode("cp1252"))
    assert found == [word.encode("cp1252") for word in ("größer", "Ä", "x\xe9\xe9", "\xe9")]


@pytest.mark.parametrize(
    "rows",
    [
        ["1e308,1.5", "-1e308,-1.5", "5,1.7e308", "1e308,-1.7e308"],
        ["-999,1.5", "-999,2.5", "-999,4", "5,1.7e308", "1e308,-1.7e308", "1e308,2"],
        ["1.5,-1e308", "-1.5,1e308", "1.7,3", "-1.7,1e307"],
        ["5e-324,0", "-5e-324,1", "0.5,0", "1.5,1"],
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_numbers_at_the_ends_of_float64_are_read_without_a_warning(rows, complete):
    table = understood("x,y\n" + "\n".join(rows), complete=complete)
    assert types(table) == {"x": "number", "y": "number"}
    assert column(table, "y")[0] == float(rows[0].split(",")[1])
    assert "inf" not in str(to_beat(table))
    if "e308" in "".join(rows):
        with pytest.raises(DataError, match="too large for the numbers of a network"):
            samples_of(table, Choices())


@pytest.mark.parametrize("beyond", ["1e400", "-1e400", "9" * 99 + "e300"])
@pytest.mark.parametrize("complete", [True, False])
def test_a_number_beyond_float64_is_asked_about_with_its_line(beyond, complete):
    table = understood(f"x,y\n1.5,0\n{beyond},1\n2.5,0\n3.5,1\n", complete=complete)
    assert asked(table) == ["missing"]
    assert table.questions[0].line == 3
    assert column(table, "x") == [1.5, None, 2.5, 3.5]


def test_what_is_longer_than_any_number_is_none():
    assert written("1" * 100) is not None
    assert written("1" * 101) is None
    digits = ("1" * 5000, "2" * 5000, "x" + "3" * 5000)  # int() takes 4,300 digits
    assert names(understood(",".join(digits) + "\n1,2,3\n4,5,7\n", header="yes")) == list(digits)
    with pytest.raises(DataError, match="has no column '1111"):
        understood("a,b\n1,2\n3,4\n", target="1" * 5000)


def test_too_many_columns_are_named():
    for separator, chosen in ((",", "auto"), (" ", "auto"), (";", "semicolon")):
        row = separator.join(["1"] * (COLUMNS_AT_MOST + 1))
        with pytest.raises(DataError, match="10,001 columns; tables of up to 10,000"):
            understood(f"{row}\n{row}\n", separator=chosen)


def test_too_long_a_line_and_too_many_lines_left_out_are_named(monkeypatch):
    with pytest.raises(DataError, match=r"line 3 has 1\.0 MB; a line of a table has at most 1 MB"):
        understood("a,b\n1,2\n" + "1" * (LINE_AT_MOST + 1) + ",2\n")
    monkeypatch.setattr("relulab.data.tables.layout.LEFT_OUT_AT_MOST", 10)
    with pytest.raises(DataError, match="11 lines are no part of the table; up to 10"):
        understood("a,b\n" + "\n" * 11 + "1,2\n3,4\n")
    assert LEFT_OUT_AT_MOST == 1_000_000


@pytest.mark.parametrize("odd", ["\v", "\x1c", "\x01", "\f", "\u2028", "\u00a0", "\x85"])
@pytest.mark.parametrize("separator", [" ", ",", ";", "\t"])
def test_odd_blanks_separate_nothing(odd, separator):
    rows = [separator.join((f"a{odd}b", "1.5", str(row % 2))) for row in range(4)]
    table = understood(separator.join("xyz") + "\n" + "\n".join(rows))
    assert (names(table), table.rows) == (["x", "y", "z"], 4)
    assert column(table, "y") == [1.5] * 4


def test_a_long_name_is_cut_in_messages_and_questions():
    name = "name " * 2_000
    with pytest.raises(DataError, match="in every row") as caught:
        samples_of(understood(f"x,{name}\n1.5,a\n2.5,a\n", target="2"), Choices())
    assert len(str(caught.value)) < 300
    table = understood(f"{name},c\n" + "".join(f"{row}.5,{row % 2}\n" for row in range(20)) + "word,1\n")
    assert asked(table) == ["missing"]
    assert len(str(table.questions[0].words)) < 300


@pytest.mark.parametrize(
    "content",
    [
        '"a",""",\n' * 2_000,
        "a b c\n" + '3.5 "two\nlines" 1\n' * 20,
        'a b c\n1,040   x   "two\nlines"   y   1\n' * 20,
        "x y z\n" + "".join(f'{row} "a b" {row % 2}\n' for row in range(50)),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_odd_quotation_marks_lose_no_cell_in_silence(content, complete):
    table = understood(content, complete=complete)
    assert all(len(one.gaps) == table.rows for one in table.columns)


def test_a_blank_in_quotation_marks_separates_nothing():
    table = understood("x y z\n" + "".join(f'{row}.5 "a b" {row % 2}\n' for row in range(50)))
    assert (names(table), table.rows) == (["x", "y", "z"], 50)
    assert column(table, "y") == ["a b"] * 50


@pytest.mark.parametrize("content", [b"\r\x810\x842", b"#\n", b"sep=,", b"sep=,\n\n \n", b"\n#\n\n"])
def test_a_file_without_a_line_of_a_table_is_refused_in_words(content):
    with pytest.raises(DataError):
        understood(content)
