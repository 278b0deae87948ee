"""DeepLocalize: where its conditions fire, and where they do not."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from benchmarks.exam.detectors import DeepLocalize
from tests.helpers.exam_courses import (
    INFINITE,
    LAYER,
    NAN,
    UNITS,
    Case,
    case,
    healthy_layers,
    steps,
    with_layer,
)


def broken(field: str, value: Tensor, step: int) -> list[Any]:
    return with_layer(1, healthy_layers(step), **{field: value})


def seldom_zero(step: int) -> list[Any]:
    layers = healthy_layers(step)
    return with_layer(1, layers, outputs=torch.zeros(LAYER)) if step == 3 else layers


CASES: list[Case] = [
    case(
        DeepLocalize,
        part,
        "after_step",
        steps(2, partial(broken, field, bad(shape))),
        steps(6, silent),
    )
    for part, field, shape, silent in (
        ("forward", "outputs", LAYER, seldom_zero),
        ("weights", "kernel", (UNITS, UNITS), healthy_layers),
        ("weight_gradient", "kernel_gradient", (UNITS, UNITS), healthy_layers),
        ("output_gradient", "output_gradient", LAYER, healthy_layers),
    )
    for bad in (
        torch.zeros,
        lambda shape: torch.full(shape, NAN),
        lambda shape: torch.full(shape, INFINITE),
    )
] + [
    case(
        DeepLocalize,
        "forward",
        "after_step",
        steps(5, lambda step: with_layer(1, healthy_layers(step), outputs=torch.ones(LAYER))),
        steps(4, lambda step: with_layer(1, healthy_layers(step), outputs=torch.ones(LAYER))),
    ),
    case(
        DeepLocalize,
        "forward",
        "after_step",
        steps(2, lambda step: broken("outputs", torch.zeros(LAYER), step) if step == 2 else healthy_layers(step)),
        steps(3, seldom_zero),
    ),
    case(
        DeepLocalize,
        "nothing_learned",
        "after_step",
        steps(5, batch_accuracies=lambda step: [1.0]),
        steps(5, batch_accuracies=lambda step: [0.1 * step]),
    ),
    case(
        DeepLocalize,
        "nothing_learned",
        "after_step",
        steps(1, batch_losses=lambda step: [NAN]),
        steps(1, batch_losses=lambda step: [INFINITE]),
    ),
]
