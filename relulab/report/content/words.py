"""Numbers and names as people write them in a report."""

import math
from functools import partial

from relulab.experiment.experiment import Choice
from relulab.formatting import NOTHING, number, percent, value_text

SHARE = "share of "
NAMED = ("ratio", "gradient norm", "loss", "score")  # units that name what was measured

printed = partial(number, digits=3, printed=True)
tenths = partial(percent, decimals=1)


def quantity(value: float, unit: str, named: bool = True) -> str:
    """A measured value with the unit of a finding: shares in percent. ``named``: say the unit too."""
    if math.isnan(value):
        return "not a number"
    if unit.startswith(SHARE):
        share, unit = percent(value, 0 if value >= 0.1 or value == 0 else 2), "of " + unit.removeprefix(SHARE)
        return f"{share} {unit}" if named else share
    text = printed(value)
    if not (named and unit):
        return text
    if unit in NAMED:
        return f"a {unit} of {text}"
    return {"R²": f"R² = {text}", "log10": f"{text} on the log10 scale"}.get(unit, f"{text} {unit}")


def chosen(choice: Choice | None, defaults: bool = True) -> str:
    """A choice out of a catalogue with its parameters: ``Leaky ReLU (slope 0.01)``. ``defaults``: also those."""
    if choice is None:
        return NOTHING
    known = {parameter.name: parameter for parameter in choice.entry.parameters}
    told = [name for name, own in choice.parameters.items() if defaults or own != known[name].default]
    words = [f"{known[name].title.lower()} {value_text(choice.parameters[name], printed=True)}" for name in told]
    return choice.entry.title + (f" ({', '.join(words)})" if words else "")
