"""The tables of a first release's users: what was read wrongly then, and what is right (chapter 2 of the faults)."""

from relulab.catalog.losses import Task
from tests.helpers.tables import asked, column, names, roles, types, understood

RAIN = (
    "Datum;x;y;Regen\n01.06.2026;0,19;0,73;0\n02.06.2026;0,13;0,64;1\n03.06.2026;0,12;0,42;0\n04.06.2026;0,21;0,27;1\n"
)
AIR = (
    "Date;Time;CO;RH;;\n"
    + "".join(f"{day:02d}/03/2026;{7 + day:02d}.00.00;1,{day};4{day},{day};;\n" for day in range(1, 10))
    + ";;;;;\n;;;;;\n"
)
HOUSES = "rooms\tarea\tprice\n" + "".join(
    f"{2 + row % 4}\t{900 + 40 * row:,}\t{150_000 + 3_500 * row:,}\n" for row in range(12)
)


def test_thousands_are_seen_where_the_plain_numbers_of_another_column_stop():
    table = understood(HOUSES)
    assert column(table, "price")[:2] == [150_000, 153_500]
    assert column(table, "area")[2:4] == [980, 1020]
    assert not asked(table)
    assert table.task.value is Task.REGRESSION


def test_numbers_as_names_are_no_sample():
    rows = "".join(f"{row * 0.37 - 0.3:.2f},{row % 7 / 8:.2f},{row % 2}\n" for row in range(12))
    table = understood("0,1,2\n" + rows)
    assert names(table) == ["0", "1", "2"]
    assert (table.rows, table.header.value) == (12, True)
    assert set(column(table, "2")) == {0, 1}


def test_decimal_commas_beside_dates_with_dots():
    table = understood(RAIN)
    assert types(table)["Datum"] == "date"
    assert roles(table) == {"Datum": "ignore", "x": "feature", "y": "feature", "Regen": "target"}
    assert column(table, "x") == [0.19, 0.13, 0.12, 0.21]
    assert table.task.value is Task.CLASSIFICATION


def test_times_with_dots_empty_rows_and_empty_columns():
    table = understood(AIR)
    assert (table.rows, names(table)) == (9, ["Date", "Time", "CO", "RH"])
    assert types(table) == {"Date": "date", "Time": "time", "CO": "number", "RH": "number"}
    assert roles(table) == {"Date": "ignore", "Time": "ignore", "CO": "feature", "RH": "target"}
    assert column(table, "CO")[:2] == [1.1, 1.2]
    assert [skip.line for skip in table.skipped] == [11, 12]
    assert "5, 6" in str(table.notes[0])


def test_the_line_that_names_the_separator():
    table = understood("sep=;\nx;y;label\n0.04;0.96;0\n0.24;0.70;1\n0.26;0.82;0\n0.60;0.29;1\n")
    assert (table.separator.value, names(table), table.rows) == (";", ["x", "y", "label"], 4)


def test_title_lines():
    table = understood("Series A\nrecorded in March\n\nx,y,label\n0.57,0.13,0\n0.36,0.89,1\n0.98,0.66,0\n0.69,0.58,1\n")
    assert names(table) == ["x", "y", "label"]
    assert [skip.line for skip in table.skipped] == [1, 2, 3]
    assert "title" in str(table.skipped[0].why)


def test_a_gap_in_the_first_row_does_not_swallow_it():
    table = understood("a,b,y\nNA,1.5,0\n2.5,2.5,1\n3.5,,0\n1.5,2.0,1\n")
    assert (table.rows, column(table, "a")) == (4, [None, 2.5, 3.5, 1.5])


def test_whole_numbers_as_labels_of_many_classes():
    table = understood("x,label\n" + "".join(f"{row * 0.37:.2f},{row % 26}\n" for row in range(200)))
    assert table.task.value is Task.CLASSIFICATION
    assert not asked(table)


def test_a_comment_as_wide_as_the_table_is_no_row():
    table = understood("% made by x\n% a,b,c\n1.5,2.5,0\n2.5,3.5,1\n3.5,4.5,0\n")
    assert (names(table), table.rows) == (["a", "b", "c"], 3)
    assert [skip.line for skip in table.skipped] == [1]
    assert names(understood("#x,y,c\n1.5,2.5,0\n2.5,3.5,1\n3.5,4.5,0\n")) == ["x", "y", "c"]


def test_a_comment_names_columns_only_where_no_names_stand_below():
    numbers = "1.5 2.5\n2.5 3.5\n3.5 9.5\n"
    for above, expected in {
        "# by hand\nt v\n": ["t", "v"],
        "# made in 2020\n# by hand\nt v\n": ["t", "v"],
        "% two words\nalpha beta\n": ["alpha", "beta"],
        "# x y\n": ["x", "y"],
        "# x y\nNaN NaN\n": ["x", "y"],
    }.items():
        for separator in (" ", "\t", ";"):
            lines = (above + numbers).splitlines()
            rows = [line if line[0] in "#%" else line.replace(" ", separator) for line in lines]
            assert names(understood("\n".join(rows) + "\n")) == expected, (above, separator)


def test_a_first_column_may_be_named_by_the_sign_of_a_comment():
    table = understood("#,name,points\n" + "".join(f"{row + 3},m{row},{row * 3 % 40 + 0.5}\n" for row in range(20)))
    assert (names(table), table.rows) == (["#", "name", "points"], 20)


def test_columns_without_names_are_no_run_of_names():
    rows = "".join(f"{row}.5 8 {300 + row} 12.0 {row % 2}\n" for row in range(12))
    table = understood(rows)
    assert [one.role.value for one in table.columns] == ["feature", "ignore", "feature", "ignore", "target"]


def test_what_counts_the_rows_is_kept_where_only_it_can_be_learned_from():
    assert roles(understood("kind,n\nx,1\ny,2\nx,3\ny,4\n")) == {"kind": "feature", "n": "target"}
