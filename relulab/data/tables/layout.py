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
from relulab.data.tables.cells import is_date, is_gap, is_time, written
from relulab.data.tables.choices import AUTO, SEPARATORS, Choices
from relulab.data.tables.guesses import Answer, Guess, Question, Skipped, Sure
from relulab.data.tables.lines import COUNTING, Rows, cells_of
from relulab.errors import DataError
from relulab.text import Text, text

NAMES: Final = {sign: name for name, sign in SEPARATORS.items()}
LEAD: Final = 1.5  # so many times better than the next is a clear lead
UNEVEN_AT_MOST: Final = 0.01  # of the rows; more are asked
EVENNESS: Final = 3  # equal widths count most: the share of them to this power
SEP_LINE = re.compile(r'"?sep=(.|\\t)"?', re.IGNORECASE)
COMMENT = re.compile(r"\s*(#|%|//)")
COMMENT_SIGNS: Final = "#%/ "
WORDS_SHOWN: Final = 40  # letters
EMPTY: Final = text("empty")
LEFT_OUT_AT_MOST: Final = 1_000_000  # lines
COLUMNS_AT_MOST: Final = 10_000


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
    separator, questions = _separator(
        rows, sampled, choices, said[1].replace("\\t", "\t") if said else "", name, progress
    )
    is_whole = len(seen) == len(rows)
    widths = rows.widths(separator.value, progress) if is_whole else _widths_of(rows, seen, separator.value)
    written = widths.copy()
    widths[np.isin(rows.numbers[seen], list(left_out))] = 0
    width = int(np.bincount(widths[widths > 1]).argmax()) if (widths > 1).any() else 0
    if width < 2:
        raise DataError(_one_column(rows, sampled, name))
    _refuse_too_many(width, name)
    first, last, uneven = _block(widths, width)
    while first < last and _is_comment(rows.text(int(seen[first])), separator.value):  # as wide as the table by chance
        first += 1
    inside = np.arange(first, last + 1)
    kept = inside[widths[inside] == width]
    skipped = _skipped(rows, seen, widths, (first, last), left_out, name)
    if len(uneven) > UNEVEN_AT_MOST * len(kept) and not choices.skips_uneven:
        questions = (*questions, _about_uneven(rows, seen[uneven], width, separator.value, len(kept)))
    apart = rows.numbers[np.setdiff1d(seen[written == width], seen[kept])]
    layout = Layout(separator, width, seen[kept], skipped, questions=questions, apart=tuple(map(int, apart)))
    return _with_names_above(layout, rows, seen[:first])


def _is_comment(row: str, separator: str) -> bool:
    """Whether a row begins like a comment; a first column named # does not."""
    mark = COMMENT.match(row)
    return mark is not None and (rest := row[mark.end() :].lstrip(COMMENT_SIGNS)) != "" and rest[0] != separator


def _widths_of(rows: Rows, seen: NDArray[np.int64], separator: str) -> NDArray[np.int64]:
    return np.array([len(cells) if any(cells) else 0 for cells in rows.cells(seen, separator)], np.int64)


def _separator(
    rows: Rows, sampled: Sequence[int], choices: Choices, said: str, name: str, progress: Progress
) -> tuple[Guess[str], tuple[Question, ...]]:
    if choices.separator != AUTO:
        return Guess(SEPARATORS[choices.separator], text("chosen")), ()
    if said:
        if said not in NAMES:
            raise DataError(
                f"{name}: its first line names '{said}' as separator. Choose one of {', '.join(SEPARATORS)}."
            )
        return Guess(said, text("its first line says so")), ()
    texts = [line for index in sampled if (line := rows.text(index)).strip()]
    merits = {}
    for sign in NAMES:
        progress(0, 0, COUNTING)
        merits[sign] = _merit(texts, sign)
    best, second = sorted(merits, key=lambda sign: -merits[sign])[:2]
    may_be_one = best == "," and _may_be_one(texts)
    if not merits[best]:
        _refuse_too_many(max(_cells_in(line, sign) for line in texts for sign in NAMES), name)
    if not merits[best] or (may_be_one and choices.numbers != AUTO):
        raise DataError(_one_column(rows, sampled, name))
    clear = merits[best] >= LEAD * merits[second]
    why = text("most lines have as many cells, and most cells hold one value")
    questions = (_about_one_column(texts),) if may_be_one else ()
    sure = Sure.AMBIGUOUS if questions else Sure.CERTAIN if clear else Sure.LIKELY
    return Guess(best, why, sure), questions


