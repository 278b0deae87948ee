"""A drive that does not answer, as those of a network do: whoever asks for anything on it waits."""

import builtins
import io
import os
import threading
from pathlib import Path

CALLS = ("stat", "lstat", "open", "readlink", "listdir", "scandir", "mkdir", "replace", "chmod", "unlink")


class HangingDrive:
    """All that lies in ``folder``. It answers from ``answer`` on; until then threads wait for it.

    ``stopped`` are the calls that stopped the window: those of the thread that all of it is drawn in.
    """

    def __init__(self, folder, monkeypatch):
        self.stopped: list[str] = []
        self.asked = threading.Event()  # somebody waits
        self._answers = threading.Event()
        self._folder = os.fspath(folder)
        for name in CALLS:
            monkeypatch.setattr(os, name, self._waiting(name, getattr(os, name)))
        for module in (io, builtins):
            monkeypatch.setattr(module, "open", self._waiting("open", io.open))

    def answer(self):
        """From now on."""
        self._answers.set()

    def _waiting(self, name, call):
        def wait(path, *arguments, **named):
            if not self._answers.is_set() and isinstance(path, str | Path) and str(path).startswith(self._folder):
                self.asked.set()
                if threading.current_thread() is threading.main_thread():
                    self.stopped.append(f"{name} {path}")
                else:
                    assert self._answers.wait(60)
            return call(path, *arguments, **named)

        return wait
