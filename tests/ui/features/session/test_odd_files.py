"""Odd settings, odd paths, and many sessions one after another: the window opens, says what is wrong, and goes on."""

import gc
import json
import os

import pytest

from relulab.data.untrusted_paths import release
from relulab.session.file.files import save_session
from relulab.session.history import RunHistory
from relulab.session.session import Session
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from tests.helpers.sessions import small_session, trained
from ui.features.session.untrusted_tables import remembered
from ui.platform.jobs import Job
from ui.platform.settings import Settings, load_settings, settings_file

pytestmark = pytest.mark.usefixtures("no_table_known")

LONG = "x" * 300
ODD = [
    "", " ", ".", "..", "/", "//", "/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem", "/proc/1/environ", "~",
    "~nobody/a", "\0", "a\0b", "\n", "\r\n", "\t", "\x7f", "\ud800", "a\udcffb", "\U0001f642", "é" * 200, LONG,
    f"/tmp/{LONG}", "a/" * 3000, "/tmp/" + "b/" * 2500, "CON", "NUL", "nul.relulab", "C:\\a", "\\\\server\\share\\a",
    "//server/share/a", "file:///etc/passwd", "http://example.invalid/a", "$HOME", "%TEMP%", "`id`", "$(id)",
    "; rm -rf x", "-rf", "--help", "*", "?", "[a", "{a", "a:b", "a|b", "<b>", "&amp;", "'", '"',
]  # fmt: skip


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


@pytest.mark.timeout(300)
def test_r10_odd_paths_are_told_and_the_window_goes_on(qtbot, lab):
    assert len(ODD) >= 50
    complaints = []
    lab.documents.failed.connect(complaints.append)
    session = lab.session_controller
    session.file.failed.connect(complaints.append)
    for path in ODD:
        for suffix in ("", ".json", ".relulab"):
            told = len(complaints)
            lab.documents.open(path + suffix)
            qtbot.waitUntil(lambda told=told: len(complaints) > told and not session.file.busy, timeout=SECONDS_30)
    assert all(complaints)
    assert lab.status.state is State.READY


def test_r10_paths_of_tables_that_are_odd_are_not_remembered_and_settings_are_kept():
    release(ODD)
    assert set(remembered()) <= set(ODD)
    assert LONG not in remembered()


@pytest.mark.parametrize(
    "text", ['{"tables": [1]}', '{"recent": [null, {}]}', '{"theme": "purple", "layout": "!", "geometry": "*"}']
)
def test_r10_the_window_opens_with_damaged_settings(qtbot, own_folders, text):
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(text, "utf-8")
    with open_lab(qtbot, moons()) as lab:
        wait_for(qtbot, lab, State.READY)
    assert load_settings().tour_seen in (True, False)
    json.loads(settings_file().read_text("utf-8"))


def living(kind):
    gc.collect()
    return sum(type(found) is kind for found in gc.get_objects())


def opened(qtbot, lab, path):
    """Open a session; it is shown when this returns, while the engine may still build its run."""
    session = lab.session_controller
    with qtbot.waitSignal(session.file.opened, timeout=SECONDS_30):
        session.file.open(path)
    qtbot.waitUntil(lambda: not session.file.busy)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["with checkpoints", "without"])
def test_r8_opening_many_sessions_leaves_memory_flat(qtbot, lab, tmp_path, kind):
    """No job is left of an earlier session, and no history but those of the last: what a job holds goes with it.

    They are waited for: on a busy machine the engine still builds the runs of the sessions before.
    """
    paths = [tmp_path / f"{number}.relulab" for number in range(2)]
    runs = small_session().runs if kind == "without" else (trained("plane"),)
    for path in paths:
        save_session(Session(title=path.stem, runs=runs), path)
    del runs
    for number in range(int(os.environ.get("RELULAB_SESSIONS", "12"))):
        opened(qtbot, lab, paths[number % 2])
    wait_for(qtbot, lab, State.READY, State.PAUSED)
    qtbot.waitUntil(lambda: living(Job) == 0, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: living(RunHistory) == len(lab.store.runs), timeout=SECONDS_30)
