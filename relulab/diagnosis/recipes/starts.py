"""What a network starts from: too equal, too large, too small, too deep."""

from relulab.diagnosis.recipes.designs import accuracy, dense, loss, m5k, moons, scheme
from relulab.diagnosis.recipes.recipe import Expectation, Recipe

_SMALL = scheme("normal", mean=0.0, std=0.01)
_LARGE = scheme("normal", mean=0.0, std=1.0)

STARTS: tuple[Recipe, ...] = (
    Recipe(
        "zero_weights",
        "All weights zero",
        moons([dense(64, weights="zeros")] * 2, output={"initialization": "zeros"}),
        (loss(0.69, 0.70, ".693"), Expectation("gradient_norm", 0.0, 0.0, "exactly 0")),
        stands=("symmetry", "plateau"),
        must_not=("born_dead", "dead_layer", "vanishing_gradient", "vanishing_signal", "learning_rate_too_high"),
    ),
    Recipe(
        "constant_weights",
        "All weights 0.1",
        moons(
            [dense(16, weights=scheme("constant", value=0.1))], output={"initialization": scheme("constant", value=0.1)}
        ),
        (accuracy(0.84, 0.9, ".877"), Expectation("effective_rank", 0.99, 1.05, "1")),
        stands=("symmetry",),
        must_not=("born_dead", "dead_layer", "learning_rate_too_high", "plateau"),
    ),
    Recipe(
        "uniform_weights",
        "Weights from 0 to 1 with sigmoid",
        m5k(["flatten", dense(100, "sigmoid", "uniform"), dense(100, "sigmoid", "uniform")], 500, batch_size=32),
        (
            accuracy(0.08, 0.15, ".094"),
            Expectation("saturated", 0.95, 1.0, "100 %", 0),
            Expectation("saturated", 0.95, 1.0, "100 %", 1),
        ),
        stands=("saturation", "plateau"),
        must_not=("dead_layer", "symmetry", "unscaled_input"),
    ),
    Recipe(
        "uniform_weights_cured",
        "… cured by Xavier weights",
        m5k(["flatten", *[dense(100, "sigmoid", "glorot_normal")] * 2], 500, batch_size=32),
        (accuracy(0.6, 0.78, ".686"),),
        must_not=("saturation", "vanishing_gradient"),
    ),
    *(
        Recipe(
            f"sigmoid_{depth}",
            f"Sigmoid, {depth} hidden layers",
            m5k(["flatten", *[dense(64, "sigmoid", "glorot_normal")] * depth]),
            (Expectation("gradient_norm_ratio", ratio / 3.0, ratio * 3.0, f"{ratio:g}"), *accuracy),
            stands=stands,
            must_not=must_not,
            seeds=3,
        )
        for depth, ratio, accuracy, stands, must_not in (
            (1, 0.6, (), (), ("vanishing_gradient", "dead_layer")),
            (2, 0.16, (), (), ("vanishing_gradient", "dead_layer")),
            (4, 9.5e-3, (accuracy(0.08, 0.14, ".117"),), ("plateau",), ("dead_layer",)),
            (8, 3.3e-5, (accuracy(0.08, 0.14, ".117"),), ("vanishing_gradient", "plateau"), ("dead_layer",)),
            (10, 1.1e-6, (accuracy(0.08, 0.14, ".117"),), ("vanishing_gradient", "plateau"), ("dead_layer",)),
        )
    ),
    Recipe(
        "sigmoid_8_normed",
        "Sigmoid, 8 hidden layers, cured by batch norm",
        m5k(
            ["flatten", *[dense(64, "identity", "glorot_normal"), {"kind": "batch_norm", "activation": "sigmoid"}] * 8]
        ),
        (accuracy(0.8, 0.92, ".868"),),
        must_not=("vanishing_gradient", "plateau"),
        seeds=3,
    ),
    Recipe(
        "relu_8",
        "ReLU, 8 hidden layers",
        m5k(["flatten", *[dense(64)] * 8]),
        (accuracy(0.83, 0.93, ".88"),),
        stands=("healthy",),
        must_not=("vanishing_gradient", "plateau", "vanishing_signal", "exploding_signal"),
        seeds=3,
    ),
    Recipe(
        "signal_dies",
        "Signal dies: weights of 0.01",
        m5k(["flatten", *[dense(64, weights=_SMALL)] * 6], learning_rate=0.01),
        (
            Expectation("first_std", 0.04, 0.08, ".058", 0),
            Expectation("first_std", 1e-8, 1e-7, "2.9e-8", 5),
            loss(2.29, 2.31, "2.301"),
        ),
        stands=("vanishing_signal", "plateau"),
        must_not=("dead_layer", "symmetry", "exploding_signal", "learning_rate_too_high"),
    ),
    Recipe(
        "explosion",
        "Explosion: weights of 1",
        m5k(["flatten", *[dense(64, weights=_LARGE)] * 6], learning_rate=0.01, output={"initialization": _LARGE}),
        (
            Expectation("first_std", 4.0, 8.0, "5.8", 0),
            Expectation("first_std", 1e4, 9e4, "2.9e4", 5),
            Expectation("first_loss", 5e4, 1e6, "2.8e5"),
            Expectation("diverged_at", 1.0, 5.0, "2"),
        ),
        stands=("exploding_signal", "exploding_gradient", "non_finite"),
        must_not=("dead_layer", "vanishing_signal", "unscaled_input", "symmetry"),
    ),
    Recipe(
        "explosion_clipped",
        "… clipping stops the NaN, not the bad scale",
        m5k(
            ["flatten", *[dense(64, weights=_LARGE)] * 6],
            learning_rate=0.01,
            output={"initialization": _LARGE},
            clipping=scheme("norm", max_norm=1.0),
        ),
        (Expectation("diverged", 0.0, 0.0, "finite"), loss(1e4, 3e5, "8.6e4")),
        stands=("exploding_signal",),
        must_not=("non_finite", "healthy"),
    ),
    Recipe(
        "deep_he",
        "30 layers, He",
        m5k(["flatten", *[dense(64)] * 29], learning_rate=0.01, output={"initialization": "he_normal"}),
        (loss(0.7, 2.1, "1.03"), accuracy(0.22, 0.75, ".53")),
        must_not=("vanishing_signal", "exploding_signal", "vanishing_gradient"),
        seeds=3,
    ),
    Recipe(
        "deep_xavier",
        "30 layers, Xavier",
        m5k(["flatten", *[dense(64, weights="glorot_normal")] * 29], learning_rate=0.01),
        (loss(2.29, 2.31, "2.300"), accuracy(0.08, 0.13, ".11")),
        stands=("vanishing_signal", "plateau"),
        must_not=("dead_layer", "exploding_signal", "healthy"),
        seeds=3,
    ),
)
