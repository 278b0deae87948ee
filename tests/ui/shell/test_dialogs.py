"""Help > About: name, version, licenses, and the report that can be copied; and where the log files are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QTextBrowser, QWidget

import relulab
from ui.platform.settings import log_folder
from ui.platform.system_report import PACKAGES, system_report
from ui.shell.help import about_text, open_log_folder, show_about


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return window


def test_it_names_the_version_and_copies_the_report(qtbot, window):
    dialog = show_about(window)
    assert relulab.__version__ in dialog.findChild(QTextBrowser).toPlainText()
    copy = next(button for button in dialog.findChildren(QPushButton) if "report" in button.text())
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == system_report()
    assert copy.text() == "Copied"
    dialog.reject()


def test_from_source_each_package_has_its_license():
    lines = about_text().splitlines()
    for name in PACKAGES:
        license = next(line for line in lines if line.startswith(f"- {name}: ")).partition(": ")[2]
        assert any(word in license for word in ("BSD", "MIT", "LGPL", "Apache")), license


def test_the_packaged_program_links_to_all_licenses(tmp_path, monkeypatch):
    folder = tmp_path / "Lizenzen für Zoë"
    folder.mkdir()
    (folder / "THIRD_PARTY_LICENSES.txt").write_text("all of them", "utf-8")
    monkeypatch.setattr("ui.shell.help.files", lambda name: folder)
    assert "(file:///" in about_text()
    assert "Lizenzen%20f%C3%BCr%20Zo%C3%AB/THIRD_PARTY_LICENSES.txt)" in about_text()


def test_without_a_file_manager_the_folder_is_named(qtbot, window, monkeypatch):
    monkeypatch.setattr("ui.shell.help.QDesktopServices.openUrl", lambda url: False)
    open_log_folder()
    box = window.findChild(QMessageBox)
    assert box.isVisible()
    assert box.informativeText() == str(log_folder())
    box.accept()
