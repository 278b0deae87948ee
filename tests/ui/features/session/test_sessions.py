"""Sessions in the real window: save, open, go on, ask, and never overwrite what somebody else wrote."""

import errno
import os
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from relulab.session.file.files import load_session, save_session
from relulab.session.locks import claim
from relulab.session.recovery import find_orphans
from relulab.session.session import Session
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, save_as, train, train_some, wait_for
from ui.features.session import recovery
from ui.platform.settings import Settings
from ui.widgets.banner import ERROR, SUCCESS, WARNING

BUTTON = QMessageBox.StandardButton


def one_step(qtbot, lab):
    step = lab.trainer.status.step
    lab.window.commands["batch"].trigger()
    qtbot.waitUntil(lambda: lab.status.step == step + 1 and lab.status.state is State.PAUSED, timeout=SECONDS_30)


def weights(lab):
    """Every parameter and what the optimizer remembers, in one row: any other loss on the way would show here."""
    checkpoint = lab.session_controller.model.snapshot(None, lab.trainer).runs[-1].checkpoints[-1]
    return np.concatenate(
        [array.ravel() for part in (checkpoint.network, checkpoint.optimizer) for array in part.values()]
    )


def questions(lab):
    return [box for box in lab.window.findChildren(QMessageBox) if box.isVisible()]


def answer(qtbot, lab, button):
    qtbot.waitUntil(lambda: bool(questions(lab)))
    (box,) = questions(lab)
    press(qtbot, box.button(button))


def test_a_saved_session_goes_on_in_another_window_with_the_same_losses(qtbot, path):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        save_as(qtbot, lab, path)
        assert lab.window.banner.level == SUCCESS
        assert not lab.window.isWindowModified()
        step = lab.trainer.status.step
        for _ in range(5):
            one_step(qtbot, lab)
        expected = weights(lab)
        qtbot.waitUntil(lab.window.isWindowModified)
    with open_lab(qtbot, moons(learning_rate=0.5), Settings()) as again:
        again.window.fileDropped.emit(str(path))
        wait_for(qtbot, again, State.PAUSED)
        assert again.trainer.status.step == step
        assert again.design.value() == moons()
        assert path.name in again.window.windowTitle()
        assert not again.window.isWindowModified()
        assert not again.run_controller.changed
        for _ in range(5):
            one_step(qtbot, again)
        np.testing.assert_array_equal(weights(again), expected)
        assert len(again.store.runs) == 1


def test_training_goes_on_while_it_is_save_as(qtbot, lab, path):
    train(qtbot, lab)
    save_as(qtbot, lab, path)
    assert lab.trainer.status.state is State.RUNNING
    (run,) = load_session(path).runs
    steps = run.history.columns(StepRecord, "step")[0]
    assert steps[-1] <= run.checkpoints[-1].step, "the file tells of one moment"


