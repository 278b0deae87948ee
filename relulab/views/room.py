"""A line that says less where there is no room for all of it: whole phrases are left out, none is ever cut.

A line is a row of phrases, ``joined`` by separators. Each says how soon it leaves (``leaving``), and what is said
instead of it where there is little room (``in_short``). First every phrase that can be is said in short; then they
leave, the least telling first, of those alike the last one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import chain

from relulab.text import Text, separator_of

BETWEEN = " · "
Part = tuple[int, int, str]  # from this letter to before that one: the quantity that is told there
Say = Callable[[Text], str]


class Leaves(IntEnum):
    """How soon a phrase is left out: the greater, the sooner."""

    LAST = 0  # what was measured, and on what; what is wrong with it
    LATE = 1  # when that was
    CONDITION = 2  # under which conditions: dropout off
    HOW = 3  # how numbers were made of it: means of batches
    OFTEN = 4  # how often
    USUAL = 5  # what holds for every run


def leaving(when: Leaves, phrase: Text) -> Text:
    """``phrase``, which is left out of a line at its turn."""
    return replace(phrase, leaves=int(when))


def in_short(phrase: Text, shorter: Text) -> Text:
    """``phrase``, and what is said instead of it where there is little room."""
    return replace(phrase, shorter=shorter)


@dataclass(frozen=True, slots=True)
class Line:
    """Words, and which quantities its parts are about."""

    words: str = ""
    parts: tuple[Part, ...] = ()

    def about(self, quantity: str) -> "Line":
        """The same words, all of them about one quantity."""
        return Line(self.words, ((0, len(self.words), quantity),))

    def moved(self, by: int) -> list[Part]:
        """Its parts, further right."""
        return [(start + by, end + by, key) for start, end, key in self.parts]


@dataclass(slots=True)
class _Phrase:
    line: Line
    shorter: "_Phrase | None" = None
    leaves: int = Leaves.LAST


@dataclass(slots=True)
class _Row:
    separator: str
    about: str
    inside: "list[_Phrase | _Row]"


def ways(sentences: Iterable[Text | str], say: Say, otherwise: str = "") -> Iterator[Line]:
    """All of these sentences in a row, then less and less of them, down to the one phrase that leaves last.

    ``otherwise`` is the quantity of those that name none.
    """
    row = _Row(BETWEEN, "", [_tree(sentence, say) for sentence in sentences])
    phrases = [phrase for phrase in _phrases(row) if phrase.line.words]
    yield _row_line(row, otherwise)
    while any(phrase.shorter for phrase in phrases):
        for phrase in phrases:
            if phrase.shorter:
                phrase.line, phrase.shorter = phrase.shorter.line, phrase.shorter.shorter
        yield _row_line(row, otherwise)
    order = sorted(range(len(phrases)), key=lambda place: (-phrases[place].leaves, -place))
    for place in order[:-1]:
        phrases[place].line = Line()
        yield _row_line(row, otherwise)


def written(sentence: Text | str, say: Say) -> Line:
    """One sentence as it is."""
    return _line(_tree(sentence, say))


def _tree(sentence: Text | str, say: Say) -> "_Phrase | _Row":
    if isinstance(sentence, str):
        return _Phrase(Line(sentence))
    separator = separator_of(sentence)
    if separator is not None:
        return _Row(separator, sentence.about, [_tree(part, say) for _name, part in sentence.values])
    return _phrase(sentence, sentence.about, say)


def _phrase(sentence: Text, about: str, say: Say) -> _Phrase:
    shorter = None if sentence.shorter is None else _phrase(sentence.shorter, about, say)
    return _Phrase(_said(sentence, about, say), shorter, sentence.leaves)


def _said(sentence: Text, about: str, say: Say) -> Line:
    """Words that are about one quantity, or else about those that its values tell."""
    words, parts, begin = say(sentence), list[Part](), 0
    if about:
        return Line(words, ((0, len(words), about),))
    for _name, value in sentence.values:
        if isinstance(value, Text):
            told = written(value, say)
            begin = max(begin, words.find(told.words, begin))
            parts += told.moved(begin)
            begin += len(told.words)
    return Line(words, tuple(parts))


def _phrases(row: _Row) -> Iterator[_Phrase]:
    return chain.from_iterable(_phrases(one) if isinstance(one, _Row) else (one,) for one in row.inside)


def _line(part: "_Row | _Phrase") -> Line:
    return part.line if isinstance(part, _Phrase) else _row_line(part)


def _row_line(row: _Row, otherwise: str = "") -> Line:
    """What is left of the parts of a row, with its separators."""
    words, parts = "", list[Part]()
    for line in map(_line, row.inside):
        if line.words:
            words = f"{words}{row.separator}" if words else ""
            told = line.about(otherwise) if otherwise and not line.parts else line
            parts += told.moved(len(words))
            words += line.words
    line = Line(words, tuple(parts))
    return line.about(row.about) if row.about and words else line
