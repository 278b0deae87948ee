"""Maps and tables of many networks that a session keeps: what was asked for, and what is known of it so far."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep


@dataclass(frozen=True, slots=True, eq=False)
class KeptMap:
    """``runs``: those that have ended, by their number in the sweep. It grows while the map is trained."""

    sweep: Sweep
    runs: dict[int, Standing] = field(default_factory=dict)

    def at_one_moment(self) -> "KeptMap":
        """As it is now: another thread may train it on."""
        return KeptMap(self.sweep, self.runs.copy())

    def designs(self) -> Iterator[ExperimentSpec]:
        """Its design; and where it goes over data, those of all its cells, which may name other files."""
        yield self.sweep.spec
        if any(axis.path[0] == "data" for axis in self.sweep.axes):
            for run in range(0, len(self.sweep), len(self.sweep.seeds)):
                with suppress(SpecError):
                    yield self.sweep.design(run)
