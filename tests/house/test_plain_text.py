"""Text out of a file or a field is plain text: whatever shows text goes through ``ui/widgets/labels.py``.

FAULTS R2: labels, messages and tips guessed that a title was HTML, and fetched what it named.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELPER = "ui/widgets/labels.py"
GUESSING = {
    "QLabel",
    "QMessageBox",
    "QToolTip",
    "QErrorMessage",
    "QInputDialog",
    "QTextEdit",
    "QProgressDialog",
}  # made or called
FORBIDDEN = {"setToolTip", "setTextFormat", "setHtml", "setInformativeText"}  # methods, and the same as arguments
MARKDOWN = {"ui/shell/help.py", "ui/live/base.py", "ui/startup/self_test.py"}  # pages that are shipped


def offences(source: str, name: str = "") -> Iterator[str]:
    """What in a file shows text by itself, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            yield from (
                f"{node.lineno}: class {node.name}({base})" for base in map(_name, node.bases) if base == "QLabel"
            )
        if not isinstance(node, ast.Call):
            continue
        called = _name(node.func)
        owner = _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if called in GUESSING or owner in GUESSING or called in FORBIDDEN:
            yield f"{node.lineno}: {owner}{'.' if owner else ''}{called}("
        if called == "setMarkdown" and name not in MARKDOWN:
            yield f"{node.lineno}: setMarkdown("
        for keyword in node.keywords:
            if keyword.arg in ("toolTip", "textFormat", "informativeText"):
                yield f"{node.lineno}: {keyword.arg}="
        if called == "setData" and any("ToolTipRole" in ast.dump(argument) for argument in node.args):
            yield f"{node.lineno}: setData(…, ToolTipRole)"
    if "def data(" in source and "ToolTipRole" in source and "tip(" not in source:
        yield "a model with tips that are not escaped"


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_r2_nothing_shows_text_by_itself() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{offence}"
        for path in sorted((ROOT / "ui").rglob("*.py"))
        if path.relative_to(ROOT).as_posix() != HELPER
        for offence in offences(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]
    assert not found, "use ui/widgets/labels.py instead:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "label = QLabel(run.name)",
        "QtWidgets.QLabel(run.name)",
        "class Mine(QLabel): ...",
        "QMessageBox.question(window, title, words)",
        "box = QMessageBox(icon, title, words)",
        "button.setToolTip(run.name)",
        "QAction(text, self, toolTip=run.name)",
        "Label(text, textFormat=rich)",
        "label.setTextFormat(rich)",
        "page.setMarkdown(run.notes)",
        "QProgressDialog(what, cancel, 0, 0)",
        "item.setData(text, Qt.ItemDataRole.ToolTipRole)",
        "QToolTip.showText(place, text)",
    ],
)
def test_what_would_guess_is_found(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize("source", ["Label(run.name)", "set_tip(button, text)", "button: QLabel", "box.setText(words)"])
def test_what_does_not_guess_is_allowed(source: str) -> None:
    assert not list(offences(source))
