"""UMLAUT (Schoop et al., CHI 2021), rebuilt from facts about its code: BerkeleyHCI/umlaut, umlaut/heuristics.py.

Our readings: the inputs that are looked at are those of the last batch of an epoch, as the network sees them. Every
cross-entropy of ReLU Lab takes logits, so only a classifier that learns squares can lack a softmax.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import ClassVar

import torch

from benchmarks.exam.course import Course
from benchmarks.exam.detector import Condition, Conditions, Detector
from benchmarks.exam.sight import all_finite
from relulab.catalog.layers import LAYERS
from relulab.model.plan import DesignPlan

LARGEST_INPUT = 1.0
HIGH_RATE, LOW_RATE = 0.01, 1e-7
HIGH_DROPOUT = 0.5
HIGH_ACCURACY, HIGH_FROM, AHEAD = 0.95, 4, 0.05  # validation accuracy, from this epoch on; above the training accuracy
LOGITS = ("cross_entropy", "binary_cross_entropy")


class Umlaut(Detector):
    """Heuristics about the design, the inputs, and the course of the losses."""

    name = "UMLAUT"
    source = "BerkeleyHCI/umlaut, umlaut/heuristics.py"
    conditions: ClassVar[Conditions] = {
        "no_softmax": Condition.of("classes, a loss not of logits, and no softmax", "output_clash"),
        "linear_activation": Condition.of("a layer before the last has no activation", "no_nonlinearity"),
        "output_activation": Condition.of(
            "the last layer has an activation, but for a softmax that the loss needs", "output_clash"
        ),
        "high_dropout": Condition.of("a dropout of more than one half", "dropout"),
        "input_range": Condition.of("an input below -1 or above 1", "inputs"),
        "input_type": Condition.of("inputs that are no floating-point numbers", "inputs"),
        "input_shape": Condition.of("an image that is not square", "inputs"),
        "input_nan": Condition.of("a loss and an input that are not numbers", "inputs"),
        "learning_rate": Condition.of("a learning rate above .01 or below 1e-7", "learning_rate"),
        "overfitting": Condition.of(
            "in an epoch the validation loss rose, and the training loss did not", "overfitting"
        ),
        "high_accuracy": Condition.of(
            "a validation accuracy above .95 from the 4th epoch on, or .05 above that of training"
        ),
    }

    def before(self, plan: DesignPlan) -> None:
        spec, description = plan.spec, plan.description
        output = spec.model.output.activation.name
        weighted = [layer for layer in spec.model.layers if LAYERS[layer.kind].has_weights]
        linear = any(layer.activation is not None and layer.activation.name == "identity" for layer in weighted)
        rates = [float(layer.parameters["rate"]) for layer in spec.model.layers if layer.kind == "dropout"]
        lacks = bool(description.class_names) and spec.training.loss not in LOGITS and output != "softmax"
        sides = description.input_shape[1:]
        self.ask("no_softmax", lacks, 0)
        self.ask("linear_activation", linear, 0)
        wanted = ("identity",) if spec.training.loss in LOGITS else ("identity", "softmax")
        self.ask("output_activation", output not in wanted, 0)
        self.ask("high_dropout", any(rate > HIGH_DROPOUT for rate in rates), 0)
        self.ask("input_shape", len(set(sides)) > 1, 0)
        self.ask("learning_rate", not LOW_RATE <= spec.training.learning_rate <= HIGH_RATE, 0)

    def after_epoch(self, course: Course) -> None:
        step, inputs = course.step, course.batch_samples.inputs
        self.ask("input_range", bool((inputs.abs() > LARGEST_INPUT).any()), step)
        self.ask("input_type", not torch.is_floating_point(inputs), step)
        self.ask("input_nan", math.isnan(course.batch_losses[-1]) and not all_finite(inputs), step)
        if course.epoch > 1:
            self.ask("overfitting", overfits(course.losses.train, course.losses.validation), step)
        accuracy, trained = course.accuracies.validation[-1], course.accuracies.train[-1]
        high = course.epoch >= HIGH_FROM and accuracy > HIGH_ACCURACY
        self.ask("high_accuracy", high or accuracy > trained + AHEAD, step)


def overfits(train: list[float], validation: list[float]) -> bool:
    """Whether from the last epoch but one to the last the validation loss rose, and the training loss did not."""
    (before, after), (learned, learning) = list(pairwise(validation))[-1], list(pairwise(train))[-1]
    return after > before and not learning > learned
