"""A fix is a change of the experiment as data, so that it can be shown before it is tried."""

from dataclasses import dataclass
from typing import Any

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.text import Text

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Put ``value`` (as in the JSON of a spec) at ``path``, for example ("training", "learning_rate")."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of what a fix does to an experiment: JSON values before and after."""

    path: Path
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Fix:
    """Something to try. ``changes`` are put into the spec in order; the result is validated as a whole."""

    key: str
    title: Text
    changes: tuple[Change, ...]

    def apply(self, spec: ExperimentSpec) -> ExperimentSpec:
        """The changed experiment. Raises SpecError where it is not a valid one."""
        data = spec.model_dump(mode="json")
        for change in self.changes:
            _put(data, change.path, change.value)
        return ExperimentSpec.parse(data)

    def differences(self, spec: ExperimentSpec) -> tuple[Difference, ...]:
        """What would change, leaf by leaf. Raises SpecError as ``apply`` does."""
        before, after = spec.model_dump(mode="json"), self.apply(spec).model_dump(mode="json")
        return tuple(_differences((), before, after))

    def changes_something(self, spec: ExperimentSpec) -> bool:
        """Whether there is anything to try: the changed experiment is valid and another one."""
        try:
            return self.apply(spec) != spec
        except SpecError:
            return False

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "key": self.key,
            "title": str(self.title),
            "changes": [{"path": list(change.path), "value": change.value} for change in self.changes],
        }


def _put(data: Any, path: Path, value: Any) -> None:
    """Set the value at ``path`` of nested dicts and lists, in place."""
    for step in path[:-1]:
        data = _at(data, step, path)
    _at(data, path[-1], path)
    data[path[-1]] = value


def _at(data: Any, step: str | int, path: Path) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        raise SpecError(f"{'.'.join(map(str, path))}: this experiment has no such field.", path) from None


def _differences(path: Path, before: Any, after: Any) -> list[Difference]:
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [line for name in before for line in _differences((*path, name), before[name], after[name])]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            line
            for i, (old, new) in enumerate(zip(before, after, strict=True))
            for line in _differences((*path, i), old, new)
        ]
    return [Difference(path, before, after)]
