"""Numbers and names as people write them in a report."""

from functools import partial

from relulab.experiment.experiment import Choice
from relulab.formatting import NOTHING, number, percent, value_text

printed = partial(number, digits=3, printed=True)
tenths = partial(percent, decimals=1)


def chosen(choice: Choice | None, defaults: bool = True) -> str:
    """A choice out of a catalogue with its parameters: ``Leaky ReLU (slope 0.01)``. ``defaults``: also those."""
    if choice is None:
        return NOTHING
    known = {parameter.name: parameter for parameter in choice.entry.parameters}
    told = [name for name, own in choice.parameters.items() if defaults or own != known[name].default]
    words = [f"{known[name].title.lower()} {value_text(choice.parameters[name], printed=True)}" for name in told]
    return choice.entry.title + (f" ({', '.join(words)})" if words else "")
