"""A fault that nobody expected is told once, in plain words, with buttons that help; the work goes on."""

import sys

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

import relulab
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.faults.controller import MOST_DIALOGS
from ui.platform.log import Fault, catch_exceptions, log_file, log_tail, release_exceptions, start_logging, stop_logging
from ui.platform.settings import Settings
from ui.platform.system_report import PACKAGES, system_report
from ui.widgets.banner import ERROR


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        handler = start_logging()
        catch_exceptions(lab.faults.report)
        yield lab
        release_exceptions()
        stop_logging(handler)


def raise_in_a_slot(qtbot, message="a number was wrong"):
    """What PySide does with an exception in a slot: it calls the hook."""

    def slot():
        raise ValueError(message)

    try:
        slot()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def dialog_of(qtbot, lab):
    qtbot.waitUntil(lambda: lab.faults.dialog is not None and lab.faults.dialog.isVisible())
    return lab.faults.dialog


def words(dialog):
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_plain_words_first_and_the_rest_folded_away(qtbot, lab):
    raise_in_a_slot(qtbot)
    dialog = dialog_of(qtbot, lab)
    assert "went wrong" in words(dialog)
    assert "ValueError" not in words(dialog)
    assert not dialog.details.isVisible()
    assert dialog.focusWidget() is dialog.go_on_button
    for button in dialog.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width(), f"{button.text()} is clipped"
    press(qtbot, dialog.fold)
    assert dialog.details.isVisible()
    assert "ValueError: a number was wrong" in dialog.details.toPlainText()
    assert f"ReLU Lab {relulab.__version__}" in dialog.details.toPlainText()
    press(qtbot, dialog.fold)
    assert not dialog.details.isVisible()
    press(qtbot, dialog.go_on_button)
    qtbot.waitUntil(lambda: lab.faults.dialog is None)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)


def test_the_details_can_be_copied_and_the_log_folder_opened(qtbot, lab, monkeypatch):
    opened = []
    monkeypatch.setattr("ui.shell.help.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    raise_in_a_slot(qtbot)
    dialog = dialog_of(qtbot, lab)
    press(qtbot, dialog.copy_button)
    copied = QGuiApplication.clipboard().text()
    assert "ValueError: a number was wrong" in copied
    assert "Traceback" in copied
    assert dialog.copy_button.text() == "Copied"
    press(qtbot, dialog.log_button)
    assert opened == [str(log_file().parent)]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: lab.faults.dialog is None)


def test_the_session_can_be_saved_out_of_it(qtbot, lab, tmp_path, monkeypatch):
    path = tmp_path / "gerettet.relulab"
    chosen = (str(path), "")
    monkeypatch.setattr("ui.widgets.file_dialogs.QFileDialog.getSaveFileName", lambda *arguments: chosen)
    raise_in_a_slot(qtbot)
    press(qtbot, dialog_of(qtbot, lab).save_button)
    qtbot.waitUntil(path.exists, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: lab.session_controller.file.path == path.resolve(), timeout=SECONDS_30)
    lab.faults.dialog.reject()


def test_a_copy_of_the_work_is_kept_at_once(qtbot, lab):
    lab.session_controller.autosaver.start()
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    with qtbot.waitSignal(lab.session_controller.autosaver.saved, timeout=SECONDS_30):
        raise_in_a_slot(qtbot)
    dialog_of(qtbot, lab).reject()
    lab.run_controller.stop()
    wait_for(qtbot, lab, State.FINISHED)


def test_the_same_fault_is_told_once_however_often_it_comes(qtbot, lab):
    for number in range(1000):
        raise_in_a_slot(qtbot, f"number {number}")
    dialog = dialog_of(qtbot, lab)
    assert "999 times since" in dialog.again.text()
    press(qtbot, dialog.go_on_button)
    qtbot.waitUntil(lambda: lab.faults.dialog is None)
    raise_in_a_slot(qtbot)
    passed = []
    QTimer.singleShot(0, lambda: passed.append(1))  # behind the report in the queue
    qtbot.waitUntil(lambda: bool(passed))
    assert lab.faults.dialog is None
    text = log_file().read_text("utf-8")
    assert text.count("Traceback") == 1
    assert "not caught, 1000 times now: ValueError" in text
    assert len(text.splitlines()) < 40


def test_many_different_faults_end_in_the_banner(qtbot, lab):
    for number in range(MOST_DIALOGS):
        lab.faults.report(Fault("ValueError", "one of many", f"panel.py:{number}"))
        dialog_of(qtbot, lab).accept()
        qtbot.waitUntil(lambda: lab.faults.dialog is None)
    lab.faults.report(Fault("ValueError", "one too many", "panel.py:99"))
    qtbot.waitUntil(lambda: lab.window.banner.level == ERROR)
    assert "one too many" in lab.window.banner.message
    assert "Traceback" not in lab.window.banner.message
    assert [button.text() for button in lab.window.banner.buttons] == ["Open the log folder"]
    assert lab.faults.dialog is None


def test_it_stands_on_a_dialog_that_is_open_and_can_be_reached(qtbot, lab):
    box = QMessageBox(QMessageBox.Icon.Question, "ReLU Lab", "Save?", QMessageBox.StandardButton.Ok, lab.window)
    box.open()
    qtbot.waitExposed(box)
    raise_in_a_slot(qtbot)
    dialog = dialog_of(qtbot, lab)
    assert dialog.parentWidget() is box
    press(qtbot, dialog.go_on_button)
    qtbot.waitUntil(lambda: lab.faults.dialog is None)
    box.accept()
    box.deleteLater()


def test_the_system_report_has_what_a_report_of_a_fault_needs(qtbot, lab, monkeypatch, own_folders):
    monkeypatch.setenv("HOME", str(own_folders.parent))
    monkeypatch.setenv("USERPROFILE", str(own_folders.parent))
    text = system_report()
    assert f"ReLU Lab {relulab.__version__}, from source" in text
    for name in (*PACKAGES, "Python", "Qt", "Screen: ", "PyTorch built for: ", "cores", "scaled by"):
        assert name in text
    assert "Settings: ~" in text
    assert str(own_folders.parent) not in text, "the home mostly has the name of the user"


def test_only_the_end_of_a_long_log_is_taken(own_folders):
    log_file().parent.mkdir(parents=True)
    log_file().write_text("".join(f"line {i}\n" for i in range(10_000)), "utf-8")
    tail = log_tail()
    assert tail.endswith("line 9999\n")
    assert len(tail) <= 4_000
    assert tail.startswith("line ")
    log_file().unlink()
    assert log_tail() == ""
