"""A rule: a name, what it needs to have been measured, and a function from evidence to findings."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from relulab.diagnosis.cure import Cure
from relulab.diagnosis.cures import Design, Treatment
from relulab.diagnosis.evidence import Evidence, once
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.moment import MOMENT_FIELDS
from relulab.diagnosis.stretch import Requirement
from relulab.measurements.initial_loss import START_STATISTICS
from relulab.measurements.registry import JUDGED, PROBE
from relulab.measurements.status import UnitStatus
from relulab.measurements.thresholds import Threshold
from relulab.text import Text, joined, text

Findings = Iterable[Finding]

log = logging.getLogger(__name__)

JUDGED_TITLES = {entry.key: entry.title for entry in JUDGED}

DESIGN = Text("the design, before any training")
DATA = Text("all training samples, as the network sees them")


@once
def probe_set(evidence: Evidence) -> Text:
    """What probe measurements were taken on."""
    seen = text("{count:training sample|training samples}, with dropout off", count=evidence.probe_samples)
    if evidence.moment is None or evidence.moment.step > 0 or not evidence.layout.has_batch_norm:
        return seen
    return joined([seen, START_STATISTICS], ", ")


def batch(evidence: Evidence) -> Text:
    """What gradients and updates were taken on."""
    return text("one training batch of {count:sample|samples}", count=evidence.spec.training.batch_size)


@dataclass(frozen=True, slots=True)
class Rule:
    """``check`` is called where every field of the moment named in ``needs`` was measured; none: on designs too.
    ``about``: whether a design with its data has what the rule speaks of; asked once in a run. ``requires``: what else
    a run must have shown before the rule can tell; ``check`` is silent until then, or says only what is certain
    without it.

    ``cures`` propose what to try, best first. ``hold``: number of judged moments in a row at which it must hold
    before it appears, and fail to hold before it goes. ``when_clear``: only where no illness was found. ``ends_run``:
    it names what a run ended with, so it began where the run ended. What explains it stands in ``causes.py``.
    """

    key: str
    title: str
    check: Callable[[Evidence], Findings]
    needs: tuple[str, ...] = ()
    about: Callable[[Evidence], bool] = lambda evidence: True
    requires: tuple[Requirement, ...] = ()
    cures: tuple[Treatment, ...] = ()
    hold: int = 1
    when_clear: bool = False
    ends_run: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.needs) - MOMENT_FIELDS
        if unknown:
            raise ValueError(f"rule '{self.key}' needs what no moment has: {', '.join(sorted(unknown))}")

    def applies(self, evidence: Evidence) -> bool:
        """Whether what it needs was measured, and the design has what it speaks of."""
        return evidence.measured.issuperset(self.needs) and self.about(evidence)

    def lacks(self, evidence: Evidence) -> Text | None:
        """Why the run so far cannot be judged by this rule, to stand behind "because"; None where it can."""
        if evidence.moment is None or not self.about(evidence):
            return None
        values = {name: getattr(evidence.moment, name) for name in self.needs}
        if any(name in PROBE and value.size and np.isnan(value).all() for name, value in values.items()):
            return None  # no layer has what is measured there
        required: list[Requirement] = [*self.requires, *(partial(_measured, name) for name in self.needs), self._holds]
        return next((missing for require in required if (missing := require(evidence)) is not None), None)

    def _holds(self, evidence: Evidence) -> Text | None:
        """What lacks for it to hold as often as it has to."""
        moments = len(evidence.moments)
        if moments >= self.hold:
            return None
        return text(
            "the run has {moments:measurement|measurements}, and this has to hold in {least} in a row",
            moments=moments,
            least=self.hold,
        )

    def cures_of(self, design: Design) -> tuple[Cure, ...]:
        """What can be tried on this design. Cures that have no place in it or cannot be built are left out, and so is
        one that cannot be worked out: a finding needs no cure.
        """
        return tuple(cure for treatment in self.cures if (cure := _cure_of(treatment, design)) is not None)

    def finding(
        self,
        evidence: Evidence,
        severity: Severity,
        explanation: Text,
        why: Text,
        *,
        position: int | None = None,
        against: Threshold | None = None,
        sample: Text | None = None,
        **details: Any,
    ) -> Finding:
        """A finding at the present moment about the measured layer at ``position`` (None: the whole experiment).

        ``sample``: what was measured, by default the probe set. ``details`` are fields of Finding: units, measured;
        the threshold that ``measured`` is compared with is handed over as ``against``, or as unit and threshold where
        it is no number of its own.
        """
        if against is not None:
            details |= {"unit": against.unit, "threshold": against.value}
        layer = None if position is None else evidence.layer(position)
        return Finding(
            rule=self.key,
            title=self.title,
            severity=severity,
            explanation=explanation,
            why=why,
            layer=layer.name if layer else "",
            layer_title=layer.title if layer else "",
            layer_index=layer.index if layer else None,
            sample=probe_set(evidence) if sample is None else sample,
            began=evidence.moment.step if evidence.moment else None,
            **details,
        )


def _cure_of(treatment: Treatment, design: Design) -> Cure | None:
    try:
        cure = treatment(design)
        return cure if cure is not None and cure.can_be_tried(design.spec, design.description) else None
    except Exception:
        log.exception("a cure could not be worked out")
        return None


def _measured(name: str, evidence: Evidence) -> Text | None:
    """What the moment lacks of one of its fields."""
    value = getattr(evidence.now, name)
    if evidence.now.has(name) and not (isinstance(value, np.ndarray) and np.isnan(value).all()):
        return None
    title = JUDGED_TITLES.get(name, name.replace("_", " "))
    return text("this was not measured at the end: {measurement}", measurement=text(title))


def units_with(evidence: Evidence, position: int, status: UnitStatus) -> tuple[int, ...]:
    """The numbers of the layer's units with this status; empty where it was not measured."""
    moment, offsets = evidence.moment, evidence.layout.offsets
    if moment is None or not moment.unit_status.size:
        return ()
    of_layer = moment.unit_status[offsets[position] : offsets[position + 1]]
    return tuple(int(unit) for unit in np.flatnonzero(of_layer == status))
