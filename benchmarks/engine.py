"""The engine without a window, against loops written by hand, and what a long history costs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import torch

from benchmarks.bytecode import compile_checkout
from benchmarks.loops import Step, bare_loop, engine_run, mnist_spec, students_script
from benchmarks.result import Result, interleaved, rate
from relulab.data.dataset import Dataset, Source
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.schedule import LIVE
from relulab.training.trainer import default_threads

FOREVER = 10**9  # steps; the benchmark ends by time
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def toy_spec() -> ExperimentSpec:
    """2-8-8-1 on 250 points, batch 10: so small that every call counts."""
    layer = {"kind": "dense", "parameters": {"units": 8}}
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "circle", "train_size": 250, "validation_size": 50, "test_size": 50},
            "model": {"layers": [layer, layer]},
            "training": {"loss": "binary_cross_entropy", "batch_size": 10, "steps": FOREVER, "learning_rate": 0.03},
        }
    )


def mnist() -> Dataset | None:
    """MNIST where it lies beside the project or in the cache; None elsewhere."""
    from relulab.errors import DataError

    root = SHARED_DATA if SHARED_DATA.is_dir() else None
    try:
        return load_dataset(mnist_spec("mnist-mlp").data, Source(root=root))
    except DataError:
        return None


def naive_toy(spec: ExperimentSpec, dataset: Dataset) -> Step:
    """The toy net in a short, ordinary PyTorch loop."""
    from torch import nn

    network = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(network.parameters(), lr=spec.training.learning_rate)
    inputs = torch.from_numpy(dataset.train.inputs)
    targets = torch.from_numpy(dataset.train.targets).float().unsqueeze(1)
    loss_function = nn.BCEWithLogitsLoss()

    def batches() -> Iterator[torch.Tensor]:
        while True:
            yield from torch.randperm(len(inputs)).split(spec.training.batch_size)

    order = batches()

    def step() -> float:
        index = next(order)
        optimizer.zero_grad()
        loss = loss_function(network(inputs[index]), targets[index])
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return step


def toy_steps_per_s_engine() -> Result:
    spec = toy_spec()
    dataset = load_dataset(spec.data)
    run = engine_run(spec, dataset, recording=LIVE, record=SessionStore().append)
    naive = naive_toy(spec, dataset)
    ours, theirs = interleaved(lambda: rate(run.step, 1.0), lambda: rate(naive, 1.0), 7)
    against = f"plain PyTorch loop of the same net, {theirs:,.0f} steps/s; engine {ours:,.0f}"
    return Result("toy_steps_per_s_engine", ours / theirs, "x", 1.0, True, against)


def students_script_speedup(dataset: Dataset) -> Result:
    spec = mnist_spec("mnist-mlp", batch_size=128, epochs=None, steps=FOREVER)
    run = engine_run(spec, dataset, recording=LIVE, record=SessionStore().append)
    script = students_script(spec, dataset)
    ours, theirs = interleaved(lambda: rate(run.step, 2.0), lambda: rate(script, 2.0), 5)
    against = f"DataLoader, transforms, hooks, histograms each step: {theirs:,.0f} steps/s; engine {ours:,.0f}"
    return Result("students_script_speedup", ours / theirs, "x", 5.0, True, against)


def engine_ratio(name: str, preset: str, dataset: Dataset, target: float) -> Result:
    """The engine with its instruments, without a window, over the bare loop."""
    spec = mnist_spec(preset, batch_size=128, epochs=None, steps=FOREVER)
    run = engine_run(spec, dataset, recording=LIVE, record=SessionStore().append)
    bare = bare_loop(spec, dataset)
    ours, theirs = interleaved(lambda: rate(run.step, 2.0), lambda: rate(bare, 2.0), 5)
    return Result(name, ours / theirs, "x", target, True, f"bare PyTorch loop, {theirs:,.1f} steps/s")


def history_mb_per_1e6_steps() -> Result:
    """Memory of the history behind a million recorded steps, with a probe every hundred."""
    from dataclasses import replace

    from relulab.session.history import RunHistory
    from relulab.training.schedule import MeasurementSchedule
    from relulab.training.telemetry import ProbeRecord, Record, RunStarted, StepRecord

    spec = toy_spec()
    records: list[Record] = []
    run = engine_run(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1, 1), record=records.append)
    run.step()
    started = next(r for r in records if isinstance(r, RunStarted))
    step = [r for r in records if isinstance(r, StepRecord)][-1]
    probe = [r for r in records if isinstance(r, ProbeRecord)][-1]
    history = RunHistory(started)
    for index in range(1_000_000):
        history.append(replace(step, step=index))
        if index % 100 == 0:
            history.append(replace(probe, step=index))
    against = "every step recorded, a probe every 100 steps, 2-8-8-1"
    return Result("history_mb_per_1e6_steps", history.nbytes / 1e6, "MB", 100.0, False, against)


def cli_help_s() -> Result:
    """The median time of `relulab --help`, warm."""
    compile_checkout()
    times = []
    for _ in range(7):
        began = perf_counter()
        subprocess.run([sys.executable, "-m", "relulab", "--help"], check=True, capture_output=True, env=os.environ)
        times.append(perf_counter() - began)
    return Result("cli_help_s", statistics.median(times[1:]), "s", 0.5, False, "median of 6 warm starts")


def measure() -> Iterator[Result]:
    """All benchmarks of the engine."""
    torch.set_num_threads(default_threads())
    yield cli_help_s()
    yield toy_steps_per_s_engine()
    yield history_mb_per_1e6_steps()
    if (dataset := mnist()) is None:
        print("MNIST is not on this machine: the MNIST benchmarks are left out.", file=sys.stderr)
        return
    yield students_script_speedup(dataset)
    yield engine_ratio("engine_ratio_mlp", "mnist-mlp", dataset, 0.95)
    yield engine_ratio("engine_ratio_cnn", "mnist-cnn", dataset, 0.95)
