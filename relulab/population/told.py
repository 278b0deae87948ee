"""Many networks trained in a process of their own: what is asked of it, as one text.

The window asks, before torch is there; the process tells (``teller.py``).
"""

import json
import math
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Self

from relulab.data.dataset import Source
from relulab.diagnosis.ends import End
from relulab.errors import DataError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.work import seconds_beside_others, seconds_together

if TYPE_CHECKING:
    from relulab.population.teller import Tell

AT_ONCE = 256  # runs of a map
SECONDS_EACH = 2.0  # of work for each process: as much as it takes to start and to load the engine
MOST_KINDS = 16  # of networks that cannot lie in one stack, as far as a map is reckoned


@dataclass(frozen=True, slots=True)
class Asked:
    """The runs of a sweep. ``is_map``: only how they end is told, without pictures, cells from coarse to fine, and not
    of those that are ``done``: they keep their places, so that the others come to the same bits as without a break.
    ``share``: which of how many processes this is for.
    """

    sweep: Sweep
    is_map: bool = False
    done: frozenset[int] = frozenset()
    share: tuple[int, int] = (0, 1)

    def shares(self, processes: int) -> "list[Asked]":
        """The same for several processes, of a map: for no more than there are portions, or so many seconds of work
        that each start pays.
        """
        worth = max(math.ceil(len(self.sweep) / AT_ONCE), int(self.seconds / SECONDS_EACH)) if self.is_map else 1
        count = max(1, min(processes, worth))
        return [replace(self, share=(number, count)) for number in range(count)]

    @property
    def seconds(self) -> float:
        """About what the runs take that are not done, of one core, by the first design of a few that can be built.

        Counted, known to a factor of three; 0 where none of these can be built.
        """
        from relulab.model.plan import DesignPlan

        left, kinds = len(self.sweep) - len(self.done), min(self.sweep.cells, MOST_KINDS)
        for run in (len(self.sweep) // 2, 0, len(self.sweep) - 1):
            with suppress(SpecError, DataError):
                plan = DesignPlan.of(self.sweep.design(run))
                return kinds * seconds_together(plan, 0) + left * seconds_beside_others(plan)
        return 0.0

    def train(self, source: Source | None, tell: "Tell") -> None:
        """Train all runs and tell of each while it learns. What cannot be built is told before anything is trained.

        Whole portions of a map are trained in turns by its processes; of those that are left each trains a part.
        """
        from relulab.population.teller import Teller

        designs = self.designs(tell)
        teller = Teller(self.sweep, tell, source, is_map=self.is_map)
        if not self.is_map:
            teller.train(designs)
            return
        rest, mine, processes = iter(designs), *self.share
        in_turns = len(designs) // AT_ONCE // processes * processes
        for number in count():
            if not (portion := {run: designs[run] for run in islice(rest, AT_ONCE)}):
                return
            if number >= in_turns:
                teller.train(portion, self.done, ((mine + number) % processes, processes))
            elif number % processes == mine:
                teller.train(portion, self.done)

    def designs(self, tell: "Tell") -> dict[int, ExperimentSpec]:
        """Of all runs that can be built, of a map from coarse to fine; of the others is told why not."""
        designs: dict[int, ExperimentSpec] = {}
        for run in range(len(self.sweep)):
            try:
                designs[run] = self.sweep.design(run)
            except SpecError as error:
                if self.share[0] == 0:  # one process tells
                    tell(Standing(run, self.sweep.settings(run)[1], End.FAILED.value, str(error), is_over=True))
        return {run: designs[run] for run in sorted(designs, key=self._is_fine)} if self.is_map else designs

    def text(self) -> str:
        """As text for another process."""
        sweep = {
            "spec": self.sweep.spec.model_dump(mode="json"),
            "over": {axis.name: list(axis.values) for axis in self.sweep.axes},
            "seeds": list(self.sweep.seeds),
            "starts": "fresh" if self.sweep.fresh else "same",
            "same_data": self.sweep.same_data,
        }
        return json.dumps(sweep | {"is_map": self.is_map, "done": sorted(self.done), "share": self.share})

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Out of a text. Raises SpecError and MemoryLimitError."""
        found = json.loads(text)
        spec = ExperimentSpec.parse(found["spec"])
        sweep = Sweep.of(spec, found["over"], found["seeds"], found["starts"], same_data=found["same_data"])
        return cls(sweep, found["is_map"], frozenset(found["done"]), tuple(found["share"]))

    def _is_fine(self, run: int) -> bool:
        """Whether its cell is not one of the coarse ones, every second of each column and row."""
        rows = len(self.sweep.axes[1].values) if len(self.sweep.axes) > 1 else 1
        column, row = divmod(run // len(self.sweep.seeds), rows)
        return column % 2 == 1 or row % 2 == 1
