"""Run the exam and write ``docs/exam.md``; with names of experiments, only print what is found in these."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

import torch

from benchmarks.exam.cost import costs
from benchmarks.exam.experiments import HELD_OUT, LISTED, Experiment, experiments
from benchmarks.exam.page import PAGE, page
from benchmarks.exam.results import FILE, Results, machine
from benchmarks.exam.score import OURS, Mark, mark
from benchmarks.exam.sitting import SEEDS, Found, Sitting, all_found_anew, sit_all


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py exam", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these experiments; nothing is written")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="so many runs at a time")
    parser.add_argument("--findings", action="store_true", help="anew is only what ReLU Lab finds, not the tools")
    parser.add_argument("--page", action="store_true", help="run nothing: write the page anew from results.json")
    arguments = parser.parse_args()
    if arguments.page:
        PAGE.write_text(page(Results.read()), "utf-8")
        return
    listed, held_out = experiments(LISTED), experiments(HELD_OUT)
    if arguments.names:
        unknown = set(arguments.names) - {experiment.name for experiment in (*listed, *held_out)}
        if unknown:
            parser.error(f"there is no experiment {', '.join(sorted(unknown))}; see {LISTED} and {HELD_OUT}")
        some = [experiment for experiment in (*listed, *held_out) if experiment.name in arguments.names]
        _tell(some, sit_all(some, arguments.jobs))
        return
    results = (_find_anew if arguments.findings else _hold)(listed, held_out, arguments.jobs)
    results.write()
    PAGE.write_text(page(results), "utf-8")
    print(f"Written: {FILE} and {PAGE}")


def _hold(listed: Sequence[Experiment], held_out: Sequence[Experiment], jobs: int) -> Results:
    """The whole exam."""
    first, second = (_tell(chosen, sit_all(chosen, jobs)) for chosen in (listed, held_out))
    torch.set_num_threads(1)
    here = machine()
    return Results(here, here, first, second, tuple(costs(tuple(listed))))


def _find_anew(listed: Sequence[Experiment], held_out: Sequence[Experiment], jobs: int) -> Results:
    """The exam of before with what ReLU Lab finds now."""
    before = Results.read()
    first = _tell(listed, all_found_anew(listed, before.listed, jobs))
    second = _tell(held_out, all_found_anew(held_out, before.held_out, jobs))
    return replace(before, found=machine(), listed=first, held_out=second)


def _tell(chosen: Sequence[Experiment], sittings: Iterable[Sitting]) -> tuple[Sitting, ...]:
    """A line for each experiment as soon as it is judged."""
    found: list[Sitting] = []
    for sitting in sittings:
        found.append(sitting)
        if sitting.seed == SEEDS - 1:
            experiment = next(e for e in chosen if e.name == sitting.experiment)
            print(_line(experiment, found[-SEEDS:]), flush=True)
    return tuple(found)


def _line(experiment: Experiment, sittings: Iterable[Sitting]) -> str:
    runs = list(sittings)
    found = mark(OURS, experiment, runs)
    assert isinstance(found, Mark), "ReLU Lab judges every run"
    stand = " | ".join(", ".join(dict.fromkeys(_word(found) for found in run.findings)) for run in runs)
    marks = f"detected {found.detected}, cause {found.right}, first {found.first}"
    return f"{experiment.name:9} {marks if experiment.is_ill else f'alarms {found.detected}'}: {stand}"


def _word(found: Found) -> str:
    return f"{found.rule} ({found.because or found.severity})"


if __name__ == "__main__":
    main()
