"""Ready tables of a design: one setting with its values, trained by one click, also from a finding that asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from relulab.diagnosis.findings import Finding
from relulab.population.named_settings import NO_CURE, OF_DEATH, OF_OVERFITTING
from relulab.text import Text, text
from relulab.views.many.settings import MAP_SETTINGS

STARTS = 20  # so many decide "most" from 15 on


@dataclass(frozen=True, slots=True)
class Ready:
    """``over``: the settings with their values, as they are written. ``measure``: what is shown first."""

    key: str
    title: Text
    over: Mapping[str, str]
    starts: int = STARTS
    measure: str = "through"


@dataclass(frozen=True, slots=True)
class ReadyTable(Ready):
    """``cures``: keys of cures that a finding may offer, and that this table tries on many starts."""

    cures: frozenset[str] = frozenset()


def _over(path: str) -> dict[str, str]:
    return {path: MAP_SETTINGS[path].values}


TABLES: Mapping[str, ReadyTable] = {
    table.key: table
    for table in (
        ReadyTable(
            "cures", text("Cures of dead units"), {"cure": ", ".join((NO_CURE, *OF_DEATH))},
            cures=frozenset({"leaky", "batch_norm", "smaller_rate", "clip", "rai"}),
        ),
        ReadyTable(
            "overfitting", text("Cures of overfitting"), {"cure": ", ".join((NO_CURE, *OF_OVERFITTING))},
            measure="accuracy", cures=frozenset({"more_data", "dropout", "weight_decay"}),
        ),
        ReadyTable("activations", text("Activations"), _over("hidden.activation"), cures=frozenset({"rectify"})),
        ReadyTable(
            "first-weights", text("First weights"), _over("hidden.initialization"),
            cures=frozenset({"fitting_weights"}),
        ),
    )
}  # fmt: skip


def table_for(finding: Finding) -> ReadyTable | None:
    """The table that tries what this finding offers; None where there is none."""
    offered = {cure.key for cure in finding.cures}
    return next((table for table in TABLES.values() if table.cures & offered), None)
