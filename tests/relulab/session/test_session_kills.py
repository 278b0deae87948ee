"""Whatever happens while a session is saved: the old file or the new one is there, whole."""

import dataclasses
import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from relulab.errors import SessionError
from relulab.session.file.files import load_session, save_session
from tests.helpers.packing import write
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")


def run(tmp_path: Path, data: bytes, mode: str, *kills: str) -> dict[str, int]:
    """What ``interrupted.py`` found in the place of the file, and how often."""
    folder = tmp_path / "saved"
    folder.mkdir()
    script = ROOT / "tests" / "helpers" / "interrupted.py"
    result = subprocess.run(
        [sys.executable, str(script), str(write(tmp_path, data)), str(folder), mode, *kills],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_killed_at_every_stage_of_saving(tmp_path, small_bytes):
    seen = run(tmp_path, small_bytes, "stages")
    assert set(seen) == {"old", "new"}  # killed before and behind the moment at which the new takes the place
    assert sum(seen.values()) >= 110


def test_killed_at_random_moments(tmp_path, small_bytes):
    seen = run(tmp_path, small_bytes, "moments")
    assert set(seen) <= {"old", "new"}
    assert sum(seen.values()) >= 110


def test_killed_while_copies_are_kept_for_recovery(tmp_path, small_bytes):
    """The parts of a copy are files of their own: a kill between two leaves a newer part beside an older one."""
    seen = run(tmp_path, small_bytes, "copies", "60")
    assert set(seen) <= {f"{head} with {run}" for head in ("old", "new") for run in ("old", "new")}
    assert sum(seen.values()) == 60


def test_a_disk_that_is_full(tmp_path, small_bytes):
    assert run(tmp_path, small_bytes, "disk") == {"old": 60}


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("stage", ["pathlib.Path.open", "os.fsync", "pathlib.Path.replace"])
def test_a_disk_that_fills_up_at_another_stage_than_writing(tmp_path, small, monkeypatch, stage, reason):
    """Where the file is made, flushed or renamed; writing itself is filled up above."""
    path = tmp_path / "x.relulab"
    save_session(small, path)
    before = path.read_bytes()
    original = Path.open

    def fail(*arguments: Any, **_: object) -> object:
        if stage.endswith("open") and "x+b" not in arguments:
            return original(*arguments)
        raise OSError(reason, os.strerror(reason))

    with monkeypatch.context() as patch:
        patch.setattr(stage, fail)
        with pytest.raises(SessionError, match=r"no room left on its disk.*unchanged.*Free some space"):
            save_session(dataclasses.replace(small, notes="new"), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_what_only_makes_it_safer_may_fail(tmp_path, small, monkeypatch):
    """Permissions and the flushing of the folder: some file systems refuse both, and the file is saved all the same."""
    path = tmp_path / "x.relulab"
    save_session(small, path)

    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "refused")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.chmod", refuse)
        patch.setattr("relulab.session.atomic.os.open", refuse)
        save_session(dataclasses.replace(small, notes="new"), path)
    assert load_session(path).notes == "new"


@pytest.fixture
def tiny_disk(tmp_path):
    """A real disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only the administrator may mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="uses a Linux file system")
def test_a_real_disk_that_is_full(tiny_disk, small):
    path = tiny_disk / "x.relulab"
    save_session(small, path)
    larger = dataclasses.replace(small, notes=os.urandom(60_000).hex())
    with pytest.raises(SessionError, match="no room left"):
        save_session(larger, path)
    assert load_session(path).notes == small.notes
    assert [entry.name for entry in tiny_disk.iterdir()] == [path.name]
