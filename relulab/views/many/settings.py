"""What a map can go over: the settings by their path, with the values that are offered first."""

from collections.abc import Mapping
from dataclasses import dataclass

from relulab.experiment.described_fields import setting_title
from relulab.population.named_settings import CURES
from relulab.text import Text, text


@dataclass(frozen=True, slots=True)
class MapSetting:
    """``values``: offered first, as they are written; ``short`` names it in sentences: "a rate of 0.4"."""

    path: str
    title: Text
    short: Text
    values: str


MAP_SETTINGS: Mapping[str, MapSetting] = {
    setting.path: setting
    for setting in (
        MapSetting("training.learning_rate", setting_title("learning_rate"), text("rate"), "log:0.001:10:9"),
        MapSetting("hidden.bias", text("bias at the start"), text("bias"), "lin:-2:0.5:6"),
        MapSetting("hidden.depth", text("hidden layers"), text("depth"), "1, 2, 3, 4, 6, 8, 12, 16"),
        MapSetting("hidden.units", text("units in each layer"), text("width"), "2, 3, 4, 6, 8, 12, 16, 32"),
        MapSetting(
            "hidden.activation", text("activation"), text("activation"),
            "relu, leaky_relu, elu, gelu, tanh, sigmoid",
        ),
        MapSetting(
            "hidden.initialization", text("first weights"), text("start"),
            "he_normal, glorot_normal, lecun_normal, orthogonal, pytorch_default, zeros",
        ),
        MapSetting("hidden.noise", text("noise in the start"), text("noise"), "lin:0:1:6"),
        MapSetting("hidden.gain", text("gain of Glorot's weights"), text("gain"), "0.5, 0.8, 1, 1.2, 1.5, 2, 3"),
        MapSetting("cure", text("cure"), text("cure"), ", ".join(CURES)),
        MapSetting("training.batch_size", text("batch size"), text("batch size"), "1, 2, 4, 8, 16, 32, 64, 128"),
        MapSetting("training.optimizer", text("optimizer"), text("optimizer"), "sgd, momentum, adam, rmsprop"),
        MapSetting("training.steps", text("steps"), text("length"), "50, 100, 200, 500, 1000"),
        MapSetting("training.l2", text("L2 penalty"), text("penalty"), "log:0.0001:1:9"),
        MapSetting("training.clipping", text("clipping"), text("clipping"), "none, norm, value"),
        MapSetting("data.dataset", setting_title("dataset"), text("data"), "moons, circle, spiral, xor"),
        MapSetting("data.train_size", text("training samples"), text("sample"), "20, 50, 100, 200, 500, 1000"),
        MapSetting("data.label_noise", text("label noise"), text("noise"), "lin:0:0.5:6"),
        MapSetting("data.input_factor", text("input factor"), text("factor"), "log:0.01:100:9"),
        MapSetting("data.scaling", text("scaling of the inputs"), text("scaling"), "standardized, unit, raw"),
    )
}  # fmt: skip
