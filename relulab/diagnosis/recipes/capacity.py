"""What a network can and cannot draw: straight lines, strangled ones, and samples learned by heart."""

from relulab.diagnosis.recipes.designs import accuracy, dense, experiment, loss, m5k, mnist, moons, scheme
from relulab.diagnosis.recipes.recipe import ILLNESSES, Expectation, Recipe

_DROP = {"kind": "dropout", "parameters": {"rate": 0.5}}
_OVERFIT = experiment(
    scheme("moons", noise=0.3),
    (50, 300, 1000),
    "standardized",
    [dense(128), dense(128)],
    optimizer="adamw",
    learning_rate=0.01,
    batch_size=32,
    steps=1500,
)

CAPACITY: tuple[Recipe, ...] = (
    Recipe(
        "linear_moons",
        "Linear collapse on moons",
        moons([dense(32, "identity", "lecun_normal")] * 3),
        (accuracy(0.84, 0.9, ".879"), Expectation("linear_r2", 0.999999, 1.000001, "1.000000")),
        stands=("linear_collapse",),
        must_not=("dead_layer", "vanishing_gradient", "underfitting"),
    ),
    Recipe(
        "linear_circle",
        "Linear collapse on circles",
        moons([dense(32, "identity", "lecun_normal")] * 3)
        | {"data": {"dataset": "circle", "train_size": 700, "test_size": 1000}},
        (accuracy(0.4, 0.65, ".49"),),
        stands=("linear_collapse",),
        must_not=("healthy", "dead_layer", "learning_rate_too_high"),
    ),
    Recipe(
        "relu_moons",
        "… cured by ReLU",
        moons([dense(32)] * 3),
        (accuracy(0.965, 1.0, ".983"), Expectation("linear_r2", 0.6, 0.95, ".815")),
        stands=("healthy",),
        must_not=ILLNESSES,
    ),
    Recipe(
        "softmax_inside",
        "Softmax inside",
        m5k(["flatten", *[dense(100, "softmax", "glorot_normal")] * 2]),
        (loss(2.28, 2.31, "2.300"),),
        stands=("softmax_inside", "plateau"),
        must_not=("dead_layer", "vanishing_signal", "symmetry"),
    ),
    Recipe(
        "overfitting",
        "Overfitting",
        _OVERFIT,
        (accuracy(0.75, 0.9, ".81"),),
        stands=("overfitting",),
        must_not=("underfitting", "plateau", "dead_layer", "vanishing_gradient"),
    ),
    Recipe(
        "overfitting_decay",
        "… eased by a weight decay of 1",
        _OVERFIT | {"training": _OVERFIT["training"] | {"optimizer": scheme("adamw", weight_decay=1.0)}},
        (accuracy(0.81, 0.92, ".843"),),
        must_not=("underfitting", "plateau", "dead_layer"),
    ),
    Recipe(
        "overfitting_dropout",
        "… eased by dropout of one half",
        _OVERFIT | {"model": {"layers": [dense(128), _DROP, dense(128), _DROP]}},
        (accuracy(0.81, 0.92, ".841"),),
        must_not=("underfitting", "plateau", "dead_layer"),
    ),
    Recipe(
        "overfitting_small",
        "… eased by only 4 units",
        _OVERFIT | {"model": {"layers": [dense(4)]}},
        (accuracy(0.8, 0.92, ".834"),),
        must_not=("plateau", "dead_layer"),
    ),
    Recipe(
        "overfitting_more_data",
        "… cured by 1,000 points",
        _OVERFIT | {"data": _OVERFIT["data"] | {"train_size": 1000}},
        (accuracy(0.87, 0.93, ".901"),),
        must_not=("underfitting", "plateau", "dead_layer"),
    ),
    *(
        Recipe(f"mnist_{key}", title, mnist(layers), (accuracy(low, high, said),), seeds=1, must_not=silent)
        for key, title, layers, low, high, said, silent in (
            ("softmax", "MNIST, softmax regression", ["flatten"], 0.915, 0.93, "92.1 %", ("linear_collapse",)),
            (
                "linear",
                "MNIST, four layers without ReLU",
                ["flatten", *[dense(units, "identity", "lecun_normal") for units in (256, 128, 64)]],
                0.91,
                0.93,
                "91.9 %",
                ("dead_layer", "healthy"),
            ),
            ("relu", "MNIST, 100 units with ReLU", ["flatten", dense(100)], 0.965, 0.98, "97.1 %", ILLNESSES),
            (
                "relu_2",
                "MNIST, 300 and 100 units with ReLU",
                ["flatten", dense(300), dense(100)],
                0.972,
                0.986,
                "98.0 %",
                ILLNESSES,
            ),
        )
    ),
)
