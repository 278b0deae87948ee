"""Many networks trained in a process of their own: what is asked of it, and how it tells of them.

What is asked is one text, what is told a line for each network whenever it was looked at.
"""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from relulab.data.dataset import Source
from relulab.diagnosis.ends import End, dead_layers
from relulab.diagnosis.evidence import Evidence
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.population.pictures import picture_of, samples_of, scene_of
from relulab.population.standing import Scene, Standing, Told
from relulab.population.sweep import Sweep
from relulab.population.trained import Trained
from relulab.population.training import train_all
from relulab.population.watching import Seen

Tell = Callable[[Told], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """``sweeps`` one after another; their runs are counted through. ``pictures``: whether those are drawn, too."""

    sweeps: tuple[Sweep, ...]
    pictures: bool = True

    def __len__(self) -> int:
        """The number of runs."""
        return sum(map(len, self.sweeps))

    def design(self, run: int) -> ExperimentSpec:
        """The experiment of a run. Raises SpecError where there is none."""
        for first, sweep in self._numbered():
            if run < first + len(sweep):
                return sweep.design(run - first)
        raise IndexError(run)

    def _numbered(self) -> Iterator[tuple[int, Sweep]]:
        """Each sweep with the number of its first run."""
        first = 0
        for sweep in self.sweeps:
            yield first, sweep
            first += len(sweep)

    def train(self, source: Source | None, tell: Tell) -> None:
        """Train all runs and tell of each while it learns. What cannot be built is told before anything is trained."""
        planned = []
        for first, sweep in self._numbered():
            designs: dict[int, ExperimentSpec] = {}
            for run in range(len(sweep)):
                try:
                    designs[run] = sweep.design(run)
                except SpecError as error:
                    tell(Standing(first + run, sweep.settings(run)[1], End.FAILED.value, str(error), is_over=True))
            planned.append((Teller(sweep, tuple(designs), first, tell, self.pictures), tuple(designs.values())))
        for teller, specs in planned:
            for place, result in train_all(specs, source, show=teller.see):
                teller.end(place, result)

    def text(self) -> str:
        """As text for another process."""
        return json.dumps({"sweeps": [_written(sweep) for sweep in self.sweeps], "pictures": self.pictures})

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Out of a text. Raises SpecError and MemoryLimitError."""
        found = json.loads(text)
        return cls(tuple(_read(sweep) for sweep in found["sweeps"]), found["pictures"])


def _written(sweep: Sweep) -> dict[str, Any]:
    return {
        "spec": sweep.spec.model_dump(mode="json"),
        "over": {axis.name: list(axis.values) for axis in sweep.axes},
        "seeds": list(sweep.seeds),
        "starts": "fresh" if sweep.fresh else "same",
        "same_data": sweep.same_data,
    }


def _read(found: dict[str, Any]) -> Sweep:
    spec = ExperimentSpec.parse(found["spec"])
    return Sweep.of(spec, found["over"], found["seeds"], found["starts"], same_data=found["same_data"])


class Teller:
    """Tells of ``runs`` of a sweep, the first of which is number ``first`` among all, while they are trained."""

    def __init__(self, sweep: Sweep, runs: Sequence[int], first: int, tell: Tell, pictures: bool) -> None:
        self._sweep, self._runs, self._first, self._tell, self._pictures = sweep, runs, first, tell, pictures
        self._scene: Scene | None = None
        self._latest: dict[int, Standing] = {}

    def see(self, networks: Sequence[Seen]) -> None:
        """Tell of networks as they are now."""
        for seen in networks:
            before = self._latest.get(seen.place)
            if before is not None and before.is_over:
                continue
            scene = self._scene_of(seen)
            if before is None and self._pictures:
                self._tell(samples_of(self._number(seen.place), seen.prepared, scene))
            self._say(seen.place, self._standing(seen, scene))

    def end(self, place: int, result: Trained) -> None:
        """Tell what became of one."""
        last = self._latest.get(place) or Standing(self._number(place), self._seed(place))
        ended = replace(
            last,
            end=result.end.value,
            reason=result.reason,
            step=result.steps,
            is_over=True,
            loss=result.train[0],
            accuracy=result.train[1],
            test_loss=result.test[0],
            test_accuracy=result.test[1],
            dead_share=result.dead_share,
        )
        self._say(place, ended)

    def _standing(self, seen: Seen, scene: Scene) -> Standing:
        kind, values = picture_of(seen.prepared, scene) if self._pictures else ("", np.empty(0, np.float32))
        moments = seen.evidence.moments
        return Standing(
            run=self._number(seen.place),
            seed=self._seed(seen.place),
            step=seen.step,
            total_steps=seen.total_steps,
            is_over=seen.is_over,
            diverged=seen.evidence.now.diverged,
            dead=first_dead(seen.evidence),
            hidden=len(seen.evidence.hidden),
            kind=kind,
            moments=np.array([moment.step for moment in moments], np.float32),
            losses=np.array([math.inf if moment.diverged else moment.loss for moment in moments], np.float32),
            values=values,
        )

    def _say(self, place: int, standing: Standing) -> None:
        self._latest[place] = standing
        self._tell(standing)

    def _scene_of(self, seen: Seen) -> Scene:
        if self._scene is None:
            self._scene = replace(scene_of(seen.prepared), guessing=seen.evidence.facts.baseline)
            self._tell(self._scene)
        return self._scene

    def _number(self, place: int) -> int:
        return self._first + self._runs[place]

    def _seed(self, place: int) -> int:
        return self._sweep.settings(self._runs[place])[1]


def first_dead(evidence: Evidence) -> int:
    """Which hidden layer is wholly dead, counted from 1 on; 0 for none."""
    dead = dead_layers(evidence)
    return evidence.hidden.index(dead[0]) + 1 if dead else 0
