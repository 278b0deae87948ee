"""The built-in rules of Amazon SageMaker Debugger, rebuilt from their documentation alone:
awsdocs/amazon-sagemaker-developer-guide, doc_source/debugger-built-in-rules.md.

Our readings: tensors are saved every 10 steps, of the batch of that step; "in less than 1 % of samples" means samples
of that batch; unchanged and zero tensors are kernels, zero ones also outputs; poor weight initialization means one of
its two signs within the first 10 steps, and a loss that did not fall for 5. Overfit is asked where there is a
validation loss, at the ends of epochs.
"""

from __future__ import annotations

import math
from collections import deque
from typing import ClassVar

import torch
from torch import Tensor

from benchmarks.exam.course import Course
from benchmarks.exam.detector import Condition, Conditions, Detector
from benchmarks.exam.sight import Sight, all_finite, mean

EVERY = 10  # steps
RARE = 0.01  # of the samples
MOST_UNITS = 0.5
LINEAR_RANGE = {"tanh": (-9.4999, 9.4999), "sigmoid": (-23.0, 16.99999)}
VANISHED = 1e-7
UNCHANGED_LOOKS, RELATIVE, ABSOLUTE = 3, 1e-5, 1e-8
LARGE_UPDATE, SMALL_UPDATE = 10.0, 1e-8
INITIAL_STEPS, VARIANCE_RATIO, NARROW_GRADIENTS, PATIENCE = 10, 10.0, 0.001, 5
LOOKS_BACK = 1  # saved steps, 10 steps
OVERFIT_RATIO, GAIN, TRAIN_PATIENCE, VALIDATION_PATIENCE = 0.1, 0.1, 5, 10
CLASS_RATIO, CLASS_WRONG = 10.0, 0.7
IMAGES, IMAGE_MEAN = 500, 0.2
LAYER_RULES = ("dead_relu", "saturated_activation", "vanishing_gradient", "exploding_tensor")


