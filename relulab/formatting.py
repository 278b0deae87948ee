"""How a value is written, once for the window, the reports, the figures and the command line.

A number in a sentence is plain (``2.5e-6``); one that is printed in a report has the signs of print (``2.5 × 10⁻⁶``).
"""

import math
from collections.abc import Iterable
from datetime import date

from relulab.text import Text, text

NOTHING = "–"
TYPED = 12  # digits: more than anybody types, fewer than arithmetic leaves behind (0.30000000000000004)
WHOLE_BELOW = 1e6  # smaller numbers keep every digit before the point
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int | None = 4, *, printed: bool = False) -> str:
    """``digits`` that count, or with None all that give the number back: 0.05, 12,000, 2.5e-6.

    Where there is no number, words say so; in print it is a dash or the sign of infinity.
    """
    if math.isnan(value):
        return NOTHING if printed else "not a number"
    if math.isinf(value):
        return ("∞" if value > 0 else "−∞") if printed else "infinite"
    if digits is None:
        plain = f"{value:,}".removesuffix(".0")
    else:
        before_the_point = len(f"{abs(value):.0f}") if abs(value) < WHOLE_BELOW else 0
        plain = f"{value:,.{max(digits, before_the_point)}g}"
    mantissa, _, exponent = plain.partition("e")
    if printed:
        mantissa = mantissa.replace("-", "−")
        return f"{mantissa} × 10{str(int(exponent)).translate(RAISED)}" if exponent else mantissa
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def percent(share: float, decimals: int | None = None) -> str:
    """A share from 0 to 1, a dash for NaN; without ``decimals`` what tells something: 0.26 %, 3.1 %, 100 %."""
    if not math.isfinite(share):
        return NOTHING
    if decimals is None:
        text = f"{100 * share:.1f}" if share >= 0.01 else f"{100 * share:.2g}"
        return f"{text.removesuffix('.0')} %"
    return f"{100 * share:.{decimals}f} %"


def count(amount: int, one: str, many: str = "") -> str:
    """``1 epoch``, ``3 epochs``; ``many`` is the plural where it is not the word with an s."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; empty for none."""
    *before, last = (*words,) or ("",)
    return f"{', '.join(before)} and {last}" if before else last


def number_ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers, neighbours together: ``1–3, 7``."""
    rows: list[list[int]] = []
    for one in numbers:
        if rows and one == rows[-1][-1] + 1:
            rows[-1].append(one)
        else:
            rows.append([one])
    return ", ".join(str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}" for row in rows)


def duration(seconds: float) -> Text:
    """A time that has passed: 8.2 s, 3 min 20 s, 1 h 5 min."""
    if seconds < 60:
        return text("{seconds:.1f} s", seconds=seconds)
    whole = round(seconds)
    if whole < 3600:
        return text("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return text("{hours} h {minutes} min", hours=whole // 3600, minutes=whole // 60 % 60)


def remaining(seconds: float) -> Text:
    """A time that is still to come, roughly and never too little: 9 s, 2 min, 1 h 2 min."""
    if seconds < 60:
        return text("{seconds} s", seconds=math.ceil(seconds))
    minutes = math.ceil(seconds / 60)
    if seconds < 3600:
        return text("{minutes} min", minutes=minutes)
    return text("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def date_text(when: date) -> str:
    """24 November 2025, whatever the language of the system."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def value_text(chosen: object, *, printed: bool = False) -> str:
    """What was chosen for a parameter, as it was typed: 0.001, 5,000, yes, float32."""
    if chosen is None:
        return "as proposed"
    if isinstance(chosen, bool):
        return "yes" if chosen else "no"
    if isinstance(chosen, int):
        return f"{chosen:,}"
    return number(chosen, TYPED, printed=printed) if isinstance(chosen, float) else str(chosen)


def capital(sentence: str) -> str:
    """The sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def mid_sentence(title: str) -> str:
    """A title for use inside a sentence: "Learning rate" becomes "learning rate", "L2 penalty" stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def shortened(long: str, most: int) -> str:
    """At most so many letters."""
    return long if len(long) <= most else f"{long[: most - 1].rstrip()}…"
