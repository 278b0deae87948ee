"""NeuraLint: where its conditions fire, and where they do not."""

from benchmarks.exam.detectors import NeuraLint
from tests.helpers.exam_courses import Case, case, conv, dense, model

NORM, DROPOUT = "batch_norm", "dropout"
ZEROS = {"name": "normal", "parameters": {"std": 0.0}}
CASES: list[Case] = [
    case(
        NeuraLint,
        "constant_initialization",
        "before",
        model(dense(initialization=ZEROS)),
        model(dense(initialization={"name": "normal", "parameters": {"std": 0.1}})),
    ),
    case(NeuraLint, "constant_initialization", "before", model(initialization="zeros"), model()),
    case(
        NeuraLint,
        "missing_nonlinearity",
        "before",
        model(dense(activation="identity"), dense()),
        model(dense(activation="identity"), {"kind": NORM, "activation": "relu"}, dense()),
    ),
    case(NeuraLint, "output_against_loss", "before", model(activation="relu"), model(dense())),
    case(
        NeuraLint,
        "bias_before_norm",
        "before",
        model(dense(activation="identity"), NORM),
        model(dense(activation="identity", bias="none"), NORM),
    ),
    case(NeuraLint, "dropout_before_norm", "before", model(dense(), DROPOUT, NORM), model(dense(), NORM, DROPOUT)),
    case(
        NeuraLint,
        "dropout_before_pooling",
        "before",
        model(conv(4), DROPOUT, "avg_pool2d", "flatten", data="digits"),
        model(conv(4), "avg_pool2d", DROPOUT, "flatten", data="digits"),
    ),
    case(
        NeuraLint,
        "growing_widths",
        "before",
        model(dense(units=8), dense(units=9)),
        model(dense(units=8), dense(units=8)),
    ),
    case(
        NeuraLint,
        "shrinking_filters",
        "before",
        model(conv(8), conv(4), "flatten", data="digits"),
        model(conv(4), conv(4), "flatten", data="digits"),
    ),
]
