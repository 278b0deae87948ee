"""Forty small tables, each with the one reading that is right, or with the question that has to be asked.

The first of each pair of numbers in a test's name is that of the list they come from.
"""

from collections.abc import Callable
from typing import Any

import pytest

from relulab.catalog.losses import Task
from relulab.data.tables.guesses import Sure
from relulab.data.tables.understanding import Understanding
from tests.helpers.tables import asked, column, names, roles, types, understood

SIZES = "Größe;c\n1,5;a\n2,5;b"
STARS = "x,{name}\n" + "".join(f"{row * 0.5 + 0.3},{row % 5 + 1}\n" for row in range(30))


def numbered(name: str, first: int, step: int) -> str:
    return f"{name},x,c\n" + "".join(f"{first + step * row},{row * 0.5},{row % 2}\n" for row in range(9))


def holds(**columns: list) -> Callable[[Understanding], None]:
    """These columns have these values, and nothing is asked."""

    def check(table: Understanding) -> None:
        assert not asked(table)
        for name, values in columns.items():
            assert column(table, name) == values

    return check


def asks(about: str) -> Callable[[Understanding], None]:
    def check(table: Understanding) -> None:
        assert asked(table) == [about]

    return check


def left_out(*left: str, **columns: list) -> Callable[[Understanding], None]:
    def check(table: Understanding) -> None:
        holds(**columns)(table)
        assert {name for name, role in roles(table).items() if role in ("ignore", "identifier")} == set(left)

    return check


def is_like(separator: str, numbers: str, header: bool, rows: int, skipped: tuple[int, ...] = ()):
    def check(table: Understanding) -> None:
        assert not asked(table)
        assert (table.separator.value, table.header.value, table.rows) == (separator, header, rows)
        assert table.numbers.value.example == numbers
        assert tuple(skip.line for skip in table.skipped) == skipped

    return check


def with_units(**units: str) -> Callable[[Understanding], None]:
    def check(table: Understanding) -> None:
        assert {one.name: one.unit for one in table.columns if one.unit} == units
        assert all(types(table)[name] == "number" for name in units)

    return check


def with_classes(task: Task, *labels: object) -> Callable[[Understanding], None]:
    def check(table: Understanding) -> None:
        assert not asked(table)
        assert table.task.value is task
        target = table.columns[table.target.value]
        assert {target.value(row) for row in range(table.rows)} == set(labels)
        assert not target.missing

    return check


def is_likely(table: Understanding) -> None:
    assert table.numbers.sure is Sure.LIKELY


def is_read_from_another_encoding(table: Understanding) -> None:
    assert (table.rows, table.encoding.value, table.encoding.sure) == (20_001, "cp1252", Sure.LIKELY)
    assert column(table, "c")[-1] == "é"


def asks_about_line_18(table: Understanding) -> None:
    asks("missing")(table)
    assert table.questions[0].line == 18
    assert "n. v." in str(table.questions[0].words)


