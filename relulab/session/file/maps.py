"""A map that was trained, or begun, as a part of a session file: every value of its axes, every run that has ended."""

from typing import Annotated, Self

from pydantic import Field, JsonValue, model_validator

from relulab.diagnosis.ends import End
from relulab.errors import SessionError, SpecError
from relulab.experiment.experiment import SEED_LIMIT
from relulab.experiment.frozen import AtMost
from relulab.population.axes import Axis, Range
from relulab.population.kept_pictures import LONGEST
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.session.file.document import Count, Document, Line, Prose
from relulab.session.file.schema import Experiment
from relulab.session.kept_maps import KeptMap
from relulab.session.limits import MAP_AXES, MAP_RUNS


class MapRunDocument(Document):
    """A run of a map that has ended: fields of a ``Standing``."""

    run: Count
    seed: Count
    end: End
    reason: Prose
    step: Count
    total_steps: Count
    dead: Count
    hidden: Count
    loss: float
    accuracy: float
    test_loss: float
    test_accuracy: float
    dead_share: float
    steps_to_right: float
    gradient: float
    step_seconds: float
    line_beside: float
    picture: Annotated[str, Field(max_length=LONGEST)] = ""


class AxisDocument(Document):
    """``range``: as it is written, ``log:0.01:1:5``; else empty, and ``values`` are listed."""

    path: Line
    range: Line = ""
    values: Annotated[tuple[JsonValue, ...], AtMost(MAP_RUNS)] = ()


class MapDocument(Document):
    """maps/NNNN.json. ``fresh`` and ``same_data``: see ``Sweep``."""

    spec: Experiment
    over: Annotated[tuple[AxisDocument, ...], Field(min_length=1), AtMost(MAP_AXES)]
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, lt=SEED_LIMIT)], ...], Field(min_length=1), AtMost(MAP_RUNS)]
    fresh: bool
    same_data: bool
    runs: Annotated[tuple[MapRunDocument, ...], AtMost(MAP_RUNS)]

    @classmethod
    def of(cls, kept: KeptMap) -> Self:
        """Raises SpecError for what a file may not hold."""
        sweep = kept.sweep
        names = MapRunDocument.model_fields
        return cls.parse(
            {
                "spec": sweep.spec,
                "over": tuple(map(_axis_document, sweep.axes)),
                "seeds": sweep.seeds,
                "fresh": sweep.fresh,
                "same_data": sweep.same_data,
                "runs": tuple({name: getattr(run, name) for name in names} for _, run in sorted(kept.runs.items())),
            }
        )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if any(len(set(each)) < len(each) for each in (self.seeds, [run.run for run in self.runs])):
            raise ValueError("a seed or a run is listed twice.")
        return self

    def kept(self) -> KeptMap:
        """Raises SessionError for a map that no window makes."""
        try:
            axes = tuple(Axis.of(axis.path, axis.range or axis.values) for axis in self.over)
        except SpecError as error:
            raise SessionError(f"a map goes over values that cannot be: {error}") from None
        sweep = Sweep(self.spec, axes, self.seeds, self.fresh, self.same_data)
        if sweep.cells * len(self.seeds) > MAP_RUNS or any(run.run >= len(sweep) for run in self.runs):
            raise SessionError("a map has more runs than it may have.")
        runs = {run.run: Standing(**(dict(run) | {"end": run.end.value}), is_over=True) for run in self.runs}
        return KeptMap(sweep, runs)


def _axis_document(axis: Axis) -> dict[str, object]:
    values = axis.values
    if isinstance(values, Range):
        return {"path": axis.name, "range": f"{values.kind}:{values.first!r}:{values.last!r}:{values.number}"}
    return {"path": axis.name, "values": tuple(values)}
