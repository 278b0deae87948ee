"""Telling of many networks while they are trained: a line for each whenever it was looked at."""

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Source
from relulab.diagnosis.ends import End, dead_layers
from relulab.diagnosis.evidence import Evidence
from relulab.errors import DataError
from relulab.experiment import ExperimentSpec
from relulab.population.kept_pictures import packed
from relulab.population.line_beside import line_beside, pieces_of
from relulab.population.pictures import picture_of, samples_of, scene_of
from relulab.population.preparation import Preparation
from relulab.population.shares import WHOLE, Share
from relulab.population.stackable import data_key
from relulab.population.standing import Scene, Standing, Told
from relulab.population.sweep import Sweep
from relulab.population.trained import Trained
from relulab.population.training import train_all
from relulab.population.watching import Seen

Tell = Callable[[Told], object]

PICTURED = 4  # starts of a cell of a map whose pictures are told


class Teller:
    """Tells of the runs of a sweep while they are trained; of a map, when they have come to their end."""

    def __init__(self, sweep: Sweep, tell: Tell, source: Source | None = None, *, is_map: bool = False) -> None:
        self._sweep, self._tell, self._preparation = sweep, tell, Preparation(source)
        self._runs: Sequence[int] = ()  # those that are trained now
        self._scene: Scene | None = None
        self._is_map = is_map
        self._latest: dict[int, Standing] = {}
        self._lines: dict[tuple[str, int], float] = {}  # of straight pieces beside the networks

    def train(self, designs: Mapping[int, ExperimentSpec], done: Set[int] = frozenset(), share: Share = WHOLE) -> None:
        """Train these runs, each with its number in the sweep, but those that are ``done``; or a share of them."""
        self._runs = tuple(designs)
        source, designed = self._preparation.source, tuple(designs.values())
        show = None if self._is_map else self.see
        places = {place for place, run in enumerate(self._runs) if run in done}
        found = train_all(designed, source, show=show, done=places, ends_only=self._is_map, share=share)
        for place, result in found:
            self.end(self._runs[place], result)

    def see(self, networks: Sequence[Seen]) -> None:
        """Tell of networks as they are now."""
        for seen in networks:
            run = self._runs[seen.place]
            before = self._latest.get(run)
            if before is not None and before.is_over:
                continue
            scene = self._scene_of(seen)
            if before is None:
                self._tell(samples_of(run, seen.prepared, scene))
            self._say(self._standing(run, seen, scene))

    def end(self, run: int, result: Trained) -> None:
        """Tell what became of one."""
        last = self._latest.get(run) or Standing(run, self._sweep.settings(run)[1])
        (loss, accuracy), (test_loss, test_accuracy) = result.train, result.test
        same = {name: getattr(result, name) for name in ("dead_share", "steps_to_right", "gradient", "step_seconds")}
        ended = replace(
            last, end=result.end.value, reason=result.reason, step=result.steps, is_over=True, loss=loss,
            accuracy=accuracy, test_loss=test_loss, test_accuracy=test_accuracy,
            line_beside=self._line_beside(result.spec), picture=self._picture(run, result), **same,
        )  # fmt: skip
        self._say(ended)

    def _picture(self, run: int, result: Trained) -> str:
        """Of maps alone, and of the first starts of a cell; others tell of it while they learn."""
        shown, prepared = run % len(self._sweep.seeds) < PICTURED, result.prepared
        if not (self._is_map and shown) or prepared is None or result.end in (End.DEAD, End.DIVERGED):
            return ""
        scene = scene_of(prepared)
        return packed(*picture_of(prepared, scene), scene, samples_of(run, prepared, scene))

    def _line_beside(self, spec: ExperimentSpec) -> float:
        """Of maps alone, which compare it: a fit takes as long as some networks."""
        pieces = pieces_of(spec) if self._is_map else None
        if pieces is None:
            return math.nan
        key = data_key(spec.data), pieces
        if key not in self._lines:
            try:
                found = line_beside(self._preparation.dataset(spec.data), pieces)
            except DataError:  # the run itself says what is wrong with its data
                found = None
            self._lines[key] = math.nan if found is None else found
        return self._lines[key]

    def _standing(self, run: int, seen: Seen, scene: Scene) -> Standing:
        kind, values = picture_of(seen.prepared, scene)
        moments = seen.evidence.moments
        return Standing(
            run=run,
            seed=self._sweep.settings(run)[1],
            step=seen.step,
            total_steps=seen.total_steps,
            is_over=seen.is_over,
            diverged=seen.evidence.now.diverged,
            dead=first_dead(seen.evidence),
            hidden=len(seen.evidence.hidden),
            kind=kind,
            moments=np.array([moment.step for moment in moments], np.float32),
            losses=np.array([math.inf if moment.diverged else moment.loss for moment in moments], np.float32),
            dead_shares=np.array([worst_dead(moment.dead, seen.evidence.hidden) for moment in moments], np.float32),
            values=values,
        )

    def _say(self, standing: Standing) -> None:
        self._latest[standing.run] = standing
        self._tell(standing)

    def _scene_of(self, seen: Seen) -> Scene:
        if self._scene is None:
            self._scene = replace(scene_of(seen.prepared), guessing=seen.evidence.facts.baseline)
            self._tell(self._scene)
        return self._scene


def worst_dead(dead: NDArray[np.floating], hidden: Sequence[int]) -> float:
    """The greatest share of a hidden layer that is dead; NaN where no layer can die, or none was measured."""
    known = [float(dead[place]) for place in hidden if dead.size and not math.isnan(dead[place])]
    return max(known, default=math.nan)


def first_dead(evidence: Evidence) -> int:
    """Which hidden layer is wholly dead, counted from 1 on; 0 for none."""
    dead = dead_layers(evidence)
    return evidence.hidden.index(dead[0]) + 1 if dead else 0
