"""Window and report say nothing twice: what both need stands in the views, or below them.

Texts count from two words on, whatever is filled into them. Numbers are harder to tell apart: sizes in pixels, inches
and points coincide by chance. Two of them, or two lists of words, count as the same knowledge where named constants of
the same value share a word of their names (``TRIALS_SHOWN`` and ``MOST_TRIALS``), and numbers of three digits always.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = ("ui", "relulab/report", "relulab/views")
LOG_METHODS = ("debug", "info", "warning", "error", "exception", "critical")
FREE = {0.0, 1.0, -1.0, 2.0, 10.0, 100.0}  # numbers that everybody writes
DIGITS = 3  # as many make it unlikely that two numbers are the same by chance

AMOUNTS = {"MOST", "LEAST", "MANY", "FEW"}  # words of names that do not tell of what

SAME_TEXTS = {
    "{} from {} to {}": "the grammar of a range",
}
SAME_NUMBERS = {
    255.0: "the greatest value of a byte",
    256.0: "the values of a byte",
}
SAME_CONSTANTS = {
    ("BAR", "BAR"): "pixels of a bar in the list of runs, points of a bar beside a box on paper",
    ("BAR_OVERFLOW", "BAR"): "how much longer a bar may be than others, points of a bar beside a box on paper",
    ("CHANGES_SHOWN", "TRIALS_SHOWN"): "so much of a list fits: changes in the inspector, trials in the plot",
    ("FAINT", "FAINT"): "opacity of a unit that never fires, opacity of a class that is undecided",
}

Found = dict[str, set[str]]  # what was found -> the files it stands in


@cache
def parsed(folder: Path) -> tuple[tuple[str, ast.Module], ...]:
    return tuple((str(path), ast.parse(path.read_text("utf-8"))) for path in sorted(folder.rglob("*.py")))


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but docstrings, and what is only written into the log; strings that are put together are one node."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_METHODS:
            continue
        yield node
        if isinstance(node, ast.JoinedStr):  # only what is filled in: the text itself is this node
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield part.value
                    yield from nodes(part.value)
        else:
            yield from nodes(node)


def wording(node: ast.AST) -> str:
    """A text without what is filled into it, in small letters; empty for what is no text of two words or more."""
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        parts = [re.sub(r"\{[^{}]*\}", "{}", node.value)]
    else:
        return ""
    text = " ".join("".join(parts).casefold().split()).strip(" .,;:·…")
    words = re.findall(r"[^\W\d_]{2,}", text.replace("{}", " "))
    return text if len(words) > 1 and " " in text else ""


@cache
def texts(folder: Path) -> Found:
    found: Found = defaultdict(set)
    for path, tree in parsed(folder):
        for node in nodes(tree):
            if text := wording(node):
                found[text].add(path)
    return found


def numbers_in(tree: ast.AST) -> set[float]:
    values = [node.value for node in [tree, *nodes(tree)] if isinstance(node, ast.Constant)]
    return {float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)} - FREE


@cache
def numbers(folder: Path) -> dict[float, set[str]]:
    """Numbers of so many digits that they are hardly the same by chance."""
    found: dict[float, set[str]] = defaultdict(set)
    for path, tree in parsed(folder):
        for value in numbers_in(tree):
            if len(f"{abs(value):e}".partition("e")[0].replace(".", "").rstrip("0")) >= DIGITS:
                found[value].add(path)
    return found


@cache
def constants(folder: Path) -> set[tuple[str, float | str]]:
    """Names of constants, with each number in them, and with what they are where that is a collection of words."""
    found: set[tuple[str, float | str]] = set()
    for _, tree in parsed(folder):
        for node in nodes(tree):
            if isinstance(node, ast.Assign):
                for name, value in assigned(node.targets[0], node.value):
                    found |= {(name, number) for number in numbers_in(value)}
                    if isinstance(value, ast.Tuple) and not numbers_in(value):
                        found.add((name, ast.unparse(value)))
    return found


def assigned(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    """The constants that an assignment names."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [pair for each in zip(target.elts, value.elts, strict=True) for pair in assigned(*each)]
    return [(target.id, value)] if isinstance(target, ast.Name) and target.id.isupper() else []


def repeated_texts(one: Path, other: Path) -> set[str]:
    return texts(one).keys() & texts(other).keys()


def repeated_numbers(one: Path, other: Path) -> set[float]:
    return numbers(one).keys() & numbers(other).keys()


def repeated_constants(one: Path, other: Path) -> set[tuple[str, str]]:
    return {
        (name, known)
        for name, value in constants(one)
        for known, same in constants(other)
        if value == same and set(name.split("_")) & set(known.split("_")) - AMOUNTS
    }


@pytest.mark.parametrize(("one", "other"), list(combinations(TREES, 2)))
def test_nothing_is_said_twice(one: str, other: str) -> None:
    first, second = ROOT / one, ROOT / other
    said = repeated_texts(first, second) - SAME_TEXTS.keys()
    written = repeated_numbers(first, second) - SAME_NUMBERS.keys()
    named = repeated_constants(first, second) - SAME_CONSTANTS.keys()
    repeated = [
        *(f"{text!r}: {texts(first)[text] | texts(second)[text]}" for text in said),
        *(f"{number:g}: {numbers(first)[number] | numbers(second)[number]}" for number in written),
        *(" and ".join(pair) for pair in named),
    ]
    assert not repeated, "\n".join(repeated)


def test_every_exception_is_needed() -> None:
    pairs = list(combinations([ROOT / tree for tree in TREES], 2))
    assert {text for pair in pairs for text in repeated_texts(*pair)} >= SAME_TEXTS.keys()
    assert {number for pair in pairs for number in repeated_numbers(*pair)} >= SAME_NUMBERS.keys()
    assert {names for pair in pairs for names in repeated_constants(*pair)} >= SAME_CONSTANTS.keys()


@pytest.mark.parametrize(
    ("window", "report", "found"),
    [
        ('a = f"guessing: {value} is hard"', 'b = "Guessing: {level:.3f} is hard."', ["guessing: {} is hard"]),
        ("a = 0.0125", "b = [0.0125]", [0.0125]),
        ("TRIALS_SHOWN = 3", "A, MOST_TRIALS = 2, 3", [("TRIALS_SHOWN", "MOST_TRIALS")]),
        ('"""Said in a docstring."""', 'a = "Said in a docstring."', []),
        ('log.info("Said in the log")', 'a = "Said in the log"', []),
        ('LOSSES = ("mse", "l1")', 'KNOWN_LOSSES = ("mse", "l1")', [("LOSSES", "KNOWN_LOSSES")]),
        ('a = "one"\nb = 10\nWIDTH = 7', 'a = "one"\nb = 10\nHEIGHT = 7', []),
    ],
)
def test_what_counts_as_the_same(tmp_path: Path, window: str, report: str, found: list[object]) -> None:
    folders = []
    for name, code in (("window", window), ("report", report)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "module.py").write_text(code, "utf-8")
        folders.append(folder)
    assert [*repeated_texts(*folders), *repeated_numbers(*folders), *repeated_constants(*folders)] == found
