"""Files that the system asks a running program to open, as macOS does for a double click."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.platform.settings import Settings
from ui.startup.main import open_in_front


@pytest.fixture
def events(qapp, monkeypatch):
    monkeypatch.setattr(qapp, "_open", None)
    return qapp


def double_click(path):
    return QApplication.sendEvent(QApplication.instance(), QFileOpenEvent(str(path)))


def test_a_file_that_comes_before_the_window_waits_for_it(events, tmp_path):
    double_click(tmp_path / "older.relulab")
    double_click(tmp_path / "Zoë's session.relulab")
    opened = []
    events.deliver_files_to(opened.append)
    assert opened == [str(tmp_path / "Zoë's session.relulab")]
    double_click(tmp_path / "next.json")
    assert double_click("last.json"), "nobody else opens it too"
    assert opened[1:] == [str(tmp_path / "next.json"), "last.json"]


def test_other_events_go_their_way(events):
    events.deliver_files_to(lambda path: pytest.fail("no file was meant"))
    QApplication.sendEvent(events, QEvent(QEvent.Type.User))
    double_click("")


def test_events_of_widgets_cost_the_application_nothing(qtbot, events, monkeypatch):
    seen = []
    monkeypatch.setattr(type(events), "event", lambda _app, event: bool(seen.append(event.type())))
    label = QLabel("one of many")
    qtbot.addWidget(label)
    label.show()
    QApplication.sendEvent(label, QEvent(QEvent.Type.User))
    assert QEvent.Type.User not in seen


def test_a_session_is_opened_and_unsaved_work_is_asked_about_first(qtbot, events, tmp_path):
    path = tmp_path / "Stunde 3.relulab"
    with open_lab(qtbot, moons(steps=40), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        events.deliver_files_to(lambda file: open_in_front(lab, file))
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.FINISHED)
        lab.session_controller.file.save(path, lab.session_controller.gatherer())
        qtbot.waitUntil(lambda: lab.session_controller.file.path == path.resolve(), timeout=SECONDS_30)
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        events.deliver_files_to(lambda file: open_in_front(lab, file))
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.RUNNING)
        lab.session_controller.asks = True
        double_click(path)
        boxes = lab.window.findChildren(QMessageBox)
        assert len(boxes) == 1, "the work that would be lost is asked about"
        assert lab.session_controller.file.path is None
        press(qtbot, boxes[0].button(QMessageBox.StandardButton.Discard))
        qtbot.waitUntil(lambda: lab.session_controller.file.path == path.resolve(), timeout=SECONDS_30)
        qtbot.waitUntil(lambda: lab.status.state is State.FINISHED, timeout=SECONDS_30)
        assert lab.status.step == 40, "the last run of the session"
        lab.session_controller.asks = False
