"""Matched designs that differ in one thing: trained in step and compared side by side by one click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relulab.experiment import ExperimentSpec
from relulab.experiment.experiment import LONGEST_NAME
from relulab.experiment.presets import load_preset
from relulab.experiment.setting_paths import path_of, with_settings
from relulab.formatting import shortened
from relulab.population.named_settings import NAMED
from relulab.text import Text, text
from relulab.views.many.value_words import value_title

RATE, ACTIVATION = "training.learning_rate", "hidden.activation"


@dataclass(frozen=True, slots=True)
class Matched:
    """``presets`` that were made for each other, or one with several ``values`` of the setting at ``path``.

    ``tip``: what is to be seen.
    """

    key: str
    title: Text
    tip: Text
    presets: tuple[str, ...]
    path: str = ""
    values: Sequence[Any] = ()

    def specs(self) -> tuple[ExperimentSpec, ...]:
        """The designs, each called after what is special about it."""
        if not self.path:
            return tuple(map(load_preset, self.presets))
        base = load_preset(self.presets[0])
        return tuple(self._variant(base, value) for value in self.values)

    def _variant(self, base: ExperimentSpec, value: Any) -> ExperimentSpec:
        path = path_of(self.path)
        spec = with_settings(base, NAMED[path](base, value) if path in NAMED else [(path, value)])
        ending = f": {value_title(value, path)}"
        return spec.replace(name=shortened(str(self.title), LONGEST_NAME - len(ending)) + ending)


MATCHED: Mapping[str, Matched] = {
    matched.key: matched
    for matched in (
        Matched(
            "circle", text("A circle without and with ReLU"),
            text("Three layers without a nonlinearity stay one straight line; with ReLU the line closes"),
            ("circle-linear",), ACTIVATION, ("identity", "relu"),
        ),
        Matched(
            "moons", text("Two moons without and with ReLU"),
            text("Layers that collapse into one, and the same layers with a bend between them"),
            ("linear-collapse",), ACTIVATION, ("identity", "relu"),
        ),
        Matched(
            "rates", text("Four learning rates"),
            text("The higher the rate, the more units die and the coarser the boundary"),
            ("dying-relu",), RATE, (0.01, 0.1, 0.3, 1.0),
        ),
        Matched(
            "clipping", text("A rate of 10, with and without clipping"),
            text("What clipping the gradient protects from"),
            ("clipping-rescue",), "training.clipping", ({"name": "norm", "parameters": {"max_norm": 0.1}}, "none"),
        ),
        Matched(
            "scaling", text("Inputs as they are, and standardized"),
            text("Pixels from 0 to 16 kill a network that learns from scaled ones"),
            ("unscaled-input",), "data.scaling", ("raw", "standardized"),
        ),
        Matched(
            "curves", text("A sine by ReLU and by tanh"), text("Straight pieces beside a smooth curve"),
            ("sine-fit",), ACTIVATION, ("relu", "tanh"),
        ),
        Matched(
            "digits", text("Small MNIST without and with ReLU"),
            text("The same layers as one linear map, and with a bend between them"),
            ("mnist-small-linear", "mnist-small-relu"),
        ),
        Matched(
            "depth", text("Thirty layers, Glorot and He"),
            text("Weights for tanh lose the signal of ReLUs, weights for ReLU keep it"),
            ("deep-xavier", "deep-he"),
        ),
    )
}  # fmt: skip
