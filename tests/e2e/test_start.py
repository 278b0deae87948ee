"""The start as a user has it: crashes of the window before, a home that cannot be written, what is missing, no network.

Each program is a process of its own, run by the entry point of the command.
"""

import json
import os
import subprocess
import sys

import pytest

from relulab.session.recovery import find_orphans
from tests.helpers.labs import moons
from tests.helpers.paths import ROOT
from ui.platform.log import log_file
from ui.platform.settings import config_folder, settings_file
from ui.startup.startup_errors import FAILED, words_of

SECONDS = 120
DRIVEN = """
import faulthandler, os, sys
from tests.helpers.labs import moons
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from relulab.training.state import State
import ui.app
from ui.app import Lab

class Driven(Lab):
    "A window that does something by itself once its network is built."

    def open(self, spec=None):
        super().open(spec or moons())
        self.polling.stateChanged.connect(self.drive)

    def welcome(self, crashed=False):
        super().welcome(crashed)
        print("welcome:", self.window.banner.message, flush=True)

    def drive(self, status):
        {drive}

ui.app.Lab = Driven  # the start imports it when the frame of the window is shown
from ui.startup.launch import open_window
sys.exit(open_window(sys.argv[1:]))
"""
CLOSE = "status.state is State.READY and self.window.close()"


