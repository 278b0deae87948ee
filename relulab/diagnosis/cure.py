"""A cure is a change of the experiment as data, so that it can be shown before it is tried."""

from dataclasses import dataclass
from typing import Any

from relulab.data.dataset import Description
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import Difference, changes
from relulab.experiment.described_fields import Path
from relulab.model.plan import check_design
from relulab.text import Text


@dataclass(frozen=True, slots=True)
class Change:
    """Put ``value`` (as in the JSON of a spec) at ``path``, for example ("training", "learning_rate")."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Cure:
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
        """What would change. Raises SpecError as ``apply`` does."""
        return changes(spec, self.apply(spec))

    def can_be_tried(self, spec: ExperimentSpec, description: Description) -> bool:
        """Whether there is anything to try: the changed experiment is another one, and it can be built."""
        try:
            changed = self.apply(spec)
            check_design(changed, description)
        except SpecError:
            return False
        return changed != spec

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