def test_opening_while_training_mixes_nothing(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    step = lab.trainer.status.step
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    lab.documents.open(str(path))
    qtbot.waitUntil(lambda: lab.status.state is State.PAUSED and lab.trainer.status.step == step, timeout=SECONDS_30)
    assert lab.store.current.latest(StepRecord)["step"] <= step
    assert len(lab.store.runs) == 1
    assert lab.session_controller.model.snapshot(None, lab.trainer).runs[0].checkpoints[-1].step == step


def test_a_session_whose_run_diverged_can_be_opened_and_loses_nothing(qtbot, path):
    with open_lab(qtbot, moons(learning_rate=100.0, l2=1.0), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.DIVERGED)
        save_as(qtbot, lab, path)
    with open_lab(qtbot, moons(), Settings()) as again:
        with qtbot.waitSignal(again.session_controller.file.opened, timeout=SECONDS_30):
            again.documents.open(str(path))
        wait_for(qtbot, again, State.READY)
        assert not again.window.isWindowModified()
        save_as(qtbot, again, path)
    (run,) = load_session(path).runs
    assert run.state is State.DIVERGED


def test_a_file_that_somebody_else_changed_is_not_overwritten_silently(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    save_session(replace(load_session(path), title="of somebody else"), path)
    one_step(qtbot, lab)
    with qtbot.waitSignal(lab.session_controller.file.conflicted, timeout=SECONDS_30):
        lab.window.commands["save"].trigger()
    banner = lab.window.banner
    assert banner.level == ERROR
    assert load_session(path).title == "of somebody else"
    assert [button.text() for button in banner.buttons] == ["Save as…", "Overwrite"]
    qtbot.waitUntil(banner.buttons[1].isVisible)
    with qtbot.waitSignal(lab.session_controller.file.saved, timeout=SECONDS_30):
        press(qtbot, banner.buttons[1])
    assert load_session(path).title == ""


def test_a_file_of_another_window_is_neither_opened_nor_overwritten(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    other = path.with_name("other.relulab")
    path.rename(other)
    lock = claim(other)
    before = other.read_bytes()
    for act in (lab.documents.open, lab.documents.sessionNamed.emit):
        with qtbot.waitSignal(lab.session_controller.file.failed, timeout=SECONDS_30):
            act(str(other))
        assert "another window" in lab.window.banner.message
    assert other.read_bytes() == before
    lock.release()


def test_two_windows_with_one_file(qtbot, lab, path):
    """Two real windows: the second neither opens nor overwrites what the first has open, until that is closed."""
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    before = path.read_bytes()
    with open_lab(qtbot, moons(learning_rate=0.5), Settings()) as second:
        wait_for(qtbot, second, State.READY)
        for act in (second.documents.open, second.documents.sessionNamed.emit):
            with qtbot.waitSignal(second.session_controller.file.failed, timeout=SECONDS_30):
                act(str(path))
            assert "another window" in second.window.banner.message
        assert second.session_controller.file.path is None
        assert path.read_bytes() == before
        lab.window.close()
        with qtbot.waitSignal(second.session_controller.file.opened, timeout=SECONDS_30):
            second.documents.open(str(path))


@pytest.mark.parametrize("answer", [BUTTON.No, BUTTON.Yes])
def test_a_file_of_that_name_is_not_replaced_unasked(qtbot, lab, path, monkeypatch, answer):
    """The ending is added behind the back of the dialog, which asked about another name."""
    save_session(Session(title="mine"), path)
    monkeypatch.setattr(
        "ui.widgets.file_dialogs.QFileDialog.getSaveFileName", lambda *a: (str(path.with_suffix("")), "")
    )
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or answer.value)
    lab.window.commands["save-as"].trigger()
    qtbot.waitUntil(lambda: bool(asked) and not lab.session_controller.file.busy, timeout=SECONDS_30)
    assert (load_session(path).title == "mine") == (answer == BUTTON.No)


def full_disk(*_arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_loses_nothing_and_keeps_the_window_open(qtbot, lab, path, monkeypatch):
    lab.session_controller.asks = True
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    before = path.read_bytes()
    one_step(qtbot, lab)
    qtbot.waitUntil(lab.window.isWindowModified)
    with monkeypatch.context() as patch:
        patch.setattr("relulab.session.atomic.os.fsync", full_disk)
        assert not lab.window.close()
        with qtbot.waitSignal(lab.session_controller.file.failed, timeout=SECONDS_30):
            answer(qtbot, lab, BUTTON.Save)
    assert "no room left" in lab.window.banner.message
    assert lab.window.isVisible()
    assert lab.window.isWindowModified()
    assert path.read_bytes() == before
    save_as(qtbot, lab, path)
    assert not lab.window.isWindowModified()


def test_a_copy_that_cannot_be_kept_is_told_once_and_training_goes_on(qtbot, lab, monkeypatch):
    lab.session_controller.protect()
    lab.session_controller.asks = False
    complaints = []
    lab.session_controller.autosaver.failed.connect(complaints.append)
    monkeypatch.setattr("relulab.session.atomic.os.fsync", full_disk)
    with qtbot.waitSignal(lab.session_controller.autosaver.failed, timeout=SECONDS_30):
        train_some(qtbot, lab)
    assert lab.window.banner.level == WARNING
    assert "No copy of your work could be kept" in lab.window.banner.message
    assert "no room left" in lab.window.banner.message
    one_step(qtbot, lab)
    monkeypatch.undo()
    with qtbot.waitSignal(lab.session_controller.autosaver.saved, timeout=SECONDS_30):
        one_step(qtbot, lab)
        lab.session_controller.autosaver.save()
    assert len(complaints) == 1


def test_copies_are_kept_while_a_run_goes_on(qtbot, own_folders, monkeypatch):
    assert recovery.INTERVAL_MS == 60_000
    monkeypatch.setattr(recovery, "INTERVAL_MS", 100)
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.session_controller.protect()
        lab.session_controller.asks = False
        train(qtbot, lab)
        for _ in range(2):
            with qtbot.waitSignal(lab.session_controller.autosaver.saved, timeout=SECONDS_30):
                pass
        assert lab.trainer.status.state is State.RUNNING
        (folder,) = (own_folders / "state" / "recovery").iterdir()
        (copy,) = folder.glob("[0-9a-f]" * 8 + ".relulab")
        assert load_session(copy).runs[0].checkpoints


def drop(lab, path, place):
    """A file dragged onto ``place`` (x, y) of the window and let go there: what lies there, or the window, takes it."""
    target = lab.window.childAt(place) or lab.window
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    here = target.mapFrom(lab.window, place)
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(here, *rest)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted(), target
    QApplication.sendEvent(target, QDragMoveEvent(here, *rest))
    QApplication.sendEvent(target, QDropEvent(QPointF(here), *rest))


def test_a_session_is_opened_wherever_it_is_dropped(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    dropped = []
    lab.window.fileDropped.disconnect()
    lab.window.fileDropped.connect(dropped.append)
    places = [QPoint(x, y) for x in range(10, 1440, 90) for y in range(10, 900, 90)]
    for place in places:
        drop(lab, path, place)
    assert dropped == [str(path)] * len(places)
    lab.window.fileDropped.connect(lab.documents.open)
    with qtbot.waitSignal(lab.session_controller.file.opened, timeout=SECONDS_30):
        drop(lab, path, places[0])


def test_a_damaged_file_is_explained_and_changes_nothing(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    content = path.read_bytes()
    damaged = path.with_name("damaged.relulab")
    damaged.write_bytes(content[: len(content) // 2])
    run = lab.store.current
    with qtbot.waitSignal(lab.session_controller.file.failed, timeout=SECONDS_30):
        lab.documents.open(str(damaged))
    assert lab.window.banner.level == ERROR
    assert lab.store.current is run
    assert lab.session_controller.file.path == path


def test_nothing_is_asked_where_nothing_is_lost(qtbot, lab):
    lab.session_controller.asks = True
    lab.design.open_preset("sine-fit")
    qtbot.waitUntil(lambda: not lab.window.isWindowModified())
    assert lab.window.close()
    assert not questions(lab)


def test_unsaved_work_is_asked_about(qtbot, lab, path, monkeypatch):
    lab.session_controller.asks = True
    train_some(qtbot, lab)
    assert not lab.window.close()
    answer(qtbot, lab, BUTTON.Cancel)
    assert lab.window.isVisible()
    monkeypatch.setattr("ui.widgets.file_dialogs.QFileDialog.getSaveFileName", lambda *a: ("", ""))
    assert not lab.window.close()
    answer(qtbot, lab, BUTTON.Save)
    assert lab.window.isVisible(), "no file was chosen"
    monkeypatch.setattr(
        "ui.widgets.file_dialogs.QFileDialog.getSaveFileName", lambda *a: (str(path.with_suffix("")), "")
    )
    assert not lab.window.close()
    with qtbot.waitSignal(lab.window.closing, timeout=SECONDS_30):
        answer(qtbot, lab, BUTTON.Save)
    assert len(load_session(path).runs) == 1


def test_unsaved_work_can_be_discarded(qtbot, lab):
    lab.session_controller.asks = True
    train_some(qtbot, lab)
    assert not lab.window.close()
    with qtbot.waitSignal(lab.window.closing):
        answer(qtbot, lab, BUTTON.Discard)


def test_recent_files_can_be_opened_again(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    menu = lab.window.menu("recent")
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    assert action.text() == path.name
    assert action.data() == str(path)
    lab.design.open_preset("sine-fit")
    wait_for(qtbot, lab, State.READY)
    with qtbot.waitSignal(lab.session_controller.file.opened, timeout=SECONDS_30):
        action.trigger()
    qtbot.waitUntil(lambda: lab.design.value() == moons())


def test_work_is_copied_when_a_run_rests_and_the_copy_goes_with_a_good_end(qtbot, own_folders):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.session_controller.protect()
        lab.session_controller.asks = False
        with qtbot.waitSignal(lab.session_controller.autosaver.saved, timeout=SECONDS_30):
            train_some(qtbot, lab)
        (folder,) = (own_folders / "state" / "recovery").iterdir()
        assert (folder / "recovery.json").exists()
        assert not find_orphans(), "its window lives"
    assert not folder.exists()
