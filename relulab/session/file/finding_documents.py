"""Findings in a file: plain sentences, because a template from a stranger could be made to do harm.

``str.format`` follows attributes and pads to any width; so only what it gave is kept, and read back as text
without places to fill in.
"""

from typing import Annotated, Self

from pydantic import Field, JsonValue

from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.errors import SessionError
from relulab.model.layout import Layout
from relulab.session.file.document import Count, Document, Line, Prose
from relulab.text import Text
from relulab.training.telemetry import FindingsRecord


class ChangeDocument(Document):
    path: tuple[str | int, ...]
    value: JsonValue


class FixDocument(Document):
    key: Line
    title: Prose
    changes: tuple[ChangeDocument, ...]


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
    units: tuple[Count, ...]
    measured: float
    unit: Line
    threshold: float
    sample: Prose
    began: Count | None
    ended: Count | None
    fixes: tuple[FixDocument, ...]  # the name of cures in files

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
        texts = {name: _plain(data[name]) for name in ("explanation", "why", "sample")}
        cures = tuple(
            Cure(fix.key, _plain(fix.title), tuple(Change(change.path, change.value) for change in fix.changes))
            for fix in self.fixes
        )
        return Finding(**(data | texts | {"cures": cures}))


class FindingsDocument(Document):
    """A FindingsRecord."""

    step: Count
    current: Annotated[tuple[FindingDocument, ...], Field(max_length=1000)]
    ended: Annotated[tuple[FindingDocument, ...], Field(max_length=1000)]

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


def _plain(sentence: str) -> Text:
    return Text(sentence.replace("{", "{{").replace("}", "}}"))
