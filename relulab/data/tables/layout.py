"""How a file is divided into cells and where its table lies: separator, first and last row, lines left out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.data.tables.cells import is_gap, written
from relulab.data.tables.choices import SEPARATORS, Choices
from relulab.data.tables.guesses import Answer, Guess, Question, Skipped
from relulab.data.tables.lines import Rows, cells_of
from relulab.data.tables.separator import (
    COMMENT,
    COMMENT_SIGNS,
    NAMES,
    TooFewColumnsError,
    is_comment,
    refuse_too_many,
    separator_of,
)
from relulab.errors import DataError
from relulab.formatting import LONGEST_QUOTE, shortened
from relulab.text import Text, text

UNEVEN_AT_MOST: Final = 0.01  # of the rows; more are asked
OUTSIDE: Final = 1  # the width of a line that is no part of the table
SEP_LINE = re.compile(r'"?sep=(.|\\t)"?', re.IGNORECASE)
WORDS_SHOWN: Final = 40  # letters
EMPTY: Final = text("empty")
LEFT_OUT_AT_MOST: Final = 1_000_000  # lines


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """``rows``: which of the file's rows are the table's, with the names where they stand in it.

    ``header``: names that stand above it, in a comment or one fewer than there are columns; None for none.
    ``row_names``: whether the first column has no name because it holds those of the rows. ``apart``: lines that are as
    wide as the table and no part of it.
    """

    separator: Guess[str]
    width: int
    rows: NDArray[np.int64]
    skipped: tuple[Skipped, ...]
    header: tuple[str, ...] | None = None
    row_names: bool = False
    questions: tuple[Question, ...] = ()
    apart: tuple[int, ...] = ()


def layout_of(rows: Rows, seen: NDArray[np.int64], choices: Choices, name: str, progress: Progress = ignore) -> Layout:
    """Divide the ``seen`` rows; all of them, or a sample for a first look. Raises DataError for one column."""
    left_out = dict.fromkeys(choices.skipped_lines, text("left out by choice"))
    said = SEP_LINE.fullmatch(rows.text(0).strip())
    if said is not None:
        left_out[1] = text("names the separator")
    sampled = [index for index in rows.sample() if rows.numbers[index] not in left_out]
    texts = [line for index in sampled if (line := rows.text(index)).strip()]
    try:
        separator, questions = separator_of(
            texts, choices, said[1].replace("\\t", "\t") if said else "", name, progress
        )
    except TooFewColumnsError:
        raise DataError(_one_column(rows, sampled, name)) from None
    is_whole = len(seen) == len(rows)
    widths = rows.widths(separator.value, progress) if is_whole else _widths_of(rows, seen, separator.value)
    written = widths.copy()
    widths[_comments_above(rows, seen, widths, separator.value)] = OUTSIDE
    widths[np.isin(rows.numbers[seen], list(left_out))] = 0
    width = int(np.bincount(widths[widths > 1]).argmax()) if (widths > 1).any() else 0
    if width < 2:
        raise DataError(_one_column(rows, sampled, name))
    refuse_too_many(width, name)
    first, last, uneven = _block(widths, width)
    inside = np.arange(first, last + 1)
    kept = inside[widths[inside] == width]
    skipped = _skipped(rows, seen, widths, (first, last), left_out, name)
    if len(uneven) > UNEVEN_AT_MOST * len(kept) and not choices.skips_uneven:
        questions = (*questions, _about_uneven(rows, seen[uneven], width, separator.value, len(kept)))
    apart = rows.numbers[np.setdiff1d(seen[written == width], seen[kept])]
    layout = Layout(separator, width, seen[kept], skipped, questions=questions, apart=tuple(map(int, apart)))
    above = seen[:first]
    return _with_names_above(layout, rows, above[~np.isin(rows.numbers[above], list(left_out))])


def _comments_above(
    rows: Rows, seen: NDArray[np.int64], widths: NDArray[np.int64], separator: str
) -> NDArray[np.int64]:
    """The first rows that are comments, also where they are as wide as the table by chance; none where all are."""
    filled = np.flatnonzero(widths)
    for many, place in enumerate(filled):
        if not is_comment(rows.text(int(seen[place])), separator):
            return filled[:many]
    return filled[:0]


def _widths_of(rows: Rows, seen: NDArray[np.int64], separator: str) -> NDArray[np.int64]:
    return np.array([len(cells) if any(cells) else 0 for cells in rows.cells(seen, separator)], np.int64)


def _one_column(rows: Rows, sampled: Sequence[int], name: str) -> str:
    found = Counter(sign for index in sampled for sign in rows.text(index) if sign in NAMES and sign != " ")
    counts = ", ".join(f"{found[sign]:,} × {word}" for word, sign in SEPARATORS.items() if sign != " ")
    return (
        f"{name} has one column only. A table needs features and a target, separated by comma, semicolon, tab, bar or "
        f"blanks (its first rows have {counts}). Choose the separator."
    )


def _block(widths: NDArray[np.int64], width: int) -> tuple[int, int, NDArray[np.int64]]:
    """First and last row of the table, and the rows inside of another width.

    The longest stretch of rows of this width; a neighbouring stretch belongs to it that is no shorter than what lies
    between them. Empty rows count as nothing.
    """
    filled = np.flatnonzero(widths)
    fits = widths[filled] == width
    edges = np.flatnonzero(np.diff(np.concatenate([[False], fits, [False]]).astype(np.int8)))
    begins, ends = edges[0::2], edges[1::2]  # stretches [begin, end) among the filled rows
    low = high = int(np.argmax(ends - begins))
    while low > 0 and ends[low - 1] - begins[low - 1] >= begins[low] - ends[low - 1]:
        low -= 1
    while high < len(begins) - 1 and ends[high + 1] - begins[high + 1] >= begins[high + 1] - ends[high]:
        high += 1
    inside = np.arange(begins[low], ends[high])
    return int(filled[begins[low]]), int(filled[ends[high] - 1]), filled[inside[~fits[inside]]]


def _skipped(
    rows: Rows, seen: NDArray[np.int64], widths: NDArray[np.int64], block: tuple[int, int], left_out: dict[int, Text],
    name: str,
) -> tuple[Skipped, ...]:  # fmt: skip
    """Every line of the ``seen`` rows that is not part of the table; empty lines at the very end need no word."""
    usual, at = widths[block[0]], np.arange(len(widths))
    is_outside = (at < block[0]) | (at > block[1])
    is_end = (at > np.flatnonzero(widths)[-1]) & (rows.starts[seen] >= rows.stops[seen])
    places = np.flatnonzero(((widths != usual) | is_outside) & ~is_end)
    if len(places) > LEFT_OUT_AT_MOST:
        raise DataError(
            f"{name}: {len(places):,} lines are no part of the table; up to {LEFT_OUT_AT_MOST:,} can be left out. "
            "Choose another separator, or remove them."
        )
    lines = rows.numbers[seen[places]].tolist()
    whys = {}
    for place, line, width in zip(places.tolist(), lines, widths[places].tolist(), strict=True):
        if line in left_out:
            whys[line] = left_out[line]
        elif not width:
            whys[line] = EMPTY
        elif block[0] <= place <= block[1]:
            whys[line] = text("{found:cell|cells}, the table has {usual}", found=width, usual=int(usual))
        elif place > block[1]:
            whys[line] = text("below the table")
        else:
            is_comment = COMMENT.match(rows.text(int(seen[place])))
            whys[line] = text("a comment") if is_comment else text("a title above the table")
    return tuple(Skipped(line, why) for line, why in whys.items())


def _about_uneven(rows: Rows, uneven: NDArray[np.int64], width: int, separator: str, kept: int) -> Question:
    line = int(rows.numbers[uneven[0]])
    return Question(
        "skip",
        text(
            "{many} of {all} rows do not have {width} cells, the first is line {line}: '{cells}'. Leave them out?",
            many=len(uneven),
            all=len(uneven) + kept,
            width=width,
            line=line,
            cells=rows.text(int(uneven[0])).strip()[:WORDS_SHOWN],
        ),
        (Answer("uneven", text("leave these rows out")),),
        line=line,
    )


def _with_names_above(layout: Layout, rows: Rows, above: NDArray[np.int64]) -> Layout:
    """Names in the last comment above the table, or in a row of one name fewer than there are columns."""
    filled = [index for index in above if rows.text(index).strip()]
    if not filled:
        return layout
    last, sign = rows.text(filled[-1]), layout.separator.value
    line = int(rows.numbers[filled[-1]])
    if mark := COMMENT.match(last):
        if _begins_with_names(layout, rows):
            return layout
        inner = last[mark.end() :].lstrip(COMMENT_SIGNS)
        for divided in (cells_of(inner, sign), re.split(r"[,;\s]+", inner.strip())):
            if len(divided) == layout.width and not any(map(written, divided)):
                return _named(layout, line, tuple(divided), row_names=False)
        return layout
    cells = cells_of(last, sign)
    first = cells_of(rows.text(int(layout.rows[0])), sign)
    if len(cells) == layout.width - 1 > 1 and not any(map(written, cells)) and any(map(written, first[1:])):
        return _named(layout, line, ("", *cells), row_names=True)
    if len(cells) > 1 and not any(map(written, cells)) and any(map(written, first)):
        return replace(layout, questions=(*layout.questions, _about_names(line, cells, first)))
    return layout


def _begins_with_names(layout: Layout, rows: Rows) -> bool:
    """Whether the first row is words above numbers: then the comment above it says something else."""
    first, *below = (cells_of(rows.text(int(index)), layout.separator.value) for index in layout.rows[:2])
    are_words = all(cell.strip() and not written(cell) and not is_gap(cell) for cell in first)
    return are_words and any(written(cell) for row in below for cell in row)


def _about_names(line: int, names: Sequence[str], cells: Sequence[str]) -> Question:
    """Words right above rows of numbers that are more or fewer than these: the rows may be divided wrongly."""
    return Question(
        "separator",
        text(
            "Line {line} names {names} columns, but the row below has {cells} cells: '{row}'. What separates them? "
            "(Where the decimal sign is the separator as well, the table has to be saved with another.)",
            line=line, names=len(names), cells=len(cells), row=shortened(" | ".join(cells), LONGEST_QUOTE),
        ),
        (Answer(str(line), text("leave line {line} out; the columns have no names", line=line), "skip"),),
        line=line,
    )  # fmt: skip


def _named(layout: Layout, line: int, names: tuple[str, ...], *, row_names: bool) -> Layout:
    skipped = tuple(skipped for skipped in layout.skipped if skipped.line != line)
    return replace(layout, skipped=skipped, header=names, row_names=row_names)
