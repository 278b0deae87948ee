"""Questions for files: one place makes them, each says what for, and all begin where the user was last."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QFileDialog

from tests.helpers.sentences import ROOT
from ui.platform.translation import install_translations
from ui.widgets import file_dialogs
from ui.widgets.controls import FileField

ASKING = ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory", "QFileDialog(")


@pytest.fixture
def asked(monkeypatch):
    """What each dialog was given; it answers with the path in ``asked.answer``."""

    class Asked(list):
        answer = ""

        def note(self, _parent, title, place, kinds=""):
            self.append((title, place, kinds))
            return self.answer if kinds == "" else (self.answer, kinds.split(";;")[0])

    notes = Asked()
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, notes.note)
    file_dialogs.begin_in("")
    yield notes
    file_dialogs.begin_in("")


def test_nothing_else_asks_for_files():
    sources = {path: path.read_text("utf-8") for path in (ROOT / "ui").rglob("*.py")}
    asking = {path.name for path, text in sources.items() if any(word in text for word in ASKING)}
    assert asking == {"file_dialogs.py"}


def test_each_begins_where_the_last_one_ended(asked, tmp_path, qtbot):
    file_dialogs.ask_open(None, "Open", ["Tables (*.csv)"])
    assert Path(asked[0][1]).is_absolute()
    assert Path(asked[0][1]) not in (ROOT, Path.cwd())
    asked.answer = str(tmp_path / "one" / "a.csv")
    file_dialogs.ask_open(None, "Open", ["Tables (*.csv)"])
    asked.answer = str(tmp_path / "two" / "b.html")
    assert file_dialogs.ask_save(None, "Save", "r.html", ["Web (*.html)"]) == (asked.answer, "Web (*.html)")
    asked.answer = str(tmp_path / "three")
    file_dialogs.ask_folder(None, "Where")
    asked.answer = ""
    assert file_dialogs.ask_folder(None, "Where") == ""
    assert [place for _title, place, _kinds in asked[2:]] == [
        str(tmp_path / "one" / "r.html"), str(tmp_path / "two"), str(tmp_path / "three"),
    ]  # fmt: skip
    assert file_dialogs.last_folder() == str(tmp_path / "three"), "an empty answer changes nothing"
    assert asked[1][2] == "Tables (*.csv);;All files (*)"


def test_a_field_says_what_it_asks_for_and_begins_beside_its_file(asked, tmp_path, qtbot):
    field = FileField("Table")
    qtbot.addWidget(field)
    field.setValue(str(tmp_path / "kept" / "a.csv"))
    field._browse.click()
    assert asked == [("Choose a file: Table", str(tmp_path / "kept"), "All files (*)")]


def test_a_window_speaks_one_language():
    """Qt's own words come in another language only where the window has that, too."""
    app = QCoreApplication.instance()
    before = QCoreApplication.translate("QPlatformTheme", "Cancel")
    install_translations(app, QLocale(QLocale.Language.German))
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == before