def _merit(lines: Sequence[str], separator: str) -> float:
    """How well a separator divides these lines: evenly, with one value in each cell, into numbers, dates and gaps."""
    if any(_cells_in(line, separator) > COLUMNS_AT_MOST for line in lines):
        return 0.0
    table = [cells_of(line, separator) for line in lines]
    widths = Counter(len(cells) for cells in table)
    width, many = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
    if width < 2:
        return 0.0
    cells = [cell for row in table for cell in row]
    typed = [is_gap(cell) or bool(written(cell)) or is_date(cell) or is_time(cell) for cell in cells]
    others = [sign for sign in NAMES if sign not in (separator, " ")]
    clean = sum(known or not any(sign in cell for sign in others) for cell, known in zip(cells, typed, strict=True))
    return float((many / len(table)) ** EVENNESS * clean / len(cells) * (1 + sum(typed) / len(cells)) / 2)


def _cells_in(line: str, separator: str) -> int:
    """How many cells a line has at most; what stands in quotation marks is not looked at."""
    return len(line.split()) if separator == " " else line.count(separator) + 1


def _refuse_too_many(columns: int, name: str) -> None:
    if columns > COLUMNS_AT_MOST:
        raise DataError(
            f"{name} has {columns:,} columns; tables of up to {COLUMNS_AT_MOST:,} can be read. Keep the columns that "
            "matter, or choose another separator."
        )


def _may_be_one(lines: Sequence[str]) -> bool:
    """Whether two columns of whole numbers may as well be one of decimals: 1,5 below one word."""
    head, *others = lines
    return len(others) > 0 and "," not in head and all(re.fullmatch(r"\s*-?\d+,\d+\s*", line) for line in others)


def _about_one_column(lines: Sequence[str]) -> Question:
    return Question(
        "separator",
        text(
            "Is '{cell}' one number with a decimal comma, or two whole numbers? The line above has one name.",
            cell=lines[1].strip(),
        ),
        (
            Answer("comma", text("two columns of whole numbers")),
            Answer("1234,5", text("one column of decimals"), "numbers"),
        ),
        line=2,
    )


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
    rows: Rows,
    seen: NDArray[np.int64],
    widths: NDArray[np.int64],
    block: tuple[int, int],
    left_out: dict[int, Text],
    name: str,
) -> tuple[Skipped, ...]:
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
            whys[line] = text("{found} cells, the table has {usual}", found=width, usual=int(usual))
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
        inner = last[mark.end() :].lstrip(COMMENT_SIGNS)
        for divided in (cells_of(inner, sign), re.split(r"[,;\s]+", inner.strip())):
            if len(divided) == layout.width and not any(map(written, divided)):
                return _named(layout, line, tuple(divided), row_names=False)
        return layout
    cells = cells_of(last, sign)
    first = cells_of(rows.text(int(layout.rows[0])), sign)
    if len(cells) == layout.width - 1 > 1 and not any(map(written, cells)) and any(map(written, first[1:])):
        return _named(layout, line, ("", *cells), row_names=True)
    return layout


def _named(layout: Layout, line: int, names: tuple[str, ...], *, row_names: bool) -> Layout:
    skipped = tuple(skipped for skipped in layout.skipped if skipped.line != line)
    return replace(layout, skipped=skipped, header=names, row_names=row_names)
