"""Separator, decimal sign, thousands and the line of names in all combinations: read as meant, or asked about."""

from itertools import product

import pytest

from tests.helpers.tables import asked, column, names, understood

ROWS = ((0.5, 1250.25, "ja"), (1.0, 980.5, "nein"), (1.5, 12_000.75, "ja"), (2.25, 2_345.5, "nein"))
SEPARATORS = {"blanks": "  ", "one blank": " ", "tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "tabs": " \t "}
STYLES = ((".", ""), (",", ""), (",", "."), (".", ","), (".", "'"), (",", " "), (".", "_"))
HEADS = ("names", "comment", "comment after others", "none", "units", "title")


def written(value: float | str, decimal: str, group: str, separator: str) -> str:
    """A cell as a program of this style writes it; in quotation marks where it holds the separator."""
    if isinstance(value, str):
        return value
    plain = f"{value:,.2f}" if group else f"{value:.2f}"
    cell = "".join({",": group, ".": decimal}.get(sign, sign) for sign in plain)
    return f'"{cell}"' if separator.strip(" ") in cell and separator.strip(" ") else cell


def table_of(separator: str, decimal: str, group: str, head: str, many: int = 1) -> str:
    above = {
        "names": [separator.join(("t", "y", "klasse"))],
        "comment": [f"# {separator.join(('t', 'y', 'klasse'))}"],
        "comment after others": ["# made by hand", "#", f"#{separator.join(('t', 'y', 'klasse'))}"],
        "none": [],
        "units": [separator.join(("t", "y", "klasse")), separator.join(("s", "mm", ""))],
        "title": ["Messung 3", "", separator.join(("t", "y", "klasse"))],
    }[head]
    rows = [separator.join(written(cell, decimal, group, separator) for cell in row) for row in ROWS * many]
    return "\n".join([*above, *rows]) + "\n"


def is_possible(separator: str, style: tuple[str, str], head: str) -> bool:
    """A blank cannot part both thousands and cells, and an empty cell has no place between blanks."""
    is_blank = not SEPARATORS[separator].strip(" ")
    return not (is_blank and style[1] == " ") and not (head == "units" and separator in ("blanks", "one blank", "tabs"))


COMBINATIONS = [one for one in product(SEPARATORS, STYLES, HEADS) if is_possible(*one)]


@pytest.mark.parametrize("many", [1, 10])
@pytest.mark.parametrize(("separator", "style", "head"), COMBINATIONS)
def test_combinations(separator, style, head, many):
    sign, (decimal, group) = SEPARATORS[separator], style
    content = table_of(sign, decimal, group, head, many)
    table = understood(content)
    assert not asked(table), [str(question.words) for question in table.questions]
    assert names(table) == (["column 1", "column 2", "column 3"] if head == "none" else ["t", "y", "klasse"])
    for place, name in enumerate(names(table)):
        assert column(table, name) == [row[place] for row in ROWS] * many, content


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("1,5 2,5\n1,7 2,6\n3,5 4,5\n", [1.5, 1.7, 3.5]),
        ("-1,5 -2,5 a\n-1,7 2,6 b\n", [-1.5, -1.7]),
        ("NaN 2,5 ja\n1,5 NaN nein\n1,6 1,7 ja\n", [None, 1.5, 1.6]),
        ('"1,5" "2,5" ja\n"1,6" "2,7" nein\n', [1.5, 1.6]),
        ("12 kg,3.5\n14 kg,4.5\n13 kg,5.5\n", [12, 14, 13]),
        ("1 000,5;2\n2 000,7;3\n900,5;4\n", [1000.5, 2000.7, 900.5]),
        ("1,5\t2,5 kg\n1,7\t2,6 kg\n", [1.5, 1.7]),
        ("Apt 5;3\nApt 7;4\nApt 9;5\n", ["Apt 5", "Apt 7", "Apt 9"]),
        ("2026-01-01 10:00,1.5\n2026-01-02 10:00,2.5\n", ["2026-01-01 10:00", "2026-01-02 10:00"]),
    ],
)
def test_a_blank_or_a_comma_may_belong_to_the_cell(content, values):
    table = understood(content)
    assert not asked(table)
    assert column(table, names(table)[0]) == values


@pytest.mark.parametrize("content", ["Apt 5,3\nApt 7,4\nApt 9,5\n", "1 000,5\n2 000,7\n3 000,9\n"])
def test_two_signs_that_divide_equally_well_are_asked_about(content):
    table = understood(content)
    assert asked(table) == ["separator"]
    answers = {answer.value: str(answer.means) for answer in table.questions[0].answers}
    assert set(answers) == {"comma", "blanks"}
    assert " | " in answers["comma"]
    assert not asked(understood(content, separator="comma"))


def test_names_decide_between_two_signs():
    table = understood("addr,x\nApt 5,3\nApt 7,4\nApt 9,5\n")
    assert not asked(table)
    assert column(table, "x") == [3, 4, 5]


@pytest.mark.parametrize(
    "content", ["t,y,klasse\n1,5,2,5,ja\n1,7,2,6,nein\n1,9,3,5,ja\n", "room temp time\n1.5 2\n1.75 3\n1.25 4\n"]
)
def test_names_that_are_no_match_for_the_cells_are_asked_about(content):
    table = understood(content)
    assert asked(table) == ["separator"]
    assert table.questions[0].line == 1
    assert not asked(understood(content, skip="1"))


def test_many_comments_are_no_table():
    table = understood("# a b\n" * 50 + "1.5 2\n2.5 3\n")
    assert names(table) == ["a", "b"]
    assert column(table, "a") == [1.5, 2.5]
