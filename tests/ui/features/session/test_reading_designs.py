"""FAULTS R11: a design is read beside the window, whatever its file is; it can be cancelled, and the newest counts."""

import os
import threading

import pytest
from PySide6.QtWidgets import QApplication, QProgressDialog

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from ui.features.session import documents
from ui.platform.jobs import Job
from ui.platform.settings import Settings


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "design.json"
    path.write_text(moons(learning_rate=0.5).to_json(), "utf-8")
    return path


@pytest.fixture
def slow(monkeypatch):
    """Reading waits in its thread until this is set."""
    may, read = threading.Event(), documents.read_experiment

    def slowly(path):
        assert threading.current_thread() is not threading.main_thread()
        assert may.wait(30)
        return read(path)

    monkeypatch.setattr(documents, "read_experiment", slowly)
    yield may
    may.set()


def at_rest(lab):
    return not lab.documents.findChildren(Job)


def test_the_window_goes_on_while_a_design_is_read(qtbot, lab, path, slow):
    lab.documents.open(str(path))
    assert lab.design.value() == moons()
    lab.window.commands["batch"].trigger()
    qtbot.waitUntil(lambda: lab.trainer.status.step > 0, timeout=SECONDS_30)
    slow.set()
    qtbot.waitUntil(lambda: lab.design.value() == moons(learning_rate=0.5), timeout=SECONDS_30)
    assert lab.documents.folder == str(path.parent)
    qtbot.waitUntil(lambda: not lab.window.findChildren(QProgressDialog), timeout=SECONDS_30)


def test_reading_shows_itself_and_can_be_cancelled(qtbot, lab, path, slow):
    lab.documents.open(str(path))
    (dialog,) = lab.window.findChildren(QProgressDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=SECONDS_30)
    dialog.cancel()
    dialog.canceled.emit()
    slow.set()
    qtbot.waitUntil(lambda: at_rest(lab), timeout=SECONDS_30)
    assert lab.design.value() == moons()
    assert not lab.window.banner.isVisible()


def test_of_two_designs_the_newest_is_shown(qtbot, lab, path, slow):
    other = path.with_name("other.json")
    other.write_text(moons(learning_rate=0.25).to_json(), "utf-8")
    lab.documents.open(str(path))
    lab.documents.open(str(other))
    slow.set()
    qtbot.waitUntil(lambda: lab.design.value() == moons(learning_rate=0.25) and at_rest(lab), timeout=SECONDS_30)


def test_a_window_closes_while_a_design_is_read(qtbot, path, slow):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.documents.open(str(path))
    slow.set()


@pytest.mark.parametrize("kind", ["pipe", "endless", "folder", "large", "deep", "wide"])
def test_what_is_no_design_is_told_and_blocks_nothing(qtbot, lab, tmp_path, kind):
    path = tmp_path / "odd.json"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "endless":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "large":
            path.write_bytes(b" " * 11_000_000)
        case "deep":
            path.write_bytes(b"[" * 100_000)
        case "wide":
            path.write_bytes(b"[" + b"{}," * 500_000 + b"{}]")
    with qtbot.waitSignal(lab.documents.failed, timeout=SECONDS_30) as failed:
        lab.documents.open(str(path))
        QApplication.processEvents()
    assert path.name in failed.args[0]
    assert lab.design.value() == moons()
