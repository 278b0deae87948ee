"""``python3 dev.py kills``: processes are killed at random moments, and nothing that was there may be lost.

``saves``: a session is saved over an older one; ``stages``: the same, killed at places spread over all calls of a save;
``copies``: copies for recovery; ``results``: what ``relulab train`` writes over earlier results; ``windows``: a real
window that trains, one for each twenty kills. It forks, so it needs Linux or macOS.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from safetensors import safe_open

from relulab.cli.result_files import RESULTS
from relulab.session.file.files import save_session
from relulab.session.recovery import find_orphans
from tests.helpers.paths import ROOT
from tests.helpers.sessions import small_session

WINDOWS = 20  # kills of files for each of a window, which takes seconds to open
INTERRUPTED = ROOT / "tests" / "helpers" / "interrupted.py"

RESULTS_FOR_EVER = """
import dataclasses, sys
from pathlib import Path
from relulab import api
from relulab.cli.result_files import write_results
from relulab.experiment import ExperimentSpec

spec = ExperimentSpec.parse({"data": {"dataset": "moons"}, "model": {"layers": ["dense"]}, "training": {"steps": 2}})
result = api.train(spec)
number = 0
while True:
    name = f"run {number}"
    named = dataclasses.replace(
        result, spec=spec.replace(name=name), summary=dataclasses.replace(result.summary, name=name)
    )
    write_results(Path(sys.argv[1]), named)
    if not number:
        print("begun", flush=True)
    number += 1
"""

WINDOW = """
from tests.helpers.labs import moons
from ui.app import Lab
from ui.platform.settings import Settings
from ui.startup.application import create_application

app = create_application()
lab = Lab(app, Settings())
lab.open(moons())
lab.start_engine()
lab.session_controller.protect()
lab.session_controller.autosaver.saved.connect(lambda _: print("copied", flush=True))
lab.run_controller.toggle()
app.exec()
"""


def killed(script: str, folder: Path, wait: float, dice: random.Random) -> None:
    """Run ``script`` until it says something, and kill it up to ``wait`` seconds later."""
    environment = {**os.environ, "RELULAB_STATE": str(folder / "state"), "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline(), "it ended by itself"
        time.sleep(dice.uniform(0.0, wait))
        process.send_signal(signal.SIGKILL)
        process.wait()


def kill_files(mode: str, times: int, _dice: random.Random) -> Counter[str]:
    """Whole sessions, old or new; ``interrupted.py`` fails where there is anything else."""
    with tempfile.TemporaryDirectory() as place:
        source, folder = Path(place, "source.relulab"), Path(place, "target")
        folder.mkdir()
        save_session(small_session(), source)
        command = [sys.executable, str(INTERRUPTED), str(source), str(folder), mode, str(times)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "RELULAB_STATE": str(Path(place, "state"))}
        out = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Counter(json.loads(out))


def kill_results(times: int, dice: random.Random) -> Counter[str]:
    """Where there is a summary, all is of its run; where there is none, the last whole one lies beside."""
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        for number in range(times):
            folder = Path(place, str(number))
            folder.mkdir()
            killed(RESULTS_FOR_EVER, folder, 0.1, dice)
            seen[_results_in(folder)] += 1
    return seen


def _results_in(folder: Path) -> str:
    if not (folder / "summary.json").exists():
        kept = [path for path in folder.glob(".relulab-results-*/*") if path.name.endswith("summary.json")]
        assert kept, "the summary of no run is left"
        assert all((folder / name).exists() for name in RESULTS if name != "summary.json")
        return "between two, both kept"
    with safe_open(folder / "weights.safetensors", "numpy") as weights:
        spec = json.loads(weights.metadata()["experiment"])
    tables = [json.loads((folder / name).read_text("utf-8")) for name in ("summary.json", "experiment.json")]
    json.loads((folder / "history.json").read_text("utf-8"))
    names = {table["name"] for table in (spec, *tables)}
    assert len(names) == 1, f"results of several runs lie together: {names}"
    return "whole"


def kill_windows(times: int, dice: random.Random) -> Counter[str]:
    """Once there is a copy, the next start finds a run in it, without a problem."""
    seen: Counter[str] = Counter()
    for _ in range(max(1, times // WINDOWS)):
        with tempfile.TemporaryDirectory() as place:
            killed(WINDOW, Path(place), 5.0, dice)
            (orphan,) = find_orphans(Path(place, "state", "recovery"))
            recovered = orphan.load()
            orphan.release()
            assert not recovered.problems, recovered.problems
            assert recovered.session.runs[0].checkpoints
            seen["recovered"] += 1
    return seen


KINDS: dict[str, Callable[[int, random.Random], Counter[str]]] = {
    "saves": lambda times, dice: kill_files("moments", times, dice),
    "stages": lambda times, dice: kill_files("stages", times, dice),
    "copies": lambda times, dice: kill_files("copies", times, dice),
    "results": kill_results,
    "windows": kill_windows,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and print what was found in the place. Raises AssertionError at the first loss."""
    parser = argparse.ArgumentParser(prog="dev.py kills", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; all without")
    parser.add_argument("--times", type=int, default=200, help="kills of each kind (200)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    for kind in options.kinds or KINDS:
        began = time.monotonic()
        seen = KINDS[kind](options.times, random.Random(f"{kind} {options.seed}"))
        words = ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
        print(f"{kind:8} {seen.total():,} kills: {words}; none lost; {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
