"""What holds for every table: nothing is read wrongly in silence, and the order of the rows changes nothing."""

import random
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relulab.data.tables.choices import NUMBERS, SEPARATORS, Choices
from relulab.data.tables.letters import letters_of, read_bytes
from relulab.data.tables.understanding import understanding_of
from relulab.errors import CancelledError, DataError
from tests.helpers.tables import asked, column, names, roles, types, understood

STYLES = [(decimal, group) for decimal, group in NUMBERS.values()]
LATE = 4_321  # a row that no sample sees
MANY = 6_000


def grouped(value: float, decimals: int, decimal: str, group: str) -> str:
    """A number as a program of this style writes it."""
    plain = f"{value:,.{decimals}f}" if group else f"{value:.{decimals}f}"
    return "".join({",": group, ".": decimal}.get(sign, sign) for sign in plain)


@st.composite
def tables(draw):
    """A style, a separator that does not clash with it, and columns of numbers with a fixed number of decimals."""
    decimal, group = draw(st.sampled_from(STYLES))
    signs = [sign for sign in SEPARATORS.values() if sign not in (decimal, group)]
    separator = draw(st.sampled_from(signs))
    rows = draw(st.integers(4, 12))
    columns = []
    for _ in range(draw(st.integers(2, 4))):
        decimals = draw(st.integers(0, 4))
        size = draw(st.sampled_from([1, 100, 10_000, 10_000_000]))
        values = draw(st.lists(st.integers(-9_999, 9_999), min_size=rows, max_size=rows))
        columns.append([round(value / 9_999 * size, decimals) for value in values])
        columns[-1].append(decimals)
    return decimal, group, separator, columns


@settings(max_examples=300, deadline=None)
@given(tables())
def test_a_number_is_read_as_it_was_meant_or_asked_about(made):
    decimal, group, separator, columns = made
    rows = len(columns[0]) - 1
    lines = [separator.join(f"col{'abcd'[place]}" for place in range(len(columns)))]
    lines += [separator.join(grouped(one[row], one[-1], decimal, group) for one in columns) for row in range(rows)]
    table = understood("\n".join(lines))
    if asked(table) and asked(table) != ["task"]:
        return
    for place, one in enumerate(columns):
        read = column(table, f"col{'abcd'[place]}")
        assert read == pytest.approx([float(f"{value:.{one[-1]}f}") for value in one[:-1]], rel=1e-12), lines