def start(drive=CLOSE, *arguments, **environment):
    """Run a window that is driven by a line of Python."""
    return subprocess.run(
        [sys.executable, "-c", DRIVEN.format(drive=drive), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )


CRASH = """
        if status.state is State.READY:
            self.run_controller.toggle()
            saved = self.session_controller.autosaver.saved
            saved.connect(lambda: (print("copied", flush=True), faulthandler._sigsegv()))
            QTimer.singleShot(0, self.session_controller.autosaver.save)
        elif status.state is State.RUNNING:
            self.session_controller.autosaver.save()
"""


def test_a_crash_is_told_at_the_next_start_and_the_session_is_safe():
    crashed = start(CRASH)
    assert crashed.returncode not in (0, FAILED)
    assert "copied" in crashed.stdout
    orphans = find_orphans()
    assert len(orphans) == 1
    assert orphans[0].load().session.experiments[0] == moons()
    for orphan in orphans:
        orphan.release()
    again = start()
    assert again.returncode == 0
    assert "did not close in good order" in again.stdout
    assert "an earlier window crashed" in log_file().read_text("utf-8")
    third = start()
    assert "did not close in good order" not in third.stdout


FAULT = """
        if status.state is State.READY:
            self.polling.statusPolled.connect(self.fail)
            self.look = QTimer(self, interval=50)
            self.look.timeout.connect(self.answer)
            self.look.start()

    def fail(self, status):
        raise ValueError("thirty times a second")

    def answer(self):
        if self.faults.dialog is not None and self.faults.dialog.isVisible():
            self.look.stop()
            print("told:", self.faults.dialog.windowTitle(), flush=True)
            self.faults.dialog.go_on_button.click()
            self.polling.statusPolled.disconnect(self.fail)
            QTimer.singleShot(0, self.window.close)
"""


def test_an_exception_in_a_slot_is_told_and_the_window_goes_on():
    ended = start(FAULT)
    assert ended.returncode == 0
    assert "told: Something went wrong" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert log_file().read_text("utf-8").count("thirty times a second") < 5


@pytest.mark.parametrize(
    "kept",
    [
        {"threads": -7, "theme": "pink", "geometry": "AAAA", "layout": "AAAA", "folder": "\0"},
        {"threads": 10**9, "data_root": "\0", "recent": [1, None, "\0"]},
    ],
    ids=["nonsense", "too large"],
)
def test_damaged_settings_do_no_harm(kept):
    config_folder().mkdir(parents=True)
    settings_file().write_text(json.dumps(kept), "utf-8")
    ended = start()
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in log_file().read_text("utf-8")


TRAIN = """
        if status.state is State.READY:
            self.run_controller.toggle()
        elif status.state is State.RUNNING:
            print("ran", flush=True)
            self.session_controller.asks = False
            self.window.close()
"""


def test_nothing_that_can_be_written_costs_memory_and_copies_but_not_the_window(own_folders):
    own_folders.parent.mkdir(exist_ok=True)
    own_folders.write_text("a file where the home should be")
    ended = start(TRAIN)
    assert ended.returncode == 0, ended.stderr
    assert "ran" in ended.stdout


LOOK = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox

def looked_at(box):
    print("dialog:", box.isVisible(), box.text(), box.informativeText(), flush=True)
    box.accept()

class LookedAt(QMessageBox):
    def exec(self):
        QTimer.singleShot(0, self, lambda: looked_at(self))
        return super().exec()

import PySide6.QtWidgets
PySide6.QtWidgets.QMessageBox = LookedAt
"""


def failing(break_it):
    """A start that is made to fail by ``break_it``; a dialog is read and closed."""
    code = f"import sys\n{LOOK}\n{break_it}\nfrom ui.startup.launch import open_window\nsys.exit(open_window([]))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, encoding="utf-8", timeout=SECONDS
    )


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        ("import sys; sys.modules['pyqtgraph'] = None", "Install ReLU Lab again"),
        (
            "import ui.shell.theme; ui.shell.theme.files = lambda name: __import__('pathlib').Path('/nowhere')",
            "install it again",
        ),
        ("import ui.widgets.dock_title; ui.widgets.dock_title.DockTitle = lambda *of: 1 / 0", "unexpected"),
    ],
    ids=["a library", "the resources", "a fault of ours"],
)
def test_a_start_that_fails_says_so_in_a_dialog(break_it, words):
    ended = failing(break_it)
    assert ended.returncode == FAILED
    assert "dialog: True ReLU Lab could not start" in ended.stdout
    assert words in ended.stdout
    assert words in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_without_qt_the_words_go_to_the_terminal():
    code = "import sys; sys.modules['PySide6'] = None\n"
    code += "from ui.startup.launch import open_window; sys.exit(open_window([]))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert ended.returncode == FAILED
    assert "could not start" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_the_words_go_to_the_terminal():
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ended = subprocess.run(
        [sys.executable, "-m", "ui.startup.launch"],
        cwd=ROOT,
        env=environment | {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":987"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == FAILED
    assert "no display" in ended.stderr
    assert "command line" in ended.stderr


def test_a_full_disk_and_a_forbidden_file_have_words_of_their_own():
    assert "disk is full" in words_of(OSError(28, "No space left on device"))
    assert "/etc/x" in words_of(PermissionError(13, "Permission denied", "/etc/x"))
    assert "memory is full" in words_of(MemoryError())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to all processes of a console")
def test_ctrl_c_in_a_terminal_closes_the_window():
    ended = start("status.state is State.READY and os.kill(os.getpid(), 2)")
    assert ended.returncode == 0
    assert ended.stderr.count("Traceback") == 0


NO_NETWORK = """
import sys
calls = []
forbidden = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "urllib.Request")
sys.addaudithook(lambda event, arguments: calls.append(event) if event in forbidden else None)
"""
TRAIN_AND_CLOSE = """
        if status.state is State.READY:
            self.run_controller.toggle()
        elif status.state is State.RUNNING:
            QTimer.singleShot(500, self.run_controller.stop)
        elif status.state is State.FINISHED:
            self.session_controller.asks = False
            print("network:", calls, "PySide6.QtNetwork" in sys.modules, status.step > 0, flush=True)
            self.window.close()
"""


def test_starting_training_and_closing_opens_no_connection():
    code = NO_NETWORK + DRIVEN.format(drive=TRAIN_AND_CLOSE).replace("spec or moons()", "spec")
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=SECONDS
    )
    assert ended.returncode == 0, ended.stderr
    assert "network: [] False True" in ended.stdout
