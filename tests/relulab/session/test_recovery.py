"""After a crash the next window finds what the last one was doing; two windows never meet in one file."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.errors import SessionError
from relulab.experiment import ExperimentSpec
from relulab.session.locks import FileLock, claim, state_folder
from relulab.session.recovery import Autosave, find_orphans
from relulab.training.run import TrainingRun
from relulab.training.telemetry import ScatterPicture
from tests.helpers.packing import write
from tests.helpers.paths import ROOT
from tests.helpers.sessions import DESIGNS, assert_same_run, assert_same_session, trained

WINDOW = """
import os, pathlib, signal, sys, time
from relulab.session.file.files import load_session
from relulab.session.locks import claim
from relulab.session.recovery import Autosave
session = load_session(pathlib.Path(sys.argv[1]))
lock = claim(pathlib.Path(sys.argv[1]))
autosave = Autosave()
autosave.save(session, pathlib.Path(sys.argv[1]))
print(lock is not None, flush=True)
time.sleep(600)
"""


TRAINING = """
import sys
import torch
from relulab.data.loading import load_dataset
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.recovery import Autosave
from relulab.session.store import SessionStore
from relulab.experiment import ExperimentSpec
from relulab.training.run import TrainingRun
from relulab.training.state import State
torch.set_num_threads(1)
spec = ExperimentSpec.from_json(sys.argv[1])
store, autosave = SessionStore(), Autosave()
run = TrainingRun(spec, load_dataset(spec.data), record=store.append)
run.measure_start()
facts = DataFingerprint.of(run.dataset)
while True:
    run.step()
    if run.step_index % 25 == 13:
        record = RunRecord("r", store.current, facts, State.RUNNING, "0123abcd", checkpoints=(run.checkpoint(),))
        autosave.save(Session(runs=(record,)))
        print(run.step_index, flush=True)
