"""DeepDiagnosis: where its conditions fire, and where they do not."""

import torch

from benchmarks.exam.detectors import DeepDiagnosis
from tests.helpers.exam_courses import (
    CLASSES,
    INFINITE,
    LAYER,
    NAN,
    SAMPLES,
    UNITS,
    Case,
    HandMade,
    a_plan,
    case,
    epochs,
    healthy_layers,
    mostly,
    with_layer,
)

DATA_OF_NUMBERS = {"data": {"dataset": "sine"}, "training": {"loss": "mse"}}
NUMBERS = a_plan(**DATA_OF_NUMBERS)
BELOW, ABOVE = torch.linspace(-1, 1, SAMPLES)[:, None], torch.linspace(0, 3, SAMPLES)[:, None]

CASES: list[Case] = [
    case(
        DeepDiagnosis,
        "exploding_tensor",
        "after_epoch",
        HandMade(with_layer(1, outputs=torch.full(LAYER, INFINITE))),
        HandMade(with_layer(1, outputs=torch.full(LAYER, 1e30))),
    ),
    case(
        DeepDiagnosis,
        "zero_tensor",
        "after_epoch",
        HandMade(with_layer(1, kernel=torch.zeros(UNITS, UNITS))),
        HandMade(with_layer(1, kernel=torch.full((UNITS, UNITS), 1e-30))),
    ),
    case(
        DeepDiagnosis,
        "exploding_gradient",
        "after_epoch",
        HandMade(with_layer(2, kernel_gradient=torch.full((CLASSES, UNITS), NAN))),
        HandMade(with_layer(2, kernel_gradient=torch.full((CLASSES, UNITS), 1e20))),
    ),
    case(
        DeepDiagnosis,
        "zero_gradient",
        "after_epoch",
        HandMade(with_layer(2, kernel_gradient=torch.tensor([1.0, -1.0, 2.0, -2.0])[:, None].expand(-1, UNITS))),
        HandMade(with_layer(2, kernel_gradient=torch.tensor([1.0, -1.0, 2.0, -2.5])[:, None].expand(-1, UNITS))),
    ),
    case(
        DeepDiagnosis,
        "vanishing_gradient",
        "after_epoch",
        HandMade(with_layer(0, kernel_gradient=torch.full((UNITS, UNITS), -9e-8))),
        HandMade(with_layer(0, kernel_gradient=torch.full((UNITS, UNITS), -2e-7))),
    ),
    case(
        DeepDiagnosis,
        "dead_node",
        "after_epoch",
        HandMade(with_layer(0, outputs=mostly(0.7, 0.0, 1.0, *LAYER)), is_last=True),
        [
            HandMade(with_layer(0, outputs=mostly(0.69, 0.0, 1.0, *LAYER)), is_last=True),
            HandMade(with_layer(0, outputs=mostly(0.9, 0.0, 1.0, *LAYER))),
        ],
    ),
    case(
        DeepDiagnosis,
        "saturated_activation",
        "after_epoch",
        HandMade(with_layer(0, activation="tanh", inputs=mostly(0.51, -5.0, 1.0, *LAYER)), epoch=5),
        [
            HandMade(with_layer(0, activation="tanh", inputs=mostly(0.5, 5.0, 1.0, *LAYER)), epoch=5),
            HandMade(with_layer(0, activation="tanh", inputs=mostly(0.9, 4.9, 1.0, *LAYER)), epoch=5),
            HandMade(with_layer(0, activation="tanh", inputs=mostly(0.9, 5.0, 1.0, *LAYER)), epoch=4),
            HandMade(with_layer(0, activation="relu", inputs=mostly(0.9, 5.0, 1.0, *LAYER)), epoch=5),
        ],
    ),
    case(
        DeepDiagnosis,
        "loss_not_decreasing",
        "after_epoch",
        HandMade(losses=([1.0, *[0.5] * 5], [1.0] * 6)),
        HandMade(losses=([1.0, *[0.5] * 4], [1.0] * 5)),
    ),
    case(
        DeepDiagnosis,
        "unchanged_weight",
        "after_epoch",
        epochs(5, layers=lambda epoch: with_layer(1, healthy_layers(epoch), kernel=torch.ones(UNITS, UNITS))),
        epochs(4, layers=lambda epoch: with_layer(1, healthy_layers(epoch), kernel=torch.ones(UNITS, UNITS))),
    ),
    case(
        DeepDiagnosis,
        "accuracy_not_increasing",
        "after_epoch",
        HandMade(accuracies=([0.3, *[0.5] * 20], [0.5] * 21)),
        HandMade(accuracies=([0.3, *[0.5] * 19], [0.5] * 20)),
    ),
]
CASES += [
    case(
        DeepDiagnosis,
        "output_range",
        "after_epoch",
        HandMade(with_layer(2, activation="relu"), plan=NUMBERS, epoch=1, targets=BELOW),
        [
            HandMade(with_layer(2, activation="relu"), plan=NUMBERS, epoch=1, targets=ABOVE),
            HandMade(with_layer(2, activation="relu"), plan=NUMBERS, epoch=2, targets=BELOW),
            HandMade(plan=NUMBERS, epoch=1, targets=BELOW),
        ],
    ),
]
