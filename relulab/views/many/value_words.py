"""What a value of a setting is called: a choice as the catalogue calls it, a number as short as it can be read."""

from collections.abc import Callable, Mapping
from typing import Any

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.data.datasets import DATASETS
from relulab.experiment.setting_paths import SettingPath
from relulab.formatting import mid_sentence, number
from relulab.text import Text, text

CURE_TITLES: Mapping[str, Text] = {
    "none": text("None: as it is"), "smaller_rate": text("Smaller rate"), "prelu": text("PReLU"),
    "leaky_0.1": text("Leaky ReLU (slope 0.1)"), "leaky_0.01": text("Leaky ReLU (slope 0.01)"),
    "batch_norm": text("Batch norm"), "layer_norm": text("Layer norm"), "gelu": text("GELU"), "elu": text("ELU"),
    "selu": text("SELU"), "clip_to_1": text("Clipping at a norm of 1"), "rai": text("RAI weights"),
    "warm_up": text("Warm-up of the rate"), "more_data": text("More data"), "one_layer": text("One layer"),
    "l1": text("L1 penalty"), "l2": text("L2 penalty"), "dropout": text("Dropout"),
}  # fmt: skip
_CATALOGUES: Mapping[str, Mapping[str, Any]] = {
    "activation": ACTIVATIONS, "initialization": INITIALIZATIONS, "optimizer": OPTIMIZERS,
    "clipping": CLIPPINGS, "schedule": SCHEDULES, "dataset": DATASETS,
}  # fmt: skip


def value_title(value: Any, path: SettingPath, say: Callable[[Text], str] = str) -> str:
    """A value as the head of a row or a column; ``say`` translates."""
    if path[-1] == "cure" and value in CURE_TITLES:
        return say(CURE_TITLES[value])
    key = str(value.get("name", value)) if isinstance(value, dict) else value
    catalogue = _CATALOGUES.get(path[-1], {})
    if isinstance(key, str) and key in catalogue:
        return str(catalogue[key].title)
    if isinstance(value, float):
        return number(value, 3, printed=True)
    return f"{value:,}" if isinstance(value, int) else str(key).replace("_", " ")


def value_word(value: Any, path: SettingPath) -> str:
    """A value inside a sentence."""
    return mid_sentence(value_title(value, path))
