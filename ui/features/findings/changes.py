"""What a fix changes, in words: one line per field, equal changes of several layers together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from relulab.diagnosis.fixes import Difference, Fix, Path
from relulab.experiment import ExperimentSpec, LayerSpec
from relulab.experiment.experiment import Choice
from ui.platform.translation import translate
from ui.widgets.number_field import number_text

CONTEXT = "Changes"
LAYERS_AT = ("model", "layers")


def change_lines(fix: Fix, spec: ExperimentSpec) -> list[str]:
    """``where · field: before → after``. Raises SpecError where the fix has no place in ``spec``."""
    after = fix.apply(spec)
    places: dict[tuple[str, str], list[str]] = {}
    for path in _fields(fix.differences(spec)):
        place, name = _named(path)
        change = f"{name}: {_change(_at(spec, path), _at(after, path))}"
        places.setdefault((place.rstrip("0123456789"), change), []).append(place)
    return [" · ".join(part for part in (_together(where), change) if part) for (_, change), where in places.items()]


def _fields(differences: Iterable[Difference]) -> list[Path]:
    """The path of each changed field, once: a choice whose name has changed counts as one field."""
    paths: dict[Path, None] = {}
    for difference in differences:
        path = difference.path[:-1] if difference.path[-1] == "name" else difference.path
        if not any(path[:length] in paths for length in range(len(path))):
            paths[path] = None
    return list(paths)


def _named(path: Path) -> tuple[str, str]:
    """Where a field is, and what it is called."""
    name = str(path[-1]).replace("_", " ")
    if len(path) > 2 and path[:2] == LAYERS_AT:
        if path[-2:] == ("parameters", "value"):
            name = str(path[-3])
        return translate(CONTEXT, "layer {number}").format(number=int(path[2]) + 1), name
    if path[:2] == ("model", "output"):
        return translate(CONTEXT, "output layer"), name
    return "", name


def _at(spec: ExperimentSpec, path: Path) -> Any:
    """The value at ``path``; nothing where a choice of another kind has no such parameter."""
    value: Any = spec
    for step in path:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(step, int):
            value = value[step]
        else:
            value = getattr(value, step)
    return value


def _change(before: Any, after: Any) -> str:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return _layers(before, after)
    return f"{_value(before)} → {_value(after)}"


def _layers(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> str:
    """How many of which kind come and go."""
    old, new = (Counter(layer.entry.title for layer in layers) for layers in (before, after))
    come = [f"+{count} {kind}" for kind, count in (new - old).items()]
    gone = [f"−{count} {kind}" for kind, count in (old - new).items()]
    return ", ".join([*come, *gone]) or translate(CONTEXT, "in another order")


def _value(value: Any) -> str:
    if isinstance(value, Choice):
        numbers = [_value(number) for number in value.parameters.values()]
        return value.entry.title + (f" ({', '.join(numbers)})" if numbers else "")
    if value is None:
        return translate(CONTEXT, "as the data set proposes")
    if isinstance(value, float):
        return number_text(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _together(places: Sequence[str]) -> str:
    """``layer 1``, ``layer 2``, ``layer 4`` as ``layers 1–2, 4``; places without a number as they are."""
    if len(places) < 2 or not places[0][-1:].isdigit():
        return places[0]
    numbers = [int("".join(filter(str.isdigit, place))) for place in places]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return translate(CONTEXT, "layers {numbers}").format(numbers=", ".join(texts))
