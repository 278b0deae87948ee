"""The course of a run as a tool of its time sees it: losses and accuracies as they come, and looks at the network.

The run itself is the one that ReLU Lab judges, with the same weights, batches and losses: watching changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from benchmarks.exam.sight import Sight, weighted
from relulab.data.dataset import Dataset
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.training.gradient import Gradient
from relulab.training.objective import Samples
from relulab.training.run import TrainingRun
from relulab.training.schedule import NEVER, MeasurementSchedule

UNMEASURED = MeasurementSchedule(NEVER, NEVER, NEVER, NEVER, NEVER, judged=False)


@dataclass(slots=True)
class Series:
    """A number on the training and on the validation samples, one for each finished epoch."""

    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)


class Course:
    """What a detector may look at. Everything that costs time is computed when it is first asked for.

    ``step`` and ``epoch`` count what is finished, from 1 on; ``epochs`` is how many the run takes. ``is_last``: no
    further epoch comes. ``batch_losses`` and ``batch_accuracies`` (NaN in a regression) have all steps so far.
    Training losses and accuracies of an epoch are the means of its batches, as Keras logs them.
    """

    def __init__(self, run: TrainingRun) -> None:
        self._run = run
        self.plan = run.network.plan
        self.steps = run.total_steps
        self.epochs = -(-run.total_steps // run.steps_per_epoch)
        self.step = self.epoch = 0
        self.is_last = False
        self.batch_losses: list[float] = []
        self.batch_accuracies: list[float] = []
        self.losses, self.accuracies = Series(), Series()
        self._sights: dict[str, Sight] = {}
        self._batch: Samples | None = None

    @property
    def first_batch(self) -> Sight:
        """The first ``batch_size`` training samples, now."""
        size = self.plan.spec.training.batch_size
        return self._sight("first", self.first_samples(size))

    @property
    def batch(self) -> Sight:
        """The samples of the last step, after it."""
        assert self._batch is not None, "no step is finished"
        return self._sight("batch", self._batch)

    @property
    def kernels(self) -> list[Tensor]:
        """The weight matrices and filters, now."""
        network = self._run.network
        return [network.parameters_of(place).weight.detach() for place in weighted(network.layout)]

    @property
    def batch_samples(self) -> Samples:
        """The samples of the last step."""
        assert self._batch is not None, "no step is finished"
        return self._batch

    def first_samples(self, count: int) -> Samples:
        """The first training samples, as the network sees them."""
        train = self._run.train
        labels = None if train.labels is None else train.labels[:count]
        return Samples(train.inputs[:count], train.targets[:count], labels)

    def predicted(self) -> Tensor:
        """The classes (n,) that the network now gives the samples of the last step."""
        return self._run.evaluator.objective.predicted(self.batch.layers[-1].outputs)

    def finish_step(self, loss: float, outputs: Tensor, batch: Samples) -> None:
        """Take in a step: its loss, and what the network said before its update."""
        self.step += 1
        self._batch = batch
        self._sights.clear()
        self.batch_losses.append(loss)
        self.batch_accuracies.append(self._run.evaluator.objective.accuracy(outputs, batch.labels))

    def finish_epoch(self, is_last: bool) -> None:
        """Take in an epoch: the means of its batches, and the validation set as it stands."""
        self.epoch += 1
        self.is_last = is_last
        past = (self.epoch - 1) * self._run.steps_per_epoch
        run = self._run
        validation = run.evaluator.objective.samples(run.dataset.validation, run.train.inputs.dtype, run.device)
        loss, accuracy = run.evaluator.evaluate(validation) if len(validation) else (math.nan, math.nan)
        self.losses.train.append(_mean(self.batch_losses[past:]))
        self.losses.validation.append(loss)
        self.accuracies.train.append(_mean(self.batch_accuracies[past:]))
        self.accuracies.validation.append(accuracy)

    def _sight(self, key: str, samples: Samples) -> Sight:
        if key not in self._sights:
            self._sights[key] = Sight.of(self._run.network, self._run.evaluator.objective, samples)
        return self._sights[key]


class Watcher(Protocol):
    """Whoever looks at a course."""

    def before(self, plan: DesignPlan) -> None: ...
    def after_step(self, course: Course) -> None: ...
    def after_epoch(self, course: Course) -> None: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """How a run ended: every batch loss, loss and accuracy on the test samples, the step in which it diverged."""

    losses: tuple[float, ...]
    test_loss: float
    test_accuracy: float
    diverged_at: int | None


class _Overheard:
    """The gradient of a run, which also keeps what the last batch was and what came of it."""

    def __init__(self, gradient: Gradient) -> None:
        self._gradient = gradient
        self.outputs = self.loss = Tensor()

    def forward(self, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        self.outputs, self.loss = self._gradient.forward(inputs, targets)
        return self.outputs, self.loss

    def backward(self) -> None:
        self._gradient.backward()


def watch(spec: ExperimentSpec, dataset: Dataset, watchers: Sequence[Watcher] = ()) -> Watched:
    """Train ``spec`` to its end, or until it diverges, before the eyes of ``watchers``. Without any it only trains."""
    run = TrainingRun(spec, dataset, recording=UNMEASURED)
    overheard = run._gradient = _Overheard(run._gradient)
    course = Course(run)
    for watcher in watchers:
        watcher.before(course.plan)
    losses: list[float] = []
    diverged_at, tested = None, None
    while not run.finished and diverged_at is None:
        try:
            run.step()
        except DivergedError as error:
            diverged_at = error.step
        losses.append(overheard.loss.item())
        if not watchers:
            continue
        if diverged_at is not None and run.step_index < diverged_at:
            tested = run.test()
            overheard.backward()  # the loops of the tools go on with a loss that is not a number
            run._update.make(run.settings, run.learning_rate_now())
        ends = run.finished or diverged_at is not None
        course.finish_step(losses[-1], overheard.outputs, run.train.at(torch.tensor(run.last_batch())))
        for watcher in watchers:
            watcher.after_step(course)
        if ends or course.step % run.steps_per_epoch == 0:
            course.finish_epoch(ends)
            for watcher in watchers:
                watcher.after_epoch(course)
    return Watched(tuple(losses), *(tested or run.test()), diverged_at)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
