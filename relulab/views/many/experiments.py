"""Questions that many networks answer and one cannot: each a preset, what is changed of it, and what it is tried at.

They stand in a menu of their own and leave the run of the window alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.experiment.setting_paths import path_of, with_settings
from relulab.population.named_settings import NO_CURE, OF_OVERFITTING
from relulab.text import NOTHING, Text, text
from relulab.views.many.ready import TABLES, Ready

FEW = 5  # starts, where a network takes long


@dataclass(frozen=True, slots=True)
class Experiment(Ready):
    """``settings``: what is different from the preset. Without ``over`` it is many starts of one design, on the same
    data. ``tip``: what is to be seen.
    """

    tip: Text = NOTHING
    preset: str = ""
    settings: Mapping[str, Any] | None = None

    def spec(self) -> ExperimentSpec:
        """The design, called as the experiment is."""
        changed = [(path_of(path), value) for path, value in (self.settings or {}).items()]
        return with_settings(load_preset(self.preset), [*changed, (("name",), str(self.title))])


def _dense(units: int, **parts: Any) -> list[dict[str, Any]]:
    return [{"kind": "dense", "parameters": {"units": units}, **parts}]


EXPERIMENTS: Mapping[str, Experiment] = {
    experiment.key: experiment
    for experiment in (
        Experiment(
            "straight-or-curved", text("Straight or curved boundary?"),
            {"data.dataset": "moons, circle", "hidden.activation": "identity, relu"}, FEW, "accuracy",
            text("Two data sets, with and without ReLU: what can a straight line do?"), "circle-linear",
        ),
        Experiment(
            "cures", text("Which cure cures dying ReLUs?"), TABLES["cures"].over,
            tip=text("The textbooks' cures at a learning rate of 1, each on the same 20 starts"), preset="dying-relu",
        ),
        Experiment(
            "cures-lower", text("Which cure cures at a lower rate?"), TABLES["cures"].over,
            tip=text("The same cures at a learning rate of 0.3, each on the same 20 starts"), preset="dying-relu",
            settings={"training.learning_rate": 0.3},
        ),
        Experiment(
            "death", text("Where do networks die?"),
            {"training.learning_rate": "log:0.01:10:7", "hidden.bias": "lin:-2:0.5:6"}, 4, "dead",
            text("Learning rate against bias at the start: where half of the starts die, and where all"), "dying-relu",
        ),
        Experiment(
            "born-dead", text("When is a network born dead?"),
            {"hidden.depth": "2, 4, 6, 10, 15", "hidden.units": "2, 3, 4, 5, 8"}, 20, "dead",
            text("Depth against width before the first step, beside what Lu et al. (2019) prove"), "born-dead",
            {"training.steps": 1, "training.learning_rate": 1e-6},
        ),
        Experiment(
            "vanishing", text("How deep can each activation learn?"),
            {"hidden.depth": "1, 2, 4, 8, 12", "hidden.activation": "sigmoid, tanh, relu, gelu"}, 3, "accuracy",
            text("Sigmoids lose the gradient layer by layer; which activations pass it on?"), "sigmoid-vanishing",
            {
                "model.layers": ["flatten", *_dense(32, activation="sigmoid", initialization="glorot_normal")],
                "training.steps": 200,
            },
        ),
        Experiment(
            "edge-of-chaos", text("How large may the first weights of deep networks be?"),
            {"hidden.gain": "0.5, 0.8, 1, 1.5, 2, 3", "hidden.depth": "2, 4, 8, 16"}, 3, "accuracy",
            text("Below a gain of 1 signals of tanh die out with depth, far above it they are chaos"),
            "sigmoid-vanishing",
            {
                "model.layers": ["flatten", *_dense(32, activation="tanh", initialization="glorot_normal")],
                "training.steps": 300,
            },
        ),
        Experiment(
            "noise", text("How do units come to differ?"), {"hidden.noise": "lin:0:1:6"}, measure="accuracy",
            tip=text("All weights equal at the start, then with more and more noise"), preset="constant-init",
        ),
        Experiment(
            "units", text("Do more units fit more?"), {"hidden.units": "2, 4, 8, 32, 128"}, FEW, "train_accuracy",
            text("Training and test accuracy against the width of the layers"), "overfitting",
        ),
        Experiment(
            "activations", text("What do other activations bring?"), TABLES["activations"].over, FEW, "accuracy",
            text("Six activations on two moons, each with the same starts"), "moons-healthy", {"training.steps": 500},
        ),
        Experiment(
            "first-weights", text("Zeros? Normal or uniform weights?"),
            {"hidden.initialization": "zeros, he_normal, he_uniform"}, FEW, "accuracy",
            text("Three ways to begin, on handwritten digits"), "digits-mlp", {"training.steps": 1500},
        ),
        Experiment(
            "overfitting", text("What helps against overfitting?"),
            {"cure": ", ".join((NO_CURE, *OF_OVERFITTING))}, FEW, "accuracy",
            text("More data, fewer layers, penalties and dropout, each with the same starts"), "overfitting",
        ),
        Experiment(
            "input-factor", text("What do large inputs do?"),
            {"data.input_factor": "1, 4, 16, 64", "training.clipping": "none, norm"}, FEW, "dead",
            text("Inputs times a factor, with and without clipping: from which size on do units die?"),
            "unscaled-input", {"data.scaling": "unit"},
        ),
        Experiment(
            "width", text("How does the error fall with the width?"), {"hidden.units": "4, 8, 16, 32, 64"}, FEW, "best",
            text("A sine by one layer of ReLUs: the best and the median of several starts"), "sine-fit",
            {"model.layers": _dense(16, bias="spread")},
        ),
        Experiment(
            "minima", text("Does every start find the same minimum?"), {}, 100,
            tip=text("A hundred starts of three units on the same samples: their final losses stand in groups"),
            preset="moons-healthy",
            settings={
                "model.layers": _dense(3), "data.train_size": 200, "training.batch_size": 200,
                "training.optimizer": "adam", "training.learning_rate": 0.03, "training.steps": 1500,
            },
        ),
    )
}  # fmt: skip
