"""What is said about a network: a verdict, the number behind it, why it happens, and what to try.

A finding is pure data. Its texts are templates with values apart, so that the window can translate them.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from relulab.diagnosis.cure import Cure
from relulab.formatting import reason
from relulab.text import NOTHING, Text


class Severity(Enum):
    """How bad it is, the worst first, notes after all verdicts.

    ERROR: the network cannot learn like this. WARNING: it learns worse than it could. LEARNING: nothing is wrong, and
    it is not where it is going yet.
    """

    ERROR = "error"
    WARNING = "warning"
    HEALTHY = "healthy"
    LEARNING = "learning"
    INFO = "info"

    @property
    def is_illness(self) -> bool:
        return self in (Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict with its evidence.

    ``layer`` is the name of a measured layer in the layout, empty for the whole experiment; ``layer_title`` is
    what people call it and ``layer_index`` its place in ``spec.model.layers`` (None for the output layer).
    ``units`` are the unit numbers that it is about, empty for all of them.
    ``measured`` has the unit ``unit`` and was compared with ``threshold`` (NaN where the verdict needs no number).
    ``sample`` says what it was measured on. ``began`` and ``ended`` are steps: the first at which it held and the
    first at which it held no more; None before the first step, and while it lasts.
    ``because``: the rule whose finding explains this one, empty where nothing does; only the cause offers cures then.
    ``explanation`` is two plain sentences, ``why`` the mechanism with its formula.
    """

    rule: str
    title: str
    severity: Severity
    explanation: Text
    why: Text
    layer: str = ""
    layer_title: str = ""
    layer_index: int | None = None
    units: tuple[int, ...] = ()
    measured: float = math.nan
    unit: str = ""
    threshold: float = math.nan
    sample: Text = NOTHING
    began: int | None = None
    ended: int | None = None
    cures: tuple[Cure, ...] = ()
    because: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two findings of different moments the same finding."""
        return self.rule, self.layer

    def lasting(self, began: int | None, ended: int | None = None) -> "Finding":
        """The same finding with the steps between which it held."""
        return replace(self, began=began, ended=ended)

    def as_data(self) -> dict[str, Any]:
        """For strict JSON: a number that is not finite is null, with its reason beside it."""
        return {
            "rule": self.rule,
            "title": self.title,
            "severity": self.severity.value,
            "layer": self.layer,
            "layer_title": self.layer_title,
            "units": list(self.units),
            **_number("value", self.measured),
            "unit": self.unit,
            **_number("threshold", self.threshold),
            "sample": str(self.sample),
            "step": self.began,
            "ended": self.ended,
            "because": self.because or None,
            "explanation": str(self.explanation),
            "why": str(self.why),
            "fixes": [cure.as_data() for cure in self.cures],
        }


def _number(name: str, value: float) -> dict[str, Any]:
    if math.isfinite(value):
        return {name: value}
    return {name: None, f"{name}_reason": reason(value)}
