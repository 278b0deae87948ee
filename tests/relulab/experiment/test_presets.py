"""The ready-made experiments: complete, sound, and showing what they promise (expected numbers from the recipes)."""

import json
import math
import re
from collections.abc import Callable
from importlib import resources

import numpy as np
import pytest

import relulab
from relulab.api import TrainResult
from relulab.data.datasets import DATASETS
from relulab.errors import UnknownKeyError
from relulab.experiment.changes import changes
from relulab.experiment.presets import DEFAULT_PRESET, GROUPS, PRESETS, load_preset
from relulab.model.plan import check_experiment
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord

CHANCE_OF_TWO, CHANCE_OF_TEN = math.log(2), math.log(10)
REQUIRED = {
    "moons-healthy", "spiral", "circle-linear", "sine-fit", "digits-mlp", "mnist-mlp", "mnist-linear", "mnist-cnn",
    "dying-relu", "sigmoid-vanishing",
}  # fmt: skip
PATHOLOGIES = (
    "dying-relu", "dying-bias", "born-dead", "zero-init", "saturation", "sigmoid-vanishing", "exploding",
    "linear-collapse", "overfitting",
)  # fmt: skip


def test_files_and_menu_agree() -> None:
    files = {path.name for path in resources.files("resources").joinpath("presets").iterdir()}
    assert files == {f"{key}.json" for key in PRESETS}
    assert set(PRESETS) >= REQUIRED
    assert [key for keys in GROUPS.values() for key in keys] == list(PRESETS)


@pytest.mark.parametrize("key", list(PRESETS))
def test_a_preset_is_a_sound_experiment_with_words(key: str) -> None:
    preset = PRESETS[key]
    check_experiment(preset.spec())
    assert preset.spec().name == preset.title
    assert preset.question.endswith("?")
    assert preset.summary.endswith(".")
    assert "Watch" in preset.summary


@pytest.mark.parametrize("key", list(PRESETS))
def test_a_file_says_only_what_is_special(key: str) -> None:
    file = resources.files("resources").joinpath("presets", f"{key}.json")
    table = json.loads(file.read_text(encoding="utf-8"))
    assert set(table) == {"title", "summary", "question", "experiment"}


def test_the_default_and_the_pathologies_need_no_download() -> None:
    for key in (DEFAULT_PRESET, *PATHOLOGIES):
        assert not DATASETS[load_preset(key).data.dataset.name].downloadable, key


def test_an_unknown_preset_is_named() -> None:
    with pytest.raises(UnknownKeyError, match="Did you mean 'spiral'"):
        load_preset("spirl")


@pytest.mark.parametrize(
    ("with_relu", "without"), [("mnist-mlp", "mnist-linear"), ("mnist-small-relu", "mnist-small-linear")]
)
def test_t17_twins_differ_by_the_activation_of_their_hidden_layers_alone(with_relu: str, without: str) -> None:
    (difference,) = changes(load_preset(with_relu), load_preset(without))
    assert difference.name == "activation"
    assert difference.where == "hidden layers"
    assert [value.short for value in difference.values] == ["ReLU", "Identity (none)"]
    assert "twin" in PRESETS[with_relu].summary
    assert "twin" in PRESETS[without].summary


@pytest.mark.parametrize("key", list(PRESETS))
def test_t17_a_number_of_images_in_a_text_is_that_of_the_data(key: str) -> None:
    spec = load_preset(key)
    data = DATASETS[spec.data.dataset.name].describe(spec.data.dataset.parameters)
    sizes = {f"{size:,}" for size in (data.train_size, data.validation_size, data.test_size)}
    told = re.findall(r"([\d,]+) (?:images )?to (?:learn from|be tested on)", PRESETS[key].summary)
    assert set(told) <= sizes
    assert told or key not in ("mnist-mlp", "mnist-small-relu")


# --- What each one shows ----------------------------------------------------------------------------


class Seen:
    """What a student sees in the panels of one run."""

    def __init__(self, result: TrainResult) -> None:
        self.summary = result.summary
        self.dead = result.history.columns(ProbeRecord, "dead")[0]
        self.saturated = result.history.columns(ProbeRecord, "saturated")[0]
        self.std = result.history.columns(ProbeRecord, "std")[0]
        self.losses, self.gradients = result.history.columns(StepRecord, "loss", "gradient_rms")
        self.validation = result.history.columns(EvaluationRecord, "loss")[0]


