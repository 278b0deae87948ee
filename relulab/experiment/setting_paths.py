"""Settings by their path, ``model.layers.0.parameters.units``: how commands and sweeps change an experiment."""

import json
import re
from collections.abc import Iterable
from typing import Any

from relulab.errors import SpecError
from relulab.experiment.experiment import ExperimentSpec

SettingPath = tuple[str, ...]

_NO_JSON_NUMBER = re.compile(r"[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?")  # .1, 1. and +0.5: written by people all the same

# Setting the one clears the other.
EXCLUSIVE = {("training", "epochs"): "steps", ("training", "steps"): "epochs"}


def path_of(text: str) -> SettingPath:
    """The parts of a path as it is written."""
    return tuple(text.strip().split("."))


def value_of(text: str) -> Any:
    """A JSON value, or a number as people write it, such as .1; what is neither is text."""
    try:
        return json.loads(text)
    except ValueError:
        return float(text) if _NO_JSON_NUMBER.fullmatch(text) else text


def with_settings(spec: ExperimentSpec, settings: Iterable[tuple[SettingPath, Any]]) -> ExperimentSpec:
    """The experiment with every setting at its place, validated at the end. Raises SpecError."""
    data = spec.model_dump(mode="json")
    for path, value in settings:
        _place(data, path, value)
    return ExperimentSpec.parse(data)


def _place(data: Any, path: SettingPath, value: Any) -> None:
    """Put a value into nested tables and lists."""
    container = data
    for depth, step in enumerate(path[:-1]):
        container = container[_key(container, path, depth, step)]
    last = _key(container, path, len(path) - 1, path[-1], new=True)
    if last in ("name", "kind") and "parameters" in container and container[last] != value:
        container["parameters"] = {}  # another entry starts from its own defaults
    if path in EXCLUSIVE:
        container[EXCLUSIVE[path]] = None
    container[last] = value


def _key(container: Any, path: SettingPath, depth: int, step: str, new: bool = False) -> Any:
    """``step`` as the key or index that it means in ``container``. Raises SpecError that names the place.

    ``new`` allows a key that is not there yet; the validation judges it.
    """
    where = ".".join(path[: depth + 1])
    if isinstance(container, dict):
        if new or step in container:
            return step
        raise SpecError(f"{where}: there is no such field. There is: {', '.join(container)}.", path)
    if isinstance(container, list):
        if step.isdecimal() and int(step) < len(container):
            return int(step)
        count = f"0 to {len(container) - 1}" if container else "none, the list is empty"
        raise SpecError(f"{where}: '{step}' is not a place in this list ({count}).", path)
    raise SpecError(f"{where}: {'.'.join(path[:depth])} is a single value and has no fields.", path)
