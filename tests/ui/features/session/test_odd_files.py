"""Odd settings, odd paths, and many sessions one after another: the window opens, says what is wrong, and goes on."""

import ctypes
import gc
import json
import os
from contextlib import suppress

import pytest

from relulab.data.loading import load_dataset
from relulab.data.tables.file import state_of
from relulab.data.untrusted_paths import release, released_files
from relulab.errors import DataMissingError
from relulab.session.file.files import save_session
from relulab.session.history import RunHistory
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.untrusted import MIB
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from tests.helpers.sessions import small_session, trained
from ui.platform.jobs import Job
from ui.platform.settings import Settings, load_settings, settings_file

MALLINFO = getattr(ctypes.CDLL(None), "mallinfo2", None) if os.name == "posix" else None
LEFT_MIB = 10  # thirty sessions that stay take some 250


class Mallinfo(ctypes.Structure):
    """What glibc's allocator tells: ``uordblks`` bytes are in use in its heaps, ``hblkhd`` in pieces of their own."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
        )
    )  # fmt: skip


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
    for path in ODD:
        with suppress(DataMissingError):
            state_of(path)
    assert {LONG, "~nobody/a", "\0", "\ud800"}.isdisjoint(released_files())


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


def large_session():
    """A run whose measurements and checkpoints take some megabytes."""
    wide = {"kind": "dense", "parameters": {"units": 400}}
    spec = moons(steps=60, optimizer="adam").replace(model={"layers": [wide, wide]})
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1), record=store.append)
    run.measure_start()
    checkpoints = []
    for step in (15, 30, 45, 60):
        run.run_until(step)
        checkpoints.append(run.checkpoint())
    data, history = DataFingerprint.of(run.dataset), store.current
    return Session(runs=(RunRecord("Large", history, data, State.PAUSED, checkpoints=tuple(checkpoints)),))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(MALLINFO is None, reason="the system does not tell what a process takes")
def test_r8_fifty_large_sessions_take_as_much_memory_as_twenty(qtbot, lab, tmp_path):
    def taken():
        """What is in use: what the system has given depends on what ran in this process before, and on its threads."""
        qtbot.waitUntil(lambda: living(Job) == 0 and living(RunHistory) == len(lab.store.runs), timeout=SECONDS_30)
        gc.collect()
        told = MALLINFO()
        return (told.uordblks + told.hblkhd) / MIB

    MALLINFO.restype = Mallinfo
    path = tmp_path / "large.relulab"
    save_session(large_session(), path)
    measured = []
    for number in range(1, 51):
        opened(qtbot, lab, path)
        if number % 10 == 0:
            wait_for(qtbot, lab, State.PAUSED, State.FINISHED)
            measured.append(taken())
    print("MiB after 10, 20, … sessions:", [round(mib) for mib in measured])
    assert measured[-1] < measured[1] + LEFT_MIB, measured