def learns(least: float) -> Callable[[Seen], bool]:
    return lambda seen: seen.summary.test_accuracy >= least and seen.summary.state is State.FINISHED


def stays_at(chance: float) -> Callable[[Seen], bool]:
    return lambda seen: abs(seen.summary.train_loss - chance) < 0.02 * chance


SHOWS: dict[str, tuple[Callable[[Seen], bool], ...]] = {
    "digits-mlp": (
        learns(0.94),
        lambda s: s.summary.validation_loss < 1.1 * s.validation.min(),  # no overfitting
    ),
    "moons-healthy": (learns(0.97), lambda s: np.nanmax(s.dead[-1]) < 0.1),
    "spiral": (learns(0.95),),
    "sine-fit": (lambda s: s.summary.test_loss < 0.01,),  # the noise alone is 0.0025
    "circle-linear": (lambda s: s.summary.test_accuracy < 0.65,),
    "mnist-small-relu": (learns(0.92),),
    "mnist-small-linear": (lambda s: 0.84 < s.summary.test_accuracy < 0.88,),
    "mnist-small-cnn": (learns(0.93),),
    "dying-relu": (
        lambda s: 0.69 < s.summary.train_loss < 0.9 and s.summary.test_accuracy == 0.5,
        lambda s: s.dead[0].max(initial=0, where=~np.isnan(s.dead[0])) < 0.2 and np.nanmax(s.dead[-1]) == 1.0,
    ),
    "dying-bias": (stays_at(CHANCE_OF_TWO), lambda s: (s.dead[0][:2] == 1).all() and not s.gradients[0][:2].any()),
    "born-dead": (stays_at(CHANCE_OF_TWO), lambda s: s.dead[0][-2] == 1.0),
    "unscaled-input": (stays_at(CHANCE_OF_TEN), lambda s: (s.dead[-1][:2] == 1).all() and s.dead[0][0] < 0.1),
    "clipping-rescue": (learns(0.95),),
    "zero-init": (stays_at(CHANCE_OF_TWO), lambda s: not s.gradients[:, :2].any()),
    "constant-init": (lambda s: 0.8 < s.summary.test_accuracy < 0.93,),
    "saturation": (lambda s: s.summary.test_accuracy < 0.2, lambda s: bool((s.saturated[:, :2] > 0.99).all())),
    "sigmoid-vanishing": (
        stays_at(CHANCE_OF_TEN),
        lambda s: s.gradients[0][0] / s.gradients[0][-1] < 1e-3,
    ),
    "signal-dies": (stays_at(CHANCE_OF_TEN), lambda s: s.std[0][0] > 1e-2 and s.std[0][-2] < 1e-4),
    "exploding": (lambda s: s.summary.state is State.DIVERGED, lambda s: s.losses[0] > 1e4),
    "deep-xavier": (lambda s: s.summary.train_loss > 2.2, lambda s: s.std[0][-2] < 0.02 * s.std[0][0]),
    "deep-he": (lambda s: s.summary.train_loss < 1.0, lambda s: 0.2 < s.std[0][-2] / s.std[0][0] < 5.0),
    "linear-collapse": (lambda s: 0.8 < s.summary.test_accuracy < 0.93,),
    "softmax-inside": (stays_at(CHANCE_OF_TEN), lambda s: s.std[0][1] < 1e-3),
    "overfitting": (
        lambda s: s.summary.train_accuracy >= 0.96 and s.summary.test_accuracy < 0.92,
        lambda s: s.summary.validation_loss > 1.5 * s.validation.min(),
    ),
}  # fmt: skip


def test_every_offline_preset_is_watched() -> None:
    offline = [key for key in PRESETS if not DATASETS[load_preset(key).data.dataset.name].downloadable]
    assert sorted(SHOWS) == sorted(offline)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("key", list(SHOWS))
def test_a_preset_shows_what_it_promises(key: str) -> None:
    seen = Seen(relulab.train(load_preset(key)))
    for number, effect in enumerate(SHOWS[key]):
        assert effect(seen), f"effect {number} of {key}: {seen.summary}"
