"""How a table is read in exported code: what was found out about the file is written down."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from relulab.catalog.entry import Value
from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.data.tables.cells import GAP_WORDS, GAPS_OF_WORDS
from relulab.data.tables.choices import FIRST, Choices
from relulab.data.tables.columns import TableColumn, values_of_gaps
from relulab.data.tables.file import understand
from relulab.data.tables.samples import words_of
from relulab.data.tables.understanding import Understanding
from relulab.data.tables.version_1_layout import layout_of

ENCODINGS: Final = {"utf-8": "utf-8-sig"}  # which skips a mark, where there is one
GROUPING: Final = "'’_"
BLANKS: Final = " \u00a0\u202f\u2009"


def table_context(parameters: Mapping[str, Value], description: Description) -> dict[str, Any]:
    """What the template needs to read the table of these parameters."""
    if parameters["reading"] == FIRST:
        return _first_context(parameters, description)
    choices = Choices.of(parameters)
    table = understand(str(parameters["path"]), choices)
    target = table.columns[table.target.value]
    numeric = [column for column in table.features if column.values is not None]
    if target.values is not None:
        numeric.append(target)
    gaps = any(column.missing for column in table.features)
    return {
        "template": "table",
        "encoding": _quoted(ENCODINGS.get(table.encoding.value, table.encoding.value)),
        "separator": _quoted(table.separator.value),
        "is_blanks": table.separator.value == " ",
        "apart": _set(map(repr, table.apart)),
        "width": table.width,
        "head": table.head,
        "features": _features(table),
        "target": _target(target, table.task.value),
        "target_is_known": _known(target) if target.missing else "",
        "missing": _set(map(_quoted, _missing_words(numeric, choices))),
        "missing_numbers": _set(map(repr, values_of_gaps(choices.missing_words, table.numbers.value.decimal))),
        "number": "cell" + "".join(f".replace({_quoted(old)}, {_quoted(new)})" for old, new in _signs(numeric, table)),
        "word_gaps": _set(map(_quoted, sorted(GAPS_OF_WORDS | {""}))),
        "drops": gaps and choices.gaps == "drop",
        "fills": gaps and choices.gaps == "fill",
        "blocks": list(_blocks(table)),
    }


def _features(table: Understanding) -> str:
    """The features of one row as code: ``[*numbers(row, (1, 2)), *one_hot(row[3], ("a", "b"))]``."""
    parts = []
    for is_number, columns in groupby(table.features, key=lambda column: column.values is not None):
        if is_number:
            parts.append(f"*numbers(row, {_places([column.number - 1 for column in columns])})")
        else:
            parts += [f"*one_hot(row[{one.number - 1}], {_tuple(map(_quoted, words_of(one)))})" for one in columns]
    return f"[{', '.join(parts)}]"


def _places(places: Sequence[int]) -> str:
    if len(places) > 2 and places[-1] - places[0] == len(places) - 1:
        return f"range({places[0]}, {places[-1] + 1})"
    return _tuple(map(str, places))


def _target(target: TableColumn, task: Task) -> str:
    cell = f"row[{target.number - 1}]"
    return f"number({cell})" if target.values is not None else f"{cell}.strip()"


def _known(target: TableColumn) -> str:
    """Whether a row has a target, as code."""
    cell = _target(target, Task.REGRESSION)
    return f"not math.isnan({cell})" if target.values is not None else cell


def _missing_words(columns: Sequence[TableColumn], choices: Choices) -> list[str]:
    """The words for a gap that these columns may hold, in small letters; none where no column has one."""
    if not any(column.missing for column in columns):
        return []
    return sorted(GAP_WORDS | choices.missing_words | {""})


def _signs(columns: Sequence[TableColumn], table: Understanding) -> Iterator[tuple[str, str]]:
    """What has to be exchanged in a number before Python reads it: units, thousands, minus, decimal sign."""
    decimal = table.numbers.value.decimal
    written = {letter for column in columns if column.labels for word in column.labels.words for letter in word}
    units = {column.unit for column in columns if column.unit and column.labels and _is_in_cells(column)}
    yield from ((unit, "") for unit in sorted(units, key=len, reverse=True))
    for sign in (*BLANKS, *GROUPING, "," if decimal == "." else "."):
        if sign in written:
            yield sign, ""
    if "−" in written:
        yield "−", "-"
    if decimal == ",":
        yield ",", "."


def _is_in_cells(column: TableColumn) -> bool:
    return column.labels is not None and any(column.unit in word for word in column.labels.words)


def _blocks(table: Understanding) -> Iterator[tuple[int, int]]:
    """The columns of 0 and 1 that stand for one of words with gaps: [first, behind the last)."""
    at = 0
    for column in table.features:
        width = 1 if column.values is not None else len(words_of(column))
        if column.values is None and column.missing:
            yield at, at + width
        at += width


def _first_context(parameters: Mapping[str, Value], description: Description) -> dict[str, Any]:
    """As version 0.1 reads the table."""
    given = {name: str(value) for name, value in parameters.items()}
    path = Path(given["path"].strip()).expanduser()
    with path.open(encoding="utf-8-sig", newline="") as file:
        layout = layout_of(file, path.name, given["target"], given["ignore"], given["header"])
    point = '.replace(",", ".")' if layout.decimal_comma else ""
    target = f"row[{layout.target}]"
    is_text = not all(map(_is_number, description.class_names))
    return {
        "template": "table_version_1",
        "delimiter": _quoted(layout.delimiter),
        "has_header": layout.has_header,
        "columns": _tuple(map(str, layout.features)),
        "feature": f"float(row[column]{point})",
        "target": f"{target}.strip()" if is_text else f"float({target}{point})",
        "fills": False,
    }


def _quoted(text: str) -> str:
    """A string in Python, in double quotation marks where it has none itself."""
    return repr(text) if '"' in text or "'" in text else f'"{repr(text)[1:-1]}"'


def _tuple(items: Any) -> str:
    listed = list(items)
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def _set(items: Any) -> str:
    return f"{{{listed}}}" if (listed := ", ".join(items)) else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
