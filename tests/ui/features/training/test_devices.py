"""The search for devices can neither freeze nor end the program, whatever the driver does."""

import sys
from types import SimpleNamespace

import pytest

from tests.helpers.labs import SECONDS_30
from ui.features.training.devices import CPU, MARK, DeviceFinder, cpu_edition, is_cpu_edition


@pytest.fixture(autouse=True)
def torch_is_not_loaded(monkeypatch):
    """As at the start of the program; tests before this one may have loaded it."""
    monkeypatch.setattr("ui.features.training.devices.is_cpu_edition", lambda torch: False)


def answer_of(qtbot, code, timeout_ms=2 * SECONDS_30):
    finder = DeviceFinder(command=[sys.executable, "-c", code])
    answers = []
    finder.found.connect(answers.append)
    finder.start(timeout_ms)
    qtbot.waitUntil(lambda: bool(answers), timeout=4 * SECONDS_30)
    finder.close()
    assert len(answers) == 1
    return answers[0]


def test_devices_are_named(qtbot):
    code = f"print('noise of a driver'); print('{MARK}' + '{{\"names\": [\"NVIDIA H200\", \"T4\"]}}')"
    devices = answer_of(qtbot, code)
    assert [device.key for device in devices.found] == ["cpu", "cuda:0", "cuda:1"]
    assert devices.found[1].title == "NVIDIA H200 (cuda:0)"
    assert devices.note == ""


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit(3)",
        "print('no answer')",
        f"print('{MARK}[]')",
        f"print('{MARK}{{')",
    ],
    ids=["killed", "failed", "silent", "wrong", "cut off"],
)
def test_a_search_that_dies_leaves_the_cpu_and_a_reason(qtbot, code):
    devices = answer_of(qtbot, code)
    assert devices.found == (CPU,)
    assert "failed" in devices.note


def test_a_search_that_hangs_is_given_up(qtbot):
    devices = answer_of(qtbot, "import time; time.sleep(60)", timeout_ms=300)
    assert devices.found == (CPU,)
    assert "does not answer" in devices.note


def test_a_search_that_cannot_start_is_told(qtbot):
    finder = DeviceFinder(command=["/no/such/program"])
    with qtbot.waitSignal(finder.found) as found:
        finder.start()
    assert found.args[0].found == (CPU,)


def test_closing_ends_the_child(qtbot):
    finder = DeviceFinder(command=[sys.executable, "-c", "import time; time.sleep(60)"])
    answers = []
    finder.found.connect(answers.append)
    finder.start()
    qtbot.waitUntil(lambda: finder._process.processId() > 0)
    finder.close()
    assert finder._process.processId() == 0
    assert answers == []


def test_a_cpu_edition_is_recognized_without_a_search(qtbot, monkeypatch):
    monkeypatch.undo()
    finder = DeviceFinder(command=["/no/such/program"])
    torch = SimpleNamespace(version=SimpleNamespace(cuda=None, hip=None))
    monkeypatch.setitem(sys.modules, "torch", torch)
    answers = []
    finder.found.connect(answers.append)
    finder.start()
    assert answers[0].found == (CPU,)
    assert "without CUDA" in answers[0].note
    assert not is_cpu_edition(None)
    assert not is_cpu_edition(SimpleNamespace(version=SimpleNamespace(cuda="12.8", hip=None)))


@pytest.mark.parametrize(("names", "words"), [("null", "without CUDA"), ("[]", "No CUDA device found")])
def test_the_child_says_why_there_is_only_a_cpu(qtbot, names, words):
    devices = answer_of(qtbot, f"print('{MARK}{{\"names\": {names}}}')")
    assert devices.found == (CPU,)
    assert words in devices.note


def test_each_edition_says_how_to_get_cuda():
    assert "from source with pip" in cpu_edition(packaged=True, platform="win32")
    assert "from source" not in cpu_edition(packaged=False, platform="linux")
    for packaged in (True, False):
        assert "pytorch.org" in cpu_edition(packaged, "linux")
        assert "pytorch.org" not in cpu_edition(packaged, "darwin")


def test_the_real_search_answers(qtbot):
    torch = pytest.importorskip("torch")
    finder = DeviceFinder()
    with qtbot.waitSignal(finder.found, timeout=8 * SECONDS_30) as found:
        finder.start(4 * SECONDS_30)  # it imports torch
    devices = found.args[0]
    assert devices.found[0] == CPU
    assert (len(devices.found) > 1) == torch.cuda.is_available()
    assert bool(devices.note) != torch.cuda.is_available()
    assert "failed" not in devices.note
