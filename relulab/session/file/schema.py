"""What the JSON parts of a session must look like, as pydantic models.

Findings are plain sentences in a file, because a template from a stranger could be made to do harm: ``str.format``
follows attributes and pads to any width. So only what it gave is kept, and read back as text without places to fill in.
"""

from dataclasses import fields
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, JsonValue, model_validator

from relulab.data.dataset import Description
from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.errors import SessionError
from relulab.experiment import ClippingChoice, ExperimentSpec
from relulab.experiment.described_fields import OUTPUT
from relulab.experiment.frozen import AtMost
from relulab.experiment.migrations import migrate
from relulab.model.layout import Layout
from relulab.session.file.document import Count, Document, Key, Line, Prose
from relulab.session.file.tables import PICTURES_BY_KIND
from relulab.session.limits import (
    CERTIFICATES,
    CHANGES,
    CHECKPOINTS,
    CURES,
    EXPERIMENTS,
    FINDING_UNITS,
    FINDINGS,
    MAPS,
    PATH_STEPS,
    PICTURES,
    RUNS,
    TRIALS,
)
from relulab.session.session import DataFingerprint, RunRecord
from relulab.text import as_it_stands
from relulab.training.checkpoint import Tally
from relulab.training.state import State
from relulab.training.telemetry import ChangeRecord, DeathCertificate, FindingsRecord


def _migrated(data: Any) -> Any:
    return data if isinstance(data, ExperimentSpec) else migrate(data)


MOST_DIGITS = 9  # of the number of a unit
CURABLE = (("model",), ("training",))  # a cure out of a file changes nothing else: data may lie anywhere

Experiment = Annotated[ExperimentSpec, BeforeValidator(_migrated)]


# Fields of a RunRecord that are in run.json as they are.
PLAIN_FIELDS = tuple(f.name for f in fields(RunRecord) if f.name not in ("key", "history", "checkpoints"))

# Parts of a Checkpoint that are in training.safetensors, their names in front of the names of the arrays.
TRAINING_TENSORS = ("optimizer", "random", "frozen")


class PictureDocument(Document):
    title: Line
    note: Prose
    run: Key | Annotated[str, Field(max_length=0)]


class SessionDocument(Document):
    """session.json. ``pictures`` describe pictures/0000.png, pictures/0001.png, … in order;
    ``maps`` says how many maps/0000.json, … there are.
    """

    title: Line
    author: Line
    notes: Prose
    experiments: Annotated[tuple[Experiment, ...], AtMost(EXPERIMENTS)]
    runs: Annotated[tuple[Key, ...], AtMost(RUNS)]
    pictures: Annotated[tuple[PictureDocument, ...], AtMost(PICTURES)]
    maps: Annotated[int, Field(ge=0, le=MAPS)] = 0

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.runs)) != len(self.runs):
            raise ValueError("a run is listed twice.")
        return self


class ChangeDocument(Document):
    path: Annotated[tuple[Line | int, ...], AtMost(PATH_STEPS)]
    value: JsonValue


class FixDocument(Document):
    key: Line
    title: Prose
    changes: Annotated[tuple[ChangeDocument, ...], AtMost(CURES)]


