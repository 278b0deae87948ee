"""A sentence that can be translated: the template is constant, the values are kept apart.

How a value is written stands behind the colon of its place, so that no sentence writes it in a way of its own:

    {loss}               a number that was measured or chosen: 0.0123, 12,300, 3.02e7; words as they are
    {size:about}         a number that is only estimated: 0.012, 12,000
    {share:percent}      a share from 0 to 1: 93 %, 0.26 %
    {growth:times}       3.2 times
    {units:unit|units}   a count with its noun: 1 unit, 12,000 units
    {step:,}             a whole number with its thousands apart
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from string import Formatter
from typing import Any

from relulab.formatting import IN_SENTENCES, count, percentage, rounded, times

ABOUT = 2  # digits that count of what is only estimated

_KINDS: Mapping[str, Callable[[float], str]] = {"percent": percentage, "times": times}


class _Sentences(Formatter):
    """Writes the values of a template as the kinds behind their colons say."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in _KINDS:
            return _KINDS[format_spec](float(value))
        if "|" in format_spec:
            return count(value, *format_spec.split("|"))
        if format_spec == "about" or (not format_spec and isinstance(value, Real) and not isinstance(value, Integral)):
            return _noun(float(value), ABOUT if format_spec else IN_SENTENCES)
        written: str = format(value, format_spec)
        return written


def _noun(value: float, digits: int) -> str:
    """A number where a sentence speaks of it: "a loss of infinity"."""
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    return rounded(value, digits)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """``template`` with its values in their places."""
    return _SENTENCES.vformat(template, (), values)


_SENTENCES = _Sentences()


@dataclass(frozen=True, slots=True)
class Text:
    """``template`` with places for ``values``, in the style of ``str.format``.

        str(Text("{share:percent} of the units", (("share", 0.5),)))  ->  "50 % of the units"

    Build it with ``text``. A translator replaces the template and formats it with the same values. ``about`` is the
    quantity that it tells, an entry of ``relulab.views.explained``: the same words are equal whatever they are about.
    ``leaves`` and ``shorter`` are for a line that has no room for all of it: see ``relulab.views.room``.
    """

    template: str
    values: tuple[tuple[str, Any], ...] = field(default=())
    about: str = field(default="", compare=False)
    leaves: int = field(default=0, compare=False)
    shorter: "Text | None" = field(default=None, compare=False)

    def filled(self, **values: Any) -> "Text":
        """The same sentence about these values."""
        return Text(self.template, tuple(values.items()))

    def __str__(self) -> str:
        return fill(self.template, dict(self.values))


def text(template: str, **values: Any) -> Text:
    """A translatable sentence."""
    return Text(template, tuple(values.items()))


def telling(about: str, sentence: Text) -> Text:
    """``sentence``, which tells the quantity ``about``."""
    return replace(sentence, about=about)


def as_it_stands(sentence: str) -> Text:
    """A text that is no template: words out of a file or a field, with whatever braces they have."""
    return Text(sentence.replace("{", "{{").replace("}", "}}"))


def joined(parts: Iterable[Text | str], separator: str) -> Text:
    """Sentences in a row, each translated for itself; words that are not translated stay as they are."""
    values = {f"part{index}": part for index, part in enumerate(parts)}
    return text(separator.join(f"{{{name}}}" for name in values), **values)


def separator_of(sentence: Text) -> str | None:
    """What stands between the parts of a sentence that was ``joined``; None of any other."""
    names = [name for name, _value in sentence.values]
    if not names or names != [f"part{index}" for index in range(len(names))]:
        return None
    separator = sentence.template.removeprefix("{part0}").partition("{part1}")[0]
    return separator if sentence.template == separator.join(f"{{{name}}}" for name in names) else None


NOTHING = Text("")
