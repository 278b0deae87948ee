"""Autotrainer: where its conditions fire, and where they do not."""

from typing import Any

import torch

from benchmarks.exam.detectors import Autotrainer
from tests.helpers.exam_courses import (
    NAN,
    UNITS,
    Case,
    HandMade,
    case,
    healthy_layers,
    mostly,
    with_layer,
)

POOR = ((0.2, 0.3, 0.4), (0.2, 0.3, 0.4))
SMALL_FIRST = with_layer(0, kernel_gradient=torch.full((UNITS, UNITS), 1e-6))
NO_RISE = ((0.1, 0.1, 0.105), (0.1, 0.1, 0.1))


def gradients(zero: float) -> list[Any]:
    """Layers with this share of zeros among all entries of the gradients."""
    return [
        layer_with
        for place, layer in enumerate(healthy_layers())
        for layer_with in with_layer(
            place,
            kernel_gradient=mostly(zero, 0.0, 0.1, *layer.kernel.shape),
            bias_gradient=mostly(zero, 0.0, 0.1, len(layer.kernel)),
        )[place : place + 1]
    ]


CASES: list[Case] = [
    case(
        Autotrainer,
        "vanishing_gradient",
        "after_epoch",
        HandMade(SMALL_FIRST, accuracies=POOR),
        HandMade(with_layer(0, kernel_gradient=torch.full((UNITS, UNITS), 1e-4)), accuracies=POOR),
    ),
    case(
        Autotrainer,
        "exploding_gradient",
        "after_epoch",
        HandMade(with_layer(0, kernel_gradient=torch.full((UNITS, UNITS), 100.0)), accuracies=POOR),
        HandMade(with_layer(0, kernel_gradient=torch.full((UNITS, UNITS), 1.0)), accuracies=POOR),
    ),
    case(
        Autotrainer,
        "exploding_gradient",
        "after_epoch",
        HandMade(with_layer(1, kernel=torch.full((UNITS, UNITS), NAN)), accuracies=POOR, batch_losses=[2.0, NAN]),
        HandMade(with_layer(1, kernel=torch.full((UNITS, UNITS), NAN)), accuracies=POOR, batch_losses=[2.0, 1.0]),
    ),
    case(
        Autotrainer,
        "dying_relu",
        "after_epoch",
        HandMade(gradients(0.7), accuracies=POOR),
        HandMade(gradients(0.65), accuracies=POOR),
    ),
    case(
        Autotrainer,
        "oscillating_loss",
        "after_epoch",
        HandMade(epoch=5, accuracies=((0.9, 0.8, 0.9, 0.8, 0.9), RISE := (0.5, 0.6, 0.7, 0.8, 0.9))),
        HandMade(epoch=5, accuracies=((0.9, 0.88, 0.9, 0.88, 0.9), RISE)),
    ),
    case(
        Autotrainer,
        "slow_convergence",
        "after_epoch",
        HandMade(accuracies=NO_RISE),
        HandMade(accuracies=((0.1, 0.1, 0.12), (0.1, 0.1, 0.1))),
    ),
]
