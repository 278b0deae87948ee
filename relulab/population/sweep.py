"""A sweep: one design over all combinations of some settings, each with several seeds; one row for each run.

The window describes sweeps before torch is there, so torch is imported where something is counted or trained.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relulab.data.dataset import Source
from relulab.errors import DataError, MemoryLimitError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.experiment import SEED_LIMIT
from relulab.experiment.setting_paths import with_settings
from relulab.formatting import quoted
from relulab.model.memory import available_memory, show_bytes
from relulab.model.plan import DesignPlan
from relulab.population.axes import Axis
from relulab.population.named_settings import NAMED

if TYPE_CHECKING:
    from relulab.population.cost import Cost

SEEDED = (("data", "seed"), ("model", "seed"), ("training", "seed"))  # what the seed of a run sets
ON_SAME_DATA = SEEDED[1:]  # what it sets where all runs learn from the same samples
TRIED = 32  # designs, evenly spread, that are looked at before the first run
MOST_CELLS = 10**9
ROW_BYTES = 2_000  # of a row in Python's objects; 1,690 measured, and its findings
MEASURED = (
    "seed", "status", "reason", "steps", "train_loss", "validation_loss", "test_loss", "train_accuracy",
    "validation_accuracy", "test_accuracy", "dead_share", "findings", "seconds", "engine", "steps_to_90",
    "greatest_gradient_norm", "step_seconds",
)  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sweep:
    """``axes`` in their order, the last the fastest; each cell with ``seeds``. ``fresh``: every cell has seeds of its
    own, which a map needs; without it all cells start alike, so that they can be compared row by row. ``same_data``: a
    seed moves first weights and order alone.
    """

    spec: ExperimentSpec
    axes: tuple[Axis, ...]
    seeds: tuple[int, ...]
    fresh: bool = False
    same_data: bool = False

    @classmethod
    def of(
        cls,
        spec: ExperimentSpec,
        over: Mapping[str, str | Sequence[Any]],
        seeds: int | Sequence[int] = 1,
        starts: str = "same",
        *,
        same_data: bool = False,
    ) -> "Sweep":
        """Checked as far as it can be before a run. Raises SpecError, and MemoryLimitError where it is too long."""
        if starts not in ("same", "fresh"):
            raise SpecError(f"starts must be same or fresh, not {starts!r}.")
        chosen = tuple(range(seeds)) if isinstance(seeds, int) else tuple(seeds)
        if not chosen or any(isinstance(seed, bool) or not 0 <= seed < SEED_LIMIT for seed in chosen):
            raise SpecError(f"seeds must be a number of at least 1, or whole numbers from 0 to {SEED_LIMIT - 1:,}.")
        if len(set(chosen)) < len(chosen):
            raise SpecError("A seed is named twice; the same run would be counted twice.")
        axes = tuple(Axis.of(path, values) for path, values in over.items())
        if any(axis.path in SEEDED for axis in axes):
            raise SpecError("The seeds of a sweep are given as seeds, not as a setting to go over.")
        for axis in (axis for axis in axes if axis.twice is not None):
            raise SpecError(f"{axis.name}: {quoted(axis.twice)} is there twice; the same run would be counted twice.")
        found = cls(spec, axes, chosen, starts == "fresh", same_data)
        found._check_size()
        found._check_memory(found.memory_needed())
        return found

    def __len__(self) -> int:
        """The number of runs."""
        return self.cells * len(self.seeds)

    @property
    def cells(self) -> int:
        return math.prod(len(axis.values) for axis in self.axes)

    @property
    def memory(self) -> int:
        """What its rows take in memory, in bytes."""
        return len(self) * ROW_BYTES

    def memory_needed(self) -> int:
        """What its rows and its training take in memory, in bytes. Raises SpecError where no design of it is valid."""
        return self.memory + self._training_memory(self._plans())

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of a row's fields."""
        return (*(axis.name for axis in self.axes), *MEASURED)

    def settings(self, run: int) -> tuple[dict[str, Any], int]:
        """The settings of a run by their path, and its seed."""
        cell, place = divmod(run, len(self.seeds))
        seed = self.seeds[place] + (cell * (max(self.seeds) + 1) if self.fresh else 0)
        chosen = {}
        for axis in reversed(self.axes):
            cell, index = divmod(cell, len(axis.values))
            chosen[axis.name] = axis.values[index]
        return dict(reversed(chosen.items())), seed % SEED_LIMIT

    def design(self, run: int) -> ExperimentSpec:
        """The experiment of a run. Raises SpecError where there is none with these settings."""
        chosen, seed = self.settings(run)
        spec = self.spec
        paths = {axis.path: chosen[axis.name] for axis in self.axes}
        for path in (path for path in NAMED if path in paths):
            spec = with_settings(spec, NAMED[path](spec, paths[path]))
        settings = [(path, value) for path, value in paths.items() if path not in NAMED]
        moved = ON_SAME_DATA if self.same_data else SEEDED
        return with_settings(spec, [*settings, *((path, seed) for path in moved)])

    def cost(self, done: int = 0, source: Source | None = None, *, ends_only: bool = False) -> "Cost":
        """What the runs that are not ``done`` will take. Some are tried for a moment, for which data are loaded.

        ``ends_only``: only how they end is asked, as of a map.
        """
        from relulab.population.cost import Cost
        from relulab.population.pilot import seconds_of
        from relulab.population.work import multiplications_of

        plans, runs = self._plans(), len(self) - done
        multiplications = sum(map(multiplications_of, plans)) / max(1, len(plans)) * runs
        memory = self.memory + self._training_memory(plans)
        return Cost(runs, multiplications, memory, seconds_of(plans, runs, source, ends_only=ends_only))

    def _plans(self) -> list[DesignPlan]:
        """Designs that are evenly spread over the sweep; those that do not suit their data are left out.

        Some of the runs must have a design. Raises the error of the first one where none of those tried has.
        """
        tried = sorted({round(share * (len(self) - 1) / TRIED) for share in range(TRIED + 1)})
        designs, errors = [], []
        for run in tried:
            try:
                designs.append(self.design(run))
            except SpecError as error:
                errors.append(error)
        if not designs:
            raise errors[0]
        return list(_planned(designs))

    def _training_memory(self, plans: Sequence[DesignPlan]) -> int:
        from relulab.population.cost import training_memory

        shared = not self.fresh and not any(axis.path[0] == "data" for axis in self.axes)
        return training_memory(plans, len(self), (1 if self.same_data else len(self.seeds)) if shared else len(self))

    def _check_size(self) -> None:
        """A number of cells that nobody waits for is refused, however much memory there is."""
        self._check_memory(self.memory)
        if self.cells >= MOST_CELLS:
            raise SpecError(
                f"This sweep has {self.cells:,} combinations of settings; fewer than {MOST_CELLS:,} can be trained. "
                "Choose fewer values."
            )

    def _check_memory(self, needed: int) -> None:
        free = available_memory()
        if free is not None and needed > free:
            raise MemoryLimitError(
                f"This sweep has {len(self):,} runs, which need about {show_bytes(needed)} of memory; "
                f"this machine has {show_bytes(free)} free. Choose fewer values, fewer seeds or smaller networks."
            )


def _planned(designs: Sequence[ExperimentSpec]) -> Iterator[DesignPlan]:
    for design in designs:
        with suppress(SpecError, DataError):  # the row of such a design says why
            yield DesignPlan.of(design)
