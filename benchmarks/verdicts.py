"""What is said of a run, in the ways in which people get it: on the command line and in the window.

Each way is a process of its own, so that a machine can be busy beside it. ``python -m benchmarks.verdicts`` is that of
the window: all panels drawing, measured as time allows, as for somebody who watches.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WAYS: Mapping[str, tuple[str, ...]] = {
    "command line": ("relulab", "diagnose"),
    "window": ("benchmarks.verdicts",),
}
LONGEST = 3600.0  # seconds that a run may take
SAID = ("steps", "findings", "ended")


def command(way: str, preset: str, out: Path, seed: int | None = None, data_root: Path | None = None) -> list[str]:
    """The process that trains ``preset`` in this way and writes what is said of it to ``out``."""
    options = {"--out": out, "--seed": seed, "--data-root": data_root}
    given = [str(part) for name, value in options.items() if value is not None for part in (name, value)]
    return [sys.executable, "-m", *WAYS[way], preset, *given]


def verdicts(commands: Mapping[str, Sequence[str]], outs: Mapping[str, Path]) -> dict[str, bytes]:
    """What each of these processes, which run at the same time, says of its run, byte for byte.

    Raises RuntimeError with the words of a process that failed; subprocess.TimeoutExpired after an hour.
    """
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    running = {
        name: subprocess.Popen(
            list(words), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for name, words in commands.items()
    }
    try:
        for name, process in running.items():
            told, _ = process.communicate(timeout=LONGEST)
            if process.returncode not in (0, 1) or not outs[name].exists():  # 1: a finding of severity error
                raise RuntimeError(f"{' '.join(commands[name])} ended with {process.returncode}: {told[-2000:]}")
    finally:
        for process in running.values():
            process.kill()
            process.wait()
    return {name: _said(outs[name]) for name in commands}


def _said(out: Path) -> bytes:
    """What both ways say of a run, of a file in which they say it."""
    whole = json.loads(out.read_text(encoding="utf-8"))
    return json.dumps({name: whole[name] for name in SAID}, sort_keys=True, ensure_ascii=False).encode()


@contextmanager
def busy_machine(processes: int = 8) -> Iterator[None]:
    """So many processes that use all of the time that they get."""
    burn = f"import os\nwhile os.getppid() == {os.getpid()}: sum(range(10_000))"  # not beyond its parent
    others = [subprocess.Popen([sys.executable, "-c", burn]) for _ in range(processes)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def in_the_window(preset: str, out: Path, seed: int | None, data_root: Path | None) -> None:
    """Train ``preset`` in the real window and write what its findings panel is told at the end."""
    from benchmarks.window import LiveWindow
    from relulab.cli.arguments import adapt
    from relulab.cli.strict_json import write_json
    from relulab.experiment.presets import load_preset
    from relulab.training.state import State

    window = LiveWindow(adapt(load_preset(preset), None, seed), data_root)
    try:
        lab = window.lab
        lab.run_controller.toggle()
        window.until(lambda: lab.status.state.has_ended, LONGEST)
        if lab.status.state is State.FAILED or lab.store.current is None or lab.store.current.findings is None:
            raise RuntimeError(f"{preset} {lab.status.state.value}: {lab.status.message}")
        said = lab.store.current.findings
        current, ended = ([finding.as_data() for finding in part] for part in (said.current, said.ended))
        write_json(out, {"steps": lab.status.step, "findings": current, "ended": ended})
    finally:
        window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--data-root", type=Path)
    arguments = parser.parse_args()
    in_the_window(arguments.preset, arguments.out, arguments.seed, arguments.data_root)


if __name__ == "__main__":
    main()
