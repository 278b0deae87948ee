"""Courses of runs made by hand: what a rebuilt detector of the exam is shown, healthy but for what a test changes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from benchmarks.exam.course import Course, Series
from benchmarks.exam.detector import Detector
from benchmarks.exam.sight import SeenLayer, Sight
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.training.objective import Samples

SAMPLES, UNITS, CLASSES = 40, 10, 4
LAYER = (SAMPLES, UNITS)  # the shape of what a hidden layer puts out
NAN, INFINITE = math.nan, math.inf
FALLING, RISING = (1.0, 0.8, 0.6), (0.5, 0.7, 0.9)


def a_plan(**parts: Any) -> DesignPlan:
    """Moons, two layers of ReLUs, Adam at .001; ``parts`` are those of an experiment."""
    layers = [{"kind": "dense", "parameters": {"units": UNITS}}] * 2
    usual = {"model": {"layers": layers}, "training": {"optimizer": "adam", "learning_rate": 0.001}}
    return DesignPlan.of(ExperimentSpec.parse(usual | parts))


def healthy_layers(seed: int = 0) -> list[SeenLayer]:
    """Two layers of ReLUs and an output, with values and gradients of ordinary sizes."""
    generator = torch.Generator().manual_seed(seed)

    def drawn(*shape: int, size: float = 1.0) -> Tensor:
        return size * torch.randn(*shape, generator=generator) + 0.01 * size

    def layer(title: str, activation: str, inputs: Tensor, outputs: Tensor) -> SeenLayer:
        units = inputs.shape[1]
        sizes = drawn(SAMPLES, units, size=0.1), drawn(units, UNITS, size=0.3), drawn(units, UNITS, size=0.1)
        return SeenLayer(title, activation, inputs, outputs, *sizes, drawn(units, size=0.1), drawn(units, size=0.1))

    hidden = [drawn(SAMPLES, UNITS), drawn(SAMPLES, UNITS)]
    last = drawn(SAMPLES, CLASSES)
    layers = [layer(f"{place + 1} Dense", "relu", z, z.relu()) for place, z in enumerate(hidden)]
    return [*layers, layer("Output", "identity", last, last)]


def with_layer(place: int, layers: Sequence[SeenLayer] | None = None, **changed: Any) -> list[SeenLayer]:
    """The layers with other values in one of them."""
    given = list(layers or healthy_layers())
    given[place] = replace(given[place], **changed)
    return given


def with_all(**changed: Any) -> list[SeenLayer]:
    """Healthy layers with a function of each value put in place of it: ``kernel=torch.zeros_like``."""
    return [
        replace(layer, **{name: change(getattr(layer, name)) for name, change in changed.items()})
        for layer in healthy_layers()
    ]


class HandMade(Course):
    """A course in which all is as it is given; else that of a healthy classifier at the end of its third epoch."""

    def __init__(
        self,
        layers: Sequence[SeenLayer] | None = None,
        *,
        plan: DesignPlan | None = None,
        step: int = 30,
        epoch: int = 3,
        epochs: int = 10,
        is_last: bool = False,
        batch_losses: Sequence[float] | None = None,
        batch_accuracies: Sequence[float] | None = None,
        losses: tuple[Sequence[float], Sequence[float]] = (FALLING, FALLING),
        accuracies: tuple[Sequence[float], Sequence[float]] = (RISING, RISING),
        inputs: Tensor | None = None,
        targets: Tensor | None = None,
        labels: Tensor | None = None,
        predicted: Tensor | None = None,
    ) -> None:
        self.plan = plan or a_plan()
        self.step, self.epoch, self.epochs, self.is_last = step, epoch, epochs, is_last
        steps = [index / step for index in range(step)]
        self.batch_losses = list([2.0 - part for part in steps] if batch_losses is None else batch_losses)
        self.batch_accuracies = list(steps if batch_accuracies is None else batch_accuracies)
        self.losses = Series(*map(list, losses))
        self.accuracies = Series(*map(list, accuracies))
        self._seen = Sight(tuple(layers or healthy_layers(step)), self.batch_losses[-1])
        classes = torch.arange(SAMPLES) % CLASSES
        if targets is None:
            labels = classes if labels is None else labels
        self._samples = Samples(
            torch.linspace(-1, 1, SAMPLES)[:, None] if inputs is None else inputs,
            classes if targets is None else targets,
            labels,
        )
        self._predicted = predicted if predicted is not None else (classes if labels is None else labels)

    @property
    def first_batch(self) -> Sight:
        return self._seen

    @property
    def batch(self) -> Sight:
        return self._seen

    @property
    def kernels(self) -> list[Tensor]:
        return [layer.kernel for layer in self._seen.layers]

    @property
    def batch_samples(self) -> Samples:
        return self._samples

    def first_samples(self, count: int) -> Samples:
        return replace(self._samples, inputs=self._samples.inputs[:count])

    def predicted(self) -> Tensor:
        return self._predicted


@dataclass(frozen=True)
class Case:
    """``look`` names the method (``after_step+after_epoch``: both) that is shown ``fires`` or ``silent`` in turn."""

    tool: type[Detector]
    condition: str
    look: str
    fires: Sequence[Any]
    silent: Sequence[Any]

    def __str__(self) -> str:
        return f"{self.tool.name}-{self.condition}".replace(" ", "_")


def case(tool: type[Detector], condition: str, look: str, fires: Any, silent: Any) -> Case:
    return Case(tool, condition, look, *(given if isinstance(given, list) else [given] for given in (fires, silent)))


def mostly(share: float, value: float, other: float, *shape: int) -> Tensor:
    """``share`` of the entries are ``value``, the rest ``other``."""
    entries = torch.full(shape, other).flatten()
    entries[: math.ceil(share * len(entries) - 1e-9)] = value
    return entries.reshape(shape)


def epochs(count: int, **given: Any) -> list[HandMade]:
    """Epochs 1 to ``count``; ``given`` are functions of the number of the epoch."""
    return [
        HandMade(step=10 * epoch, epoch=epoch, **{name: value(epoch) for name, value in given.items()})
        for epoch in range(1, count + 1)
    ]


def steps(count: int, layers: Callable[[int], Any] | None = None, every: int = 1, **given: Any) -> list[HandMade]:
    """Steps ``every``, 2·``every``, …: ``count`` of them. What is given are functions of the step."""
    return [
        HandMade(layers(step) if layers else None, step=step, **{name: value(step) for name, value in given.items()})
        for step in range(every, count * every + 1, every)
    ]


def dense(**given: Any) -> dict[str, Any]:
    return {"kind": "dense", "parameters": {"units": given.pop("units", UNITS)}} | given


def conv(channels: int) -> dict[str, Any]:
    return {"kind": "conv2d", "parameters": {"channels": channels, "padding": 1}}


def model(*layers: Any, data: str = "moons", **output: Any) -> Any:
    return a_plan(data={"dataset": data}, model={"layers": list(layers), "output": output})
