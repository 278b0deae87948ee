"""All explanations, and one as a page: what the window shows on a card, the command line prints, a report lists."""

from collections.abc import Iterable, Iterator

from relulab.registry import Registry
from relulab.session.history import RunHistory
from relulab.text import NOTHING, Text, text
from relulab.views.explained import inside, learning, signals, units
from relulab.views.explained.entry import Explanation, Scale, Value
from relulab.views.explained.values import WHOLE, Place, value_of

EXPLAINED: Registry[Explanation] = Registry(
    "explanation", *learning.ENTRIES, *units.ENTRIES, *signals.ENTRIES, *inside.ENTRIES
)


def lines(entry: Explanation, value: Value | None = None) -> Iterator[Text | str]:
    """Name with the value, the sentence, the formula with its numbers, and the ranges of its scale."""
    value = value or Value()
    written = entry.written(value)
    yield text("{name}: {value}", name=entry.name, value=written) if written else entry.name
    yield entry.sentence
    yield from (words for words in (value.formula or entry.formula, entry.with_numbers(value)) if words != NOTHING)
    scale = entry.scale(value.facts)
    if scale is not None:
        yield from scale_lines(scale)


def scale_lines(scale: Scale) -> Iterator[Text]:
    """The stretches of a scale, one a line, the healthy ones named so."""
    yield text("{measure}:", measure=scale.measure)
    start = scale.start
    for stretch in scale.stretches:
        words = "  {start} to {end}: {name} (healthy)" if stretch.healthy else "  {start} to {end}: {name}"
        yield text(words, start=scale.write(start), end=scale.write(stretch.upto), name=stretch.name)
        start = stretch.upto
    yield scale.source


def explanation(key: str, history: RunHistory | None = None, place: Place = WHOLE) -> str:
    """The page of one quantity in plain text, with the numbers of ``history`` where there are any.

    Raises UnknownKeyError that names what was meant.
    """
    return "\n".join(map(str, lines(EXPLAINED[key], value_of(key, history, place))))


def glossary(keys: Iterable[str]) -> list[tuple[Text, Text]]:
    """Name and sentence of each of these quantities, in the order of the catalogue."""
    wanted = set(keys)
    return [(entry.name, entry.sentence) for entry in EXPLAINED.values() if entry.key in wanted]
