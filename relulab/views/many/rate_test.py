"""The learning-rate test in numbers and words: where the loss is lowest, where layers die, which rate is suggested."""

import math
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from relulab.experiment import ExperimentSpec
from relulab.formatting import number
from relulab.population.rate_test import HIGHEST, LOWEST, STARTS, rate_at, rising
from relulab.population.standing import Samples, Scene, Standing
from relulab.text import NOTHING, Text, joined, text
from relulab.views.many.counts import HALF
from relulab.views.many.seeds import Floats, Starts

RATE_TEST_TITLE = text("Learning-rate test")
BEFORE_LOWEST, BEFORE_DEATH = 4, 5  # the suggestion lies by these factors below both
FELL = 0.9  # of the first loss: a start whose loss never came below has not learned at any rate


@dataclass(frozen=True, slots=True)
class Shares:
    """The share of the worst layer that is dead, at ``rates``: the quartiles of the starts."""

    rates: Floats
    low: Floats
    median: Floats
    high: Floats


class RateTest:
    """What is known of the starts of a test of ``spec``; it grows by what is told."""

    def __init__(self, spec: ExperimentSpec) -> None:
        self.spec = spec
        self.starts = Starts(rising(spec), STARTS)

    def take(self, told: Standing | Samples | Scene) -> None:
        """Take in what was told."""
        self.starts.take(told)

    @property
    def is_complete(self) -> bool:
        return self.starts.is_complete

    @property
    def runs(self) -> list[Standing]:
        """Those of which something was measured."""
        return [run for run in self.starts.runs.values() if len(run.moments)]

    @property
    def lowest(self) -> list[float]:
        """Of each start that learned at all, the rate at which its loss was lowest."""
        return [
            float(rates_of(run)[int(np.argmin(run.losses))])
            for run in self.runs
            if np.min(run.losses) <= FELL * run.losses[0]
        ]

    @property
    def first_deaths(self) -> list[float]:
        """Of each start in which half of a layer died, the rate from which on it was dead."""
        found = []
        for run in self.runs:
            dead = np.flatnonzero(run.dead_shares >= HALF)
            if len(dead):
                found.append(float(rates_of(run)[dead[0]]))
        return found

    @property
    def suggestion(self) -> float | None:
        """A rate to begin with, to one digit; None where most starts learn at none."""
        if not self.is_complete or len(self.lowest) <= HALF * len(self.runs):
            return None
        most = min([median(self.lowest) / BEFORE_LOWEST, *(rate / BEFORE_DEATH for rate in self.first_deaths)])
        power = math.floor(math.log10(most))
        return round(math.floor(most / 10.0**power) * 10.0**power, -power)

    @property
    def headline(self) -> Text:
        """The answer."""
        if not self.is_complete:
            return text(
                "The rate rises from {low} to {high} within one run.", low=_written(LOWEST), high=_written(HIGHEST)
            )
        if self.suggestion is None:
            return text("Most starts learn at no rate.")
        return text(
            "A rate to begin with: {rate}; yours is {yours}.",
            rate=_written(self.suggestion),
            yours=_written(self.spec.training.learning_rate),
        )

    @property
    def reasons(self) -> Text:
        """What the answer stands on."""
        if not self.is_complete:
            return text(
                "{ended} of {starts:start|starts} have ended; your own run and its weights stay as they are.",
                ended=self.starts.ended,
                starts=STARTS,
            )
        if not self.lowest:
            return text("The loss of none of {starts:start|starts} fell.", starts=len(self.runs))
        deaths = self.first_deaths
        lowest = text(
            "Over {starts:start|starts} the loss is lowest at {middle} (median; from {low} to {high}).",
            starts=len(self.lowest),
            middle=_written(median(self.lowest)),
            low=_written(min(self.lowest)),
            high=_written(max(self.lowest)),
        )
        if not deaths:
            return joined((lowest, text("In none of them half of a layer dies.")), " ")
        first = _written(min(deaths))
        words = text("In {dead} of them half of a layer dies, the first at {rate}.", dead=len(deaths), rate=first)
        return joined((lowest, words), " ")

    @property
    def dead(self) -> Shares | None:
        """The worst layer of the median start; None before anything is known, and where no unit can die."""
        known = [run for run in self.runs if len(run.dead_shares)]
        longest = max((run.moments for run in known), key=len, default=None)
        if longest is None:
            return None
        shares = np.full((len(known), len(longest)), np.nan)
        for row, run in enumerate(known):
            shares[row, : len(run.dead_shares)] = run.dead_shares
        shares = shares[:, ~np.isnan(shares).all(axis=0)]
        if not shares.size:
            return None
        return Shares(_rates(longest)[: shares.shape[1]], *np.nanquantile(shares, (0.25, 0.5, 0.75), axis=0))

    def at(self, rate: float) -> Text:
        """What was measured nearest to a rate, in one line."""
        curves, dead = self.starts.curves, self.dead
        if curves is None:
            return NOTHING
        place = int(np.abs(np.log(_rates(curves.steps) / rate)).argmin())
        parts = {"rate": _written(_rates(curves.steps)[place]), "loss": _written(curves.median[place])}
        if dead is None or place >= len(dead.median):
            return text("At a rate of {rate}: median loss {loss}.", **parts)
        words = "At a rate of {rate}: median loss {loss}, {dead:percent} of the worst layer dead (median)."
        return text(words, dead=float(dead.median[place]), **parts)


def rates_of(run: Standing) -> Floats:
    """The rates at the moments of a run."""
    return _rates(run.moments)


def _rates(steps: NDArray[np.floating]) -> Floats:
    return np.array([rate_at(step) for step in steps])


def _written(value: float) -> str:
    return number(float(value), 2, printed=True)
