"""``relulab data show``: what was understood of a table, for people and for programs, and what is open."""

import json

import pytest

from tests.relulab.data.tables.test_forty import FORTY

FIELDS = [
    "rows", "separator", "numbers", "header", "skipped", "encoding", "columns", "first", "ambiguous", "task", "classes",
    "to_beat", "notes",
]  # fmt: skip


@pytest.fixture
def shown(call, tmp_path):
    """``shown(content, *options)``: the JSON of a table with this content."""

    def show(content: str | bytes, *options: str):
        path = tmp_path / "mes données 表.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = call("data", "show", path, "--json", *options)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return show


def test_a_table_as_data(shown):
    rows = ["01.02.2026;1,5;red;0", "02.02.2026;;blue;1", "03.02.2026;2,25;red;0", "04.02.2026;3,0;red;0"]
    data = shown("\n".join(["Lab 3", "", "day;x;colour;c", *rows]))
    assert list(data) == FIELDS
    assert (data["rows"], data["separator"], data["numbers"], data["header"]) == (4, ";", "1234,5", True)
    assert data["encoding"] == "utf-8"
    assert [skipped["line"] for skipped in data["skipped"]] == [1, 2]
    assert [list(column) for column in data["columns"]] == [
        ["name", "type", "role", "unit", "missing", "why", "sure"]
    ] * 4
    assert [(one["name"], one["type"], one["role"], one["missing"]) for one in data["columns"]] == [
        ("day", "date", "ignore", 0),
        ("x", "number", "feature", 1),
        ("colour", "class", "feature", 0),
        ("c", "number", "target", 0),
    ]
    assert data["first"][1] == ["02.02.2026", None, "blue", 1]
    assert data["ambiguous"] == []


@pytest.mark.parametrize("key", ["6", "10", "17", "22", "25", "35a", "38a", "40b"])
def test_an_open_question_is_listed_with_the_options_that_decide_it(shown, key):
    asked = shown(FORTY[key][0])["ambiguous"]
    assert len(asked) == 1
    assert asked[0]["question"]
    for answer in asked[0]["answers"]:
        assert answer["option"].startswith("--table-")
        if key == "6" and answer["option"] == "--table-numbers":
            continue  # one column of decimals has nothing to learn from
        decided = shown(FORTY[key][0], answer["option"], answer["value"])
        assert not [one for one in decided["ambiguous"] if one["about"] == asked[0]["about"]]


def test_each_choice_is_an_option(shown):
    content = "a;b;c\n1,5;x;0\n2,5;y;1\n3,5;x;0\n4,5;y;1\n"
    assert shown(content, "--table-separator", ",")["separator"] == ","
    assert shown(content, "--table-separator", "semicolon")["separator"] == ";"
    assert shown(content, "--table-numbers", "1.234,5")["numbers"] == "1.234,5"
    assert shown(content, "--table-header", "no")["rows"] == 5
    assert shown(content, "--table-skip", "2")["rows"] == 3
    assert shown(content.encode("utf-16"), "--table-encoding", "utf-16")["rows"] == 4
    assert shown(content, "--table-missing", "1,5")["columns"][0]["missing"] == 0, "a list is divided at its commas"
    assert shown(content, "--table-missing", '"1,5"')["columns"][0]["missing"] == 1
    assert shown(content, "--table-target", "b")["columns"][1]["role"] == "target"
    typed = shown(content, "--table-types", "a=text, b=class")["columns"]
    assert [(one["type"], one["why"]) for one in typed[:2]] == [
        ("text", "chosen: text is not learned from"),
        ("class", "chosen"),
    ]
    assert shown(content, "--table-task", "regression")["task"] == "regression"
    assert shown(content, "--table-ignore", "b")["columns"][1]["role"] == "ignore"


def test_a_table_for_people(call, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(FORTY["10"][0])
    result = call("data", "show", path)
    assert result.exit_code == 0
    assert "t.csv: 4 rows, 3 columns" in result.stdout
    assert "Is '1.250' a number of thousands, or one with decimals?" in result.stdout
    assert "--table-numbers 1.234,5  1.250 is 1,250" in result.stdout


@pytest.mark.parametrize("key", FORTY)
def test_every_table_can_be_shown(call, tmp_path, key):
    content = FORTY[key][0]
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = call("data", "show", path)
    assert result.exit_code == 0
    assert all(len(line) < 250 for line in result.stdout.splitlines())


def test_what_is_wrong_is_said(call, tmp_path):
    assert call("data", "show", tmp_path / "none.csv").exit_code == 3
    path = tmp_path / "t.csv"
    path.write_text("one\ntwo\n")
    result = call("data", "show", path)
    assert result.exit_code == 3
    assert "has one column only" in result.stderr
    path.write_text("a,b\n1,x\n2,y\n")
    result = call("data", "show", path, "--table-numbers", "12.5")
    assert result.exit_code == 2
    assert "--table-numbers" in result.stderr


def test_a_table_is_read_once_while_neither_file_nor_choices_change(tmp_path, monkeypatch):
    from relulab.data.tables import file
    from relulab.data.tables.choices import Choices

    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,x\n2,y\n3,x\n4,y\n")
    first = file.understand(str(path), Choices())
    assert file.understand(str(path), Choices()) is first
    assert file.understand(str(path), Choices(header="no")) is not first
    path.write_text("a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n")
    assert file.understand(str(path), Choices()).rows == 5


def test_what_is_to_beat_is_said(shown):
    prices = shown("x,price\n" + "".join(f"{row}.5,{100_000 + row * 10_000}.5\n" for row in range(11)))
    assert prices["to_beat"] == "always guessing the mean is off by about 31,600"
    assert prices["classes"] == {}
    kinds = shown("x,kind\n" + "".join(f"{row}.5,{'aab'[row % 3]}\n" for row in range(12)))
    assert kinds["classes"] == {"a": 8, "b": 4}
    assert kinds["to_beat"] == "always guessing 'a' is right in 67 %"


def test_columns_of_which_the_same_is_said_have_one_line_and_rows_are_cut(call, tmp_path):
    path = tmp_path / "t.csv"
    names = ["label", *(f"pixel{place}" for place in range(100))]
    rows = [[str(row % 2), *(str((row * place) % 250) for place in range(1, 101))] for row in range(20)]
    path.write_text("\n".join(",".join(row) for row in [names, *rows]))
    lines = call("data", "show", path).stdout.splitlines()
    assert any("pixel0 … pixel99" in line and line.endswith("(100 columns)") for line in lines)
    assert "  … and 91 more columns" in lines
    assert len(lines) < 25
    assert all(len(line) < 120 for line in lines)


def test_first_rows_stand_under_their_names(call, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("# t  y  klasse\n1,5 2,5 ja\n12,25 -2,5 nein\n1,75  2,5 ja\n")
    lines = call("data", "show", path).stdout.splitlines()
    assert lines[-4:] == ["      t     y  klasse", "    1.5   2.5  ja", "  12.25  -2.5  nein", "   1.75   2.5  ja"]
    assert any(line.split()[:4] == ["Names", "above", "the", "table"] for line in lines)
