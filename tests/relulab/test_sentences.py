"""T11: sentences have sense at every magnitude, and write numbers in one way."""

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from relulab.diagnosis.diagnose import design_findings
from relulab.diagnosis.rules import RULES
from relulab.measurements.thresholds import THRESHOLDS
from relulab.measurements.updates import change_in_words
from relulab.views.findings import evidence, quantity
from tests.helpers.hand_built import watched
from tests.helpers.sentences import EXTREMES, ROOMS, ROOT, complaints, filled, plurals, templates

TEMPLATES = templates()
# numbers that are no words: what is read back, or was written so
FORMATS_OF_THEIR_OWN = {
    "relulab/diagnosis/cures.py": "rates are rounded",
    "relulab/diagnosis/recipes/starts.py": "what is expected, for developers",
    "relulab/experiment/frozen.py": "limits as they were written",
    "relulab/session/limits.py": "bytes to a tenth",
    "relulab/views/network/formula.py": "weights of one formula in equal decimals",
    "relulab/views/runs.py": "whole steps",
    "relulab/views/gradients.py": "the ends of the good range",
}
FROM_TWO_ON = {"{count} problems", "{count} warnings", "{count} notes", "asked at {size} × {size} points"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: f"{TEMPLATES[template]}: {template[:40]}")
def test_t11_a_sentence_has_sense_at_every_magnitude(template):
    for value, sentence in filled(template):
        assert not complaints(sentence, zero=value == 0), sentence
    assert template in FROM_TWO_ON or not plurals(template), template


def test_t11_the_complaints_see_what_is_wrong():
    for wrong in (
        "30226229.3 deviations", "by 100000000000 %", "Measured 1 times the loss", "by only 0 %", "it is nan", "an inf",
        "0.123456", "12,345 of it", "93% of it", "a loss of 1e-07", "1e+11 of it", "-0 of it",
    ):  # fmt: skip
        assert complaints(wrong), wrong
    assert plurals("All {units} units of it") == ["units"]
    assert plurals("{count:,} samples") == ["samples"]
    for right in ("3.02e7 deviations", "1.00 times the loss", "0.26 %", "12,300 units", "layer 1 times", "infinity"):
        assert not complaints(right.replace("layer 1 times", "31 times")), right


UNITS = {getattr(THRESHOLDS, field.name).unit for field in fields(THRESHOLDS)}


@pytest.mark.parametrize("unit", sorted(UNITS | {"times the loss of guessing", "parameters per sample", "loss"}))
@pytest.mark.parametrize("value", EXTREMES)
def test_t11_measured_values_with_their_units(value, unit):
    for named in (True, False):
        assert not complaints(str(quantity(value, unit, named=named)), zero=value == 0)


@pytest.mark.parametrize("ratio", [-math.inf, -80.0, -4.0, 0.0, 0.9, 1.1, 11.0, 80.0, 400.0])
def test_t11_changes_of_weights(ratio):
    assert not complaints(str(change_in_words(ratio)), zero=math.isinf(ratio))


@pytest.mark.parametrize("value", [0.0, 1e-30, 1e30, math.inf, math.nan, 1.0, 12345.678])
def test_t11_what_the_rules_say_of_a_run_with_such_values(value):
    """Every rule over moments in which everything is of this size, beside one in which nothing is."""
    arrays = ("mean", "std", "gradient_norm", "gradient_rms", "effective_rank", "bias_mean")
    shares = ("dead", "never_active", "dormant", "saturated", "sparsity", "duplicates")
    with np.errstate(all="ignore"):
        logarithm = float(np.log10(value)) if value == value else value
    share = min(max(value, 0.0), 1.0) if value == value else value
    extreme = dict.fromkeys(arrays, value) | dict.fromkeys(shares, share)
    extreme |= {"update_ratio": logarithm, "linear_r2": share, "learning_rate": value}
    extreme |= dict.fromkeys(("loss", "batch_loss", "validation_loss"), value)
    heard = 0
    for part in (extreme, {**extreme, "loss": 0.7}, {**extreme, "loss": 0.01, "validation_loss": value}):
        with np.errstate(all="ignore"):
            run = watched(**part)
            findings = [found for rule in RULES.values() if rule.applies(run) for found in rule.check(run)]
        for found in (*findings, *design_findings(run)):
            heard += 1
            for sentence in (str(found.explanation), str(evidence(found)), *(str(cure.title) for cure in found.cures)):
                assert not complaints(sentence, zero=share == 0.0), (
                    found.rule,
                    sentence,
                )
    assert heard


def number_formats(path: Path) -> Iterator[tuple[int, str]]:
    """Line and format of every float that a file writes in a way of its own."""
    own = re.compile(r"\{\w*:[^{}|]*?[.\d]*[gfe%]\}")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            spec = "".join(str(part.value) for part in node.format_spec.values if isinstance(part, ast.Constant))
            if re.search(r"[gfe%]$", spec):
                yield node.lineno, spec
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and own.search(node.value):
            yield node.lineno, node.value


def test_t11_numbers_are_written_by_the_formatting():
    files = [path for room in ROOMS for path in sorted((ROOT / "relulab" / room).rglob("*.py"))]
    found = {path.relative_to(ROOT).as_posix(): list(number_formats(path)) for path in files}
    strange = {name: lines for name, lines in found.items() if lines and name not in FORMATS_OF_THEIR_OWN}
    assert not strange, "write them by relulab/formatting.py or the kinds of relulab/text.py"
    assert not [name for name in FORMATS_OF_THEIR_OWN if not found.get(name)], "no longer needed in the list"
