"""What one waits for where many networks are asked: a map of 1,024 of them, and the window's ready experiments.

Everything that the child process of the window does behind the import of torch: designs, data, first weights, training,
measurements and ends, in one process with one thread. What counts is processor time, which others hardly change.
"""

from collections.abc import Iterator
from time import perf_counter, process_time

import torch

from benchmarks.populations import design
from benchmarks.result import Result
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.experiments import EXPERIMENTS, Experiment

SIDE = 16
MAP_STARTS = 4
MAP_DATA = {"dataset": "moons", "train_size": 700, "validation_size": 150, "test_size": 150}
MAP_TRAINING = {"steps": 500, "batch_size": 32, "loss": "cross_entropy"}
PATIENCE_MAP, PATIENCE = 10.0, 30.0  # seconds


def large_map() -> Asked:
    """Learning rate and bias of moons 2-8-8-2, each cell from fresh starts."""
    spec = design((8, 8), MAP_DATA, MAP_TRAINING)
    over = {"training.learning_rate": f"log:0.01:10:{SIDE}", "hidden.bias": f"lin:-2:1:{SIDE}"}
    return Asked(Sweep.of(spec, over, MAP_STARTS, "fresh"), is_map=True)


def map_in_one_process() -> Result:
    """All that is computed for a map."""
    processor, clock, count = _timed(large_map())
    against = f"{count:,} networks, {1e3 * processor / count:,.1f} ms each; {clock:,.1f} s by the clock in one process"
    return Result("map_seconds", processor, "s", PATIENCE_MAP, False, against)


def map_in_the_window() -> Result:
    """What a user waits for: from the order until the last network was told of, by the window's processes."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    from ui.features.population.training import PopulationTraining
    from ui.platform.settings import default_processes

    app = QCoreApplication.instance() or QCoreApplication([])
    training, loop, reasons, over = PopulationTraining(list), QEventLoop(app), list[str](), list[int]()
    training.told.connect(lambda said: over.append(said.run))
    training.failed.connect(reasons.append)
    for end in (training.finished, training.failed):
        end.connect(loop.quit)
    began = perf_counter()
    training.start(large_map(), default_processes())
    loop.exec()
    clock = perf_counter() - began
    training.close()
    if reasons:
        raise RuntimeError(f"The map did not come to its end: {reasons[0]}")
    against = f"{len(over):,} networks, {default_processes()} processes of the window, with their start, by the clock"
    return Result("map_in_window_s", clock, "s", PATIENCE_MAP, False, against)


def experiment(one: Experiment) -> Result:
    """One of the window's experiments, with the starts that it comes with."""
    spec, starts = one.spec(), one.starts
    sweep = Sweep.of(spec, one.over, starts) if one.over else Sweep.of(spec, {}, starts, same_data=True)
    processor, clock, count = _timed(Asked(sweep, is_map=bool(one.over)))
    return Result(
        f"experiment_{one.key.replace('-', '_')}", processor, "s", PATIENCE, False,
        f"{count:,} networks; {clock:,.1f} s by the clock in one process",
    )  # fmt: skip


def _timed(asked: Asked) -> tuple[float, float, int]:
    """Seconds of the processor and of the clock, and how many networks came to an end."""
    over: set[int] = set()
    began, at = process_time(), perf_counter()
    asked.train(None, lambda said: over.add(said.run) if isinstance(said, Standing) and said.is_over else None)
    return process_time() - began, perf_counter() - at, len(over)


def measure() -> Iterator[Result]:
    """All numbers of this file, one after another."""
    torch.set_num_threads(1)
    yield map_in_one_process()
    yield map_in_the_window()
    for one in EXPERIMENTS.values():
        yield experiment(one)
