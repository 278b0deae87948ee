"""What a user may say about a table; whatever is left open is guessed.

Each choice is a parameter of the data set ``csv``, so that experiments keep it, and an option of the command line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relulab.catalog.entry import Kind, Parameter, Value
from relulab.errors import DataError

AUTO: Final = "auto"
FIRST: Final = "version 0.1"  # the reader of that version
KNOWN_TO_FIRST: Final = ("path", "target", "ignore", "task", "header")  # what that reader can be told
USUAL: Final = "usual"  # the usual words for a gap, and no other
UNEVEN: Final = "uneven"  # lines of another width are left out, however many
NOTHING: Final = "none"
WORDS_AT_MOST: Final = 100  # of a column that becomes columns of 0 and 1

SEPARATORS: Final[Mapping[str, str]] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "blanks": " "}
GROUP_SIGNS: Final = (",", ".", " ", "'", "_")  # thousands, as an example shows them
NUMBERS: Final[Mapping[str, tuple[str, str]]] = {  # example -> decimal sign, sign of thousands
    "1234.5": (".", ""),
    "1234,5": (",", ""),
    **{f"1{group}234.5": (".", group) for group in GROUP_SIGNS if group != "."},
    **{f"1{group}234,5": (",", group) for group in GROUP_SIGNS if group != ","},
}


@dataclass(frozen=True, slots=True)
class Choices:
    """The parameters of a table but its path; ``auto`` and empty texts are guessed."""

    separator: str = AUTO
    numbers: str = AUTO
    header: str = AUTO
    skip: str = ""
    encoding: str = ""
    missing: str = ""
    target: str = ""
    task: str = AUTO
    ignore: str = ""
    use: str = ""
    types: str = ""
    unit: str = ""
    gaps: str = "fill"
    words: str = "one_hot"

    @classmethod
    def of(cls, parameters: Mapping[str, Value]) -> "Choices":
        """Those among the parameters of the data set."""
        return cls(**{name: str(parameters[name]) for name in cls.__slots__ if name in parameters})

    @property
    def skipped_lines(self) -> frozenset[int]:
        """The numbers in ``skip``. Raises DataError for what is no list of lines."""
        lines: set[int] = set()
        for part in parts_of(self.skip):
            if part.lower() == UNEVEN:
                continue
            span = re.fullmatch(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?", part, re.ASCII)
            if span is None:
                raise DataError(
                    f"Lines to leave out: '{part[:40]}' is no line. Write numbers and ranges, such as 1-3, 7."
                )
            first, last = int(span[1]), int(span[2] or span[1])
            lines.update(range(first, min(last, first + 10**6) + 1))
        return frozenset(lines)

    @property
    def skips_uneven(self) -> bool:
        return UNEVEN in map(str.lower, parts_of(self.skip))

    @property
    def missing_words(self) -> frozenset[str]:
        """The words that the user calls gaps, in small letters."""
        return frozenset(word.lower() for word in parts_of(self.missing)) - {USUAL}


def parts_of(listed: str) -> tuple[str, ...]:
    """What a list with commas between names; a name that holds commas stands in quotation marks."""
    found = re.findall(r'\s*"([^"]*)"\s*|([^,]+)', listed)
    return tuple(part for quoted, plain in found if (part := quoted or plain.strip()))


PARAMETERS: Final = (
    Parameter("path", "File", Kind.FILE, "", help="A text file with one row per sample."),
    Parameter("target", "Target", Kind.TEXT, "", help="Name or number of the column that is predicted."),
    Parameter("ignore", "Ignore", Kind.TEXT, "", help="Columns to leave out, separated by commas."),
    Parameter(
        "task",
        "Task",
        Kind.CHOICE,
        AUTO,
        choices=(AUTO, "classification", "regression"),
        help="Whether the target is one of a few classes or a number.",
    ),
    Parameter(
        "header",
        "Header",
        Kind.CHOICE,
        AUTO,
        choices=(AUTO, "yes", "no"),
        help="Whether the first row holds the names of the columns.",
    ),
    Parameter(
        "separator", "Separator", Kind.CHOICE, AUTO, choices=(AUTO, *SEPARATORS), help="What stands between two cells."
    ),
    Parameter(
        "numbers",
        "Numbers like",
        Kind.CHOICE,
        AUTO,
        choices=(AUTO, *NUMBERS),
        help="How the file writes numbers: its decimal sign, and what stands between thousands.",
    ),
    Parameter("skip", "Lines left out", Kind.TEXT, "", help="Numbers of lines to leave out, such as 1-3, 7."),
    Parameter("encoding", "Letters", Kind.TEXT, "", help="The encoding, such as utf-8 or cp1252; empty: it is found."),
    Parameter(
        "missing",
        "Missing",
        Kind.TEXT,
        "",
        help="Further words for a gap in a column of numbers, separated by commas; “usual”: none.",
    ),
    Parameter("use", "Learn from", Kind.TEXT, "", help="Columns to learn from although they would be left out."),
    Parameter(
        "types",
        "Types",
        Kind.TEXT,
        "",
        help="What columns hold, where another guess is better: name=number, class, date or text, separated by commas.",
    ),
    Parameter("unit", "Unit", Kind.TEXT, "", help="What the target is counted in, such as dollars."),
    Parameter(
        "gaps",
        "Gaps",
        Kind.CHOICE,
        "fill",
        choices=("fill", "drop"),
        help="Fill them with the median or the commonest word of the training rows, or drop their rows.",
    ),
    Parameter(
        "words",
        "Words",
        Kind.CHOICE,
        "one_hot",
        choices=("one_hot", "ignore"),
        help="Columns of a few words become columns of 0 and 1, or are left out.",
    ),
)
