"""A file is prepared in a thread and written by a command: one at a time, and the folder between goes again."""

import pytest
from PySide6.QtCore import QEvent, QProcess

from relulab.errors import SessionError
from ui.platform.child_process import FileProcess

A_MINUTE = 60_000


@pytest.fixture
def writer(qapp):
    made = FileProcess(qapp, "Busy.", "Not ready ({reason}).")
    yield made
    made.close()
    made.deleteLater()


def test_a_command_writes_what_was_prepared(qtbot, writer):
    folders = []

    def prepare(folder, _progress):
        folders.append(folder)
        (folder / "in.json").write_text("{}")
        return ["--version"]

    with qtbot.waitSignal(writer.written, timeout=A_MINUTE) as written, qtbot.waitSignal(writer.started):
        writer.write_file("The file", "out.txt", prepare)
        assert writer.busy
    assert written.args == ["out.txt"]
    assert not writer.busy
    assert not folders[0].exists()


def test_only_one_at_a_time(qtbot, writer):
    writer.write_file("The file", "out.txt", lambda folder, progress: ["--version"])
    with qtbot.waitSignal(writer.failed) as failed:
        writer.write_file("Another", "other.txt", lambda folder, progress: ["--version"])
    assert failed.args == ["Busy."]
    with qtbot.waitSignal(writer.written, timeout=A_MINUTE) as written:
        pass
    assert written.args == ["out.txt"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SessionError("The run is gone."), "The file could not be written. The run is gone."),
        (RuntimeError("odd"), "The file could not be written. Not ready (odd)."),
    ],
)
def test_what_cannot_be_prepared_is_told(qtbot, writer, error, words):
    def prepare(_folder, _progress):
        raise error

    with qtbot.waitSignal(writer.failed, timeout=A_MINUTE) as failed:
        writer.write_file("The file", "out.txt", prepare)
    assert failed.args == [words]
    assert not writer.busy


def test_a_command_that_fails_is_told(qtbot, writer):
    with qtbot.waitSignal(writer.failed, timeout=A_MINUTE) as failed:
        writer.write_file("The file", "out.txt", lambda folder, progress: ["show", "no-such-preset"])
    assert failed.args[0].startswith("The file could not be written. ")
    assert "no-such-preset" in failed.args[0]


def test_r1_closing_while_the_command_runs_ends_it_without_a_word(qtbot, qapp):
    """The job that prepared it is over and deleted by then; a random user found that closing the window raised."""
    writer = FileProcess(qapp, "Busy.", "Not ready ({reason}).")
    writer.write_file("The file", "out.txt", lambda folder, progress: ["train", "--help"])
    qtbot.waitUntil(lambda: writer._process._process.state() is QProcess.ProcessState.Running, timeout=A_MINUTE)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    writer.close()
    assert not writer.busy
    writer.deleteLater()
