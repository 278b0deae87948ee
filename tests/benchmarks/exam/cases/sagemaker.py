"""SageMaker: where its conditions fire, and where they do not."""

from typing import Any

import torch
from torch import Tensor

from benchmarks.exam.detectors import SageMaker
from tests.helpers.exam_courses import (
    CLASSES,
    INFINITE,
    LAYER,
    SAMPLES,
    UNITS,
    Case,
    HandMade,
    case,
    healthy_layers,
    mostly,
    steps,
    with_all,
    with_layer,
)


def firing(units: int) -> Tensor:
    """Outputs of a layer in which so many units fire, for every sample."""
    outputs = torch.zeros(LAYER)
    outputs[:, :units] = 1.0
    return outputs


def growing(factor: float) -> list[HandMade]:
    """Two steps; the kernel of the first layer becomes ``factor`` times as large."""
    kernels = torch.ones(UNITS, UNITS), torch.full((UNITS, UNITS), factor, dtype=torch.float64)
    return steps(2, lambda step: with_layer(0, healthy_layers(step), kernel=kernels[step - 1]))


def at_start(layers: Any, last: float) -> list[HandMade]:
    """Step 7, after losses of 1 and then ``last``."""
    return [HandMade(layers, step=7, batch_losses=[1.0] * 6 + [last])]


LABELS = torch.arange(SAMPLES) % CLASSES
RARE = torch.cat([torch.zeros(33, dtype=torch.long), torch.ones(3, dtype=torch.long), torch.arange(4)])
FEW = torch.cat([torch.zeros(SAMPLES - 4, dtype=torch.long), torch.ones(4, dtype=torch.long)])
MISSED = torch.where((LABELS == 0) & (torch.arange(SAMPLES) < 32), 1, LABELS)  # 8 of 10
HARDLY = torch.where((LABELS == 0) & (torch.arange(SAMPLES) < 28), 1, LABELS)  # 7 of 10
NARROW = with_all(kernel_gradient=lambda gradient: gradient / 1000)
IMAGES = torch.full((SAMPLES, 1, 4, 4), 0.21)
CASES: list[Case] = [
    case(
        SageMaker,
        "dead_relu",
        "after_step",
        HandMade(with_layer(0, outputs=firing(4))),
        [HandMade(with_layer(0, outputs=firing(5))), HandMade(with_layer(0, outputs=firing(4)), step=31)],
    ),
    *(
        case(
            SageMaker,
            "saturated_activation",
            "after_step",
            HandMade(with_layer(0, activation=name, inputs=firing(4) * edge + (1 - firing(4)) * edge)),
            HandMade(with_layer(0, activation=name, inputs=firing(5) * 0 + (1 - firing(5)) * edge)),
        )
        for name, edge in (("tanh", 9.6), ("sigmoid", -24.0), ("sigmoid", 17.0))
    ),
    case(
        SageMaker,
        "vanishing_gradient",
        "after_step",
        HandMade(with_layer(1, bias_gradient=torch.full((UNITS,), 9e-8))),
        HandMade(with_layer(1, bias_gradient=torch.full((UNITS,), 2e-7))),
    ),
    case(
        SageMaker,
        "exploding_tensor",
        "after_step",
        HandMade(with_layer(1, outputs=mostly(0.001, INFINITE, 1.0, *LAYER))),
        HandMade(with_layer(1, outputs=torch.full(LAYER, 1e30))),
    ),
    case(
        SageMaker,
        "unchanged_tensor",
        "after_step",
        steps(3, lambda step: with_layer(1, healthy_layers(step), kernel=torch.ones(UNITS, UNITS)), every=10),
        [
            *steps(2, lambda step: with_layer(1, healthy_layers(step), kernel=torch.ones(UNITS, UNITS)), every=10),
            HandMade(step=30),
        ],
    ),
    case(
        SageMaker,
        "all_zero",
        "after_step",
        HandMade(with_layer(1, outputs=torch.zeros(LAYER))),
        HandMade(with_layer(1, outputs=mostly(0.99, 0.0, 1.0, *LAYER))),
    ),
    case(SageMaker, "weight_update_ratio", "after_step", growing(11.5), growing(10.5)),
    case(SageMaker, "weight_update_ratio", "after_step", growing(1.0 + 5e-9), growing(1.0 + 2e-8)),
    case(
        SageMaker,
        "poor_initialization",
        "after_step",
        at_start(with_layer(0, kernel=4 * healthy_layers()[0].kernel), 1.0),
        [
            *at_start(with_layer(0, kernel=4 * healthy_layers()[0].kernel), 0.9),
            *at_start(with_layer(0, kernel=2 * healthy_layers()[0].kernel), 1.0),
            HandMade(with_layer(0, kernel=4 * healthy_layers()[0].kernel), step=11, batch_losses=[1.0] * 11),
        ],
    ),
    case(SageMaker, "poor_initialization", "after_step", at_start(NARROW, 1.0), at_start(healthy_layers(), 1.0)),
    case(
        SageMaker,
        "loss_not_decreasing",
        "after_step",
        steps(2, every=10, batch_losses=lambda step: [1.0]),
        steps(2, every=10, batch_losses=lambda step: [1.0 / step]),
    ),
    case(
        SageMaker,
        "overfit",
        "after_epoch",
        HandMade(losses=((1.0, 0.5), (1.0, 0.56))),
        HandMade(losses=((1.0, 0.5), (1.0, 0.54))),
    ),
    case(
        SageMaker,
        "overtraining",
        "after_epoch",
        HandMade(losses=((1.0,) * 11, (1.0,) + (0.95,) * 10)),
        [
            HandMade(losses=((1.0,) * 11, (1.0,) + (0.85,) * 10)),
            HandMade(losses=((1.0,) * 10, (1.0,) + (0.95,) * 9)),
        ],
    ),
    case(
        SageMaker,
        "class_imbalance",
        "after_step",
        HandMade(labels=RARE, predicted=RARE),
        HandMade(labels=FEW, predicted=FEW),
    ),
    case(
        SageMaker,
        "class_imbalance",
        "after_step",
        HandMade(labels=LABELS, predicted=MISSED),
        HandMade(labels=LABELS, predicted=HARDLY),
    ),
    case(
        SageMaker,
        "input_images",
        "after_step",
        HandMade(step=1, inputs=-IMAGES),
        [HandMade(step=1, inputs=IMAGES - 0.02), HandMade(step=1, inputs=IMAGES.flatten(1))],
    ),
]
