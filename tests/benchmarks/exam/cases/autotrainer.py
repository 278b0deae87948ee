"""AUTOTRAINER: where its conditions fire, and where they do not."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from benchmarks.exam.detectors import Autotrainer
from benchmarks.exam.sight import SeenLayer
from tests.helpers.exam_courses import CLASSES, NAN, UNITS, Case, HandMade, case, healthy_layers, mostly, with_layer

POOR = ((0.2, 0.3, 0.4), (0.2, 0.3, 0.4))
RISING = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
FLAT = (0.1, 0.1, 0.1)


def of_norm(norm: float, *shape: int) -> Tensor:
    return torch.full(shape, norm / math.sqrt(math.prod(shape)))


def norms(first: float, last: float, **given: Any) -> HandMade:
    """A poor classifier whose first and last kernel have gradients of these norms."""
    layers = with_layer(0, kernel_gradient=of_norm(first, UNITS, UNITS))
    layers = with_layer(2, layers, kernel_gradient=of_norm(last, CLASSES, UNITS))
    return HandMade(layers, **{"accuracies": POOR} | given)


def gradients(zero: float) -> list[SeenLayer]:
    """Layers with this share of zeros among all entries of the gradients."""
    return [
        replace(
            layer,
            kernel_gradient=mostly(zero, 0.0, 0.1, *layer.kernel.shape),
            bias_gradient=mostly(zero, 0.0, 0.1, len(layer.kernel)),
        )
        for layer in healthy_layers()
    ]


def broken(loss: float) -> HandMade:
    """A kernel that is not finite, and this loss."""
    layers = with_layer(1, kernel=torch.full((UNITS, UNITS), NAN))
    return HandMade(layers, accuracies=POOR, batch_losses=[2.0, loss])


def accuracies(train: Sequence[float], validation: Sequence[float] = RISING, **given: Any) -> HandMade:
    return HandMade(epoch=len(train), accuracies=(train, validation[: len(train)]), **given)


CASES: list[Case] = [
    *(
        case(Autotrainer, condition, "after_epoch", fires, silent)
        for condition, fires, silent in (
            ("vanishing_gradient", norms(9e-5, 1.0), norms(1.1e-4, 1.0)),
            ("vanishing_gradient", norms(4e-5, 0.05), norms(6e-5, 0.05)),
            ("vanishing_gradient", norms(9e-5, 1.0), norms(9e-5, 1.0, epoch=2)),
            ("vanishing_gradient", norms(9e-5, 1.0), norms(9e-5, 1.0, epoch=4)),
            ("vanishing_gradient", norms(9e-5, 1.0, epoch=4, is_last=True), norms(9e-5, 1.0, accuracies=(RISING,) * 2)),
            ("exploding_gradient", norms(71.0, 1.0), norms(69.0, 1.0)),
            ("exploding_gradient", broken(NAN), broken(2.0)),
            ("exploding_gradient", broken(1000.0), broken(999.0)),
            ("dying_relu", HandMade(gradients(0.7), accuracies=POOR), HandMade(gradients(0.69), accuracies=POOR)),
            ("oscillating_loss", accuracies((0.9, 0.869, 0.9, 0.869, 0.9)), accuracies((0.9, 0.871, 0.9, 0.871, 0.9))),
            ("oscillating_loss", accuracies((0.5, 0.6, 0.5, 0.6, 0.7)), accuracies((0.5, 0.6, 0.5, 0.6, 0.7, 0.8))),
            (
                "oscillating_loss",
                accuracies((0.5, 0.6, 0.5, 0.6), epochs=13),
                accuracies((0.5, 0.6, 0.5, 0.6), epochs=14),
            ),
            ("slow_convergence", accuracies((0.59,) * 3, FLAT), accuracies((0.61,) * 3, FLAT)),
            ("slow_convergence", accuracies(FLAT, (0.59,) * 3), accuracies(FLAT, (0.61,) * 3)),
            ("slow_convergence", accuracies((0.1, 0.1, 0.109), FLAT), accuracies((0.1, 0.1, 0.111), FLAT)),
            ("slow_convergence", accuracies(FLAT, FLAT, epochs=10), accuracies(FLAT, FLAT, epochs=11)),
        )
    ),
    # once seen counts for good, and only the gravest is said
    case(
        Autotrainer,
        "vanishing_gradient",
        "after_epoch",
        [norms(9e-5, 1.0, accuracies=(RISING,) * 2), norms(1.0, 1.0, epoch=4)],
        [norms(9e-5, 1.0, epoch=2), norms(1.0, 1.0)],
    ),
    case(
        Autotrainer,
        "slow_convergence",
        "after_epoch",
        HandMade(gradients(0.6), accuracies=(FLAT, FLAT)),
        HandMade(gradients(0.8), accuracies=(FLAT, FLAT)),
    ),
]
