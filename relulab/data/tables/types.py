"""What a user says that a column holds, where the guess is another one: ``zip=class, year=date``."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from relulab.data.tables.body import Column, Words
from relulab.data.tables.cells import GAPS_OF_WORDS
from relulab.data.tables.choices import WORDS_AT_MOST
from relulab.data.tables.columns import Role, TableColumn, Type, numbers_in
from relulab.errors import DataError
from relulab.formatting import LONGEST_QUOTE, quoted, shortened
from relulab.text import Text, text

CHOSEN: Final[Mapping[str, Type]] = MappingProxyType(
    {kind.value: kind for kind in (Type.NUMBER, Type.CLASS, Type.DATE, Type.TEXT)}
)
_NAMED = re.compile(r'\s*(?:"([^"]*)"|([^",][^,]*?))\s*=\s*([a-z]+)\s*(?:,|$)')


def types_in(listed: str) -> tuple[tuple[str, Type], ...]:
    """The names, or numbers, of columns with their types. Raises DataError for what is no such list."""
    found, at = [], 0
    while at < len(listed.rstrip()):
        part = _NAMED.match(listed, at)
        if part is None or part[3] not in CHOSEN:
            raise DataError(
                f"Types of columns: '{shortened(listed[at:].strip(), LONGEST_QUOTE)}' is none. Write name=type, with "
                f"commas between them; a type is one of {', '.join(CHOSEN)}."
            )
        found.append((part[1] or part[2], CHOSEN[part[3]]))
        at = part.end()
    return tuple(found)


def listed(types: Iterable[tuple[str, Type]]) -> str:
    """The opposite: names as a list of columns has them."""
    return ", ".join(f"{name}={kind.value}" for name, kind in types)


def may_hold(column: TableColumn, kind: Type) -> bool:
    """Whether a column can be read so: not every word is a number, and of many words each is one of few classes."""
    if column.type is Type.EMPTY:
        return False
    if kind is Type.NUMBER:
        return column.values is not None or (column.labels is not None and any(column.labels.numbers))
    if kind is Type.CLASS:
        return column.different <= WORDS_AT_MOST
    return kind in CHOSEN.values()


def with_type(
    found: TableColumn, cells: Column, kind: Type, decimal: str, gap_words: Collection[str]
) -> tuple[TableColumn, tuple[str, ...]]:
    """A column as its user says that it is, and the words in one of numbers that are neither number nor gap.

    Raises DataError for numbers where there are none.
    """
    if found.type is Type.EMPTY:
        return found, ()
    why = text("chosen")
    if kind is Type.NUMBER:
        numbers, strays = (found, ()) if not isinstance(cells, Words) else numbers_in(found, cells, decimal, gap_words)
        if numbers.type is not Type.NUMBER:
            raise DataError(
                f"Column {quoted(found.name)} is to hold numbers, but none of its cells is one: "
                f"{quoted((found.known or ('',))[0])}."
            )
        return (numbers if numbers.role is Role.IGNORE else numbers.with_role(Role.FEATURE, why)), strays
    assert isinstance(cells, Words)  # it was read as it is written
    words = replace(found, type=kind, values=None, labels=cells, unit="", gap_labels=GAPS_OF_WORDS | {""})
    if kind is not Type.CLASS:
        return words.with_role(Role.IGNORE, _left_out(kind)), ()
    return words.with_role(Role.FEATURE if len(words.known) > 1 else Role.IGNORE, why), ()


def _left_out(kind: Type) -> Text:
    return text("chosen: a date is not learned from") if kind is Type.DATE else text("chosen: text is not learned from")
