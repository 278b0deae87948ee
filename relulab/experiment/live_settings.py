"""What may change while a network learns, from one step to the next and without a new run."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypedDict

from relulab.experiment.experiment import ClippingChoice, ExperimentSpec


class LiveChange(TypedDict, total=False):
    """Some of the ``LiveSettings``; what is absent or None stays as it is."""

    learning_rate: float | None
    clipping: ClippingChoice | None
    l1: float | None
    l2: float | None


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """The fields of a ``TrainingSpec`` of the same names, as they are at some step."""

    learning_rate: float
    clipping: ClippingChoice
    l1: float
    l2: float

    @classmethod
    def of(cls, owner: object) -> Self:
        """Those that ``owner`` has as attributes: a ``TrainingSpec``, or the document of a checkpoint."""
        return cls(**{name: getattr(owner, name) for name in LIVE_FIELDS})

    def as_dict(self) -> dict[str, Any]:
        """By name."""
        return {name: getattr(self, name) for name in LIVE_FIELDS}

    def changed(self, change: LiveChange) -> Self:
        """With ``change``."""
        asked: dict[str, Any] = {name: value for name, value in change.items() if value is not None}
        return replace(self, **asked)

    def put_into(self, spec: ExperimentSpec) -> ExperimentSpec:
        """``spec`` with these settings, unchecked."""
        return spec.model_copy(update={"training": spec.training.model_copy(update=self.as_dict())})

    def settled(self, spec: ExperimentSpec) -> ExperimentSpec:
        """``spec`` with these settings. Raises SpecError."""
        return spec.replace(training=spec.training.replace(**self.as_dict()))


LIVE_FIELDS = tuple(field.name for field in fields(LiveSettings))
