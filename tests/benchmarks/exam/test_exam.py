"""The exam itself: single runs in the ordinary tests, all of it in the slow ones."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from benchmarks.exam.experiments import HELD_OUT, LISTED, Experiment, experiments
from benchmarks.exam.results import Results, is_of_this_processor, machine
from benchmarks.exam.score import OURS, Judge, by_experiment, mark, rebuilt
from benchmarks.exam.sitting import SEEDS, Sitting, all_found_anew, sit, sit_all
from relulab.data.loading import load_dataset

UNEXPLAINED = 0.25  # of the variance of the targets that a healthy twin may leave
NEAR = 0.1  # of a test result, between machines and versions of torch
ILL_BY_DESIGN = ("U1", "O1")  # learns nearly as well: raw inputs, and a sigmoid whose loss stays far above its twin's
JUDGES: tuple[Judge, ...] = (OURS, *rebuilt(at_end=False), *rebuilt(at_end=True))


def test_one_sitting_is_that_of_the_results() -> None:
    """Vanishing gradients, and its twin: two that no rounding decides."""
    chosen = [experiment for experiment in experiments(LISTED) if experiment.name in ("V1", "V1-twin")]
    written = by_experiment(Results.read().listed)
    for experiment in chosen:
        sitting = sit(experiment, 0)
        assert OURS.rate(experiment, sitting) == OURS.rate(experiment, written[experiment.name][0])
        assert sitting.result == pytest.approx(written[experiment.name][0].result, abs=NEAR)


def test_what_is_found_anew_takes_the_place_of_what_was_found() -> None:
    """The answers of the tools stay."""
    (experiment,) = [experiment for experiment in experiments(LISTED) if experiment.name == "E2"]
    before = replace(by_experiment(Results.read().listed)["E2"][1], findings=(), ended=("dying",))
    (now,) = all_found_anew([experiment], [before], 1)
    assert "learning_rate_too_high" in [found.rule for found in now.findings]
    assert now.ended != before.ended
    assert (now.seed, now.alarms, now.diverged_at) == (before.seed, before.alarms, before.diverged_at)


def test_results_know_the_processor_that_they_are_of() -> None:
    assert is_of_this_processor(machine())
    assert not is_of_this_processor("on 2026-11-29, 2 cores of Some Other Processor, Linux,")
    named_alike = re.sub(r"model \d+", "model 999", machine())
    assert is_of_this_processor(named_alike) == (named_alike == machine()), "of the same name, with other instructions"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("folder", [LISTED, HELD_OUT], ids=lambda folder: folder.name)
def test_the_tables_in_the_docs_are_what_comes_out(folder: Path) -> None:
    """``python3 dev.py exam`` measures anew and writes the tables.

    ReLU Lab's findings are the same on every machine; those of the tools only on a processor as in the results.
    """
    chosen, results = experiments(folder), Results.read()
    written = results.listed if folder == LISTED else results.held_out
    found = tuple(sit_all(chosen, os.cpu_count() or 1))
    assert [(s.experiment, s.seed) for s in found] == [(e.name, seed) for e in chosen for seed in range(SEEDS)]
    before, now = by_experiment(written), by_experiment(found)
    judges = JUDGES if is_of_this_processor(results.machine) else (OURS,)
    differing = [
        f"{judge.name}, {experiment.name}: {old} in the results, {new} came out"
        for judge in judges
        for experiment in chosen
        if (old := said(judge, experiment, before)) != (new := said(judge, experiment, now))
    ]
    assert not differing, "\n".join(differing)
    for old_run, new_run in zip(written, found, strict=True):
        assert (old_run.diverged_at is None) == (new_run.diverged_at is None), new_run
        if math.isfinite(old_run.result):
            assert new_run.result == pytest.approx(old_run.result, abs=NEAR, rel=NEAR), new_run


def said(judge: Judge, experiment: Experiment, runs: Mapping[str, list[Sitting]]) -> str:
    """What counts in the tables: the majority of the seeds."""
    found = mark(judge, experiment, runs[experiment.name])
    if found is None:
        return "not judged"
    parts = ("detected", "right", "first") if experiment.is_ill else ("detected",)
    return ", ".join(part for part in parts if found.most(getattr(found, part))) or "nothing"


@pytest.mark.parametrize("folder", [LISTED, HELD_OUT], ids=lambda folder: folder.name)
def test_the_labels_hold_ill_ones_end_clearly_below_their_twins(folder: Path) -> None:
    results = Results.read()
    runs = by_experiment(results.listed if folder == LISTED else results.held_out)
    by_name = {experiment.name: experiment for experiment in experiments(folder)}
    for twin in (experiment for experiment in by_name.values() if experiment.ill):
        assert all(run.diverged_at is None for run in runs[twin.name]), twin.name
        numbers = twin.spec.training.loss == "mse"
        worst = math.inf if numbers else 0.0
        ill_end, twin_end = (
            median(run.result if run.diverged_at is None else worst for run in runs[name])
            for name in (twin.ill, twin.name)
        )
        if numbers:
            assert ill_end > 1.5 * twin_end, twin.name
            assert twin_end < UNEXPLAINED * load_dataset(twin.spec.data).test.targets.var(), twin.name
        else:
            assert twin_end > 0.9, twin.name
            assert ill_end < twin_end - 0.05 or twin.ill in ILL_BY_DESIGN, twin.name
