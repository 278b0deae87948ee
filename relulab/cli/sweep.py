"""``relulab sweep``: many runs of one experiment over settings and seeds, into one table."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relulab.cli.exit_codes import ExitCode
from relulab.cli.options import DataRoot, Download, Experiment, Settings
from relulab.cli.table_options import Given, takes_data_options
from relulab.formatting import count

if TYPE_CHECKING:
    from relulab.cli.progress import ProgressBar
    from relulab.cli.sweep_files import SweepFile
    from relulab.data.dataset import Source
    from relulab.population.sweep import Row, Sweep


@takes_data_options
def sweep(
    experiment: Experiment,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.csv|FILE.parquet|DIR", help="Where the table of the runs goes.")
    ],
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="PATH=VALUES",
            help="A setting and its values: log:FROM:TO:COUNT, lin:FROM:TO:COUNT, or a,b,c. Repeatable.",
        ),
    ] = None,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="N|A,B,C", help="How many seeds, from 0 on; or which, with commas.")
    ] = "1",
    starts: Annotated[
        str, typer.Option("--starts", metavar="same|fresh", help="Whether all settings have the same seeds.")
    ] = "same",
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    *,
    given: Given,
) -> None:
    """Train an experiment with every combination of some settings, with several seeds, many networks as one.

    One row for each run. A run that cannot be is a row that says why. Ctrl-C keeps what is done; the same command goes
    on from there.
    """
    from relulab.cli.arguments import adapt, read_experiment, source
    from relulab.cli.progress import ProgressBar
    from relulab.cli.sweep_files import SweepFile
    from relulab.population.sweep import Sweep

    spec = adapt(read_experiment(experiment), settings, table=given)
    asked = Sweep.of(spec, _axes(over), _seeds(seeds), starts)
    file = SweepFile(out, asked)
    bar = ProgressBar()
    data = source(data_root, download, bar.loading)
    if file.rows:
        typer.echo(f"Going on: {count(len(file.rows), 'run')} of an earlier try are done.")
    if len(file.rows) < len(asked):
        typer.echo(f"{spec.name}: {asked.cost(len(file.rows), data).text}")
    _train(asked, file, data, bar)
    typer.echo(f"{_ends(file.rows.values())}\nWritten: {file.finish()}")
    if all(row["status"] == "failed" for row in file.rows.values()):
        typer.echo(f"Error: {next(iter(file.rows.values()))['reason']}", err=True)
        raise typer.Exit(ExitCode.FAILED)


def _train(asked: "Sweep", file: "SweepFile", data: "Source", bar: "ProgressBar") -> None:
    """Train what is not done yet, row by row into the file; stopped by hand, what there is becomes a table."""
    from relulab.cli.interrupts import interrupts
    from relulab.population.rows import rows_of

    with interrupts() as interrupted:
        stepped = interrupted.between(lambda done, _: bar.runs(done, len(asked)))
        try:
            for run, row in rows_of(asked, tuple(file.rows), data, lambda done: stepped(done, 0.0)):
                file.add(run, row)
        except KeyboardInterrupt:
            bar.finish()
            typer.echo(f"Stopped after {len(file.rows):,} of {len(asked):,} runs: {file.finish()}")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
    bar.finish()


def _axes(over: list[str] | None) -> dict[str, str]:
    """Settings with the texts of their values. Raises SpecError."""
    from relulab.errors import SpecError
    from relulab.population.axes import Axis

    texts: dict[str, str] = {}
    for text in over or []:
        name = Axis.parse(text).name
        if name in texts:
            raise SpecError(f"--over {name}: this setting is named twice.")
        texts[name] = text.partition("=")[2]
    return texts


def _seeds(text: str) -> int | list[int]:
    """A number of seeds, or the seeds."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() for part in parts):
        raise typer.BadParameter("give a number, or seeds with commas: 20 or 5,6,7.", param_hint="--seeds")
    numbers = [int(part) for part in parts]
    return numbers if len(numbers) > 1 else numbers[0]


def _ends(rows: "Iterable[Row]") -> str:
    """How the runs ended: ``12 learned, 8 dead.``"""
    ends = Counter(row["status"] for row in rows)
    return ", ".join(f"{often:,} {end}" for end, often in ends.most_common()).capitalize() + "."
