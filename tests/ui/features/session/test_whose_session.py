"""Whose work goes into which file: new sessions, slow saves, copies of one session beside those of another."""

import threading

import pytest
from PySide6.QtWidgets import QMessageBox

from relulab.errors import SessionError
from relulab.session.file import files
from relulab.session.file.files import load_session
from relulab.session.recovery import Autosave, find_orphans
from relulab.session.session import Session
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, press, save_as, train_some, wait_for
from ui.features.session.new_files import LONGEST_NAME, file_name, with_suffix

BUTTON = QMessageBox.StandardButton


def question(lab, name):
    boxes = [box for box in lab.window.findChildren(QMessageBox, name) if box.isVisible()]
    return boxes[0] if boxes else None


def answer(qtbot, lab, name, button):
    qtbot.waitUntil(lambda: question(lab, name) is not None, timeout=SECONDS_30)
    press(qtbot, question(lab, name).button(button))


def open_preset_of_the_menu(lab):
    next(action for action in lab.window.menu("presets").actions() if action.data() == "sine-fit").trigger()


OTHERS = {
    "new": lambda lab: lab.window.commands["new"].trigger(),
    "a preset of the panel": lambda lab: lab.design.presets.presetChosen.emit("sine-fit"),
    "a preset of the menu": open_preset_of_the_menu,
    "an experiment file": lambda lab: lab.documents.opened.emit(moons(learning_rate=0.5)),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_w2_another_experiment_goes_into_an_open_file_only_when_that_is_said(qtbot, lab, path, kind):
    """The next student sits down: what is begun now is not saved into the last one's homework."""
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    before, design = path.read_bytes(), lab.design.value()
    lab.session_controller.asks = True
    OTHERS[kind](lab)
    answer(qtbot, lab, "which-session", BUTTON.Cancel)
    assert lab.design.value() == design
    OTHERS[kind](lab)
    answer(qtbot, lab, "which-session", BUTTON.Yes)
    qtbot.waitUntil(lambda: lab.design.value() != design)
    assert lab.session_controller.file.path is None
    assert path.name not in lab.window.windowTitle()
    wait_for(qtbot, lab, State.READY)
    assert not lab.session_controller.model.records
    assert not lab.window.isWindowModified()
    asked = []
    lab.documents.ask_save = lambda *given: asked.append(given)
    lab.session_controller.save()
    assert asked, "a name is asked for"
    assert path.read_bytes() == before


def test_w2_one_can_go_on_in_the_open_file(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    lab.session_controller.asks = True
    lab.window.commands["new"].trigger()
    answer(qtbot, lab, "which-session", BUTTON.No)
    qtbot.waitUntil(lambda: lab.design.value() != moons())
    assert lab.session_controller.file.path == path
    assert len(lab.session_controller.model.records) == 1


def test_w2_a_new_session_is_empty_and_without_a_file(qtbot, lab, path):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    command = lab.window.commands["new-session"]
    assert [key.toString() for key in command.shortcuts()] == ["Ctrl+Shift+N"]
    command.trigger()
    wait_for(qtbot, lab, State.READY)
    assert lab.session_controller.file.path is None
    assert not lab.session_controller.model.records
    train_some(qtbot, lab)
    qtbot.waitUntil(lambda: len(lab.session_controller.model.records) == 1)
    assert len(load_session(path).runs) == 1


def test_w2_a_new_session_asks_about_unsaved_work(qtbot, lab):
    train_some(qtbot, lab)
    lab.session_controller.asks = True
    lab.window.commands["new-session"].trigger()
    answer(qtbot, lab, "save-changes", BUTTON.Cancel)
    assert len(lab.session_controller.model.records) == 1
    lab.window.commands["new-session"].trigger()
    answer(qtbot, lab, "save-changes", BUTTON.Discard)
    qtbot.waitUntil(lambda: not lab.session_controller.model.records)


class Slow:
    """Saving that waits, inside of its thread, until ``go``."""

    def __init__(self, monkeypatch):
        self.begun, self._may = threading.Event(), threading.Event()
        self._write = files._write
        monkeypatch.setattr(files, "_write", self._wait)

    def _wait(self, *arguments):
        self.begun.set()
        assert self._may.wait(30)
        self._write(*arguments)

    def go(self):
        self._may.set()


def test_r6_a_slow_save_does_not_claim_its_file_for_the_next_session(qtbot, lab, path, monkeypatch):
    train_some(qtbot, lab)
    slow = Slow(monkeypatch)
    lab.documents.sessionNamed.emit(str(path))
    qtbot.waitUntil(slow.begun.is_set)
    lab.window.commands["new-session"].trigger()
    wait_for(qtbot, lab, State.READY)
    with qtbot.waitSignal(lab.session_controller.file.savedBefore, timeout=SECONDS_30):
        slow.go()
    assert len(load_session(path).runs) == 1, "what was to be saved is saved"
    assert lab.session_controller.file.path is None, "but it is not the file of what came after"
    save_as(qtbot, lab, path)  # and the file is not locked for ever


def test_r6_what_is_gathered_late_is_not_the_next_session(qtbot, lab):
    """Between the wish to save and the gathering another session may have been begun."""
    train_some(qtbot, lab)
    gather = lab.session_controller.gatherer()
    lab.window.commands["new-session"].trigger()
    with pytest.raises(SessionError, match="Another session was opened or begun"):
        gather()


def test_r6_a_file_that_was_read_slowly_does_not_replace_new_work_unasked(qtbot, lab, path, monkeypatch):
    train_some(qtbot, lab)
    save_as(qtbot, lab, path)
    lab.session_controller.asks = True
    read, may = files._read, threading.Event()

    def slowly(*arguments):
        assert may.wait(120)
        return read(*arguments)

    monkeypatch.setattr(files, "_read", slowly)
    steps = lab.trainer.status.step + 1
    lab.documents.open(str(path))
    lab.window.commands["batch"].trigger()
    qtbot.waitUntil(lambda: lab.window.isWindowModified() and lab.trainer.status.step == steps, timeout=SECONDS_30)
    wait_for(qtbot, lab, State.PAUSED)
    may.set()
    answer(qtbot, lab, "save-changes", BUTTON.Cancel)
    assert lab.trainer.status.step == steps
    assert lab.window.isWindowModified()


def test_r6_recovered_work_stays_until_a_newer_copy_of_it_is_on_the_disk(qtbot, lab, own_folders, monkeypatch):
    """A copy of the session before, that ends after the recovery, does not count."""
    train_some(qtbot, lab)
    left = Autosave()  # of another window, that is no more
    left.save(Session(title="left", runs=lab.session_controller.gatherer()()[0].runs))
    folder = left._folder
    left._lock.release()
    session = lab.session_controller
    session.protect()
    session.asks = False
    qtbot.waitUntil(lambda: "was kept" in lab.window.banner.message, timeout=SECONDS_30)
    slow = Slow(monkeypatch)
    session.autosaver.copy_anew()
    qtbot.waitUntil(slow.begun.is_set, timeout=SECONDS_30)
    with qtbot.waitSignal(session.recovery.recovered, timeout=SECONDS_30):
        session.recovery.recover()
    seen = []
    session.autosaver.saved.connect(lambda generation: seen.append((generation, folder.exists())))
    slow.go()
    qtbot.waitUntil(lambda: bool(seen), timeout=SECONDS_30)
    assert seen[0] == (session.model.generation, True), "the first copy that is told of is of the recovered session"
    qtbot.waitUntil(lambda: not folder.exists(), timeout=SECONDS_30)


def test_the_first_copy_is_made_within_seconds_of_the_first_change(qtbot, lab, own_folders):
    """Issue 12 §5: within 5 s, while the run goes on."""
    lab.session_controller.protect()
    lab.session_controller.asks = False
    with qtbot.waitSignal(lab.session_controller.autosaver.saved, timeout=5_000):
        press(qtbot, lab.control_bar.train_button)
    assert lab.trainer.status.state is State.RUNNING
    (folder,) = (own_folders / "state" / "recovery").iterdir()
    assert (folder / "recovery.json").exists()


def test_r15_copies_go_on_where_somebody_removed_the_state_folder(qtbot, tmp_path, lab):
    train_some(qtbot, lab)
    session = lab.session_controller.gatherer()()[0]
    autosave = Autosave(tmp_path / "state")
    autosave.save(session)
    (tmp_path / "state").rename(tmp_path / "gone")
    autosave.save(session)
    autosave._lock.release()
    (orphan,) = find_orphans(tmp_path / "state")
    assert [run.key for run in orphan.load().session.runs] == [run.key for run in session.runs]
    orphan.release()


def test_r15_a_window_that_is_being_saved_says_so_and_closes_after_it(qtbot, lab, path, monkeypatch):
    train_some(qtbot, lab)
    lab.session_controller.asks = True
    slow = Slow(monkeypatch)
    lab.documents.sessionNamed.emit(str(path))
    qtbot.waitUntil(slow.begun.is_set, timeout=SECONDS_30)
    assert not lab.window.close()
    assert "is being saved" in lab.window.banner.message
    with qtbot.waitSignal(lab.window.closing, timeout=SECONDS_30):
        slow.go()
    assert len(load_session(path).runs) == 1


@pytest.mark.parametrize("title", ["CON", "nul", "Com1.a", "x" * 5000, "é" * 300, "a/b:c*d", "...", "", "\0\n"])
def test_r15_proposed_names_are_ones_that_every_system_takes(title, tmp_path):
    name = file_name(title)
    assert 0 < len(name.encode()) <= LONGEST_NAME + 1
    assert name.partition(".")[0].upper() not in {"CON", "NUL", "COM1"}
    (tmp_path / f"{name}.relulab").touch()


def test_r15_a_name_that_is_too_long_is_no_crash(qtbot, lab, tmp_path):
    path = str(tmp_path / ("x" * 300))
    chosen = []
    with_suffix(lab.window, path, ".relulab", chosen.append)
    qtbot.waitUntil(lambda: chosen == [f"{path}.relulab"], timeout=SECONDS_30)
