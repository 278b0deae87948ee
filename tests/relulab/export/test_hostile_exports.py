"""What is written for use elsewhere runs nothing of a stranger's: code, notebooks, tables. FAULTS R13."""

import ast
import csv
import json
import re
from pathlib import Path

import pytest

from relulab.experiment import ExperimentSpec
from relulab.export.code import notebook, script
from relulab.export.export_input import write_table

NAMES = (
    '"""\nimport os; os.system("echo stranger")\n"""',
    'x"""; __import__("os")#',
    "\\",
    'a\\"""b',
    '<img src="http://stranger.invalid">',
    "[link](http://stranger.invalid) ![](http://stranger.invalid/a.png)",
    "$\\input{x}$ `code` <script>alert(1)</script>",
    "x" * 1000,
    "\u202ea\u2066",
    "",
)


def spec_of(name: str) -> ExperimentSpec:
    return ExperimentSpec.parse({"name": name, "model": {"layers": ["dense"]}})


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("where", ["title", "file"])
def test_r13_no_name_is_code_in_a_script(name: str, where: str) -> None:
    spec = spec_of(name if where == "title" else "Harmless")
    usual = script(spec_of("Harmless"), spec.data.dataset.describe(), [0.5], "x.py")
    written = script(spec, spec.data.dataset.describe(), [0.5], f"{name}.py" if where == "file" else "x.py")
    first, expected = ast.parse(written).body, ast.parse(usual).body
    assert [ast.dump(node) for node in first[1:]] == [ast.dump(node) for node in expected[1:]]
    assert len(ast.get_docstring(ast.parse(written)) or "") < 2000


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_r13_no_name_is_markup_in_a_notebook(name: str) -> None:
    spec = spec_of(name)
    cells = json.loads(notebook(spec, spec.data.dataset.describe(), [0.5]))["cells"]
    title = "".join(cells[0]["source"])
    heading = title.split("\n\n")[0]
    assert "<" not in heading
    assert not re.search(r"(?<!\\)[`$\[!]", heading.removeprefix("# "))
    assert title.count("\n\n") == 1


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1", "\t=1", "\n=HYPERLINK(1)"])
def test_r13_no_text_is_computed_by_a_spreadsheet(text: str, tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", ("step", text), [(1, text), (2, "fine")])
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["step", f"'{text}"], ["1", f"'{text}"], ["2", "fine"]]


@pytest.mark.parametrize("value", [-1.5, -3, "-1.5", "+2e-3", "Tanh → ReLU", "a=b", "", "yes"])
def test_numbers_and_plain_words_stay_as_they_are(value: object, tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", ("value",), [(value, 1)])
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1][0] == str(value)
