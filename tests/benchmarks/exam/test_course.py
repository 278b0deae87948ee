"""What a rebuilt detector is shown is the run that ReLU Lab judges, with the same losses; sights are computed right."""

import math
from typing import Any

import pytest
import torch

from benchmarks.exam.course import Course, watch
from benchmarks.exam.detectors import DETECTORS
from benchmarks.exam.sight import Sight
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.training.examination import examine
from relulab.training.run import TrainingRun

DENSE = {"kind": "dense", "parameters": {"units": 8}}
CONV = {"kind": "conv2d", "parameters": {"channels": 2, "padding": 1}}
DESIGNS: dict[str, dict[str, Any]] = {
    "dense": {"data": {"dataset": "moons"}, "model": {"layers": [DENSE, DENSE]}},
    "conv": {"data": {"dataset": "digits"}, "model": {"layers": [CONV, "flatten", DENSE]}},
    "normed": {"data": {"dataset": "moons"}, "model": {"layers": [DENSE, "batch_norm", "dropout"]}},
    "numbers": {"data": {"dataset": "sine"}, "model": {"layers": [DENSE]}},
}


def spec_of(name: str, **training: Any) -> ExperimentSpec:
    loss = {"loss": "mse"} if name == "numbers" else {}
    return ExperimentSpec.parse(DESIGNS[name] | {"training": {"steps": 50, "learning_rate": 0.05} | loss | training})


class Notes:
    """A watcher that writes down what it is shown."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.epochs: list[tuple[int, int, bool]] = []
        self.courses: list[Course] = []

    def before(self, plan: DesignPlan) -> None: ...

    def after_step(self, course: Course) -> None:
        self.steps.append(course.step)

    def after_epoch(self, course: Course) -> None:
        self.epochs.append((course.step, course.epoch, course.is_last))
        self.courses = [course]


@pytest.mark.parametrize("name", DESIGNS)
def test_watching_changes_no_loss_of_the_run_that_is_judged(name: str) -> None:
    spec = spec_of(name)
    dataset = load_dataset(spec.data)
    judged: list[float] = []
    examine(spec, dataset, lambda run, loss: judged.append(loss))
    watched = watch(spec, dataset, [tool() for tool in DETECTORS if name != "numbers" or not tool.classes_only])
    assert list(watched.losses) == judged
    assert watched.losses == watch(spec, dataset).losses


def test_steps_and_epochs_are_all_shown_and_the_last_one_is_known() -> None:
    spec, notes = spec_of("dense"), Notes()
    dataset = load_dataset(spec.data)
    watch(spec, dataset, [notes])
    per_epoch = -(-len(dataset.train) // spec.training.batch_size)
    assert notes.steps == list(range(1, 51))
    ends = [*range(per_epoch, 50, per_epoch), 50]
    assert notes.epochs == [(step, epoch, step == 50) for epoch, step in enumerate(ends, 1)]


def test_a_run_that_diverges_is_shown_to_its_last_step() -> None:
    spec, notes = spec_of("numbers", learning_rate=1e6), Notes()
    watched = watch(spec, load_dataset(spec.data), [notes])
    assert watched.diverged_at is not None
    assert watched.diverged_at < 50
    assert notes.epochs[-1] == (watched.diverged_at, 1, True)
    assert not math.isfinite(watched.losses[-1])
    sight = notes.courses[0].first_batch
    assert not all(torch.isfinite(layer.kernel).all() for layer in sight.layers)


def test_losses_and_accuracies_of_an_epoch_are_those_of_its_batches() -> None:
    spec, notes = spec_of("dense"), Notes()
    dataset = load_dataset(spec.data)
    watched = watch(spec, dataset, [notes])
    course = notes.courses[0]
    per_epoch = -(-len(dataset.train) // spec.training.batch_size)
    parts = [watched.losses[start : start + per_epoch] for start in range(0, 50, per_epoch)]
    assert course.losses.train == pytest.approx([sum(part) / len(part) for part in parts])
    run = TrainingRun(spec, dataset)
    run.run_until(50)
    outside = run.evaluator.evaluate(run.evaluator.objective.samples(dataset.validation, torch.float32, run.device))
    assert (course.losses.validation[-1], course.accuracies.validation[-1]) == outside
    assert 0.5 < course.accuracies.train[-1] <= 1.0


@pytest.mark.parametrize("name", DESIGNS)
def test_a_sight_agrees_with_autograd_and_leaves_the_network_as_it_is(name: str) -> None:
    run = TrainingRun(spec_of(name), load_dataset(spec_of(name).data))
    run.run_until(3)
    samples = run.train.at(torch.arange(16))
    gradients = run.parameters.gradients.clone()
    sight = Sight.of(run.network, run.evaluator.objective, samples)
    assert run.network.training
    assert torch.equal(run.parameters.gradients, gradients)

    run.network.eval()
    outputs = run.network(samples.inputs)
    loss = run.evaluator.objective.loss(outputs, samples.targets)
    run.network.zero_grad(set_to_none=True)
    loss.backward()
    kernels = [parameter for key, parameter in run.network.named_parameters() if parameter.dim() > 1]
    biases = [p for key, p in run.network.named_parameters() if key.endswith("bias") and "norm" not in key]
    assert sight.loss == pytest.approx(loss.item())
    assert torch.allclose(sight.layers[-1].outputs, outputs.detach())
    for layer, kernel, bias in zip(sight.layers, kernels, biases, strict=True):
        assert torch.equal(layer.kernel, kernel.detach())
        assert kernel.grad is not None
        assert torch.allclose(layer.kernel_gradient, kernel.grad, atol=1e-7)
        assert layer.bias_gradient is not None
        assert torch.allclose(layer.bias_gradient, bias.grad, atol=1e-7)
        assert layer.output_gradient.shape == layer.outputs.shape
