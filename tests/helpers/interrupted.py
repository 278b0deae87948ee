"""Saves a session again and again and dies of it: run by test_session_kills.py as a process of its own.

A process of its own because it forks, which must not be done where other threads run. Prints what happened as JSON.
"""

import dataclasses
import json
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

from relulab.errors import SessionError
from relulab.session.file.files import load_session, save_session
from relulab.session.recovery import Autosave, find_orphans
from relulab.session.session import Session

DEFAULT_KILLS = 110
DISKS = 60
ONCE = ("fsync", "replace", "chmod", "unlink")  # calls that change the disk, made once or twice in a save
OFTEN = ("open", "write", "close")


def in_child(work: Callable[[], None]) -> int:
    """Run ``work`` in a copy of this process; the status it ended with."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def watched(session: Session, target: Path, see: Callable[[int, str], None]) -> None:
    """Save, and tell ``see`` the number and the name of every call and return on the way."""
    number = 0

    def watch(frame: FrameType, event: str, argument: object) -> None:
        nonlocal number
        number += 1
        see(number, getattr(argument, "__name__", "") if event.startswith("c_") else frame.f_code.co_name)

    sys.setprofile(watch)
    save_session(session, target)
    sys.setprofile(None)


def save_and_die(session: Session, target: Path, place: int) -> None:
    """Save, and die at the call or return number ``place``."""

    def see(number: int, name: str) -> None:
        if number == place:
            os.kill(os.getpid(), signal.SIGKILL)

    watched(session, target, see)


def which(target: Path, folder: Path) -> str:
    """Whether the old or the new session is there, whole; what was left behind is removed."""
    for entry in folder.iterdir():
        if entry != target:
            assert entry.name.startswith(".relulab-"), entry
            entry.unlink()
    return load_session(target).notes


def kill_at_stages(old: Session, new: Session, target: Path, kills: int) -> Counter[str]:
    """At places spread evenly over all calls, and before and behind every call that touches the disk."""
    names: list[str] = []
    watched(old, target, lambda number, name: names.append(name))
    once, often = ([n for n, name in enumerate(names, 1) if name in group] for group in (ONCE, OFTEN))
    evenly = [len(names) * i // kills + 1 for i in range(kills)]
    places = sorted({*once, *random.sample(often, 30), *evenly})
    seen: Counter[str] = Counter()
    for place in places:
        save_session(old, target)
        status = in_child(partial(save_and_die, new, target, place))
        assert status == -signal.SIGKILL, status
        seen[which(target, target.parent)] += 1
    return seen


def kill_at_moments(old: Session, new: Session, target: Path, kills: int) -> Counter[str]:
    """At random moments of one long series of saves, old and new by turns."""

    def forever() -> None:
        while True:
            save_session(new, target)
            save_session(old, target)

    seen: Counter[str] = Counter()
    save_session(old, target)
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            forever()
        time.sleep(random.uniform(0.0, 0.04))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        seen[which(target, target.parent)] += 1
    return seen


def kill_while_copying(old: Session, new: Session, root: Path, kills: int) -> Counter[str]:
    """While copies for recovery are kept, old and new by turns; each time the next start finds a whole one."""

    def forever() -> None:
        autosave = Autosave(root)
        autosave.save(old)
        (root / "begun").touch()
        while True:
            autosave.save(new)
            autosave.save(old)

    seen: Counter[str] = Counter()
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            forever()
        while not (root / "begun").exists():
            time.sleep(0.001)
        time.sleep(random.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        (root / "begun").unlink()
        (orphan,) = find_orphans(root)
        recovered = orphan.load()
        assert not recovered.problems, recovered.problems
        (run,) = recovered.session.runs
        seen[f"{recovered.session.notes} with {run.notes}"] += 1
        orphan.discard()
    return seen


def fill_disk(old: Session, new: Session, target: Path) -> Counter[str]:
    """With room for less and less of the new file."""
    save_session(new, target)
    size = target.stat().st_size
    seen: Counter[str] = Counter()

    def limited(room: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        message = ""
        try:
            save_session(new, target)
        except SessionError as error:
            message = str(error)
        assert "no room left" in message, message
        assert "unchanged" in message, message
        assert [entry.name for entry in target.parent.iterdir()] == [target.name]

    for i in range(DISKS):
        save_session(old, target)
        assert in_child(partial(limited, size * i // DISKS)) == 0
        seen[which(target, target.parent)] += 1
    return seen


def main(source: str, folder: str, mode: str, kills: int = DEFAULT_KILLS) -> None:
    random.seed(0)
    old = dataclasses.replace(load_session(Path(source)), notes="old")
    new = dataclasses.replace(old, notes="new")
    target = Path(folder) / "target.relulab"
    one, other = (dataclasses.replace(s, runs=(dataclasses.replace(s.runs[0], notes=s.notes),)) for s in (old, new))
    match mode:
        case "copies":
            seen = kill_while_copying(one, other, Path(folder), kills)
        case "stages":
            seen = kill_at_stages(old, new, target, kills)
        case "moments":
            seen = kill_at_moments(old, new, target, kills)
        case _:
            seen = fill_disk(old, new, target)
    print(json.dumps(seen))


if __name__ == "__main__":
    source, folder, mode, *kills = sys.argv[1:]
    main(source, folder, mode, *map(int, kills))