class FindingDocument(Document):
    """A Finding with its sentences as they are shown."""

    rule: Line
    title: Line
    severity: Severity
    explanation: Prose
    why: Prose
    layer: Line
    layer_title: Line
    layer_index: Count | None
    units: Annotated[tuple[Count, ...], AtMost(FINDING_UNITS)]
    measured: float
    unit: Line
    threshold: float
    sample: Prose
    began: Count | None
    ended: Count | None
    fixes: Annotated[tuple[FixDocument, ...], AtMost(CURES)]  # the name of cures in files
    because: Line = ""

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Raises SpecError for a text that is longer than a file may hold."""
        data = {name: getattr(finding, name) for name in cls.model_fields if name != "fixes"}
        texts = {name: str(data[name]) for name in ("explanation", "why", "sample")}
        fixes = [
            {
                "key": fix.key,
                "title": str(fix.title),
                "changes": [{"path": change.path, "value": change.value} for change in fix.changes],
            }
            for fix in finding.cures
        ]
        return cls.parse(data | texts | {"fixes": fixes})

    def finding(self, layout: Layout) -> Finding:
        """Raises SessionError for layers and units that the network does not have."""
        units = {layer.name: layer.units for layer in layout.layers}
        if self.layer and max(self.units, default=0) >= units.get(self.layer, 0):
            raise SessionError("a finding is about a layer or unit that the network does not have.")
        data = {name: getattr(self, name) for name in type(self).model_fields if name != "fixes"}
        texts = {name: as_it_stands(data[name]) for name in ("explanation", "why", "sample")}
        cures = tuple(
            Cure(fix.key, as_it_stands(fix.title), tuple(Change(change.path, change.value) for change in fix.changes))
            for fix in self.fixes
            if all(change.path[:1] in CURABLE for change in fix.changes)
        )
        return Finding(**(data | texts | {"cures": cures}))


class FindingsDocument(Document):
    """A FindingsRecord."""

    step: Count
    current: Annotated[tuple[FindingDocument, ...], AtMost(FINDINGS)]
    ended: Annotated[tuple[FindingDocument, ...], AtMost(FINDINGS)]

    @classmethod
    def of(cls, record: FindingsRecord) -> Self:
        """Raises SpecError as ``FindingDocument.of`` does."""
        groups = ([FindingDocument.of(finding) for finding in group] for group in (record.current, record.ended))
        current, ended = groups
        return cls.parse({"step": record.step, "current": current, "ended": ended})

    def record(self, layout: Layout) -> FindingsRecord:
        """Raises SessionError as ``FindingDocument.finding`` does."""
        current, ended = (tuple(one.finding(layout) for one in group) for group in (self.current, self.ended))
        return FindingsRecord(self.step, current, ended)


class ChangeRecordDocument(Document):
    """A change by hand. This format says in words alone what was changed."""

    step: Count
    what: Line
    before: Line
    after: Line

    @classmethod
    def of(cls, change: ChangeRecord) -> Self:
        """Raises SpecError for what cannot be kept."""
        return cls.parse({name: getattr(change, name) for name in cls.model_fields})

    def record(self, layout: Layout) -> ChangeRecord:
        """With the layer and the unit that ``what`` names: ``1 Dense, unit 3: bias``, ``layer 1: activation``."""
        place, _, unit = self.what.partition(":")[0].partition(", unit ")
        paths = {f"layer {(layer.index or 0) + 1}": i for i, layer in enumerate(layout.layers[:-1])}
        titles = {layer.title: i for i, layer in enumerate(layout.layers)}
        layer = (paths | titles | {OUTPUT: len(layout.layers) - 1}).get(place)
        digits = unit.replace(",", "")[:MOST_DIGITS]
        return ChangeRecord(**dict(self), layer=layer, unit=int(digits) - 1 if digits.isdecimal() else None)


class RunDocument(Document):
    """run.json of a run, or of a trial beside it, whose ``name`` is then the title of the trial.

    ``picture`` names a kind of PICTURES_BY_KIND or is empty. ``checkpoints`` are their steps; ``verdicts`` are the
    findings as they were at each of them. ``lost_in``: the first layer that went non-finite, where one did.
    """

    name: Line
    spec: Experiment
    description: Description
    probe_samples: Count
    validation_samples: Count
    device: Line
    data: DataFingerprint
    state: State
    message: Prose
    notes: Prose
    colour: Annotated[int, Field(ge=0, lt=10**6)]
    hidden: bool
    started: Line
    seconds: float
    test_loss: float
    test_accuracy: float
    parent: Key | Annotated[str, Field(max_length=0)]
    branched_at: Count
    environment: dict[Line, Line]
    findings: FindingsDocument | None
    verdicts: Annotated[tuple[FindingsDocument, ...], AtMost(CHECKPOINTS)] = ()
    lost_in: Line = ""
    certificates: Annotated[tuple[DeathCertificate, ...], AtMost(CERTIFICATES)]
    changes: Annotated[tuple[ChangeRecordDocument, ...], AtMost(CHANGES)]
    trials: Annotated[int, Field(ge=0, le=TRIALS)]
    picture: Line
    picture_step: Count
    checkpoints: Annotated[tuple[Count, ...], AtMost(CHECKPOINTS)]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        shape, outputs = self.description.input_shape, self.description.outputs
        if len(shape) not in (1, 3) or not all(1 <= side <= 10**7 for side in (*shape, outputs)):
            raise ValueError("the shape of the data is not one that data have.")
        if self.picture and self.picture not in PICTURES_BY_KIND:
            raise ValueError(f"there is no picture of the kind '{self.picture[:40]}'.")
        if list(self.checkpoints) != sorted(set(self.checkpoints)):
            raise ValueError("the checkpoints are not in order.")
        return self


class CheckpointDocument(Document):
    """checkpoint.json: what a checkpoint holds beside its arrays."""

    spec: Experiment
    step: Count
    rows_given: Count
    learning_rate: float
    clipping: ClippingChoice
    l1: float
    l2: float
    best_validation: tuple[float, int]
    early_stopped: Prose
    tally: Tally
    judged_every: Count = 0
    judged_tally: Tally | None = None
    channels_last: bool = False
    flushes: bool = False