@settings(max_examples=150, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_guess(made, shuffler):
    decimal, group, separator, columns = made
    head = separator.join(f"col{'abcd'[place]}" for place in range(len(columns)))
    rows = [
        separator.join(grouped(one[row], one[-1], decimal, group) for one in columns)
        for row in range(len(columns[0]) - 1)
    ]
    first = understood("\n".join([head, *rows]))
    shuffler.shuffle(rows)
    second = understood("\n".join([head, *rows]))
    assert (names(first), types(first), roles(first), asked(first)) == (
        names(second), types(second), roles(second), asked(second),
    )  # fmt: skip
    assert first.numbers.value == second.numbers.value
    assert first.task.value is second.task.value


def long_table(late: str, usual: str = "{0}", separator: str = ";") -> str:
    """Many rows; ``late`` stands where no sample looks."""
    rows = [f"{usual.format(row * 37 % 1000 + 1)}{separator}{'ab'[row % 2]}" for row in range(MANY)]
    rows[LATE] = f"{late}{separator}a"
    return f"m{separator}c\n" + "\n".join(rows) + "\n"


def test_a_word_that_no_sample_sees_is_asked_about_with_its_line():
    table = understood(long_table("n. v."))
    assert asked(table) == ["missing"]
    assert table.questions[0].line == LATE + 2


def test_a_leading_zero_that_no_sample_sees_makes_labels():
    table = understood(long_table("01"))
    assert types(table)["m"] in ("class", "text")
    assert column(table, "m")[LATE] == "01"


@pytest.mark.parametrize("separator", [";", "\t", " ", "|"])
def test_a_leading_zero_is_seen_whatever_separates(separator):
    assert column(understood(long_table("007", separator=separator)), "m")[LATE] == "007"


def test_a_leading_zero_is_seen_in_quotation_marks():
    assert column(understood(long_table('"007"')), "m")[LATE] == "007"


@pytest.mark.parametrize(
    ("late", "usual", "value"),
    [
        ("12.345.678", "{0}", 12_345_678),  # thousands that only one row proves
        ("1,5", "{0}", 1.5),  # a decimal sign that only one row has
        ("0.125", "{0}.250", 0.125),  # the proof that all others are decimals, too
        ("1.234,5", "{0},5", 1234.5),
        ("−5", "{0}", -5),
        ("1e3", "{0}", 1000),
        ("?", "{0}", None),
        ("NaN", "{0}", None),
        ("", "{0}", None),
        ("1 234", "{0}", 1234),
    ],
)
def test_what_only_a_late_row_shows_counts(late, usual, value):
    table = understood(long_table(late, usual))
    assert not [about for about in asked(table) if about != "task"]
    assert column(table, "m")[LATE] == value


@pytest.mark.parametrize("late", ["inf", "Infinity", "0x10", "1_0", "True", "٣", "1.2.3", "12,34,5"])
def test_what_no_one_calls_a_number_is_never_read_as_one(late):
    table = understood(long_table(late))
    assert "missing" in asked(table)
    assert table.questions[0].line == LATE + 2


def test_a_thousand_that_only_a_late_row_has_goes_on_by_size():
    rows = [f"{row % 500 + 400}\t{'ab'[row % 2]}" for row in range(MANY)]
    rows[LATE] = "1,040\ta"
    table = understood("n\tc\n" + "\n".join(rows))
    assert column(table, "n")[LATE] == 1040


def test_the_name_comes_again_in_a_late_row():
    rows = [f"{row % 7 * 0.01:.2f},{row % 5 * 0.02:.2f},{row % 2}" for row in range(MANY)]
    assert understood("5,6,7\n" + "\n".join(rows)).header.value is True
    rows[LATE] = "5,0.02,1"
    assert understood("5,6,7\n" + "\n".join(rows)).header.value is False


@pytest.mark.parametrize("late", ["1;2;a", "1", '"a;b";c;d'])
def test_a_late_row_of_another_width_is_left_out_and_said(late):
    rows = [f"{row};{'ab'[row % 2]}" for row in range(MANY)]
    rows[LATE] = late
    table = understood("m;c\n" + "\n".join(rows))
    assert [skip.line for skip in table.skipped] == [LATE + 2]
    assert table.rows == MANY - 1


def test_many_rows_of_another_width_are_asked_about():
    rows = [f"{row};{'ab'[row % 2]}" + (";x" if row % 20 == 7 else "") for row in range(MANY)]
    table = understood("m;c\n" + "\n".join(rows))
    assert asked(table) == ["skip"]
    assert table.questions[0].line == 9
    assert not asked(understood("m;c\n" + "\n".join(rows), skip="uneven"))


def test_rows_keep_their_lines_behind_what_is_left_out():
    content = 'Title\n\na;b\n1;x\n\n2;y\n;\n3;"two\nlines"\n4;x\n5;y\n6;x\n'
    table = understood(content)
    assert list(table.lines) == [4, 6, 8, 10, 11, 12]
    assert column(table, "b")[2] == "two\nlines"


def test_a_quotation_mark_that_is_never_closed_is_named():
    with pytest.raises(DataError, match="line 3: a quotation mark opens a cell"):
        understood('a;b\n1;x\n2;"y\n' + "3;x\n" * 20)


def test_inches_are_no_quotation_marks():
    table = understood("size;c\n5'10\";a\n6'2\";b\n5'10\";a\n6'2\";b\n")
    assert column(table, "size")[0] == "5'10\""


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", ["Größe", "Länge", "rosé", "garçon"]),
        ("mac_roman", ["Größe über Straße", "Länge schön", "früh geöffnet", "Grüße"]),
        ("cp1251", ["Привет мир", "город Москва", "жёлтый", "белый"]),
        ("cp932", ["東京の天気", "大阪の気温", "晴れのち曇り", "雨が降る"]),
        ("koi8-r", ["Привет мир", "город Москва", "красный цвет", "белый снег"]),
        ("utf-16", ["Größe", "東京", "жёлтый", "señor"]),
        ("utf-8-sig", ["Größe", "東京", "жёлтый", "señor"]),
    ],
)
def test_letters_of_many_systems(encoding, words):
    numbers = count()
    content = "x;word\r\n" + "".join(
        f"{next(numbers)},5;{random.Random(7).choice(words) if row > 7 else words[row % 4]}\r\n" for row in range(12)
    )
    table = understood(content.encode(encoding))
    assert column(table, "word")[:4] == words[:4]


def test_two_stray_quotation_marks_swallow_no_rows():
    rows = [f"{row},5;{'ab'[row % 2]}" for row in range(1_000)]
    rows[300] = rows[600] = '7,5;"a'
    with pytest.raises(DataError, match="line 302: a quotation mark opens a cell"):
        understood("m;c\n" + "\n".join(rows))
    rows[300] = rows[310] = rows[600] = '7,5;a "b'
    table = understood("m;c\n" + "\n".join(rows))
    assert table.rows == 1_000
    assert column(table, "c")[310] == 'a "b'


def test_a_read_can_be_stopped_inside_the_table_and_tells_how_far_it_is():
    content = "x;c\n" + "".join(f"{row},5;{'ab'[row % 2]}\n" for row in range(150_000))
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int, what: str) -> None:
        if what == "Reading the table":
            told.append((done, total))
            if done > total / 2:
                raise CancelledError(what)

    letters = letters_of(content.encode(), "", "t.csv", lambda *of: None)
    with pytest.raises(CancelledError):
        understanding_of(letters, Choices(), "t.csv", progress)
    assert all(after - before <= 2**18 for (before, _), (after, _) in pairwise(told)), "often enough to stop soon"
    assert told[-1][0] < told[-1][1]


def test_a_file_of_many_pieces_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("relulab.data.tables.letters.AT_ONCE", 1_000)
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,c\n" + b"".join(b"%d,%d\n" % (row, row % 2) for row in range(3_000)))
    assert read_bytes(path, lambda *of: None) == path.read_bytes()
