"""Ready-made experiments. Each is one JSON file in ``resources/presets`` that says only what is special about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from relulab.experiment.migrations import migrate
from relulab.registry import Registry

if TYPE_CHECKING:
    from relulab.experiment.experiment import ExperimentSpec

DEFAULT_PRESET = "digits-mlp"

# The menu, in the order in which a student meets things.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "First steps": (
        *("digits-mlp", "moons-healthy", "spiral", "sine-fit", "circle-linear"),
        *("mnist-small-relu", "mnist-small-linear", "mnist-small-cnn"),
    ),
    "Real images": ("mnist-mlp", "mnist-linear", "mnist-cnn"),
    "ReLUs that die": ("dying-relu", "dying-bias", "born-dead", "unscaled-input", "clipping-rescue"),
    "Weights that start badly": ("zero-init", "constant-init", "saturation"),
    "Depth": ("sigmoid-vanishing", "signal-dies", "exploding", "deep-xavier", "deep-he"),
    "Design mistakes": ("linear-collapse", "softmax-inside", "overfitting"),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made experiment. ``summary`` says what to watch, ``question`` what it answers."""

    key: str
    group: str
    title: str
    summary: str
    question: str
    experiment: Mapping[str, Any]

    def spec(self) -> "ExperimentSpec":
        """The whole experiment, validated. Raises SpecError."""
        from relulab.experiment.experiment import ExperimentSpec  # here: the list of presets needs no validation

        return ExperimentSpec.parse(migrate({"name": self.title, **self.experiment}))


def _read(key: str, group: str) -> Preset:
    text = resources.files("resources").joinpath("presets", f"{key}.json").read_text(encoding="utf-8")
    return Preset(key=key, group=group, **json.loads(text))


PRESETS: Registry[Preset] = Registry("preset", *(_read(key, group) for group, keys in GROUPS.items() for key in keys))


def load_preset(name: str) -> "ExperimentSpec":
    """The experiment of a preset. Raises UnknownKeyError that lists what there is."""
    return PRESETS[name].spec()
