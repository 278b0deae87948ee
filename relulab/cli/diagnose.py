"""``relulab diagnose``: train, and say what is wrong, with the evidence."""

from collections import Counter
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relulab.cli.options import DataRoot, Download, ExperimentOrSession, ReadTables, Seed, Settings
from relulab.cli.table_options import Given, takes_data_options
from relulab.formatting import count, percent

if TYPE_CHECKING:
    from relulab.diagnosis.findings import Finding
    from relulab.training.examination import Examination

ILL = 1  # exit code where a finding of severity error stands


@takes_data_options
def diagnose(
    experiment: ExperimentOrSession,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="Where the findings go, as JSON.")],
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="How many steps to train.")] = None,
    seed: Seed = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, max=1000, help="How many trainings, each with the next seed.")
    ] = 1,
    read_tables: ReadTables = False,
    *,
    given: Given,
) -> None:
    """Train an experiment and print what is wrong with it, with evidence and cures.

    Exit code 0: no finding is an error; 1: one is. A session is trained again from its newest design.
    """
    from relulab.cli.arguments import adapt, read_design, source
    from relulab.cli.progress import ProgressBar
    from relulab.cli.strict_json import write_json
    from relulab.data.loading import load_dataset
    from relulab.experiment.seeds import with_next_seeds
    from relulab.training.examination import examine

    spec = adapt(read_design(experiment, read_tables), settings, seed, given, steps=steps)
    dataset = load_dataset(spec.data, source(data_root, download, ProgressBar().loading))
    runs = []
    for offset in range(seeds):
        progress = ProgressBar()
        runs.append(examine(with_next_seeds(spec, offset), dataset, progress.training))
        progress.finish()
    for finding in runs[0].current:
        typer.echo(_told(finding))
    write_json(out, _as_data(spec.name, runs))
    if seeds > 1:
        _tell_shares(runs)
    typer.echo(f"Findings: {out}")
    if any(finding.severity.value == "error" for run in runs for finding in run.current):
        raise typer.Exit(ILL)


def _told(finding: "Finding") -> str:
    """A finding as a paragraph; a consequence stands under its cause."""
    from relulab.views.findings import explanation

    where = f" ({finding.layer_title})" if finding.layer_title else ""
    lines = [f"{finding.severity.value.upper()}: {finding.title}{where}", f"  {explanation(finding)}"]
    lines += [f"  Try: {cure.title}" for cure in finding.cures]
    return indent("\n".join(lines), "    " if finding.because else "") + "\n"


def _as_data(name: str, runs: "list[Examination]") -> dict[str, Any]:
    """The findings of the first run whole, and how many of the runs had each."""
    first = runs[0]
    return {
        "name": name,
        "steps": first.steps,
        "seeds": len(runs),
        "test_accuracy": first.outcome.test_accuracy,
        "findings": [finding.as_data() for finding in first.current],
        "ended": [finding.as_data() for finding in first.ended],
        "shares": [{"rule": rule, "share": share} for rule, share in _shares(runs).items()],
    }


def _shares(runs: "list[Examination]") -> dict[str, float]:
    """Rule -> share of the runs at whose end it stands."""
    counts = Counter(rule for run in runs for rule in {finding.rule for finding in run.current})
    return {rule: count / len(runs) for rule, count in counts.most_common()}


def _tell_shares(runs: "list[Examination]") -> None:
    for rule, share in _shares(runs).items():
        typer.echo(f"{percent(share, 0):>5} of {count(len(runs), 'seed')}: {rule}")