class SageMaker(Detector):
    """Thirteen rules; the four that look at layers also have a row of their own."""

    name = "SageMaker Debugger"
    source = "awsdocs/amazon-sagemaker-developer-guide, doc_source/debugger-built-in-rules.md"
    conditions: ClassVar[Conditions] = {
        "dead_relu": Condition.of("more than half of a ReLU layer's units fire in < 1 % of the samples", "dead_nodes"),
        "saturated_activation": Condition.of(
            "more than half of the units of a tanh or sigmoid are in its bent part in < 1 % of the samples",
            "saturation",
        ),
        "vanishing_gradient": Condition.of("mean absolute gradient of a kernel or bias < 1e-7", "vanishing_gradient"),
        "exploding_tensor": Condition.of("outputs, kernel or gradient that are not finite", "exploding"),
        "unchanged_tensor": Condition.of("a kernel all but the same at 3 saved steps", "unchanged_weights"),
        "all_zero": Condition.of("a kernel or outputs that are all 0", "initialization", "dead_nodes"),
        "weight_update_ratio": Condition.of(
            "an update more than 10 times, or less than 1e-8 of its kernel", "learning_rate"
        ),
        "poor_initialization": Condition.of(
            "in the first 10 steps: variances of kernels 10 times apart, or gradients within .001", "initialization"
        ),
        "loss_not_decreasing": Condition.of("the loss is not lower than 10 steps ago", "slow_convergence"),
        "overfit": Condition.of("the validation loss is 10 % above the training loss", "overfitting"),
        "overtraining": Condition.of("no gain of .1 in 5 training or 10 validation losses", "overfitting"),
        "class_imbalance": Condition.of(
            "classes of a batch 10 to 1 apart, or one of them wrong in more than 70 %", "class_imbalance"
        ),
        "input_images": Condition.of("a mean of the pixels more than .2 from 0", "inputs"),
    }

    def __init__(self) -> None:
        super().__init__()
        self._saved: deque[list[Tensor]] = deque(maxlen=UNCHANGED_LOOKS)
        self._kernels: list[Tensor] = []
        self._losses: list[float] = []

    def after_step(self, course: Course) -> None:
        if course.step == 1:
            self._look_at_images(course)
        self._look_at_update(course)
        if course.step <= INITIAL_STEPS:
            poor = _is_poor_start(course.batch) and not _falls(course.batch_losses[-PATIENCE - 1 :])
            self.ask("poor_initialization", course.step > PATIENCE and poor, course.step)
        if course.step % EVERY == 0:
            self._look_at_saved(course)

    def after_epoch(self, course: Course) -> None:
        train, validation = course.losses.train[-1], course.losses.validation[-1]
        self.ask("overfit", validation - train > OVERFIT_RATIO * train, course.step)
        stale = _no_gain(course.losses.validation, VALIDATION_PATIENCE)
        self.ask("overtraining", stale or _no_gain(self._losses, TRAIN_PATIENCE), course.step)
        if course.is_last and course.step % EVERY:
            self._look_at_saved(course)  # the debugger saves the last step, too

    def _look_at_saved(self, course: Course) -> None:
        step, layers = course.step, course.batch.layers
        self._saved.append([layer.kernel.clone() for layer in layers])
        self._losses.append(course.batch_losses[-1])
        for layer in layers:
            fires = layer.outputs.flatten(2).amax(2) > 0 if layer.outputs.dim() > 2 else layer.outputs > 0
            if layer.activation == "relu":
                self.ask("dead_relu", _share(fires.float().mean(0) < RARE) > MOST_UNITS, step)
            if layer.activation in LINEAR_RANGE:
                low, high = LINEAR_RANGE[layer.activation]
                bent = ((layer.inputs > low) & (layer.inputs < high)).float().mean(0).flatten()
                self.ask("saturated_activation", _share(bent < RARE) > MOST_UNITS, step)
            gradients = [part for part in (layer.kernel_gradient, layer.bias_gradient) if part is not None]
            self.ask("vanishing_gradient", any(mean(part.abs()) < VANISHED for part in gradients), step)
            tensors = (layer.outputs, layer.kernel, *gradients)
            self.ask("exploding_tensor", not all(map(all_finite, tensors)), step)
            self.ask("all_zero", not layer.outputs.any() or not layer.kernel.any(), step)
        self.ask("unchanged_tensor", len(self._saved) == UNCHANGED_LOOKS and _any_unchanged(list(self._saved)), step)
        if len(self._losses) > LOOKS_BACK:
            self.ask("loss_not_decreasing", not self._losses[-1] < self._losses[-1 - LOOKS_BACK], step)
        if course.batch_samples.labels is not None:
            self.ask("class_imbalance", is_imbalanced(course.batch_samples.labels, course.predicted()), step)

    def _look_at_update(self, course: Course) -> None:
        kernels = [kernel.clone() for kernel in course.kernels]
        if self._kernels:
            pairs = zip(kernels, self._kernels, strict=True)
            ratios = [_ratio(mean((after - before).abs()), mean(before.abs())) for after, before in pairs]
            odd = any(ratio > LARGE_UPDATE or ratio < SMALL_UPDATE for ratio in ratios)
            self.ask("weight_update_ratio", odd, course.step)
        self._kernels = kernels

    def _look_at_images(self, course: Course) -> None:
        images = course.first_samples(IMAGES).inputs
        self.ask("input_images", images.dim() > 2 and abs(mean(images)) > IMAGE_MEAN, course.step)


def _share(which: Tensor) -> float:
    return which.double().mean().item()


def _ratio(update: float, weights: float) -> float:
    """Update : weights; 0 where nothing moved, infinite where nothing was there before."""
    if update == 0:
        return 0.0
    return update / weights if weights else math.inf


def _is_poor_start(sight: Sight) -> bool:
    variances = [layer.kernel.var(correction=0).item() for layer in sight.layers]
    gradients = torch.cat([layer.kernel_gradient.flatten() for layer in sight.layers])
    low, high = torch.quantile(gradients, torch.tensor([0.05, 0.95])).tolist()
    return max(variances) > VARIANCE_RATIO * min(variances) or high - low < NARROW_GRADIENTS


def _falls(losses: list[float]) -> bool:
    return losses[-1] < losses[0]


def _no_gain(losses: list[float], patience: int) -> bool:
    """Whether the last ``patience`` losses are not better by ``GAIN`` than the best before them."""
    return len(losses) > patience and not min(losses[-patience:]) < min(losses[:-patience]) - GAIN


def _any_unchanged(saved: list[list[Tensor]]) -> bool:
    first, *later = saved
    return any(
        all(torch.allclose(kernel, other[place], RELATIVE, ABSOLUTE) for other in later)
        for place, kernel in enumerate(first)
    )


def is_imbalanced(labels: Tensor, predicted: Tensor) -> bool:
    """Whether the classes of a batch are too unequal, or one of them is mostly missed."""
    counts = torch.bincount(labels)
    wrong = torch.bincount(labels[predicted != labels], minlength=len(counts))
    present = counts > 0
    unequal = counts.max() > CLASS_RATIO * counts[present].min()
    return bool(unequal or (wrong[present] > CLASS_WRONG * counts[present]).any())
