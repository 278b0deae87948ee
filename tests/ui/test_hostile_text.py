"""Every widget and dialog of the window, full of a stranger's text: plain, readable, no larger than a screen.

FAULTS R2, R12 and R13.
"""

import pytest
from PySide6.QtWidgets import QDockWidget, QFileDialog, QLabel, QMenu, QMessageBox, QWidget

from relulab.formatting import readable
from relulab.session.file.files import save_session
from relulab.training.state import State
from tests.helpers.hostile import offences, shown_windows
from tests.helpers.hostile_texts import HALVES, HOSTILE, hostile_session
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from ui.faults.controller import FaultDialog
from ui.platform.log import Fault
from ui.platform.settings import Settings
from ui.widgets.banner import Banner
from ui.widgets.controls import FileField
from ui.widgets.elided import ElidedLabel
from ui.widgets.labels import Label, as_html, message_box, set_tip, tip
from ui.widgets.messages import ProblemLine
from ui.widgets.wrapped import WrappedLabel

LONGEST_IN_A_FILE = 200  # letters: the least that a text of a session may have
ENDS = {"quit", "close", "exit"}  # commands that would end the walk


@pytest.fixture(params=HOSTILE)
def words(request):
    return HOSTILE[request.param]


@pytest.fixture(params=[*HOSTILE, "halves"])
def said(request):
    return (HOSTILE | {"halves": HALVES})[request.param]


@pytest.fixture
def no_file(monkeypatch):
    """The dialogs for files are those of the system: they are left at once."""
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_arguments: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: "")
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.No.value)


def test_r2_a_session_full_of_it_in_every_panel_and_dialog(qtbot, tmp_path, no_file, words):
    path = tmp_path / "stranger.relulab"
    save_session(hostile_session(words[:LONGEST_IN_A_FILE]), path)
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.documents.open(str(path))
        qtbot.waitUntil(lambda: len(lab.store.runs) >= 2, timeout=SECONDS_30)
        for dock in lab.window.findChildren(QDockWidget):
            dock.raise_()
            qtbot.waitUntil(lab.polling.drawn, timeout=SECONDS_30)
        wait_for(qtbot, lab, State.PAUSED, State.FAILED, State.FINISHED)
        lab.polling.shown.show_run(lab.store.runs[0])
        shown = readable(words[:8]).strip()
        qtbot.waitUntil(lambda: any(shown in label.text() for label in lab.findings.findChildren(QLabel)))
        found = offences(lab.window)
        for menu in lab.window.findChildren(QMenu):
            menu.aboutToShow.emit()
            found += offences(menu)
        for key, command in lab.window.commands.items():
            if key in ENDS or not command.isEnabled():
                continue
            before = shown_windows()
            command.trigger()
            for dialog in shown_windows():
                if dialog not in before:
                    found += [f"{key}: {offence}" for offence in offences(dialog)]
                    dialog.close()
        lab.notices.complain(words)
        lab.notices.show_saved(words)
        lab.notices.show_report(words)
        lab.notices.show_fault(words)
        found += offences(lab.window)
        assert not found, "\n".join(found[:20])


def test_r2_every_widget_that_says_something(qtbot, said):
    parent = QWidget()
    qtbot.addWidget(parent)
    banner, problem, field = Banner(parent), ProblemLine(parent), FileField("File", parent)
    banner.show_message("error", said)
    problem.set_text(said)
    field.setValue(said)
    for label in (Label(said, parent), WrappedLabel(said, parent), ElidedLabel(said, parent)):
        set_tip(label, said)
    box = message_box(QMessageBox.Icon.Question, said, said, more=said, parent=parent)
    parent.resize(600, 400)
    parent.show()
    box.show()
    assert not offences(parent)
    assert not offences(box)
    assert banner.height() < 1000, "a tool bar is as high as its banner"


def test_r2_a_fault_is_told_in_plain_text(qtbot, said):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = FaultDialog(parent, Fault("ValueError", said, "here").reason)
    dialog.show()
    assert not offences(dialog)


def test_r2_what_can_be_read_is_said_in_full(qtbot):
    label = Label("a < b & c")
    qtbot.addWidget(label)
    assert label.text() == "a < b & c"
    assert tip("a < b & c") == "a < b & c"
    assert tip("<b>a</b>\nb") == "<qt>&lt;b&gt;a&lt;/b&gt;<br>b</qt>"
    assert as_html('<i>"x"') == "&lt;i&gt;&quot;x&quot;"
