"""What is wrong with a sentence, and every template of the engine filled with values of every size.

python -m tests.helpers.sentences > docs/sentences.md
"""

import ast
import math
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from string import Formatter

from relulab.text import fill

ROOT = Path(__file__).parents[2]
ROOMS = ("diagnosis", "measurements", "training", "views", "session", "experiment", "report/content")
EXTREMES = (0.0, 1e-30, 1e30, math.inf, -math.inf, math.nan, 1.0, 0.99999, 0.123456, 12345.678, 30226229.3)
COUNTS = (0, 1, 2, 1_000_000_000)
WHOLE = 2000
SHOWN = (0.0, 1e-30, 1e30, math.inf, math.nan, 1.0)  # columns of the table in docs/
DIGITS = 4

NUMBER = re.compile(r"(?<![\w.])[-−]?(\d[\d,]*(?:\.\d+)?)(?:e-?\d+)?")
NOUNS = {
    "batches", "channels", "classes", "columns", "deviations", "epochs", "features", "inputs", "layers", "measurements",
    "networks", "outputs", "parameters", "points", "positions", "rows", "runs", "samples", "seconds", "seeds",
    "steps", "targets", "units", "values", "weights",
}  # fmt: skip


def complaints(sentence: str, zero: bool = False) -> list[str]:
    """What no sentence may say. ``zero``: whether a value in it is 0, so that it may say 0 %."""
    wrong = []
    for match in NUMBER.finditer(sentence):
        digits = match[1].replace(",", "").replace(".", "").lstrip("0")
        if len(digits.rstrip("0") if "." not in match[1] else digits) > DIGITS:
            wrong.append(f"too exact: {match[0]}")
        if sentence[match.end() :].startswith(" %") and float(match[0].replace(",", "").replace("−", "-")) > 1000:
            wrong.append(f"no percentage: {match[0]} %")
    if re.search(r"\b(nan|inf)\b", sentence, re.IGNORECASE):
        wrong.append("nan or inf")
    if re.search(r"(?<![\d.,])1 times\b", sentence):
        wrong.append("1 times")
    if not zero and re.search(r"(?<![\d.,])0(\.0+)? %", sentence):
        wrong.append("0 % of what is not 0")
    if re.search(r"\d%", sentence):
        wrong.append("no space before %")
    if re.search(r"(e-0|e\+|\{|\}|(?<!\w)-0(?![.\d]))", sentence):
        wrong.append("as a computer writes it")
    return wrong


def templates() -> dict[str, str]:
    """Every template of the rooms of the engine, and the file it stands in: strings with places for values."""
    found: dict[str, str] = {}
    for path in chain.from_iterable(sorted((ROOT / "relulab" / room).rglob("*.py")) for room in ROOMS):
        tree = ast.parse(path.read_text("utf-8"))
        for node in _calls_and_choices(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and places(node.value):
                found.setdefault(node.value, path.relative_to(ROOT).as_posix())
    return found


def _calls_and_choices(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but docstrings and the parts of f-strings."""
    for node in ast.iter_child_nodes(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (docstring or isinstance(node, ast.JoinedStr)):
            yield node
            yield from _calls_and_choices(node)


def places(template: str) -> list[tuple[str, str]]:
    """Name and kind of each value that is filled in; nothing for strings that are no templates."""
    try:
        parts = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
    except ValueError:
        return []
    wanted = all(
        name.isidentifier() and "%" not in spec and not spec.endswith("g") and "}{" not in template
        for name, spec in parts
    )
    return parts if wanted else []  # dates, and words put together, have a grammar of their own


def plurals(template: str) -> list[str]:
    """Nouns in the plural behind a number that may be 1."""
    found = re.findall(r"\{(\w+)(?::,)?\} ([a-z]+s)\b", template)
    return [word for name, word in found if name not in NAMES and word in NOUNS]


def filled(template: str) -> Iterator[tuple[float, str]]:
    """The sentence for every extreme value in all its places."""
    kinds = {spec for _, spec in places(template)}
    for value in (*EXTREMES, *COUNTS) if kinds - {","} else COUNTS:
        yield value, fill(template, {name: fitting(value, spec) for name, spec in places(template)})


def fitting(value: float, spec: str) -> float:
    """The value, where a whole number is wanted one of them."""
    return value if spec != "," else int(value) if value in COUNTS else WHOLE


def table() -> str:
    """Markdown: every sentence with a number in it, at the values of ``SHOWN``."""
    lines = [
        "# Sentences at every magnitude",
        "",
        "What the engine says where a value is 0, very small, very large, infinite, not a number, or 1. Written by",
        "`python -m tests.helpers.sentences`; `tests/relulab/test_sentences.py` checks all of them.",
    ]
    path = ""
    for template, found_in in sorted(templates().items(), key=lambda entry: (entry[1], entry[0])):
        if not any(spec != "," and name not in NAMES for name, spec in places(template)):
            continue
        if found_in != path:
            path = found_in
            lines += ["", f"## {path}"]
        told = dict.fromkeys(fill(template, _named(template, value)) for value in SHOWN)
        lines += ["", *(f"- {sentence}" for sentence in told)]
    return "\n".join(lines) + "\n"


def _named(template: str, value: float) -> dict[str, object]:
    """The value where a number is said, and a name where words are."""
    return {name: name if spec == "" and name in NAMES else fitting(value, spec) for name, spec in places(template)}


# places for words, not numbers
NAMES = {
    "activation", "asked", "change", "counts", "course", "curves", "details", "dropout", "expected", "first_layer",
    "formula", "heading", "inputs", "kind", "layer", "layers", "mistake", "mistakes", "name", "names", "numbers",
    "outputs", "place", "predicted", "probe_set", "problem", "reason", "run", "runs", "samples", "scheme", "score",
    "searched", "severity", "state", "states", "status", "steps_told", "time", "title", "true", "what", "where",
    "words",
}  # fmt: skip


if __name__ == "__main__":
    print(table(), end="")
