"""The program as a user starts it: its own process, a real X server, a real mouse and keyboard."""

import os
import shutil
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

from tests.helpers.paths import ROOT

SECONDS = 90.0  # for each thing that is waited for
TRAIN_BUTTON = (60, 45)  # pixels from the corner of the window
NEEDED = ("Xvfb", "xdotool")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not all(shutil.which(name) for name in NEEDED),
    reason=f"a virtual display needs {' and '.join(NEEDED)}",
)


def until(condition, what):
    deadline = monotonic() + SECONDS
    while not (value := condition()):
        assert monotonic() < deadline, f"waited {SECONDS:g} s for {what}"
        sleep(0.05)
    return value


def started_server():
    """A virtual display of 1440 x 900 pixels, and its name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        return server, f":{pipe.readline().strip()}"


def answers(name):
    asked = subprocess.run(
        ["xdotool", "getdisplaygeometry"], env=os.environ | {"DISPLAY": name}, capture_output=True, timeout=SECONDS
    )
    return asked.returncode == 0


@pytest.fixture
def display():
    """The name of a virtual display that answers. Two that start at the same time may take the same number."""
    for _ in range(10):
        server, name = started_server()
        if answers(name) and server.poll() is None:
            break
        server.kill()
        server.wait(60)
    else:
        pytest.fail("no virtual display answers")
    yield name
    server.terminate()
    server.wait(60)


class Program:
    """``relulab`` on a display, with hands on mouse and keyboard."""

    def __init__(self, display, home):
        self.environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(home),
            "RELULAB_CONFIG": str(home / "config"),
            "RELULAB_LOG": str(home / "log"),
            "RELULAB_CACHE": str(home / "cache"),
        }
        self.errors = home / "stderr.txt"
        self.log_file = home / "log" / "relulab.log"
        with self.errors.open("w") as errors:
            command = [sys.executable, "-m", "ui.startup.launch"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=errors)

    def log(self):
        return self.log_file.read_text("utf-8") if self.log_file.exists() else ""

    def until(self, condition, what):
        """Wait for something while the program runs."""

        def there():
            assert self.process.poll() is None, f"the program ended: {self.errors.read_text()}\n{self.log()}"
            return condition()

        return until(there, what)

    def wait_for(self, words):
        self.until(lambda: words in self.log(), f"'{words}' in the log")

    def do(self, *arguments):
        done = subprocess.run(["xdotool", *arguments], env=self.environment, capture_output=True, text=True)
        return done.stdout.split()

    def window(self):
        return self.until(lambda: self.do("search", "--onlyvisible", "--name", "ReLU Lab"), "the window")[-1]

    def quit(self):
        """Press Ctrl+Q until the program has heard it, discard unsaved work, and return its exit code."""

        def ended():
            self.do("key", "ctrl+q")
            sleep(0.3)
            self.do("key", "alt+d")
            sleep(0.3)
            return self.process.poll() is not None

        until(ended, "the end of the program")
        return self.process.returncode

    def click_train(self):
        """Leave the start page, which lies over the bench, and click. The keyboard follows the mouse: no manager of
        windows is there to give it to one of them."""
        self.do("mousemove", "--window", self.window(), *map(str, TRAIN_BUTTON), "key", "Escape", "click", "1")


@pytest.fixture
def program(display, tmp_path):
    home = tmp_path / "Zoë's Büro"
    home.mkdir()
    program = Program(display, home)
    yield program
    if program.process.poll() is None:
        program.process.send_signal(signal.SIGKILL)
        program.process.wait(60)


def test_trained_with_the_mouse_and_closed_with_the_keyboard(program):
    program.wait_for("ready at step 0")
    program.click_train()
    program.wait_for("running")
    program.wait_for("finished at step")
    assert program.quit() == 0
    assert program.errors.read_text() == ""
    assert "ERROR" not in program.log()
    assert "CRITICAL" not in program.log()
    assert (program.log_file.parents[1] / "config" / "settings.json").exists()


def test_closed_while_it_trains(program):
    program.wait_for("ready at step 0")
    program.click_train()
    program.wait_for("running")
    assert program.quit() == 0
    assert program.errors.read_text() == ""


def test_closed_while_the_engine_is_still_loading(program):
    window = program.window()
    program.do("mousemove", "--window", window, "700", "10", "click", "1")
    assert program.quit() == 0
    assert program.errors.read_text() == ""
