"""Nothing asks for an item that C++ made: Python is not told of its end, and takes what comes after it for it.

A session that was opened after some twenty others ended the program so, in one of three tries.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELPER = "ui/widgets/contents.py"
OF_LAYOUTS = {"itemAt", "takeAt", "itemAtPosition", "spacerItem", "addLayout", "insertLayout"}
OF_HEADERS = {"horizontalHeaderItem", "verticalHeaderItem"}
OF_MODELS = {"item", "takeItem", "itemFromIndex", "invisibleRootItem", "takeRow", "takeColumn"}
MADE_BY_CPP = {"addItems", "insertItems"}


def offences(source: str) -> Iterator[str]:
    """Calls that make Python know an item of a layout, of a header, or of a model that the file lets C++ fill."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [(call, call.func.attr) for call in calls if isinstance(call.func, ast.Attribute)]
    models = OF_MODELS if MADE_BY_CPP & {name for _, name in named} else set()
    yield from (f"{call.lineno}: {name}(" for call, name in named if name in OF_LAYOUTS | OF_HEADERS | models)


def test_nothing_asks_for_an_item_that_cpp_made() -> None:
    files = sorted(path for part in ("ui", "tests") for path in (ROOT / part).rglob("*.py"))
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{offence}"
        for path in files
        if path != ROOT / HELPER
        for offence in offences(path.read_text("utf-8"))
    ]
    assert not found, "use ui/widgets/contents.py, or the index of the model:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("layout.itemAt(0).widget()", True),
        ("self._column.takeAt(0)", True),
        ("box.insertItems(0, names)\nbox.model().item(2).setEnabled(False)", True),
        ("outer.addLayout(inner, 1)", True),
        ("table.setHorizontalHeaderLabels(heads)\ntable.horizontalHeaderItem(0).text()", True),
        ("table.setItem(0, 0, QTableWidgetItem('a'))\ntable.item(0, 0)", False),
        ("layout.addWidget(label)\nlayout.indexOf(label)", False),
        ("loss.item()", False),
    ],
)
def test_what_counts(source: str, is_one: bool) -> None:
    assert bool(list(offences(source))) == is_one
