"""What was understood of a table, as data for programs and as lines for people."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from relulab.data.tables.baseline import class_counts, to_beat
from relulab.data.tables.choices import SEPARATORS
from relulab.data.tables.columns import Role, TableColumn
from relulab.data.tables.guesses import Answer, Guess, Question, Sure
from relulab.data.tables.understanding import Understanding
from relulab.formatting import NOTHING, TYPED, count, percentage, shortened
from relulab.text import Text, text

FIRST_ROWS = 5
MOST_CLASSES = 10
MOST_CELLS = 10  # of a row
LIKE_FROM = 8  # columns in a row of which the same is said
MOST_SKIPPED = 20  # lines
MOST_LETTERS = 24  # of a cell in a line
ROLES: dict[Role, Text] = {
    Role.FEATURE: text("learn from"),
    Role.TARGET: text("predict"),
    Role.IGNORE: text("leave out"),
    Role.IDENTIFIER: text("names the rows, leave out"),
}
SIGNS = {sign: name for name, sign in SEPARATORS.items()}


def option(about: str) -> str:
    """The option of the command line that sets a choice."""
    return f"--table-{about}"


def as_data(table: Understanding) -> dict[str, Any]:
    """For JSON: the choices, the lines left out, the columns, the first rows as values, the open questions."""
    return {
        "rows": table.rows,
        "separator": table.separator.value,
        "numbers": table.numbers.value.example,
        "header": table.header.value,
        "skipped": [{"line": skipped.line, "why": str(skipped.why)} for skipped in table.skipped],
        "encoding": table.encoding.value,
        "columns": [
            {
                "name": column.name,
                "type": column.type.value,
                "role": column.role.value,
                "unit": column.unit,
                "missing": column.missing,
                "why": str(column.why),
                "sure": column.sure.value,
            }
            for column in table.columns
        ],
        "first": [[column.value(row) for column in table.columns] for row in range(min(FIRST_ROWS, table.rows))],
        "ambiguous": [_question_data(question) for question in table.questions],
        "task": table.task.value.value,
        "classes": dict(class_counts(table)),
        "to_beat": str(to_beat(table)),
        "notes": list(map(str, table.notes)),
    }


def _question_data(question: Question) -> dict[str, Any]:
    return {
        "about": question.about,
        "option": option(question.about),
        "question": str(question.words),
        "line": question.line or None,
        "column": question.column or None,
        "answers": [
            {"option": option(about), "value": value, "means": str(answer.means)}
            for answer in question.answers
            for about, value in [question.option_of(answer)]
        ],
    }


def as_lines(table: Understanding) -> Iterator[str]:
    """For people: a line for each choice, column, first row and question."""
    yield f"{table.name}: {count(table.rows, 'row')}, {count(len(table.columns), 'column')}"
    separator = SIGNS.get(table.separator.value, table.separator.value)
    yield from map(str.rstrip, (
        _choice("Separator", separator, table.separator),
        _choice("Numbers like", table.numbers.value.example, table.numbers),
        _choice("Names", _place_of_names(table), table.header),
        _choice("Letters", table.encoding.value, table.encoding),
        _choice("Task", table.task.value.value, table.task),
    ))  # fmt: skip
    if words := str(to_beat(table)):
        yield f"  {'To beat':14} {words}"
    if counts := class_counts(table):
        yield f"  {'Classes':14} {_shares(counts)}"
    yield from (f"  Left out       line {skipped.line}: {skipped.why}" for skipped in table.skipped[:MOST_SKIPPED])
    if (more := len(table.skipped) - MOST_SKIPPED) > 0:
        yield f"  Left out       {count(more, 'more line')}; --json names them all"
    yield from (f"  Note           {note}" for note in table.notes)
    yield ""
    yield from _columns(table.columns)
    yield ""
    yield from _first_rows(table)
    yield from questions_as_lines(table.questions)


def questions_as_lines(questions: tuple[Question, ...]) -> Iterator[str]:
    """Each question with the options that answer it."""
    for question in questions:
        yield ""
        yield f"? {question.words}"
        for answer in question.answers:
            yield f"    {answered(question, answer)}  {answer.means}"


def answered(question: Question, answer: Answer) -> str:
    """The option with its value, as it is typed."""
    about, value = question.option_of(answer)
    return f'{option(about)} "{value}"' if " " in value or '"' in value else f"{option(about)} {value}"


def _shares(counts: Mapping[str, int]) -> str:
    """``a 55 %, b 45 %``; of many classes the commonest."""
    total = sum(counts.values())
    named = [f"{shortened(name, MOST_LETTERS)} {percentage(count / total)}" for name, count in counts.items()]
    more = [f"{len(named) - MOST_CLASSES:,} more"] if len(named) > MOST_CLASSES else []
    return ", ".join([*named[:MOST_CLASSES], *more])


def _choice(title: str, value: str, guess: Guess[Any]) -> str:
    sure = "" if guess.sure is Sure.CERTAIN else f", {guess.sure.value}"
    return f"  {title:14} {value:17} {guess.why}{sure}"


def _place_of_names(table: Understanding) -> str:
    if not table.header.value:
        return "none"
    return "in the first row" if table.head else "above the table"


def _columns(columns: Sequence[TableColumn]) -> Iterator[str]:
    """A line for each column; many in a row of which the same is said have one together."""
    lines: list[tuple[str, str]] = []
    for said, alike in groupby(columns, _said):
        names = [shortened(column.name, MOST_LETTERS) for column in alike]
        if len(names) < LIKE_FROM:
            lines += [(name, said) for name in names]
        else:
            lines.append((f"{names[0]} … {names[-1]}", f"{said} ({count(len(names), 'column')})"))
    width = max(len(name) for name, _ in lines) + 2
    yield from (f"  {name:{width}}{said}" for name, said in lines)


def _said(column: TableColumn) -> str:
    """What a column is, what is done with it, and why."""
    kind = f"{column.type.value} in {column.unit}" if column.unit else column.type.value
    missing = f", {column.missing:,} missing" if column.missing else ""
    return f"{kind:14} {ROLES[column.role]!s:12} {column.why}{missing}"


def _first_rows(table: Understanding) -> Iterator[str]:
    """The first rows under the names of the columns, as many as there is room for; numbers to the right."""
    shown = table.columns[:MOST_CELLS]
    rows = range(min(FIRST_ROWS, table.rows))
    cells = [[shortened(column.name, MOST_LETTERS), *(_cell(column, row) for row in rows)] for column in shown]
    padded = [
        [f"{cell:{'<' if column.values is None else '>'}{max(map(len, written))}}" for cell in written]
        for column, written in zip(shown, cells, strict=True)
    ]
    yield from ("  " + "  ".join(line).rstrip() for line in zip(*padded, strict=True))
    if (more := len(table.columns) - len(shown)) > 0:
        yield f"  … and {count(more, 'more column')}"


def _cell(column: TableColumn, row: int) -> str:
    value = column.value(row)
    if isinstance(value, str):
        return shortened(value, MOST_LETTERS)
    return NOTHING if value is None else f"{value:.{TYPED}g}"
