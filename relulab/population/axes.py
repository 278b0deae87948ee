"""What a sweep goes over: a setting and its values, as a range or a list.

    training.learning_rate=log:1e-3:10:16      16 values, each the same number of times the one before
    data.label_noise=lin:0:0.5:6               6 values at equal distances
    model.layers.1.parameters.units=4,8,16     these

Some settings have names of their own, such as ``hidden.units`` (see ``named_settings``).
Ranges keep their ends exactly. Both ends whole: what comes out whole stays a whole number, as counts of units must.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relulab.errors import SpecError
from relulab.experiment.setting_paths import SettingPath, path_of, value_of
from relulab.formatting import quoted

GRAMMAR = "Write PATH=log:FROM:TO:COUNT, PATH=lin:FROM:TO:COUNT or PATH=VALUE,VALUE,…"
DIGITS = 12  # of the values of a range that count: what is beyond is rounding

Spacing = Callable[[float, float, float], float]  # from, to, share of the way -> value


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting by its path, with its values."""

    path: SettingPath
    values: Sequence[Any]

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def twice(self) -> Any:
        """A value that is there more than once; None where each is there once."""
        if isinstance(self.values, Range):
            return self.values.first if self.values.first == self.values.last else None
        seen: set[str] = set()
        for value in self.values:
            is_whole = isinstance(value, float) and value.is_integer()
            written = json.dumps(int(value) if is_whole else value, sort_keys=True, default=repr)
            if written in seen:
                return value
            seen.add(written)
        return None

    @property
    def is_log(self) -> bool:
        """Whether each value is the same number of times the one before."""
        return isinstance(self.values, Range) and self.values.kind == "log"

    @classmethod
    def parse(cls, text: str) -> "Axis":
        """As it is written on the command line. Raises SpecError."""
        path, equals, values = text.partition("=")
        if not equals or not path.strip():
            raise SpecError(f"--over {quoted(text)}: there is no setting with values. {GRAMMAR}")
        return cls.of(path, values)

    @classmethod
    def of(cls, path: str, values: str | Sequence[Any]) -> "Axis":
        """A setting with its values, or with the text of them. Raises SpecError."""
        found: Sequence[Any] = _parsed(path, values.strip()) if isinstance(values, str) else tuple(values)
        if not len(found):
            raise SpecError(f"{path}: there are no values to go over. {GRAMMAR}")
        return cls(path_of(path), found)


@dataclass(frozen=True, slots=True)
class Range(Sequence[Any]):
    """``number`` values from ``first`` to ``last``, worked out when they are asked for. ``kind``: of its distances."""

    first: float
    last: float
    number: int
    kind: str

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, place: Any) -> Any:
        if not 0 <= place < self.number:
            raise IndexError(place)
        if place in (0, self.number - 1):
            return self.first if place == 0 else self.last
        value = float(f"{_SPACINGS[self.kind](self.first, self.last, place / (self.number - 1)):.{DIGITS}g}")
        whole = isinstance(self.first, int) and isinstance(self.last, int) and value.is_integer()
        return int(value) if whole else value

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(self.number))


def _parsed(path: str, text: str) -> Sequence[Any]:
    kind, colon, rest = text.partition(":")
    if colon and kind in _SPACINGS:
        return _range(path, kind, rest)
    return tuple(value_of(part.strip()) for part in _split(text)) if text else ()


def _range(path: str, kind: str, rest: str) -> Range:
    numbers = [_number(part) for part in rest.split(":")]
    if len(numbers) != 3 or not all(math.isfinite(number) for number in numbers):
        raise SpecError(f"{path}: {quoted(f'{kind}:{rest}')} is no range of three numbers. {GRAMMAR}")
    first, last, count = numbers
    if not isinstance(count, int) or count < 2:
        raise SpecError(f"{path}: a range has at least 2 values, and {count:g} is no number of them. {GRAMMAR}")
    if kind == "log" and not (first > 0 and last > 0):
        raise SpecError(
            f"{path}: a logarithmic range has no 0 and nothing below, but this one goes from {first:g} to {last:g}. "
            "Begin above 0, or use lin."
        )
    whole = isinstance(first, int) and isinstance(last, int)
    return Range(first if whole else float(first), last if whole else float(last), count, kind)


def _number(text: str) -> int | float:
    """A number as it is written, whole where it has no point; NaN for what is none."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return math.nan


_SPACINGS: Mapping[str, Spacing] = {
    "lin": lambda first, last, share: first + share * (last - first),
    "log": lambda first, last, share: math.exp(math.log(first) + share * (math.log(last) - math.log(first))),
}


def _split(text: str) -> list[str]:
    """At the commas that stand in no brackets and no quotes: a value may be a table in JSON."""
    parts, depth, is_quoted = [""], 0, False
    for letter in text:
        is_quoted ^= letter == '"'
        depth += (letter in "[{") - (letter in "]}") if not is_quoted else 0
        if letter == "," and not depth and not is_quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
