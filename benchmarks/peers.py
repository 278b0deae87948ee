"""The engine against the best loops that people write by hand, and against ConvNetJS, in processor time.

Processor time, which a busy machine changes little, with one thread of torch. The engine has its instruments on, as in
the window; the others measure nothing. Ratios are of the thread that trains; what the engine measures beside it, in a
second thread that needs a free core, is told in words.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from os import getloadavg
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, thread_time
from typing import TYPE_CHECKING, NamedTuple

import torch

from benchmarks.engine import FOREVER, mnist
from benchmarks.loops import Step, engine_run, good_loop, mnist_spec
from benchmarks.result import Result
from relulab.session.store import SessionStore
from relulab.training.schedule import LIVE

if TYPE_CHECKING:
    from relulab.data.dataset import Dataset

SECONDS = 1.5  # of this thread, for one repeat
REPEATS = 5
WARM_UP = 30  # steps, which are not counted: the first moments are looked at more often
BATCH = 128
SCRIPT = Path(__file__).with_name("convnetjs.js")
PACKAGE = "convnetjs@0.3.0"
TIMES_FASTER = 50.0


class Cost(NamedTuple):
    """Milliseconds of the processor for one step: of the thread that makes it, and of all threads."""

    own: float
    together: float


def cost(step: Callable[[], object], seconds: float = SECONDS) -> Cost:
    """What one call of ``step`` costs."""
    began, began_all, calls = thread_time(), process_time(), 0
    while (now := thread_time()) - began < seconds:
        step()
        calls += 1
    return Cost(1000 * (now - began) / calls, 1000 * (process_time() - began_all) / calls)


def median(costs: Sequence[Cost]) -> Cost:
    """Of each of the two."""
    return Cost(*(sorted(part)[len(costs) // 2] for part in zip(*costs, strict=True)))


def our_step(preset: str, dataset: Dataset) -> Step:
    """The engine, past its first moments."""
    spec = mnist_spec(preset, batch_size=BATCH, epochs=None, steps=FOREVER)
    run = engine_run(spec, dataset, recording=LIVE, record=SessionStore().append)
    run.run_until(WARM_UP)
    return run.step


def against_good_loop(name: str, preset: str, dataset: Dataset, target: float) -> Result:
    """Steps per processor second over those of the well-written loop."""
    spec = mnist_spec(preset, batch_size=BATCH, epochs=None, steps=FOREVER)
    ours, good = our_step(preset, dataset), good_loop(spec, dataset)
    pairs = [(cost(ours), cost(good).own) for _ in range(REPEATS)]
    mine, theirs = median([pair[0] for pair in pairs]), sorted(pair[1] for pair in pairs)[REPEATS // 2]
    against = f"fused optimizer, several batches gathered at once, channels last: {theirs:.2f} ms a step; {_said(mine)}"
    return Result(name, theirs / mine.own, "x", target, True, against)


def _said(mine: Cost) -> str:
    load = getloadavg()[0]
    return f"engine with its instruments {mine.own:.2f}, all threads together {mine.together:.2f}; load {load:.0f}"


def convnetjs(folder: Path, preset: str) -> float:
    """Milliseconds of the processor for a batch, by ConvNetJS under Node."""
    command = ["node", str(SCRIPT), preset, str(BATCH)]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=600)
    return float(said.stdout)


def against_convnetjs(dataset: Dataset) -> Iterator[Result]:
    """The same two networks in JavaScript. Left out where Node or its packages are not to be had."""
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        print("Node is not on this machine: ConvNetJS is left out.", file=sys.stderr)
        return
    with TemporaryDirectory() as name:
        fetched = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--silent", PACKAGE], cwd=name, capture_output=True, text=True
        )
        if fetched.returncode:
            print(f"{PACKAGE} could not be fetched: {fetched.stderr.strip()[:200]}", file=sys.stderr)
            return
        for row, preset in (("convnetjs_mlp", "mnist-mlp"), ("convnetjs_cnn", "mnist-cnn")):
            step = our_step(preset, dataset)
            pairs = [(cost(step), convnetjs(Path(name), preset)) for _ in range(3)]
            mine, theirs = median([pair[0] for pair in pairs]), sorted(pair[1] for pair in pairs)[1]
            against = f"{PACKAGE} under Node, {preset} at batch {BATCH}: {theirs:.0f} ms a batch; {_said(mine)}"
            yield Result(row, theirs / mine.own, "x", TIMES_FASTER, True, against)


def measure() -> Iterator[Result]:
    """All rows of this suite. They need MNIST."""
    torch.set_num_threads(1)
    if (dataset := mnist()) is None:
        print("MNIST is not on this machine: what others do with it is left out.", file=sys.stderr)
        return
    yield against_good_loop("engine_ratio_mlp_good", "mnist-mlp", dataset, 0.95)
    yield against_good_loop("engine_ratio_cnn_channels_last", "mnist-cnn", dataset, 0.85)
    yield from against_convnetjs(dataset)