FORTY: dict[str, tuple[Any, ...]] = {
    "1": ("a;b;c\n1,5;2,25;0\n2,5;3,5;1", is_like(";", "1234,5", True, 2), holds(b=[2.25, 3.5])),
    "2": ('name,w,h\n"Lee, Ann",60.5,1.70\n"Roy, Bo",81.5,1.85', is_like(",", "1234.5", True, 2), holds(h=[1.7, 1.85])),
    "3": ("  x   y   k\n 1.0 2.5  0\n 10.5  3.25 1", is_like(" ", "1234.5", True, 2), holds(x=[1, 10.5], k=[0, 1])),
    "4": ("city,t\nNew York,3.5\nSan Jose,20.1\nBonn,8.0", holds(city=["New York", "San Jose", "Bonn"])),
    "5": ("sep=|\na|b\n1|2.5\n3|4.5", is_like("|", "1234.5", True, 2, (1,)), holds(a=[1, 3])),
    "6": ("mass\n1,5\n2,25\n3,5", asks("separator")),
    "7": ("p,q\n1,5\n2,7\n3,1", holds(p=[1, 2, 3], q=[5, 7, 1])),
    "8": ("t;v\n2026-01-01 10:00;1,5\n2026-01-01 11:00;1,75", left_out("t", v=[1.5, 1.75])),
    "9a": ("x;y\n1.250;3\n1.5;4\n2.375;5", holds(x=[1.25, 1.5, 2.375])),
    "9b": ("x;y\n1.250;3\n0.125;4\n2.375;5", holds(x=[1.25, 0.125, 2.375])),
    "10": ("km;kg;c\n1.250;3;a\n2.375;4;b\n1.500;5;a\n3.125;6;b", asks("numbers")),
    "11": ("pop;c\n1.250.000;a\n980.000;b\n2.000.000;a", holds(pop=[1_250_000, 980_000, 2_000_000])),
    "12a": ("x;y\n1.234,5;0\n12.000,75;1", holds(x=[1234.5, 12000.75])),
    "12b": ("x;y\n1,234.5;0\n12,000.75;1", holds(x=[1234.5, 12000.75])),
    "13": ("x;y\n1.250;0,5\n2.375;0,75", holds(x=[1250, 2375], y=[0.5, 0.75]), is_likely),
    "14": ("day;x\n01.02.2026;1,5\n02.02.2026;2,25", left_out("day", x=[1.5, 2.25])),
    "15": ("ip;x;y\n10.0.0.1;1,5;0\n10.0.0.2;2,5;1\n10.0.0.3;3,5;0", left_out("ip", x=[1.5, 2.5, 3.5])),
    "16": ("n\tc\n920\ta\n960\tb\n1,000\ta\n1,040\tb", holds(n=[920, 960, 1000, 1040]), is_likely),
    "17": ("n\tc\n1500\ta\n1,250\tb\n1600\ta", asks("numbers")),
    "18a": ("n;c\n1 250;a\n12 000;b\n900;a", holds(n=[1250, 12000, 900])),
    "18b": ("n;c\n1'250.50;a\n12'000.00;b\n900;a", holds(n=[1250.5, 12000, 900]), is_like(";", "1'234.5", True, 3)),
    "19": ("v;c\n1,5,2;a\n1,7,3;b\n2,0,1;a", left_out("v", v=["1,5,2", "1,7,3", "2,0,1"])),
    "20a": ("w;c\n12 kg;a\n15 kg;b", holds(w=[12, 15]), with_units(w="kg")),
    "20b": ("p,c\n$12.50,a\n$8.00,b", holds(p=[12.5, 8]), with_units(p="$")),
    "21": ("x;y\n−1,5;0\n2,5;1", holds(x=[-1.5, 2.5])),
    "22": ("x;y\n1,5;1.5\n2,5;2.5", asks("numbers")),
    "23a": ("1.5,2.5,0\n2.5,3.5,1\n0.5,1.5,0", is_like(",", "1234.5", False, 3)),
    "23b": (",2.5,0\n2.5,3.5,1\n0.5,1.5,0", is_like(",", "1234.5", False, 3)),
    "24": ("10,20,30,kind\n.31,.28,.27,a\n.41,.22,.25,b\n.35,.21,.29,a", is_like(",", "1234.5", True, 3)),
    "25": ("2019,2020,2021\n1900,2100,2050\n2200,1950,2000\n2010,2060,2020", asks("header")),
    "26a": ("colour,shape\nred,round\nblue,flat\nred,flat", is_like(",", "1234.5", True, 3)),
    "26b": ("red,round\nblue,flat\nred,flat\nblue,round", is_like(",", "1234.5", False, 4)),
    "27": (
        "Lab 3\n\nx,y,c\n1.5,2.5,0\n2.5,3.5,1\n3.5,1.5,0\nSource: own",
        is_like(",", "1234.5", True, 3, (1, 2, 7)),
    ),
    "28": ("# a b c\n1.5 2.5 0\n2.5 3.5 1", holds(a=[1.5, 2.5], b=[2.5, 3.5], c=[0, 1])),
    "29": (
        "v;t;c\nm/s;°C;\n1,5;20,5;0\n2,5;21,5;1\n3,5;19,5;0",
        holds(v=[1.5, 2.5, 3.5]),
        with_units(v="m/s", t="°C"),
    ),
    "30": ("x,y\n1,1.5,0\n2,2.5,1\n3,3.5,0\n4,1.5,1\n5,2.5,0", left_out("row names", x=[1.5, 2.5, 3.5, 1.5, 2.5])),
    "31": ("x,code\n1.5,01\n2.5,1\n3.5,01\n0.5,1", with_classes(Task.CLASSIFICATION, "01", "1")),
    "32": ("zip,p\n01067,1.5\n50667,2.5\n80331,3.5\n04109,2.5", left_out("zip", p=[1.5, 2.5, 3.5, 2.5])),
    "33": (
        "x,sleep\n1.5,None\n2.5,Insomnia\n3.5,None\n0.5,Apnea\n2.2,Apnea\n1.1,Insomnia",
        with_classes(Task.CLASSIFICATION, "None", "Insomnia", "Apnea"),
    ),
    "34": ("x,y,c\n1.5,?,0\n2.5,3.5,1\n0.5,1.5,0", holds(y=[None, 3.5, 1.5])),
    "35a": (STARS.format(name="stars"), asks("task")),
    "35b": (STARS.format(name="label"), with_classes(Task.CLASSIFICATION, 1, 2, 3, 4, 5)),
    "36a": (numbered("Id", 1000, 7), left_out("Id")),
    "36b": (numbered("n", 1, 1), left_out("n")),
    "37a": ("x;y;;\n1,5;0;;\n;;;\n2,5;1;;", holds(x=[1.5, 2.5], y=[0, 1])),
    "37b": ("x;c\n1,5e-3;a\n2E4;b", holds(x=[0.0015, 20000])),
    "38a": ("label,x,outcome\n0,1.5,1\n1,2.5,0\n0,3.5,1", asks("target")),
    "38b": ("x,y,kind\n1.5,2.5,a\n2.5,1.5,b\n3.5,2.5,a", with_classes(Task.CLASSIFICATION, "a", "b")),
    "39 UTF-8": (SIZES, holds(Größe=[1.5, 2.5])),
    "39 with a mark": (SIZES.encode("utf-8-sig"), holds(Größe=[1.5, 2.5])),
    "39 UTF-16 little": (SIZES.encode("utf-16-le"), holds(Größe=[1.5, 2.5])),
    "39 UTF-16 big": (SIZES.encode("utf-16-be"), holds(Größe=[1.5, 2.5])),
    "39 UTF-16 with a mark": (SIZES.encode("utf-16"), holds(Größe=[1.5, 2.5])),
    "39 Windows": (SIZES.encode("cp1252"), holds(Größe=[1.5, 2.5])),
    "39 CR": (SIZES.replace("\n", "\r"), holds(Größe=[1.5, 2.5])),
    "40a": (("a,b,c\n" + "1,2,x\n" * 20_000 + "1,2,é").encode("cp1252"), is_read_from_another_encoding),
    "40b": (
        "m;c\n" + "".join("n. v.;a\n" if row == 16 else f"{row // 9},{row % 9};{'ab'[row % 2]}\n" for row in range(30)),
        asks_about_line_18,
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", FORTY)
def test_forty_tables(key):
    content, *checks = FORTY[key]
    table = understood(content)
    for check in checks:
        check(table)


@pytest.mark.parametrize("key", [key for key in FORTY if key != "40a"])
def test_a_first_look_says_the_same_where_it_sees_all_rows(key):
    content = FORTY[key][0]
    whole, glance = understood(content), understood(content, complete=False)
    assert names(whole) == names(glance)
    assert types(whole) == types(glance)
    assert roles(whole) == roles(glance)
    assert asked(whole) == asked(glance)
    assert all(column(whole, name) == column(glance, name) for name in names(whole))


def test_37_counts_two_columns():
    assert names(understood(FORTY["37a"][0])) == ["x", "y"]
