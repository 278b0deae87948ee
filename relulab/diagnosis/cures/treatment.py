"""What the cures share: the design they look at, and how parts of it are addressed."""

from collections.abc import Callable
from typing import Any, Protocol

from relulab.data.dataset import Description
from relulab.diagnosis.cure import Change, Cure
from relulab.experiment import ExperimentSpec

NORMS = ("batch_norm", "layer_norm")


class Design(Protocol):
    """What a cure looks at; an Evidence is one."""

    @property
    def spec(self) -> ExperimentSpec: ...
    @property
    def description(self) -> Description: ...


Treatment = Callable[[Design], Cure | None]


def acting(spec: ExperimentSpec, index: int) -> str | None:
    """The activation that the weights of the layer at ``index`` meet: its own, or that of the norm behind it."""
    layer = spec.model.layers[index]
    if layer.activation is None:
        return None
    behind = spec.model.layers[index + 1] if index + 1 < len(spec.model.layers) else None
    if layer.activation.name == "identity" and behind is not None and behind.kind in NORMS:
        assert behind.activation is not None
        return behind.activation.name
    return layer.activation.name


def layer_path(index: int, part: str) -> tuple[str | int, ...]:
    """Where ``part`` of the layer at ``index`` stands in a spec."""
    return ("model", "layers", index, part)


def all_layers(layers: list[Any]) -> Change:
    """The change that puts these layers in place of the present ones."""
    return Change(("model", "layers"), layers)


def layer_data(spec: ExperimentSpec) -> list[dict[str, Any]]:
    """The layers of a spec as JSON."""
    data: list[dict[str, Any]] = spec.model_dump(mode="json")["model"]["layers"]
    return data
