"""Texts that a first-year student stumbled over: none of their forms is said again."""

import ast
import re
from itertools import chain

import pytest

from relulab.cli.exit_codes import message
from relulab.cli.main import app
from relulab.data.dataset import Source
from relulab.data.image_files import load_images
from relulab.errors import PublishedDataError
from relulab.export.formats import FORMATS
from relulab.formatting import NO_BREAK, unbroken
from tests.helpers.sentences import ROOT

FORBIDDEN = {
    r"takes about (\{memory|[\d.]+ [kMG]?B)": "an estimate says of what it is, in two digits",
    r"--[a-z]+-[a-z]+ [A-Z]+ on the command line": "options of the command line are no help in a window",
    r"left to train behind": "a branch begins at a step, it does not end behind it",
    r"pushed it under": "a unit dies",
    r"in eval mode|\beval mode\b": "what a first-year sees of it: dropout is off",
    r"seed \d+ / \d+|\{\w*weights\w*\} / \{": "which seed is which",
    r"\bbest \{loss\}|\bbest \d[\d.]* \(": "the best what",
    r"\d%|\}%": "a space before %",
    r"\d\.0 %": "no tenths of whole percents",
    r"\(Lu et al\. 2019\)\.$": "sources stand behind Why?",
    r"signal \{value\} \(": "which of two numbers is measured",
    r"\bfiles\b needs\b|\} needs a package": "many files need",
    r"log10\(\|\||on the log10 ": "one way to write it: log₁₀, and ‖ΔW‖",
    r"^Of [a-z -]+[.:]|^In what is|Not of classes": "a whole sentence",
    r"(?<!standard )\bdeviations? of their input|mean and divide by their deviation": "the standard deviation",
    r"\bfrom the box\b|\bReDo\b|pre-activation": "words of the trade",
    r"\w\(s\)(?!\s*[+·,])": "one or many, not both",
    r"\b[Ll]icenses?\b": "the noun is a licence",
    r"(\d|\}) ?x ?(\d|\{)": "28 × 28, with the sign and spaces",
    r"of severity (error|warning|info)": "a finding is an error",
}
MAY_SAY = {
    "relulab/catalog/activations.py": "formulas",
    "relulab/diagnosis/rules/born_dead.py": "the text behind Why?",
    "relulab/diagnosis/recipes/capacity.py": "what is expected, for developers",
    "ui/startup/commands.py": "what is typed, as it is typed",
}
ROOMS = (
    "relulab/cli", "relulab/diagnosis", "relulab/views", "relulab/session", "relulab/experiment", "relulab/report",
    "relulab/data", "relulab/catalog", "relulab/export", "relulab/model", "relulab/training", "relulab/population",
    "ui",
)  # fmt: skip


def sayings(path):
    """Every string of a file that has a space in it, but docstrings: what may be said to somebody."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in silent:
            continue
        if " " in node.value and not node.value.lstrip().startswith(("<", "import ", "def ")):
            yield node.value


def said_odd(text):
    return [f"{form}: {why}" for form, why in FORBIDDEN.items() if re.search(form, text)]


def test_no_text_has_a_form_that_was_found_odd():
    files = chain.from_iterable(sorted((ROOT / room).rglob("*.py")) for room in ROOMS)
    named = {path.relative_to(ROOT).as_posix(): path for path in files}
    found = [(name, text, odd) for name, path in named.items() for text in sayings(path) if (odd := said_odd(text))]
    assert not [entry for entry in found if entry[0] not in MAY_SAY]
    assert {entry[0] for entry in found} == set(MAY_SAY), "no longer needed in the list"


HELP = [f"resources/help/{path.name}" for path in sorted((ROOT / "resources/help").glob("*.md"))]


PRESETS = [f"resources/presets/{path.name}" for path in sorted((ROOT / "resources/presets").glob("*.json"))]


@pytest.mark.parametrize("page", ["docs/sentences.md", *HELP, *PRESETS])
def test_no_page_has_one(page):
    lines = (ROOT / page).read_text("utf-8").splitlines()
    assert not [(line, odd) for line in lines if (odd := said_odd(line))]


def test_no_help_of_a_command_has_one():
    """Their first words are docstrings, which ``sayings`` passes over; hidden ones are for the program itself."""
    helps = [command.callback.__doc__ for command in app.registered_commands if not command.hidden]
    assert len(helps) > 10
    assert not [(text, odd) for text in helps if (odd := said_odd(text))]


@pytest.mark.parametrize(
    "odd",
    [
        "training takes about 781.9 kB", "name the folder (--data-root FOLDER on the command line)", "seed 1 / 0",
        "Nothing is left to train behind step 1,290", "The update of step 2 pushed it under",
        "1,024 samples, in eval mode",
        "best 0.0551 (98.0%) · test 98.7%", "96.0 %", "signal {value} ({measured})",
        "The ratio is log10(||ΔW|| / ||W||)", "Of unit: which, from 0.", "Of a table. What stands", "Of all numbers.",
        "In what is trained", "digits from the box", "the ReDo score", "7 deviations of their input below zero",
        "Version and licenses", "28x28 pixels", "{width} x {height} pixels", "no finding of severity error",
        "TensorBoard's event files needs a package", "at most 87 % (Lu et al. 2019).", "this machine has 1 GPU(s)",
    ],
)  # fmt: skip
def test_the_table_knows_what_was_found(odd):
    assert said_odd(odd)


def test_only_the_command_line_names_its_options(tmp_path, monkeypatch):
    monkeypatch.setenv("RELULAB_DATA", str(tmp_path))
    with pytest.raises(PublishedDataError) as caught:
        load_images("mnist", Source(root=None, allow_download=False))
    assert "--" not in str(caught.value)
    assert message(caught.value).endswith("--data-root FOLDER.")


def test_summaries_of_formats_go_on_behind_a_colon():
    """The command line sets them behind the key; the window begins a line with them, in a capital letter."""
    assert all(entry.summary[0].islower() for entry in FORMATS.values())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("93 % of 12.5 MB", "93_% of 12.5_MB"), ("28 × 28 pixels", "28_×_28 pixels"),
        ("≈ 3 s and 40 ms, 2 min left", "≈ 3_s and 40_ms, 2_min left"), ("1.5 × 10⁻⁶", "1.5_×_10⁻⁶"),
        ("3 samples, 2 hidden", "3 samples, 2 hidden"), ("a × b", "a × b"),
    ],
)  # fmt: skip
def test_no_line_parts_a_number_from_its_unit(text, shown):
    assert unbroken(text) == shown.replace("_", NO_BREAK)
    assert len(unbroken(text)) == len(text)
