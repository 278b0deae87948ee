"""What can be filmed over a run, and what a film may be like: names and bounds for the window and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relulab.durations import duration
from relulab.errors import SpecError
from relulab.formatting import number
from relulab.model.layout import Layout
from relulab.text import NOTHING, Text, text
from relulab.views.units import unit_name

HOLD_SECONDS = 2.0  # the last picture stays for so long, before a film that begins again does so
LEAST_WIDTH, MOST_WIDTH = 240, 3840  # pixels
WIDTHS = (600, 900, 1200, 1800)  # that are offered
MOST_SECONDS = 120.0
SECONDS, RATE, WIDTH = 10.0, 10, 900  # where nobody asks for anything else
MOST_RATE = 30  # pictures a second
OTHER_NAMES = {"units": "unit-states"}  # of figures whose name means another picture here, as for ``relulab.draw``

ONE_INPUT = "one-input"

FILMED: Mapping[str, Text] = {
    "network": text("Network"),
    "units": text("What every unit computes"),
    "unit": text("One unit, closely"),
    ONE_INPUT: text("One input, followed"),
    "output": text("The output"),
    "regions": text("The regions"),
    "loss": text("Loss and accuracy"),
    "gradients": text("Gradients"),
    "updates": text("Updates"),
    "slopes": text("Slopes and gains"),
    "dead": text("Dead units"),
    "unit-states": text("The states of all units"),
    "histograms": text("Values of the units"),
    "weights": text("Weights"),
}
"""What can be filmed, in the order in which it is offered."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a film is about: the ``unit`` (layer of the layout, unit) of *One unit*; the input of *One input*, and of
    pictures that show values for a sample: a ``sample`` of those that are checked, counted from 0, or for *One input*
    in its place ``inputs``, numbers in the units of the data in a row.
    """

    unit: tuple[int, int] = (0, 0)
    sample: int = 0
    inputs: tuple[float, ...] = ()


ANYBODY = Subject()  # the first unit, the first sample


@dataclass(frozen=True, slots=True)
class FilmForm:
    """How long a film takes without its last picture, how many pictures a second it has, how many pixels wide it is.

    Raises SpecError for a form that no film can have.
    """

    seconds: float = SECONDS
    rate: int = RATE
    width: int = WIDTH
    dark: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= MOST_SECONDS:
            most, asked = number(MOST_SECONDS), number(self.seconds)
            raise SpecError(f"A film takes more than 0 and at most {most} seconds, not {asked}.")
        if not 1 <= self.rate <= MOST_RATE:
            raise SpecError(f"A film has 1 to {MOST_RATE} pictures a second, not {self.rate}.")
        if not LEAST_WIDTH <= self.width <= MOST_WIDTH:
            raise SpecError(f"A film is {LEAST_WIDTH} to {MOST_WIDTH} pixels wide, not {self.width}.")

    def shots(self, steps: Sequence[int]) -> list[tuple[int, int]]:
        """Which of ``steps`` are shown, in order, and for how many pictures each: evenly over the moments.

        Many moments are of the first steps, so a film takes its time where a network changes most.
        """
        wanted, last = max(2, round(self.seconds * self.rate)), len(steps) - 1
        shots: list[tuple[int, int]] = []
        for place in range(wanted):
            step = steps[(2 * place * last + wanted - 1) // (2 * (wanted - 1))]
            count = shots.pop()[1] if shots and shots[-1][0] == step else 0
            shots.append((step, count + 1))
        step, count = shots[-1]
        return [*shots[:-1], (step, count + round(HOLD_SECONDS * self.rate))]


def scene_names(figures: Sequence[str]) -> tuple[str, ...]:
    """What shows a run over its moments as these figures do."""
    return tuple(OTHER_NAMES.get(key, key) for key in figures)


def step_words(step: int, last: int) -> Text:
    """Which moment a picture is of."""
    return text("step {step:,} / {last:,}", step=step, last=last)


def subject_words(what: str, layout: Layout, subject: Subject) -> Text:
    """Whom a film is about, where that is a choice; nothing else."""
    if what == "unit" and layout.has_unit(*subject.unit):
        return text("Of {unit}.", unit=unit_name(layout, subject.unit))
    if what == ONE_INPUT and subject.inputs:
        return text("Of the input that is shown in One input.")
    if what in (ONE_INPUT, "network", "unit"):
        return text("Of sample {sample:,} of those that are checked.", sample=subject.sample + 1)
    return NOTHING


def amount_words(form: FilmForm, steps: Sequence[int]) -> Text:
    """How many of the moments a film shows, and how long it takes."""
    shots = form.shots(steps)
    told = {"shown": len(shots), "kept": len(steps), "first": steps[0], "last": steps[-1]}
    time = duration(sum(count for _, count in shots) / form.rate)
    words = "{shown:,} of {kept:moment|moments} that were kept, from step {first:,} to step {last:,}; it takes {time}"
    return text(words, time=time, **told)
