"""Many starts of one design: which run stands where, what is said of all of them, and how their losses went."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.ends import End
from relulab.diagnosis.forecast import forecast
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.formatting import number, percent
from relulab.model.plan import DesignPlan
from relulab.population.kept_pictures import KeptPicture
from relulab.population.standing import Samples, Scene, Standing
from relulab.text import NOTHING, Text, joined, text
from relulab.views.many.counts import Counts
from relulab.views.many.ends import ENDS, ORDER

Floats = NDArray[np.float64]

SEEDS = 20  # starts, unless the user wants more or fewer
SEEDS_TITLE = text("Many starts")
GUESSING = text("guessing")
FINAL_LOSS, LOSS_NOW = text("final loss on the training set"), text("loss now")
MEDIAN, MIDDLE_HALF = text("median"), text("band: the middle half of the starts")
ALL_DIFFERS, SAME_DATA = text("Weights, order and data differ."), text("Weights and order differ, the data do not.")
FINISHED = frozenset(ORDER)
Drawing = tuple[Standing, Scene, Samples | None]


@dataclass(frozen=True, slots=True)
class Curves:
    """The loss at the same steps for all runs: the quartiles, infinite where so many have diverged."""

    steps: Floats
    low: Floats
    median: Floats
    high: Floats


class Starts:
    """What is known of ``total`` runs of ``spec`` until now; it grows by what is told."""

    def __init__(self, spec: ExperimentSpec, total: int, same_data: bool = False) -> None:
        self.spec, self.total, self.same_data = spec, total, same_data
        self.scene: Scene | None = None
        self.samples: dict[int, Samples] = {}
        self.runs: dict[int, Standing] = {}

    def take(self, told: Standing | Samples | Scene) -> None:
        """Take in what was told."""
        if isinstance(told, Scene):
            self.scene = told
        elif isinstance(told, Samples):
            self.samples[told.run] = told
        else:
            self.runs[told.run] = told

    def drawn(self, run: int) -> Drawing | None:
        """What a run computes, with what it is drawn with; None where that was not told."""
        found = self.runs[run]
        if found.kind and self.scene is not None:
            return found, self.scene, self.samples.get(run)
        return kept_drawing(found)

    @property
    def is_complete(self) -> bool:
        """Whether all runs have ended."""
        return self.ended == self.total

    @property
    def ended(self) -> int:
        return sum(bool(run.end) for run in self.runs.values())

    @property
    def counts(self) -> Counts:
        """How those ended that have ended."""
        ends = [End(run.end) for run in self.runs.values() if run.end]
        return Counts(ends, max((run.total_steps for run in self.runs.values()), default=0))

    @property
    def is_regression(self) -> bool:
        return self.scene is not None and not self.scene.classes

    def headline(self, subject: End | None = None) -> tuple[Text, Text]:
        """The title, first what is to be read in bold letters."""
        if self.is_complete and self.total:
            chosen = subject or self.counts.subject
            return self.counts.headline(chosen), self.counts.rest(chosen)
        if not self.runs:
            return text("{total:network|networks} that differ only in the random start", total=self.total), NOTHING
        steps = {run.step for run in self.runs.values()}
        if len(steps) == 1 and len(self.runs) == self.total:
            shown = next(iter(self.runs.values()))
            step = text("After {step:,} of {total:step|steps}:", step=shown.step, total=shown.total_steps)
            return step, text("all {runs} learn at the same time.", runs=self.total)
        done = text("{ended} of {total} have ended;", ended=self.ended, total=self.total)
        return done, text("{runs:is|are} being trained now.", runs=len(self.runs) - self.ended)

    def conclusion(self, subject: End | None = None) -> tuple[Text, Text]:
        """What it means for all starts, first what is to be read in bold letters."""
        if self.is_complete and self.total:
            return self.counts.all_starts(subject or self.counts.subject), self.counts.verdict
        if not self.runs:
            return NOTHING, text("The engine is being loaded.")
        dead = sum(bool(run.dead) for run in self.runs.values())
        diverged = sum(run.diverged for run in self.runs.values())
        so_far = text("So far {dead} dead, {diverged} diverged.", dead=dead, diverged=diverged)
        return so_far, text("How many of all starts would end so is said when all have ended.")

    @property
    def how(self) -> Text:
        """What the runs have in common, and in what they differ."""
        return SAME_DATA if self.same_data else ALL_DIFFERS

    @cached_property
    def born_dead(self) -> float | None:
        """The share of all starts that is dead before the first step, by the forecast; None where it says nothing."""
        try:
            risk = forecast(DesignPlan.of(self.spec)).born_dead
        except ReluLabError:
            return None
        return None if risk is None else risk.likely

    def forecast(self, subject: End | None = None) -> tuple[float, Text] | None:
        """The forecast beside what was counted, where all have ended and death is spoken of; else None."""
        told = subject or self.counts.subject
        share = self.counts.share(told)
        if not self.is_complete or told is not End.DEAD or not share.has_interval or self.born_dead is None:
            return None
        low, high = share.interval
        if self.born_dead < low:
            where = text("below the interval: training kills the others")
        else:
            where = text("inside the interval") if self.born_dead <= high else text("above the interval")
        words = "▲ Forecast: {share} are dead before the first step, {where}."
        return self.born_dead, text(words, share=percent(self.born_dead, 0), where=where)

    def in_order(self, order: str, only: Collection[End] = ()) -> list[int]:
        """The runs in an order of ``ORDERS``; with ``only``, those that ended so."""
        chosen = [run for run in range(self.total) if not only or self._end(run) in only]
        return sorted(chosen, key=lambda run: ORDERS[order].key(self, run))

    def right(self, run: int) -> Text:
        """The one number below a picture: how much is right, how large the test error is, or when it diverged."""
        found = self.runs.get(run)
        if found is None or not found.end:
            return NOTHING
        if found.end == End.DIVERGED.value:
            return text("step {step:,}", step=found.step)
        if found.end == End.FAILED.value:
            return NOTHING
        if self.is_regression:
            return text("{loss}", loss=number(_tested(found), 2, printed=True))
        accuracy = found.test_accuracy if math.isfinite(found.test_accuracy) else found.accuracy
        return text("{share}", share=percent(accuracy, 0))

    def seed_of(self, run: int) -> int:
        """The seed of a run; before it was told of, its number."""
        return self.runs[run].seed if run in self.runs else run

    def dead_words(self, run: int) -> Text:
        """Which layer of a dead run is dead."""
        return dead_words(self.runs[run])

    def in_words(self, run: int) -> Text:
        """Everything about a run in one line, for the strip and for screen readers."""
        found = self.runs.get(run)
        if found is None:
            return text("Seed {seed}: not begun.", seed=self.seed_of(run))
        if not found.end:
            loss = number(float(found.losses[-1]) if len(found.losses) else math.nan, 3, printed=True)
            return text("Seed {seed}: step {step:,}, loss {loss}.", seed=found.seed, step=found.step, loss=loss)
        word = ENDS[End(found.end)].word
        if found.end == End.FAILED.value:
            return text("Seed {seed}: {word}. {reason}", seed=found.seed, word=word, reason=found.reason)
        parts = [text("loss {loss}", loss=number(found.loss, 3, printed=True))]
        if self.scene is not None and math.isfinite(self.scene.guessing):
            parts.append(text("guessing costs {loss}", loss=number(self.scene.guessing, 3, printed=True)))
        if math.isfinite(found.test_accuracy):
            parts.append(text("{share:percent} of the test samples right", share=found.test_accuracy))
        if found.dead:
            parts.append(self.dead_words(run))
        if found.reason:
            parts.append(text("{reason}", reason=found.reason.rstrip(".")))
        return text("Seed {seed}: {word}; {parts}.", seed=found.seed, word=word, parts=joined(parts, "; "))

    @property
    def summary(self) -> Text:
        """All runs in one line, for screen readers."""
        if not self.is_complete:
            return text("{total:run|runs}, {ended} of them ended", total=self.total, ended=self.ended)
        counts = self.counts
        parts = [text("{often} {word}", often=counts[end], word=ENDS[end].word) for end in ORDER if counts[end]]
        return text("{total:run|runs}: {parts}", total=self.total, parts=joined(parts, ", "))

    def final_loss(self, run: int) -> float:
        """The loss at the end, or the newest; infinite of a run that diverged, NaN where nothing is known."""
        found = self.runs.get(run)
        if found is None or found.end == End.FAILED.value:
            return math.nan
        if found.diverged or found.end == End.DIVERGED.value:
            return math.inf
        if found.end:
            return found.loss
        return float(found.losses[-1]) if len(found.losses) else math.nan

    @property
    def curves(self) -> Curves | None:
        """Median and quartiles of the loss at the steps that were measured; None where runs were not measured alike."""
        known = [run for run in self.runs.values() if len(run.moments)]
        longest = max((run.moments for run in known), key=len, default=None)
        if longest is None or len(known) < 2:
            return None
        losses = np.sort(np.array([_at(run, longest) for run in known]), axis=0)
        return Curves(longest.astype(float), *(_quantile(losses, share) for share in (0.25, 0.5, 0.75)))

    def _end(self, run: int) -> End | None:
        found = self.runs.get(run)
        return End(found.end) if found is not None and found.end else None


def kept_drawing(run: Standing) -> Drawing | None:
    """What a run of a map computes, with what it is drawn with; None where that is not kept."""
    kept = KeptPicture.of(run.picture) if run.picture else None
    return None if kept is None else (replace(run, kind=kept.kind, values=kept.values), kept.scene, kept.samples)


def dead_words(run: Standing) -> Text:
    """Which layer of a dead run is dead; nothing where that was not told."""
    return text("layer {layer} of {layers} dead", layer=run.dead, layers=run.hidden) if run.dead else NOTHING


def _at(run: Standing, steps: NDArray[np.float32]) -> Floats:
    """The losses of a run at ``steps``: infinite behind a divergence, NaN (which sorts last) behind its last."""
    found = np.interp(steps, run.moments, np.where(np.isfinite(run.losses), run.losses, np.inf)).astype(float)
    found[steps > run.moments[-1]] = np.inf if run.diverged else np.nan
    return found


def _quantile(losses: Floats, share: float) -> Floats:
    """Of each column of sorted ``losses``, without the NaN at its end; infinite where that lies between two."""
    place = share * (np.isfinite(losses) | np.isinf(losses)).sum(axis=0).clip(min=1) - share
    below, rest = np.floor(place).astype(int), place % 1
    columns = np.arange(losses.shape[1])
    low, high = losses[below, columns], losses[np.ceil(place).astype(int), columns]
    return np.asarray(np.where(rest == 0, low, (1 - rest) * low + rest * high))


def _tested(run: Standing) -> float:
    return run.test_loss if math.isfinite(run.test_loss) else run.loss


@dataclass(frozen=True, slots=True)
class Order:
    """A way to arrange the pictures."""

    title: Text
    key: Callable[[Starts, int], tuple[float, ...]]


def _by_end(starts: Starts, run: int) -> tuple[float, ...]:
    end = starts._end(run)
    return (ORDER.index(end) if end else len(ORDER), *_by_loss(starts, run))


def _by_loss(starts: Starts, run: int) -> tuple[float, ...]:
    loss = starts.final_loss(run)
    return (math.isnan(loss), 0.0 if math.isnan(loss) else loss, run)


ORDERS: Mapping[str, Order] = {
    "seed": Order(text("by seed"), lambda starts, run: (run,)),
    "end": Order(text("by end"), _by_end),
    "loss": Order(text("by loss"), _by_loss),
}
