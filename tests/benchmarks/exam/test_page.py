"""``docs/exam.md`` is what the results say, and says so itself where another tool does better."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.exam.cost import Cost
from benchmarks.exam.detectors import DETECTORS
from benchmarks.exam.experiments import LISTED, experiments
from benchmarks.exam.page import PAGE, page
from benchmarks.exam.results import Results
from benchmarks.exam.sitting import SEEDS, Alarms, Found, Sitting

ALL = experiments(LISTED)


def exam(detected: int, lucky: int) -> Results:
    """We see the first ``detected`` ill experiments, NeuraLint the first ``lucky`` ones; there is no false alarm."""
    ill = [experiment for experiment in ALL if experiment.is_ill]
    runs = []
    for experiment in ALL:
        place = ill.index(experiment) if experiment.is_ill else len(ALL)
        findings = (Found(min(experiment.accepted), "error"),) if place < detected else ()
        alarms: dict[str, Alarms] = {tool.name: {} for tool in DETECTORS}
        if place < lucky:
            alarms["NeuraLint"] = {"growing_widths": (0, True)}
        runs += [Sitting(experiment.name, seed, 0.5, None, findings, (), alarms) for seed in range(SEEDS)]
    return Results("a machine", "the same", tuple(runs), (), (Cost("ReLU Lab", "V1-twin", 0.25, 40.0),))


def test_the_page_stands_as_the_results_say() -> None:
    """Where words of ReLU Lab have changed, ``python3 dev.py exam --page`` writes the page anew."""
    assert PAGE.read_text("utf-8") == page(Results.read())


def test_every_experiment_has_a_row_and_the_totals_are_counted() -> None:
    text = page(exam(detected=20, lucky=3))
    assert all(f"| `{experiment.name}` |" in text for experiment in ALL)
    assert (
        "| ReLU Lab | 28 | 20 (0.71, 0.53 to 0.85) | 20 (0.71, 0.53 to 0.85) | 20 | 42 | 0 (0.00, 0.00 to 0.08) |"
        in text
    )
    assert "| NeuraLint (rebuilt) | 28 | 3 (0.11, 0.04 to 0.27) | 0 (0.00, 0.00 to 0.12) | 0 | 42 |" in text
    assert "| ReLU Lab | 0.250 ms, 40 % |" in text


@pytest.mark.parametrize(("lucky", "better"), [(19, False), (20, False), (21, True)])
def test_the_page_says_who_sees_more_at_as_few_alarms(lucky: int, better: bool) -> None:
    text = page(exam(detected=20, lucky=lucky))
    assert ("than ReLU Lab: NeuraLint." in text) is better
    assert ("No rebuilt detector sees a greater share" in text) is not better


def test_results_come_back_from_their_file(tmp_path: Path) -> None:
    results = exam(detected=5, lucky=5)
    broken = replace(results.listed[0], result=math.inf, diverged_at=7, ended=("dying",))
    results = replace(results, listed=(broken, *results.listed[1:]))
    results.write(tmp_path / "results.json")
    again = Results.read(tmp_path / "results.json")
    assert math.isnan(again.listed[0].result)  # no number that is not finite in the file
    assert replace(again.listed[0], result=math.inf) == broken
    assert again.listed[1:] == results.listed[1:]
    assert (again.machine, again.costs) == (results.machine, results.costs)


def test_consequences_stand_in_brackets_behind_what_explains_them() -> None:
    results = exam(detected=0, lucky=0)
    found = (Found("dead_layer", "error"), Found("plateau", "error", "dead_layer"), Found("more_parameters", "info"))
    runs = [replace(run, findings=found if run.experiment == "R4" and run.seed else ()) for run in results.listed]
    text = page(replace(results, listed=tuple(runs)))
    assert "| 2 | 2 | 2 | dead_layer 2 [plateau 2] |" in text
