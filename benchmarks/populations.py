"""Many networks trained as one, against the same networks one after another: processor time of one thread."""

from collections.abc import Iterator, Sequence
from time import process_time
from typing import Any

import torch

import relulab
from benchmarks.result import Result, interleaved
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.population.blocks import block_size
from relulab.population.preparation import Preparation, Prepared
from relulab.population.stack import Stack
from relulab.population.training import train_all
from relulab.training.run import TrainingRun
from relulab.training.schedule import NEVER, MeasurementSchedule

REPEATS = 3
NOTHING = MeasurementSchedule(NEVER, NEVER, NEVER, NEVER, NEVER, judged=False)
SINGLE_STEPS = 400  # of the one net that is trained alone for a comparison
JUDGED_STEPS = 1000
JUDGED_ALONE = 2  # runs by ``relulab.train`` in each repeat


def design(units: Sequence[Any], data: dict[str, Any], training: dict[str, Any], seed: int = 0) -> ExperimentSpec:
    """A dense network with these hidden layers; words among the ``units`` are layers of that kind."""
    layers = [each if isinstance(each, str) else {"kind": "dense", "parameters": {"units": each}} for each in units]
    flatten = [] if data["dataset"] == "moons" else ["flatten"]
    return ExperimentSpec.parse(
        {
            "data": {"validation_size": 50, "test_size": 50, "seed": seed, **data},
            "model": {"layers": [*flatten, *layers], "seed": seed},
            "training": {"learning_rate": 0.05, "seed": seed, **training},
        }
    )


TOY = ((8, 8), {"dataset": "moons", "train_size": 250}, {"loss": "binary_cross_entropy", "batch_size": 10})
DIGITS = ((32,), {"dataset": "digits", "train_size": 1000}, {"batch_size": 32})
WIDE = ((64, 64), {"dataset": "moons", "train_size": 500}, {"batch_size": 32})
MOONS = {"dataset": "moons", "train_size": 700}, {"batch_size": 32}
IMAGES = ((128,), {"dataset": "mnist_small", "train_size": 2000}, {"batch_size": 32})


def engine_alone(name: str, of: tuple[Any, Any, Any], nets: int, steps: int, target: float) -> Result:
    """Net-steps per second of processor time of a stack, against those of a single run in which nothing is measured."""
    units, data, training = of
    specs = [design(units, data, training | {"steps": 10**6}, seed) for seed in range(nets)]
    preparation = Preparation()
    prepared = [preparation.prepare(DesignPlan.of(spec)) for spec in specs]
    stacks = [Stack([net.member for net in block]) for block in _blocks(prepared)]
    run = TrainingRun(specs[0], prepared[0].dataset, recording=NOTHING)

    def together() -> float:
        began = process_time()
        for stack in stacks:
            stack.run(steps)
        return nets * steps / (process_time() - began)

    def alone() -> float:
        began = process_time()
        for _ in range(SINGLE_STEPS):
            run.step()
        return SINGLE_STEPS / (process_time() - began)

    together(), alone()  # warm
    many, one = interleaved(together, alone, REPEATS)
    against = f"one after another, {1e6 / one:,.0f} µs a step; {nets} nets {1e6 / many:,.1f} µs a net and step"
    return Result(name, many / one, "x", target, True, against)


def _blocks(prepared: Sequence[Prepared]) -> Iterator[Sequence[Prepared]]:
    size = block_size(prepared[0].network.plan)
    yield from (prepared[first : first + size] for first in range(0, len(prepared), size))


def judged() -> Result:
    """Everything: data, first weights, training, measurements, verdicts; against as many calls of ``relulab.train``."""
    units, data, training = TOY
    specs = [design(units, data, training | {"steps": JUDGED_STEPS}, seed) for seed in range(64)]

    def together() -> float:
        began = process_time()
        list(train_all(specs))
        return len(specs) / (process_time() - began)

    def alone() -> float:
        began = process_time()
        for spec in specs[:JUDGED_ALONE]:
            relulab.train(spec, threads=1)
        return JUDGED_ALONE / (process_time() - began)

    together(), alone()  # warm
    many, one = interleaved(together, alone, REPEATS)
    against = f"relulab.train(threads=1), {1e3 / one:,.0f} ms a run of {JUDGED_STEPS:,} steps; {1e3 / many:,.1f} ms"
    return Result("population_judged", many / one, "x", 20.0, True, against)


def measure() -> Iterator[Result]:
    """All numbers of this file, one after another."""
    torch.set_num_threads(1)
    yield engine_alone("population_2_8_8_1", TOY, 64, 500, 40.0)
    yield judged()
    yield engine_alone("population_64_32_10", DIGITS, 64, 200, 7.0)
    yield engine_alone("population_2_64_64_2", WIDE, 64, 200, 7.0)
    yield engine_alone("population_784_128_10", IMAGES, 16, 60, 1.0)
    yield engine_alone("population_batch_norm", ((8, "batch_norm", 8, "batch_norm"), *MOONS), 64, 200, 15.0)
    yield engine_alone("population_layer_norm", ((8, "layer_norm", 8, "layer_norm"), *MOONS), 64, 200, 15.0)
    yield engine_alone("population_dropout", ((8, "dropout", 8, "dropout"), *MOONS), 64, 200, 10.0)
