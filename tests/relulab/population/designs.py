"""Small designs, and single runs and stacks of them, for tests that compare the two."""

from collections.abc import Sequence
from typing import Any

import torch

from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.population.preparation import Preparation
from relulab.population.stack import Stack
from relulab.training.checkpoint import OwnRandomness
from relulab.training.run import TrainingRun
from relulab.training.schedule import UNWATCHED, MeasurementSchedule


def design(seed: int = 0, units: Sequence[int] = (7, 5), **changed: Any) -> ExperimentSpec:
    """A small dense network on moons. ``activation``, ``initialization``, ``bias`` are of all dense layers, each of
    them with the layers ``behind`` it; all come behind the layers ``first``. ``data`` adds to the data, ``output`` to
    the output layer; the rest are settings of the training.
    """
    parts = {name: changed.pop(name) for name in ("activation", "initialization", "bias") if name in changed}
    data, output = changed.pop("data", {}), changed.pop("output", {})
    first, behind = changed.pop("first", []), changed.pop("behind", [])
    layers = [*first]
    for count in units:
        layers += [{"kind": "dense", "parameters": {"units": count}, **parts}, *behind]
    flatten = ["flatten"] if data.get("dataset") == "digits" else []
    training = {"batch_size": 16, "steps": 200, "learning_rate": 0.1, "seed": seed, **changed}
    small = {"dataset": "moons", "train_size": 70, "validation_size": 20, "test_size": 20, "seed": seed}
    return ExperimentSpec.parse(
        {
            "data": small | data,
            "model": {"layers": [*flatten, *layers], "seed": seed, "output": output},
            "training": training,
        }
    )


def stack_of(specs: Sequence[ExperimentSpec], multiple: int = 1) -> Stack:
    """A stack of these designs, filled up with its last one."""
    preparation = Preparation()
    members = [preparation.prepare(DesignPlan.of(spec)).member for spec in specs]
    return Stack(members + members[-1:] * (-len(members) % multiple))


def run_of(spec: ExperimentSpec) -> TrainingRun:
    """The single run of a design, which nobody watches."""
    return TrainingRun(spec, Preparation().dataset(spec.data), recording=UNWATCHED)


class Alone:
    """Single runs that take turns: each draws as if it were the only one."""

    def __init__(self, specs: Sequence[ExperimentSpec], recording: MeasurementSchedule = UNWATCHED) -> None:
        preparation = Preparation()
        self._random = [OwnRandomness(torch.device("cpu")) for _ in specs]
        self.runs: list[TrainingRun] = []
        for own, spec in zip(self._random, specs, strict=True):
            with own:
                self.runs.append(TrainingRun(spec, preparation.dataset(spec.data), recording=recording))

    def step(self, net: int) -> float:
        with self._random[net]:
            return self.runs[net].step()

    def measure_start(self, net: int) -> None:
        with self._random[net]:
            self.runs[net].measure_start()


def losses_of(run: TrainingRun, steps: int) -> list[float]:
    return [run.step() for _ in range(steps)]


def moved_by_one_ulp(run: TrainingRun) -> TrainingRun:
    """The same run, each weight moved by one unit in the last place."""
    with torch.no_grad():
        run.parameters.values.copy_(
            torch.nextafter(run.parameters.values, torch.tensor(torch.inf).to(run.train.inputs))
        )
    return run
