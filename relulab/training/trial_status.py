"""What the window knows of a trial: the request, how far it is, and the verdict. No torch in here."""

import math
from dataclasses import dataclass

from relulab.experiment import ExperimentSpec

CLEAR_ACCURACY = 0.02  # accuracies that differ by less count as equal
CLEAR_LOSS = 0.1  # … and losses that differ by less than this share


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """Train ``changed`` beside ``spec``, for ``seeds`` seeds each. ``title`` names the change for people."""

    title: str
    spec: ExperimentSpec
    changed: ExperimentSpec
    seeds: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one arm ended: validation loss and accuracy (NaN in a regression)."""

    loss: float
    accuracy: float
    diverged: bool = False

    def better_than(self, other: "Outcome") -> bool:
        """Whether this arm is clearly better: more often right, or as often right with a clearly lower loss.

        The loss decides where the accuracy cannot: overfitting hardly moves the share of right answers, but it makes
        the wrong ones ever more certain.
        """
        if self.diverged or other.diverged:
            return other.diverged and not self.diverged
        gain = self.accuracy - other.accuracy
        if abs(gain) > CLEAR_ACCURACY:  # False in a regression, where the accuracy is NaN
            return gain > 0.0
        return self.loss < other.loss * (1.0 - CLEAR_LOSS)

    @property
    def words(self) -> str:
        """In words, for the verdict."""
        if self.diverged:
            return "diverged"
        if math.isnan(self.accuracy):
            return f"validation loss {self.loss:.3g}"
        return f"validation accuracy {self.accuracy:.1%} and loss {self.loss:.3g}"


@dataclass(frozen=True, slots=True)
class TrialStatus:
    """A moment of a trial. ``progress`` runs from 0 to 1; ``error`` is set where it could not be done."""

    title: str
    progress: float = 0.0
    done: bool = False
    helped: bool = False
    verdict: str = ""
    error: str = ""
    before: tuple[Outcome, ...] = ()
    after: tuple[Outcome, ...] = ()
