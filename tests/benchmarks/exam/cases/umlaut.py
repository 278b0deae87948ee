"""Umlaut: where its conditions fire, and where they do not."""

from dataclasses import replace
from typing import Any

import torch

from benchmarks.exam.detectors import Umlaut
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from tests.helpers.exam_courses import (
    NAN,
    SAMPLES,
    Case,
    HandMade,
    a_plan,
    case,
    dense,
    model,
)


def rate(value: float) -> Any:
    return a_plan(training={"learning_rate": value})


def images(*shape: int) -> DesignPlan:
    """Softmax regression on images of this shape."""
    digits = ExperimentSpec.parse({"data": {"dataset": "digits"}, "model": {"layers": ["flatten"]}})
    return DesignPlan.of(digits, replace(digits.data.dataset.describe(), input_shape=shape))


NUMBERS = a_plan(data={"dataset": "sine"}, training={"loss": "mse"})
SQUARES = {"training": {"loss": "mse", "learning_rate": 0.001}}
CASES: list[Case] = [
    case(Umlaut, "no_softmax", "before", a_plan(**SQUARES), [a_plan(), NUMBERS]),
    case(
        Umlaut,
        "linear_activation",
        "before",
        model(dense(activation="identity")),
        [model(dense(activation="tanh")), model()],
    ),
    case(
        Umlaut,
        "output_activation",
        "before",
        model(activation="sigmoid"),
        [model(), a_plan(**SQUARES, model={"output": {"activation": "softmax"}})],
    ),
    case(
        Umlaut,
        "high_dropout",
        "before",
        model({"kind": "dropout", "parameters": {"rate": 0.6}}),
        model({"kind": "dropout", "parameters": {"rate": 0.5}}),
    ),
    case(Umlaut, "input_shape", "before", images(1, 8, 6), [images(3, 8, 8), a_plan()]),
    case(Umlaut, "learning_rate", "before", rate(0.011), [rate(0.01), rate(1e-7)]),
    case(Umlaut, "learning_rate", "before", rate(9e-8), rate(1.1e-7)),
    case(
        Umlaut,
        "input_range",
        "after_epoch",
        HandMade(inputs=torch.tensor([[-1.1]] * SAMPLES)),
        HandMade(inputs=torch.tensor([[1.0]] * SAMPLES)),
    ),
    case(
        Umlaut,
        "input_type",
        "after_epoch",
        HandMade(inputs=torch.ones(SAMPLES, 1, dtype=torch.long)),
        HandMade(inputs=torch.ones(SAMPLES, 1, dtype=torch.float64)),
    ),
    case(
        Umlaut,
        "input_nan",
        "after_epoch",
        HandMade(inputs=torch.full((SAMPLES, 1), NAN), batch_losses=[NAN]),
        [HandMade(inputs=torch.full((SAMPLES, 1), NAN)), HandMade(batch_losses=[NAN])],
    ),
    case(
        Umlaut,
        "overfitting",
        "after_epoch",
        HandMade(losses=((1.0, 0.6, 0.5), (1.0, 0.6, 0.7))),
        [
            HandMade(losses=((1.0, 0.5, 0.6), (1.0, 0.6, 0.7))),
            HandMade(losses=((1.0, 0.6, 0.5), (1.0, 0.7, 0.6))),
            HandMade(losses=((1.0,), (1.0,)), epoch=1),
        ],
    ),
    case(
        Umlaut,
        "high_accuracy",
        "after_epoch",
        HandMade(epoch=4, accuracies=((0.97,), (0.96,))),
        [HandMade(epoch=3, accuracies=((0.97,), (0.96,))), HandMade(epoch=4, accuracies=((0.97,), (0.95,)))],
    ),
    case(
        Umlaut,
        "high_accuracy",
        "after_epoch",
        HandMade(epoch=2, accuracies=((0.5,), (0.56,))),
        HandMade(epoch=2, accuracies=((0.5,), (0.54,))),
    ),
]
