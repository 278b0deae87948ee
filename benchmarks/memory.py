"""What the window takes of the memory: when it is ready, with MNIST, and what an hour of training adds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.result import Result

ROUNDS = 6  # at whose ends memory is read; the first two may still fill caches
STEPS = 40_000  # of a round


def resident() -> float:
    """MiB of this process that lie in memory, without what other programs share; NaN where nobody says."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        return float("nan")
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def in_own_process(what: str) -> list[float]:
    """What ``report`` prints of a fresh window."""
    program = f"from benchmarks.memory import report; report({what!r})"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=900)
    return [float(number) for number in said.stdout.split()]


def report(what: str) -> None:
    """Print MiB: of a window that is ready with moons or MNIST, or behind each of the rounds of a long run."""
    from benchmarks.engine import FOREVER, SHARED_DATA
    from benchmarks.window import LiveWindow, choose_platform
    from relulab.experiment.presets import load_preset

    choose_platform()
    spec = load_preset("mnist-cnn" if what == "mnist" else "moons-healthy")
    spec = spec.replace(training=spec.training.replace(epochs=None, steps=FOREVER))
    window = LiveWindow(spec, SHARED_DATA if SHARED_DATA.is_dir() else None)
    window.spin(1.0)
    if what != "slope":
        print(resident())
    else:
        trainer = window.start_training()
        for number in range(1, ROUNDS + 1):
            goal, began = number * STEPS, perf_counter()
            window.until(lambda: trainer.status.step >= goal, seconds=300.0)  # noqa: B023 - called in this round
            print(resident(), trainer.status.step, perf_counter() - began)
    window.close()


def measure() -> Iterator[Result]:
    """All rows of this suite; Linux says how much memory is whose."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("This system does not say what memory is a process's own: it is left out.", file=sys.stderr)
        return
    what = "MiB that are the process's own, all panels in view"
    (ready,) = in_own_process("ready")
    yield Result("memory_ready_mb", ready, "MiB", 500.0, False, f"{what}; engine ready, moons")
    (images,) = in_own_process("mnist")
    yield Result("memory_mnist_mb", images - ready, "MiB", 150.0, False, f"{what}; mnist-cnn ready, more than moons")
    said = in_own_process("slope")
    sizes, steps = said[::3], said[1::3]
    slope = (sizes[-1] - sizes[1]) / (steps[-1] - steps[1]) * 1e6
    against = f"{what}; a run of moons from step {steps[1]:,.0f} to {steps[-1]:,.0f}: {sizes[1]:.0f} to {sizes[-1]:.0f}"
    yield Result("memory_slope", slope, "MiB per 1e6 steps", 20.0, False, against)
