"""How long a start takes, to the first painting of the window and to the first optimizer step.

    python3 packaging/start_times.py [--starts N] [--json FILE] [PROGRAM ...]

PROGRAM is dist/relulab/relulab, or any other command that opens the window. It runs under Xvfb with a home of its own;
when its log says that the experiment is ready, xdotool presses F6: one step. The first start warms the disk up and
does not count. Two times are told for each moment: the clock, which also counts what other programs do on this
machine, and the computing of the process. Both are medians. Linux only; needs Xvfb and xdotool.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from project import BUNDLE

PAINTED = re.compile(r" ui\.shell\.window: painted")
READY = re.compile(r" ui\.app: ready at step 0 ")
STEPPED = re.compile(r" ui\.app: \w+ at step 1 ")
BUDGET = {"window": 1.0, "first step": 4.0}  # seconds, warm, on a machine that does nothing else
HANGING_SECONDS = 120.0
POLL_SECONDS = 0.004
WINDOW_NAME = "ReLU Lab"


class NotStartedError(Exception):
    """The program did not reach a moment; the message has the end of its log."""


@contextmanager
def display() -> Iterator[str]:
    """An X server of our own."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as file:
            yield f":{file.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class Start:
    """One start of the program, watched through its log and through /proc."""

    def __init__(self, command: list[str], name: str, home: Path) -> None:
        (home / "config").mkdir(parents=True)
        (home / "config" / "settings.json").write_text('{"tour_seen": true}')  # of a user who knows the window
        self._log = home / "log" / "relulab.log"
        self.environment = {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "HOME": str(home)}
        self.environment |= {"RELULAB_CONFIG": str(home / "config"), "RELULAB_LOG": str(home / "log")}
        self._began = time.monotonic()
        self._process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)

    def until(self, moment: re.Pattern[str]) -> tuple[float, float]:
        """Seconds by the clock and of computing until the log tells of ``moment``. Raises NotStartedError."""
        while not moment.search(text := self._text()):
            if self._process.poll() is not None or time.monotonic() - self._began > HANGING_SECONDS:
                raise NotStartedError(f"No '{moment.pattern}' in the log:\n{text[-2000:]}")
            time.sleep(POLL_SECONDS)
        return time.monotonic() - self._began, self._computing()

    def press(self, key: str) -> None:
        """Press a key in the window, as somebody in front of it would."""
        find = ["search", "--sync", "--onlyvisible", "--name", WINDOW_NAME, "windowfocus", "--sync", "key", key]
        subprocess.run(["xdotool", *find], env=self.environment, check=True, timeout=HANGING_SECONDS)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _text(self) -> str:
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    def _computing(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system


def measure(command: list[str], starts: int) -> dict[str, tuple[float, float]]:
    """The medians of each moment, by the clock and of computing, in seconds."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in BUDGET}
    with display() as name, TemporaryDirectory(prefix="relulab-") as folder:
        for number in range(starts + 1):
            start = Start(command, name, Path(folder) / str(number))
            try:
                painted = start.until(PAINTED)
                start.until(READY)
                start.press("F6")
                stepped = start.until(STEPPED)
            finally:
                start.end()
            if number > 0:
                seen["window"].append(painted)
                seen["first step"].append(stepped)
    return {moment: tuple(map(statistics.median, zip(*times, strict=True))) for moment, times in seen.items()}


def main(arguments: list[str]) -> int:
    """Measure, print a table and return the exit code: a slow start is a matter for people to judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=5, metavar="N", help="how many starts count (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")
    parser.add_argument("program", nargs=argparse.REMAINDER, help="the command (default: the bundle)")
    options = parser.parse_args(arguments)
    before = os.getloadavg()[0]
    found = measure(options.program or [str(BUNDLE / "relulab")], options.starts)
    for moment, (clock, computing) in found.items():
        print(f"{moment}: {clock:.2f} s by the clock, {computing:.2f} s of computing (at most {BUDGET[moment]:g} s)")
    print(f"Medians of {options.starts} warm starts; {os.cpu_count()} processors, load {before:.1f} before.")
    if options.json:
        text = {moment: {"clock_s": clock, "computing_s": computing} for moment, (clock, computing) in found.items()}
        options.json.write_text(json.dumps(text | {"load": before}, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
