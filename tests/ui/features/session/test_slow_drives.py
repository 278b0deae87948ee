"""FAULTS R11: a drive that answers late or never stops the thread that asks it, and never the window."""

import threading

import pytest
from PySide6.QtWidgets import QFileDialog, QProgressDialog

from relulab.experiment import ExperimentSpec
from relulab.session.file.files import save_session
from relulab.session.locks import claim
from relulab.session.session import Session
from relulab.training.state import State
from tests.helpers.drives import HangingDrive
from tests.helpers.labs import SECONDS_30, moons, open_lab, save_as, wait_for
from ui.features.design.reader import TableDialog
from ui.platform.settings import Settings
from ui.widgets.picture_menu import Wish

A_MINUTE = 60_000

pytestmark = pytest.mark.usefixtures("no_table_known")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / "design.json").write_text(moons(learning_rate=0.5).to_json(), "utf-8")
    save_session(Session(experiments=(moons(learning_rate=0.25),)), folder / "session.relulab")
    (folder / "table.csv").write_text("a,y\n1.5,0\n2.5,1\n3.5,0\n4.5,1\n", "utf-8")
    return folder


@pytest.fixture
def drive(folder, monkeypatch):
    drive = HangingDrive(folder, monkeypatch)
    yield drive
    drive.answer()


def goes_on(qtbot, lab, drive):
    """While the drive is waited for, the window trains."""
    qtbot.waitUntil(drive.asked.is_set, timeout=SECONDS_30)
    step = lab.trainer.status.step
    lab.window.commands["batch"].trigger()
    qtbot.waitUntil(lambda: lab.trainer.status.step > step, timeout=SECONDS_30)
    assert not drive.stopped, "the window waited for the drive"


def chosen(monkeypatch, path, kind=""):
    """What the next dialog for files answers."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(path), kind))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(path))


def open_design(lab, folder, _monkeypatch):
    lab.documents.open(str(folder / "design.json"))
    return lambda: lab.design.value() == moons(learning_rate=0.5)


def open_session(lab, folder, _monkeypatch):
    lab.window.fileDropped.emit(str(folder / "session.relulab"))
    return lambda: lab.session_controller.file.path == folder / "session.relulab"


def save_session_with_ending(lab, folder, monkeypatch):
    chosen(monkeypatch, folder / "new")
    lab.window.commands["save-as"].trigger()
    return lambda: lab.session_controller.file.path == folder / "new.relulab"


def save_design(lab, folder, monkeypatch):
    chosen(monkeypatch, folder / "new.json")
    lab.window.commands["save-as"].trigger()
    return lambda: bool(lab.session_controller.recent.paths)


def save_numbers(lab, folder, monkeypatch):
    chosen(monkeypatch, folder / "numbers")
    panel = lab.panels["loss"]
    exported: list[str] = []
    lab.plot_export.exported.connect(exported.append)
    panel.export_menu.by_wish[Wish.NUMBERS].trigger()
    return lambda: exported == [str(folder / "numbers.csv")]


def export_script(lab, folder, monkeypatch):
    chosen(monkeypatch, folder / "script")
    lab.exports._ask_place("pytorch")
    return lambda: lab.exports.exporter.busy


def export_folder(lab, folder, monkeypatch):
    chosen(monkeypatch, folder)
    lab.exports._ask_place("history-csv")
    return lambda: lab.exports.exporter.busy


def open_table(lab, folder, _monkeypatch):
    lab.documents.open(str(folder / "table.csv"))
    dialog = lab.window.findChild(TableDialog)
    return lambda: dialog.footer.use_button.isEnabled()


@pytest.mark.parametrize(
    "act",
    [open_design, open_session, open_table, save_session_with_ending, save_design, save_numbers, export_script,
     export_folder],
)  # fmt: skip
def test_the_window_goes_on_while_a_drive_does_not_answer(qtbot, lab, folder, drive, monkeypatch, act):
    qtbot.waitUntil(lambda: bool(lab.panels["loss"].shown_runs()), timeout=SECONDS_30)  # there are numbers to save
    is_done = act(lab, folder, monkeypatch)
    goes_on(qtbot, lab, drive)
    assert not is_done()
    drive.answer()
    qtbot.waitUntil(is_done, timeout=A_MINUTE)


def test_the_drive_of_these_tests_is_one_that_stops_whoever_asks(folder, drive):
    (folder / "design.json").exists()
    assert drive.stopped
    found: list[bool] = []
    asking = threading.Thread(target=lambda: found.append((folder / "design.json").exists()))
    asking.start()
    assert drive.asked.wait(30)
    assert not found
    drive.answer()
    asking.join(30)
    assert found == [True]


@pytest.mark.parametrize("name", ["design.json", "session.relulab"])
def test_what_is_not_waited_for_any_more_stands_in_nobodys_way(qtbot, lab, folder, drive, tmp_path, name):
    """Cancel ends the waiting at once; what the thread finds later is not shown, and nothing stays claimed."""
    lab.documents.open(str(folder / name))
    qtbot.waitUntil(drive.asked.is_set, timeout=SECONDS_30)
    (dialog,) = lab.window.findChildren(QProgressDialog)
    dialog.canceled.emit()
    assert not lab.session_controller.file.busy
    save_as(qtbot, lab, tmp_path / "mine.relulab")
    drive.answer()
    qtbot.waitUntil(lambda: not jobs_running(), timeout=SECONDS_30)
    assert lab.design.value() == moons()
    with qtbot.waitSignal(lab.session_controller.file.opened, timeout=SECONDS_30):
        lab.documents.open(str(folder / "session.relulab"))


def jobs_running():
    return [thread for thread in threading.enumerate() if thread.name == "job"]


def test_a_session_that_is_left_while_it_is_saved_is_let_go(qtbot, lab, folder, drive):
    """By another name, too: what a name leads to is known when the drive has answered."""
    path = folder / "session.relulab"
    drive.answer()
    with qtbot.waitSignal(lab.session_controller.file.opened, timeout=SECONDS_30):
        lab.documents.open(str(path))
    other = folder / "other name.relulab"
    other.symlink_to(path)
    lab.documents.sessionNamed.emit(str(other))
    lab.window.commands["new-session"].trigger()
    qtbot.waitUntil(lambda: not lab.session_controller.file.busy, timeout=SECONDS_30)
    assert lab.session_controller.file.path is None
    lock = claim(path)
    assert lock is not None, "the file is free"
    lock.release()


def test_a_window_that_closes_waits_for_a_design_that_is_being_saved(qtbot, folder, drive):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.documents.save(moons(learning_rate=0.125), str(folder / "design.json"))
        qtbot.waitUntil(drive.asked.is_set, timeout=SECONDS_30)
        drive.answer()
    assert ExperimentSpec.from_json((folder / "design.json").read_text("utf-8")) == moons(learning_rate=0.125)
    assert list(folder.glob(".relulab-*")) == []


def test_the_watch_over_a_table_does_not_stop_the_window(qtbot, lab, folder, monkeypatch):
    """It was read when the drive answered; whether it has changed is looked for every two seconds."""
    lab.design.setValue(
        moons().replace(data={"dataset": {"name": "csv", "parameters": {"path": str(folder / "table.csv")}}})
    )
    table = lab.design.data.table
    qtbot.waitUntil(table.picture.isVisible, timeout=SECONDS_30)
    drive = HangingDrive(folder, monkeypatch)
    table.look()
    qtbot.waitUntil(drive.asked.is_set, timeout=SECONDS_30)
    assert not drive.stopped
    drive.answer()
    qtbot.waitUntil(lambda: not jobs_running(), timeout=SECONDS_30)
