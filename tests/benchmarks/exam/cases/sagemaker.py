"""SageMaker: where its conditions fire, and where they do not."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from benchmarks.exam.detectors import SageMaker
from benchmarks.exam.sight import SeenLayer
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
    with_layer,
)


def firing(units: int) -> Tensor:
    """Outputs of a layer in which so many units fire, for every sample."""
    outputs = torch.zeros(LAYER)
    outputs[:, :units] = 1.0
    return outputs


def growing(factor: float) -> list[HandMade]:
    """Two steps; the kernel of the first layer becomes ``factor`` times as large."""
    kernels = [torch.full((UNITS, UNITS), value, dtype=torch.float64) for value in (1.0, factor)]
    return steps(2, lambda step: with_layer(0, healthy_layers(step), kernel=kernels[step - 1]))


def nearly(value: float, change: float) -> list[HandMade]:
    """Three saved steps of a kernel that hardly changes, beside others that do."""
    kernels = [torch.full((UNITS, UNITS), value + change * look, dtype=torch.float64) for look in (0, 0, 1)]
    return steps(3, lambda step: with_layer(1, healthy_layers(step), kernel=kernels[step // 10 - 1]), every=10)


def variances(ratio: float) -> list[SeenLayer]:
    """Kernels of variance 1, and one of variance ``ratio``."""
    signs = [(-1.0) ** torch.arange(UNITS).expand(layer.kernel.shape) for layer in healthy_layers()]
    kernels = [signs[0] * ratio**0.5, *signs[1:]]
    return [replace(layer, kernel=kernel) for layer, kernel in zip(healthy_layers(), kernels, strict=True)]


def spread(width: float) -> list[SeenLayer]:
    """Kernels of variance 1 with gradients of which 90 % lie within ``width``."""
    edge = width / 1.8
    return [
        replace(layer, kernel_gradient=torch.linspace(-edge, edge, layer.kernel.numel()).reshape(layer.kernel.shape))
        for layer in variances(1.0)
    ]


def at_start(layers: Sequence[SeenLayer], *losses: float) -> HandMade:
    """The first steps, with these losses."""
    return HandMade(layers, step=len(losses), batch_losses=losses)


def seldom(samples: int) -> Tensor:
    """Outputs (200, units) of which most fire for so many samples only."""
    outputs = torch.zeros(200, UNITS)
    outputs[:, :4] = 1.0
    outputs[:samples] = 1.0
    return outputs


LABELS = torch.arange(SAMPLES) % CLASSES
ONE = torch.ones(1, dtype=torch.long)
MISSED = torch.where((LABELS == 0) & (torch.arange(SAMPLES) < 32), 1, LABELS)  # 8 of 10
HARDLY = torch.where((LABELS == 0) & (torch.arange(SAMPLES) < 28), 1, LABELS)  # 7 of 10
FLAT, FALLING = (1.0,) * 6, (1.0, 0.5, 0.5, 0.5, 0.5, 0.9)


def imbalanced(zeros: int) -> HandMade:
    """So many samples of one class, and one of another, all of them right."""
    labels = torch.cat([ONE, torch.zeros(zeros, dtype=torch.long)])
    return HandMade(labels=labels, predicted=labels)


def images(mean: float, step: int = 1) -> HandMade:
    """500 images with this mean, all of it in the second half; those that follow do not count."""
    parts = torch.zeros(1000, 1, 4, 4)
    parts[250:500] = 2 * mean
    return HandMade(step=step, inputs=parts)


CASES: list[Case] = [
    case(
        SageMaker,
        "dead_relu",
        "after_step",
        HandMade(with_layer(0, outputs=firing(4))),
        [
            HandMade(with_layer(0, outputs=firing(5))),
            *(HandMade(with_layer(0, outputs=firing(4)), step=s) for s in (5, 31)),
        ],
    ),
    case(
        SageMaker,
        "dead_relu",
        "after_step",
        HandMade(with_layer(0, outputs=seldom(1))),
        HandMade(with_layer(0, outputs=seldom(2))),
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
        HandMade(with_layer(1, bias_gradient=torch.full((UNITS,), 1.1e-7))),
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
    case(SageMaker, "unchanged_tensor", "after_step", nearly(1.0, 0.9e-5), nearly(1.0, 1.1e-5)),
    case(SageMaker, "unchanged_tensor", "after_step", nearly(0.0, 0.9e-8), nearly(0.0, 1.1e-8)),
    case(SageMaker, "weight_update_ratio", "after_step", growing(11.1), growing(10.9)),
    case(SageMaker, "weight_update_ratio", "after_step", growing(1.0 + 0.9e-8), growing(1.0 + 1.1e-8)),
    *(
        case(SageMaker, "poor_initialization", "after_step", fires, silent)
        for fires, silent in (
            (at_start(variances(10.1), *FLAT), at_start(variances(9.9), *FLAT)),
            (at_start(spread(0.00099), *FLAT), at_start(spread(0.00101), *FLAT)),
            (at_start(variances(10.1), *FLAT), at_start(variances(10.1), *FALLING)),
            (at_start(variances(10.1), *FLAT), at_start(variances(10.1), *FLAT[:5])),
            (at_start(variances(10.1), *[1.0] * 10), at_start(variances(10.1), *[1.0] * 11)),
        )
    ),
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
    *(
        case(SageMaker, "overtraining", "after_epoch", fires, silent)
        for fires, silent in (
            (HandMade(losses=(FALLING, (1.0,) + (0.91,) * 10)), HandMade(losses=(FALLING, (1.0,) + (0.89,) * 10))),
            (HandMade(losses=(FALLING, (1.0,) + (0.91,) * 10)), HandMade(losses=(FALLING, (1.0,) + (0.91,) * 9))),
        )
    ),
    case(
        SageMaker,
        "overtraining",
        "after_step+after_epoch",
        steps(6, every=10, batch_losses=lambda step: [1.0]),
        steps(5, every=10, batch_losses=lambda step: [1.0]),
    ),
    case(SageMaker, "class_imbalance", "after_step", imbalanced(11), imbalanced(10)),
    case(
        SageMaker,
        "class_imbalance",
        "after_step",
        HandMade(labels=LABELS, predicted=MISSED),
        HandMade(labels=LABELS, predicted=HARDLY),
    ),
    case(SageMaker, "input_images", "after_step", images(-0.21), [images(0.19), images(0.3, step=2)]),
    case(
        SageMaker,
        "input_images",
        "after_step",
        HandMade(step=1, inputs=torch.ones(SAMPLES, 1, 4, 4)),
        HandMade(step=1, inputs=torch.ones(SAMPLES, 16)),
    ),
]
