"""What one cell holds: a number with its signs and unit, a date, a time, a gap."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

GAP_WORDS: Final = frozenset({"na", "n/a", "nan", "null", "none", "?", "-", ".", "#n/a"})  # in columns of numbers
LONGEST_NUMBER: Final = 100  # signs; nobody writes longer ones, and to look at them takes time
GAPS_OF_WORDS: Final = frozenset({"na", "n/a", "nan", "null", "#n/a"})  # in columns of words that are learned from

_BLANKS: Final = " \u00a0\u202f\u2009"  # also the one that does not break, and thin ones
_GROUPING: Final = f"{_BLANKS}'’_"
_CURRENCY: Final = (
    r"[$€£¥₹₩₽₺]|[A-Z]{1,2}\$"
    "|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|BRL|MXN|ZAR|KRW|SGD|HKD|ILS"
)
_NUMBER = re.compile(
    rf"""(?P<sign>[+\-−]?)\s?
    (?P<before>(?:{_CURRENCY})\s?)?
    (?P<minus>[+\-−]?)
    (?P<body>\d(?:[\d.,{_GROUPING}]*\d)?[.,]?|[.,]\d+)
    (?P<exponent>[eE][+\-−]?\d+)?
    (?P<after>\s?[^\d\s.,;:+\-−_'][^\d]{{0,11}}[²³]?)?""",
    re.VERBOSE | re.ASCII,
)
_GROUPS = {
    (decimal, group): re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d*)?", re.ASCII)
    for decimal in ".,"
    for group in (*_GROUPING, *".,")
    if group != decimal
}
_PLAIN = {decimal: re.compile(rf"\d+(?:[{decimal}]\d*)?|[{decimal}]\d+", re.ASCII) for decimal in ".,"}
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?(?:Z|\s?[+-]\d{2}:?\d{2})?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-zä]*\.?"
_DATE = (
    r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{4}[-/]\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[-. ]\s?{_MONTH}[-, ]\s?\d{{2,4}}|{_MONTH}\s\d{{1,2}},?\s\d{{4}})"
)
_IS_TIME = re.compile(rf"{_TIME}|\d{{2}}\.\d{{2}}\.\d{{2}}", re.ASCII)
_IS_DATE = re.compile(rf"{_DATE}(?:(?:T|,?\s){_TIME})?", re.ASCII | re.IGNORECASE)
_SHORT_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})", re.ASCII)
_LABEL = re.compile(r"0\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written, without its unit: ``-``, ``1.234,5``, ``e3``, ``kg``."""

    sign: str
    body: str
    exponent: str
    unit: str

    def value(self, decimal: str) -> float | None:
        """Its value where ``decimal`` is the decimal sign; None where its groups are not of three digits.

        None as well for a value that float64 cannot hold: it would be infinite.
        """
        body = self.body
        if _PLAIN[decimal].fullmatch(body) is None:
            group = next((letter for letter in body if not letter.isdigit()), "")
            pattern = _GROUPS.get((decimal, group))
            if pattern is None or pattern.fullmatch(body) is None:
                return None
            body = body.replace(group, "")
        value = float(f"{self.sign}{body.replace(decimal, '.')}{self.exponent}")
        return value if math.isfinite(value) else None

    @property
    def proofs(self) -> tuple[tuple[str, str], ...]:
        """What its signs prove: ("decimal", sign), ("group", sign), or that ("either", sign) may be meant.

        Nothing for plain digits, ("none", "") where no reading makes a number of it.
        """
        body = self.body
        signs = [letter for letter in body if not letter.isdigit()]
        if not signs:
            return ()
        first, last = signs[0], signs[-1]
        if first in _GROUPING or last != first:
            decimal = last if last in ".," else "."
            pattern = _GROUPS.get((decimal, first))
            if pattern is None or pattern.fullmatch(body) is None:
                return (("none", ""),)
            return (("group", first), ("decimal", last)) if last in ".," else (("group", first),)
        if len(signs) > 1:
            pattern = _GROUPS["," if first == "." else ".", first]
            return (("group", first),) if pattern.fullmatch(body) else (("none", ""),)
        before, after = body.split(first)
        is_decimal = len(after) != 3 or not before or len(before) > 3 or before[0] == "0" or self.exponent
        return (("decimal" if is_decimal else "either", first),)


def written(cell: str) -> Written | None:
    """The number that ``cell`` may be in some reading, or None."""
    return _written(cell) if len(cell) <= LONGEST_NUMBER else None


@lru_cache(maxsize=2**16)  # tables repeat themselves
def _written(cell: str) -> Written | None:
    found = _NUMBER.fullmatch(cell)
    if found is None or (found["sign"] and found["minus"]):
        return None
    sign = (found["sign"] or found["minus"]).replace("−", "-").replace("+", "")
    exponent = (found["exponent"] or "").replace("−", "-")
    unit = (found["before"] or "").strip() or (found["after"] or "").strip()
    number = Written(sign, found["body"], exponent, unit)
    return None if ("none", "") in number.proofs else number


def is_label(cell: str) -> bool:
    """Whether a leading zero says that these digits are a name: 01, 0049."""
    return _LABEL.fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """A day, also with a time; in whatever order day, month and year stand."""
    if _IS_DATE.fullmatch(cell) is None:
        return False
    short = _SHORT_DATE.fullmatch(cell)
    return short is None or (1 <= min(one := (int(short[1]), int(short[2]))) <= 12 and max(one) <= 31)


def is_time(cell: str) -> bool:
    return _IS_TIME.fullmatch(cell) is not None


def is_gap(cell: str) -> bool:
    """Whether the cell is empty, or says in a usual word that a number is missing."""
    return not cell or cell.lower() in GAP_WORDS


def class_name(value: float) -> str:
    """A number that names a class, with all digits that a table wrote: "3", "0.1"."""
    return f"{value:.15g}"
