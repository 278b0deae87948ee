"""What every catalogue entry has in common: a key, words for people, and checked parameters."""

import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from relulab.errors import SpecError
from relulab.formatting import quoted

Value = bool | int | float | str
LARGEST_INTEGER = 10**18  # more than any count here can mean, and still exact in every file format
LARGEST_REAL = 1e38  # the difference of two must be a number of 32 bits, too, and those end at 3.4e38
LONGEST_TEXT = 10_000  # characters; more than any path or formula has
LONGEST_NUMBERS = 200_000  # of packed numbers, which are at most 37,499: one layer on CIFAR-10 has 30,720
PACKED = "float32:"  # what numbers begin with that are kept in 32 bits each, little-endian, in base64


class Kind(Enum):
    """What sort of value a parameter holds, and so which control edits it."""

    INTEGER = "integer"
    REAL = "real"
    FLAG = "flag"
    CHOICE = "choice"
    TEXT = "text"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One adjustable value of an entry. ``minimum`` and ``maximum`` are inclusive; with None, the value is bounded only
    by ``LARGEST_INTEGER`` or ``LARGEST_REAL``. ``read`` raises ValueError for a text that is no value;
    ``longest`` is in characters.
    """

    name: str
    title: str
    kind: Kind
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    read: Callable[[str], object] | None = None
    longest: int = LONGEST_TEXT

    def check(self, value: object) -> Value:
        """Return ``value`` in the parameter's type. Raises ValueError with a message for the user."""
        match self.kind:
            case Kind.INTEGER:
                return self._number(value, whole=True)
            case Kind.REAL:
                return self._number(value, whole=False)
            case Kind.FLAG:
                if not isinstance(value, bool):
                    raise ValueError(f"{self.title} must be true or false, not {quoted(value)}.")
                return value
            case Kind.CHOICE:
                if value not in self.choices:
                    raise ValueError(f"{self.title} must be one of {', '.join(self.choices)}, not {quoted(value)}.")
                return str(value)
            case Kind.TEXT | Kind.FILE:
                if not isinstance(value, str):
                    raise ValueError(f"{self.title} must be text, not {quoted(value)}.")
                if len(value) > self.longest:
                    raise ValueError(f"{self.title} must have at most {self.longest:,} characters.")
                if self.read is not None:
                    self.read(value)
                return value

    def _number(self, value: object, *, whole: bool) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self.title} must be a number, not {quoted(value)}.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{self.title} must be a finite number, not {quoted(value)}.")
        if abs(value) > (LARGEST_INTEGER if whole or isinstance(value, int) else LARGEST_REAL):
            raise ValueError(f"{self.title} is too large a number.")
        if whole and value != int(value):
            raise ValueError(f"{self.title} must be a whole number, not {quoted(value)}.")
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"{self.title} must be at least {self.minimum:g}, not {value:g}.")
        if self.maximum is not None and value > self.maximum:
            raise ValueError(f"{self.title} must be at most {self.maximum:g}, not {value:g}.")
        return int(value) if whole else float(value) + 0.0  # -0.0 is 0.0: as a deviation, random generators refuse it


def integer(
    name: str,
    title: str,
    default: int,
    minimum: float | None = 1,
    maximum: float | None = None,
    unit: str = "",
    help: str = "",
) -> Parameter:
    """A whole-number parameter."""
    return Parameter(name, title, Kind.INTEGER, default, minimum, maximum, unit=unit, help=help)


def real(
    name: str,
    title: str,
    default: float,
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    help: str = "",
) -> Parameter:
    """A real-number parameter."""
    return Parameter(name, title, Kind.REAL, default, minimum, maximum, unit=unit, help=help)


def numbers(name: str, title: str, default: str, help: str) -> Parameter:
    """A parameter of as many numbers as one likes, as text; ``read_numbers`` gives them."""
    return Parameter(name, title, Kind.TEXT, default, help=help, read=read_numbers, longest=LONGEST_NUMBERS)


def read_numbers(given: str) -> tuple[float, ...]:
    """Numbers with spaces between them, or packed by ``write_numbers``. Raises ValueError for anything else."""
    packed = given.startswith(PACKED)
    try:
        found = _unpacked(given) if packed else tuple(float(word) + 0.0 for word in given.split())
    except (ValueError, struct.error):
        found = ()
    if not found or not all(abs(value) <= LARGEST_REAL for value in found):
        raise ValueError("Write finite numbers with spaces between them, such as: 0.5 -1 2e-3.")
    return found


def write_numbers(given: Iterable[float]) -> str:
    """Written so that ``read_numbers`` gives the same numbers: for people, or packed where they are too many for that.

    Only numbers of 32 bits can be packed; others stay as they are, too long for a parameter.
    """
    found = [float(number) + 0.0 for number in given]
    written = " ".join(map(repr, found))
    if len(written) <= LONGEST_TEXT:
        return written
    packed = PACKED + b64encode(struct.pack(f"<{len(found)}f", *found)).decode("ascii")
    return packed if list(_unpacked(packed)) == found else written


def _unpacked(given: str) -> tuple[float, ...]:
    """The numbers of a text that begins with ``PACKED``. Raises ValueError and struct.error."""
    content = b64decode(given[len(PACKED) :].encode("ascii"), validate=True)
    return tuple(number + 0.0 for number in struct.unpack(f"<{len(content) // 4}f", content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing that can be chosen. ``summary`` is one or two plain sentences."""

    key: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...] = ()

    def complete(self, given: Mapping[str, object]) -> dict[str, Value]:
        """Check ``given`` and fill in what is absent, in the entry's own order.

        Raises SpecError, with the parameter's name in ``where``, for a name that the entry does not have or a
        value out of range.
        """
        known = [parameter.name for parameter in self.parameters]
        unknown = [name for name in given if name not in known]
        if unknown:
            has = f"It has: {', '.join(known)}." if known else "It has none."
            raise SpecError(f"{self.title} has no parameter {quoted(unknown[0])}. {has}", (unknown[0],))
        return {p.name: _checked(p, given.get(p.name, p.default)) for p in self.parameters}


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchEntry(Entry):
    """An entry that torch has, too. ``torch_arguments``: names of our parameters -> torch's for them.

    ``torch_constants`` are handed to torch as they are.
    """

    torch_arguments: Mapping[str, str] = field(default_factory=dict)
    torch_constants: Mapping[str, Value] = field(default_factory=dict)

    def arguments(self, parameters: Mapping[str, Value]) -> dict[str, Any]:
        """Torch's keyword arguments for these parameters."""
        return dict(self.torch_constants) | {name: parameters[ours] for ours, name in self.torch_arguments.items()}


def _checked(parameter: Parameter, value: object) -> Value:
    try:
        return parameter.check(value)
    except ValueError as error:
        raise SpecError(str(error), (parameter.name,)) from None
