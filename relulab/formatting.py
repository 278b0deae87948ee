"""How a value is written, once for the window, the reports, the figures and the command line.

A number in a sentence is plain (``2.5e-6``); one that is printed in a report has the signs of print (``2.5 × 10⁻⁶``).
"""

import math
import re
from collections.abc import Iterable
from datetime import date
from numbers import Integral
from unicodedata import category
from zlib import crc32

NOTHING = "–"
IN_SENTENCES = 3  # digits that count
TIMES_FROM = 10.0  # larger shares are no percentages any more
TYPED = 12  # digits: more than anybody types, fewer than arithmetic leaves behind (0.30000000000000004)
WHOLE_PERCENT_FROM = 0.1  # below, a whole percent would say nothing
LONGEST_TEXT = 1500  # letters of what is shown in one piece: no explanation of ours is as long
MOST_LINES = 40
LONGEST_QUOTE = 60  # letters of what somebody gave, in a message
LONGEST_VALUE = 300  # letters of what was chosen, written out: more than a formula has
WHOLE_BELOW = 1e6  # smaller numbers keep every digit before the point
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NO_BREAK = "\N{NO-BREAK SPACE}"
_PARTED = re.compile(r"(?<=\d) (?=(%|[kMGT]?B|[kMG]iB|[mµn]?s|min|h)(?!\w))|(?<=\d) (?=× \d)|(?<=\d ×) (?=\d)")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SIGN = re.compile(r"(?<![^\s(\[=…:×·±])-(?=\.?\d)")  # a hyphen before a number, and not within a word or a date


def number(value: float, digits: int | None = 4, *, printed: bool = False) -> str:
    """``digits`` that count, or with None all that give the number back: 0.05, 12,000, 2.5e-6.

    Where there is no number, words say so; in print it is a dash or the sign of infinity.
    """
    if math.isnan(value):
        return NOTHING if printed else reason(value)
    if math.isinf(value):
        return ("∞" if value > 0 else "−∞") if printed else reason(value)
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


def signed(words: str) -> str:
    """``words`` with a minus sign before the numbers below 0, for people to read: −0.5; exponents stay (1e-6)."""
    return SIGN.sub("−", words) if "-" in words else words


def percent(share: float, decimals: int | None = None) -> str:
    """A share from 0 to 1, a dash for NaN; without ``decimals`` what tells something: 0.26 %, 3.1 %, 100 %."""
    if not math.isfinite(share):
        return NOTHING
    if decimals is None:
        text = f"{100 * share:.1f}" if share >= 0.01 else number(100 * share, 2)
        return f"{text.removesuffix('.0')} %"
    return f"{100 * share:.{decimals}f} %"


def rounded(value: float, digits: int = IN_SENTENCES, *, printed: bool = False) -> str:
    """A measured value, no more exact than it helps: 0.0123, 12,300, 3.02e7."""
    if not math.isfinite(value):
        return number(value, printed=printed)
    return number(float(f"{value:.{digits}g}") + 0.0, digits, printed=printed)  # + 0.0: no "-0"


def percentage(share: float) -> str:
    """A share in a sentence: 93 %, 3.1 %, 99.96 %; never 0 % of what is not 0, nor 100 % of what is not all."""
    if math.isnan(share):
        return "an unknown share"
    if share > TIMES_FROM:
        return f"more than {100 * TIMES_FROM:,.0f} %"
    if share < WHOLE_PERCENT_FROM and share != 0:
        return percent(share)
    for decimals in range(3):
        written = percent(share, decimals)
        if share >= 1 or float(written.removesuffix(" %")) < 100:
            return written
    return "almost 100 %"


def times(factor: float) -> str:
    """How many times as much: 3.2 times, 1.00 times."""
    if not math.isfinite(factor):
        return count(factor, "time")
    written = rounded(factor)
    return f"{'1.00' if written == '1' else written} times"


def reason(value: float) -> str:
    """What a value is that is not finite."""
    return "not a number" if math.isnan(value) else "infinite"


def count(amount: float, one: str, many: str = "") -> str:
    """``1 epoch``, ``3 epochs``, ``2.5 epochs``; ``many`` is the plural where it is not the word with an s."""
    many = many or one + "s"
    if not math.isfinite(amount):
        return f"{'an unknown number of' if math.isnan(amount) else 'infinitely many'} {many}"
    written = f"{amount:,}" if isinstance(amount, Integral) else rounded(amount)
    return f"{written} {one if written == '1' else many}"


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
    return number(chosen, TYPED, printed=printed) if isinstance(chosen, float) else _within_a_line(str(chosen))


def _within_a_line(given: str) -> str:
    """A text as it is; of one that is a list of hundreds of numbers its beginning, and a mark of what it is."""
    if len(given) <= LONGEST_VALUE:
        return given
    return f"{shortened(given, LONGEST_QUOTE)} ({len(given):,} letters, checksum {crc32(given.encode()):08x})"


def capital(sentence: str) -> str:
    """The sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def mid_sentence(title: str) -> str:
    """A title for use inside a sentence: "Learning rate" becomes "learning rate", "L2 penalty" and "ReLU" stay."""
    first = title.split(" ")[0]
    return title[:1].lower() + title[1:] if first[1:].islower() else title


def quoted(value: object, most: int = LONGEST_QUOTE) -> str:
    """A value that somebody gave, for a message: on one line, with what cannot be printed escaped, and cut."""
    if isinstance(value, str):
        value = shortened(value, most)  # first: what is as long as a book is not escaped letter by letter
    try:
        return shortened(repr(value), most)
    except (ValueError, RecursionError):  # Python writes out no whole number of thousands of digits
        return f"a very long {type(value).__name__}"


def readable(given: str, most: int = LONGEST_TEXT) -> str:
    """A text out of a file or a field as it may be shown: cut in its middle to so many letters, with few lines.

    It goes without what cannot be seen but turns the text around it: marks of direction, control characters, halves
    of characters.
    """
    if len(given) > most:
        end = most // 3
        given = f"{given[: most - end - 1]}…{given[-end:]}"
    lines = given.split("\n", MOST_LINES)
    if len(lines) > MOST_LINES:
        given = "\n".join([*lines[:-1], "…"])
    return printable(given)


def unbroken(given: str) -> str:
    """A text for many lines, as long as before: no number is parted from its unit, nor from what it is times."""
    return _PARTED.sub(NO_BREAK, given)


def printable(given: str) -> str:
    """The whole text without what cannot be seen, or that no file of text or of a drawing may hold."""
    return given if given.isprintable() else "".join(map(_shown, given))


def _shown(letter: str) -> str:
    if letter.isprintable() or letter in "\n\t\u00a0\u00ad\u200b\u200c\u200d\u2009\u202f":
        return letter
    return "" if category(letter) == "Cf" else "\ufffd" if category(letter) == "Cs" else " "


def one_line(given: str, most: int = LONGEST_QUOTE) -> str:
    """The same on a single line, for a title or an entry of a menu."""
    if len(given) <= most and given.isascii() and given.isprintable():  # most are; a wide table has thousands
        return " ".join(given.split())
    return " ".join(readable(given, most).split())


def shortened(long: str, most: int) -> str:
    """At most so many letters."""
    return long if len(long) <= most else f"{long[: most - 1].rstrip()}…"