"""


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("RELULAB_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def window(tmp_path, small_bytes):
    """Another process that has a session open and saved it for recovery."""
    path = write(tmp_path, small_bytes)
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "True\n"
        yield process, path
        process.kill()


def abandon(autosave: Autosave) -> Path:
    """What the end of a process does to its locks."""
    autosave._lock.release()
    return autosave._folder


def files(folder: Path) -> dict[str, int]:
    return {entry.name: entry.stat().st_ino for entry in folder.iterdir()}


def test_a_window_that_was_killed_is_recovered(window, small):
    process, path = window
    assert find_orphans() == ()  # it lives
    process.send_signal(signal.SIGKILL)
    process.wait()
    (orphan,) = find_orphans()
    assert (orphan.title, orphan.origin, len(orphan.runs)) == (small.title, path, 1)
    assert find_orphans() == ()  # no other window offers it at the same time
    recovered = orphan.load()
    assert recovered.problems == ()
    assert_same_session(small, recovered.session)
    orphan.release()
    (orphan,) = find_orphans()
    orphan.discard()
    assert find_orphans() == ()
    assert not orphan.folder.exists()


def test_training_that_was_killed_goes_on_as_if_it_had_never_stopped():
    spec = ExperimentSpec.parse(DESIGNS["plane"])
    spec = spec.replace(training=spec.training.replace(steps=100_000))
    with subprocess.Popen(
        [sys.executable, "-c", TRAINING, spec.to_json()], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        while process.stdout.readline() not in ("63\n", ""):
            pass
        process.send_signal(signal.SIGKILL)  # while it trains or saves
    (orphan,) = find_orphans()
    (record,) = orphan.load().session.runs
    checkpoint = record.checkpoints[-1]
    assert checkpoint.step >= 63
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        straight = TrainingRun(spec, load_dataset(spec.data))
        expected = [straight.step() for _ in range(checkpoint.step + 40)]
        resumed = TrainingRun.resumed(checkpoint, load_dataset(record.spec.data))
        assert [resumed.step() for _ in range(40)] == expected[-40:]
    finally:
        torch.set_num_threads(threads)


def test_a_window_that_closes_in_good_order_leaves_nothing(rich, state):
    autosave = Autosave()
    autosave.close()
    autosave.save(rich)
    autosave.close()
    assert list((state / "recovery").iterdir()) == []
    autosave.save(rich)  # and may go on
    assert len(find_orphans()) == 0
    abandon(autosave)
    assert len(find_orphans()) == 1


def test_everything_is_recovered(rich):
    autosave = Autosave()
    autosave.save(rich, Path("/somewhere/my.relulab"))
    abandon(autosave)
    (orphan,) = find_orphans()
    assert orphan.origin == Path("/somewhere/my.relulab")
    assert_same_session(rich, orphan.load().session)


def test_only_what_changed_is_written(rich):
    autosave = Autosave()
    autosave.save(rich)
    folder = autosave._folder
    first, second = rich.runs[:2]
    before = files(folder)

    copies = tuple(dataclasses.replace(run, test_accuracy=float(str(run.test_accuracy))) for run in rich.runs)
    autosave.save(dataclasses.replace(rich, runs=copies))
    assert changed(before, folder) == {"recovery.json"}

    growing = trained("curve", 2)
    session = dataclasses.replace(rich, runs=(first, growing))
    autosave.save(session)
    older = f"{growing.key}-000000000001.relulab"
    assert changed(before, folder) == {"recovery.json", f"{growing.key}.relulab", older}
    assert not [name for name in files(folder) if name.startswith(second.key)]

    before = files(folder)
    growing.history.append(ScatterPicture(2, np.zeros(1, np.float32), np.zeros(1, np.float32)))
    autosave.save(session)
    assert changed(before, folder) == {"recovery.json", f"{growing.key}.relulab"}

    before = files(folder)
    session = dataclasses.replace(session, notes="new", runs=(dataclasses.replace(first, name="renamed"), growing))
    autosave.save(session)
    assert changed(before, folder) == {"recovery.json", "session.relulab", f"{first.key}.relulab"}

    before = files(folder)
    session = dataclasses.replace(session, runs=(dataclasses.replace(session.runs[0], checkpoints=()), growing))
    autosave.save(session)
    assert changed(before, folder) == {"recovery.json", f"{first.key}.relulab"}
    assert not [name for name in files(folder) if name.startswith(f"{first.key}-")], "they were thinned out"

    before = files(folder)
    newer = dataclasses.replace(growing.checkpoints[-1], step=9)
    session = dataclasses.replace(
        session, runs=(session.runs[0], dataclasses.replace(growing, checkpoints=(*growing.checkpoints, newer)))
    )
    autosave.save(session)
    becomes_older = f"{growing.key}-{growing.checkpoints[-1].step:012}.relulab"
    assert changed(before, folder) == {"recovery.json", f"{growing.key}.relulab", becomes_older}
    abandon(autosave)
    (orphan,) = find_orphans()
    assert_same_session(session, orphan.load().session)


def changed(before: dict[str, int], folder: Path) -> set[str]:
    return {name for name, inode in files(folder).items() if before.get(name) != inode}


def test_what_is_damaged_does_not_take_the_rest_along(rich):
    autosave = Autosave()
    autosave.save(rich)
    folder = abandon(autosave)
    (folder / f"{rich.runs[1].key}.relulab").write_bytes(b"damaged")
    (folder / f"{rich.runs[2].key}.relulab").unlink()
    (orphan,) = find_orphans()
    recovered = orphan.load()
    assert len(recovered.problems) == 2
    assert len(recovered.session.runs) == 2
    assert_same_run(rich.runs[0], recovered.session.runs[0])
    assert recovered.session.notes == rich.notes
    (folder / "session.relulab").write_bytes(b"")
    assert orphan.load().session.title == rich.title


def test_several_orphans_come_newest_first(rich):
    for title in ("first", "second"):
        autosave = Autosave()
        autosave.save(dataclasses.replace(rich, title=title, runs=()))
        abandon(autosave)
        time.sleep(0.01)
    assert [orphan.title for orphan in find_orphans()] == ["second", "first"]


def test_folders_that_say_nothing_are_left_alone_and_removed_when_they_are_old(state):
    empty, damaged, other = (state / "recovery" / name for name in ("empty", "damaged", "other"))
    for folder in (empty, damaged, other):
        folder.mkdir(parents=True)
    (damaged / "recovery.json").write_bytes(b"{}")
    assert find_orphans() == ()
    assert empty.exists()
    for folder in (empty, damaged):
        os.utime(folder, (time.time() - 7200,) * 2)
    assert find_orphans() == ()
    assert not empty.exists()
    assert damaged.exists()  # somebody may still find out what was in there
    assert FileLock(damaged / "lock").acquire()


def test_an_index_cannot_point_outside(state):
    folder = state / "recovery" / "x"
    folder.mkdir(parents=True)
    index = {"title": "", "origin": "", "saved": "2025-01-01T00:00:00Z", "runs": ["../../../secret"]}
    (folder / "recovery.json").write_text(json.dumps(index))
    assert find_orphans() == ()


def test_a_state_folder_that_cannot_be_written_says_so(monkeypatch, tmp_path, rich):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RELULAB_STATE", str(tmp_path / "file"))
    with pytest.raises(SessionError, match="RELULAB_STATE"):
        Autosave().save(rich)
    assert find_orphans() == ()


def test_one_window_per_session(window, tmp_path):
    process, path = window
    assert claim(path) is None
    link = tmp_path / "link.relulab"
    link.symlink_to(path)
    assert claim(link) is None  # the same file by another name
    other = claim(tmp_path / "another.relulab")
    assert other is not None
    assert claim(tmp_path / "another.relulab") is None  # two windows of one process
    other.release()
    assert claim(tmp_path / "another.relulab") is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert claim(path) is not None


def test_a_lock_can_be_asked_for_twice(tmp_path):
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    assert lock.acquire()
    lock.release()
    lock.release()
    assert FileLock(tmp_path / "lock").acquire()


def test_without_the_variable_the_platform_decides(monkeypatch):
    monkeypatch.delenv("RELULAB_STATE")
    assert state_folder().name == "relulab"
