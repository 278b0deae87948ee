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
OF_BUTTON_BOXES = {"button", "addButton"}


def offences(source: str) -> Iterator[str]:
    """Calls that make Python know an item of a layout, of a header, or of a model that the file lets C++ fill."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [(call, call.func.attr) for call in calls if isinstance(call.func, ast.Attribute)]
    models = OF_MODELS if MADE_BY_CPP & {name for _, name in named} else set()
    yield from (f"{call.lineno}: {name}(" for call, name in named if name in OF_LAYOUTS | OF_HEADERS | models)


def kept_parts(source: str) -> Iterator[str]:
    """Buttons that a box made and that an object keeps: Python may hold one for deleted while it is on the screen."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        made, kept = node.value.func, any(isinstance(target, ast.Attribute) for target in node.targets)
        if kept and isinstance(made, ast.Attribute) and made.attr in OF_BUTTON_BOXES:
            yield f"{node.lineno}: {made.attr}("


def test_no_button_is_kept_that_a_box_made() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{offence}"
        for path in sorted((ROOT / "ui").rglob("*.py"))
        for offence in kept_parts(path.read_text("utf-8"))
    ]
    assert not found, "make a QPushButton and add that to the box:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("self._save = self.buttons.button(QDialogButtonBox.StandardButton.Save)", True),
        ("self.take_out = buttons.addButton('Take out', role)", True),
        ("self.save = QPushButton('Save')\nself.buttons.addButton(self.save, role)", False),
        ("button = self.buttons.addButton('Save', role)\nbutton.setDefault(True)", False),
    ],
)
def test_which_buttons_count(source: str, is_one: bool) -> None:
    assert bool(list(kept_parts(source))) == is_one


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
