"""What an explanation of a number is: one sentence, its formula, the numbers put in, and a scale where one holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, log10

from relulab.formatting import percentage, reason, rounded, value_text
from relulab.text import NOTHING, Text, text

Facts = Mapping[str, float | int | str | Text]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a scale, from where the one before ends, up to ``upto``."""

    upto: float
    name: Text
    healthy: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie and which of them are healthy. ``measure`` names what is laid along it, ``source`` says why.

    The stretches follow each other from ``start`` on. On a logarithmic scale all ends are above 0.
    """

    measure: Text
    start: float
    stretches: tuple[Stretch, ...]
    source: Text
    logarithmic: bool = False
    write: Callable[[float], str] = rounded

    @property
    def end(self) -> float:
        return self.stretches[-1].upto

    def place(self, value: float) -> float:
        """How far along the scale a value stands, from 0 to 1; what lies beyond stands at an end."""
        low, high, along = (self._along(one) for one in (self.start, self.end, value))
        return min(max((along - low) / (high - low), 0.0), 1.0)

    def stretch_of(self, value: float) -> Stretch:
        """The stretch that a value lies in: its end belongs to it."""
        return next((stretch for stretch in self.stretches if value <= stretch.upto), self.stretches[-1])

    def _along(self, value: float) -> float:
        if not self.logarithmic:
            return value
        return log10(value) if value > 0 else -inf


@dataclass(frozen=True, slots=True)
class Value:
    """A number as it stands: ``number`` itself, the ``facts`` of its formula, ``along`` where its scale has it.

    ``words`` stand where there is no number. ``place`` says of what it is: "2 Dense, unit 13". ``formula`` stands
    instead of that of the quantity.
    """

    number: float | None = None
    words: Text | str = ""
    facts: Facts = field(default_factory=dict)
    along: float | None = None
    place: Text | str = ""
    step: int | None = None
    unit: tuple[int, int] | None = None
    formula: Text | None = None

    @property
    def on_scale(self) -> float | None:
        """What is marked on the scale; None where there is nothing to mark."""
        value = self.number if self.along is None else self.along
        return value if value is not None and isfinite(value) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One quantity. ``numbers`` is the formula with places for the facts of a value.

    ``panels`` name where it is shown in the window. ``scale`` is made of the facts of a value, None where no range can
    be defended.
    """

    key: str
    name: Text
    sentence: Text
    formula: Text = NOTHING
    numbers: Text = NOTHING
    panels: tuple[str, ...] = ()
    scale: Callable[[Facts], Scale | None] = lambda _facts: None
    write: Callable[[float], str] = rounded

    def written(self, value: Value) -> Text | str:
        """The value as it stands beside the name."""
        if value.number is None:
            return value.words
        return self.write(value.number) if isfinite(value.number) else reason(value.number)

    def with_numbers(self, value: Value) -> Text:
        """The formula with the numbers of ``value``; nothing where one of them is not known."""
        try:
            filled = self.numbers.filled(**value.facts)
            str(filled)
        except (KeyError, ValueError, TypeError):
            return NOTHING
        return filled


def always(scale: Scale) -> Callable[[Facts], Scale | None]:
    """A scale that is the same for all values."""
    return lambda _facts: scale


def share(value: float) -> str:
    """A share as sentences write it."""
    return percentage(value)


def whole(value: float) -> str:
    """A count."""
    return value_text(round(value))


CHOICE_OF_OURS = text("The ends are ReLU Lab's choice; docs/rules.md says what was measured.")


def source_of(words: str) -> Text:
    """Where the ends of a scale are from."""
    return text("The ends: {source}.", source=words)
