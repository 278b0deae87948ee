"""Changes of a design as plain functions: spec in, spec out. The sections say what, these say how."""

from collections.abc import Mapping
from typing import Any

from relulab.catalog.layers import LAYERS
from relulab.catalog.losses import LOSSES, Loss, Task
from relulab.data.dataset import Description
from relulab.errors import DataError, SpecError
from relulab.experiment import ActivationChoice, ExperimentSpec, InitializationChoice, LayerSpec
from relulab.model.shapes import output_units
from ui.widgets.edit import Path
from ui.widgets.form import with_values

Layers = tuple[LayerSpec, ...]


def edited(spec: ExperimentSpec, changes: Mapping[Path, Any]) -> ExperimentSpec:
    """``spec`` with new values at some paths; loss and sizes follow another data set. Raises SpecError."""
    new = with_values(spec, changes)
    if new.data.dataset.name != spec.data.dataset.name:
        new = with_own_sizes(new)
    return with_fitting_loss(new)


def with_own_sizes(spec: ExperimentSpec) -> ExperimentSpec:
    """Sizes chosen for another data set are dropped where there are only so many samples."""
    description = described(spec)
    if description is not None and description.available is None:
        return spec
    return spec.replace(data=spec.data.replace(train_size=None, validation_size=None, test_size=None))


def with_fitting_loss(spec: ExperimentSpec) -> ExperimentSpec:
    """Another data set may be another task: then the first loss that suits it, and no class weights for a number."""
    description = described(spec)
    if description is None:
        return spec
    if description.task is not Task.CLASSIFICATION and spec.training.class_weights != "none":
        spec = spec.replace(training=spec.training.replace(class_weights="none"))
    if suits(spec.training.loss_entry, description):
        return spec
    fitting = next((loss.key for loss in LOSSES.values() if suits(loss, description)), spec.training.loss)
    return spec.replace(training=spec.training.replace(loss=fitting))


def described(spec: ExperimentSpec) -> Description | None:
    """What is known of the data of ``spec``, None where they cannot be read or have not been."""
    if not spec.data.dataset.is_read:
        return None
    try:
        return spec.data.dataset.describe()
    except (DataError, SpecError):
        return None


def suits(loss: Loss, description: Description) -> bool:
    """Whether ``loss`` can be used on these data."""
    try:
        output_units(description, loss)
    except SpecError:
        return False
    return True


def of_kind(layer: LayerSpec, kind: str, parameters: Mapping[str, Any]) -> LayerSpec:
    """``layer`` as another kind; activation, initialization and bias stay where both kinds have them."""
    entry = LAYERS[kind]
    parts = {
        "activation": layer.activation if entry.has_activation else None,
        "initialization": layer.initialization if entry.has_weights else None,
        "bias": layer.bias if entry.has_weights else None,
    }
    return LayerSpec.parse({"kind": kind, "parameters": dict(parameters), **parts})


def added(layers: Layers, index: int, kind: str) -> Layers:
    """A new layer of ``kind`` at ``index``."""
    return (*layers[:index], LayerSpec(kind=kind), *layers[index:])


def removed(layers: Layers, index: int) -> Layers:
    """Without the layer at ``index``."""
    return layers[:index] + layers[index + 1 :]


def duplicated(layers: Layers, index: int) -> Layers:
    """The layer at ``index`` twice."""
    return layers[: index + 1] + layers[index:]


def resized(layers: Layers, index: int, by: int) -> Layers:
    """The layer at ``index`` with so many units more."""
    layer = layers[index]
    name = layer.entry.sized_by
    larger = layer.replace(parameters={**layer.parameters, name: int(layer.parameters[name]) + by})
    return (*layers[:index], larger, *layers[index + 1 :])


def moved(layers: Layers, start: int, end: int) -> Layers:
    """The layer at ``start`` taken out and put in again at ``end``."""
    rest = removed(layers, start)
    return (*rest[:end], layers[start], *rest[end:])


def with_all(
    layers: Layers, *, activation: ActivationChoice | None = None, initialization: InitializationChoice | None = None
) -> Layers:
    """All layers with weights get this activation or initialization."""
    parts: dict[str, Any] = {"activation": activation, "initialization": initialization}
    given = {name: part for name, part in parts.items() if part is not None}
    return tuple(layer.replace(**given) if layer.entry.has_weights else layer for layer in layers)
