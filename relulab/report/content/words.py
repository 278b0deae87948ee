"""Numbers and names as people write them in a report."""

import math
from collections.abc import Iterable
from datetime import date

from relulab.experiment.experiment import Choice

SHARE = "share of "
NAMED = ("ratio", "gradient norm", "loss", "score")  # units that name what was measured
NOTHING = "–"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """A number with so many digits that count, or a dash where there is none."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if 1000 <= abs(value) < 1e6:
        return f"{value:,.0f}"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    text = mantissa.replace("-", "−")
    return f"{text} × 10{str(int(exponent)).translate(RAISED)}" if exponent else text


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent, or a dash where there is none."""
    return NOTHING if math.isnan(share) else f"{100 * share:.{decimals}f} %"


def count(amount: int, one: str, many: str = "") -> str:
    """``1 epoch``, ``3 epochs``; ``many`` is the plural where it is not the word with an s."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """A time of training: 8.2 s, 3 min 20 s, 1 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def quantity(value: float, unit: str, named: bool = True) -> str:
    """A measured value with the unit of a finding: shares in percent. ``named``: say the unit too."""
    if math.isnan(value):
        return "not a number"
    if unit.startswith(SHARE):
        share, unit = percent(value, 0 if value >= 0.1 or value == 0 else 2), "of " + unit.removeprefix(SHARE)
        return f"{share} {unit}" if named else share
    text = number(value)
    if not (named and unit):
        return text
    if unit in NAMED:
        return f"a {unit} of {text}"
    return {"R²": f"R² = {text}", "log10": f"{text} on the log10 scale"}.get(unit, f"{text} {unit}")


def day_words(day: date) -> str:
    """24 November 2025, whatever the language of the system."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last


def capital(sentence: str) -> str:
    """The sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def chosen(choice: Choice | None, defaults: bool = True) -> str:
    """A choice out of a catalogue with its parameters: ``Leaky ReLU (slope 0.01)``. ``defaults``: also those."""
    if choice is None:
        return NOTHING
    known = {parameter.name: parameter for parameter in choice.entry.parameters}
    told = [name for name, value in choice.parameters.items() if defaults or value != known[name].default]
    words = [f"{known[name].title.lower()} {value_text(choice.parameters[name])}" for name in told]
    return choice.entry.title + (f" ({', '.join(words)})" if words else "")


def value_text(value: object) -> str:
    """A value of a parameter."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return number(value, 6) if isinstance(value, float) else str(value)
