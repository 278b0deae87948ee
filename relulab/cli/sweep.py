"""``relulab sweep``: many runs of one experiment over settings and seeds, into one table."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relulab.cli.exit_codes import ExitCode
from relulab.cli.options import (
    Certificates,
    DataRoot,
    Download,
    Experiment,
    Jobs,
    SchedulerAddress,
    Settings,
    TrustNetwork,
)
from relulab.cli.table_options import Given, takes_data_options
from relulab.formatting import count

if TYPE_CHECKING:
    from relulab.cli.progress import ProgressBar
    from relulab.cli.sweep_files import SweepFile
    from relulab.population.sweep import Row


Out = Annotated[
    Path, typer.Option("--out", metavar="FILE.csv|FILE.parquet|DIR", help="Where the table of the runs goes.")
]
Over = Annotated[
    list[str] | None,
    typer.Option(
        "--over",
        metavar="PATH=VALUES",
        help="A setting and its values: log:FROM:TO:COUNT, lin:FROM:TO:COUNT, or a,b,c. Repeatable.",
    ),
]
Seeds = Annotated[
    str, typer.Option("--seeds", metavar="N|A,B,C", help="How many seeds, from 0 on; or which, with commas.")
]
Starts = Annotated[
    str, typer.Option("--starts", metavar="same|fresh", help="Whether all settings have the same seeds.")
]


@takes_data_options
def sweep(
    experiment: Experiment, out: Out, over: Over = None, seeds: Seeds = "1", starts: Starts = "same",
    jobs: Jobs = 1, scheduler: SchedulerAddress = None, certificates: Certificates = None,
    trust_network: TrustNetwork = False, settings: Settings = None, data_root: DataRoot = None,
    download: Download = False, *, given: Given,
) -> None:  # fmt: skip
    """Train an experiment with every combination of some settings, with several seeds, many networks as one.

    One row for each run. A run that cannot be is a row that says why. Ctrl-C keeps what is done; the same command goes
    on from there.
    """
    from relulab.cli.arguments import adapt, read_experiment, source, workers
    from relulab.cli.progress import ProgressBar
    from relulab.cli.sweep_files import SweepFile
    from relulab.cluster.rows import rows_by
    from relulab.population.sweep import Sweep

    by = workers(jobs, scheduler, certificates, trust_network)
    spec = adapt(read_experiment(experiment), settings, table=given)
    asked = Sweep.of(spec, _axes(over), _seeds(seeds), starts)
    file = SweepFile(out, asked)
    bar = ProgressBar()
    data = source(data_root, download, bar.loading)
    if file.rows:
        typer.echo(f"Going on: {count(len(file.rows), 'run')} of an earlier try are done.")
    if len(file.rows) < len(asked):
        cost = asked.cost(len(file.rows), data)
        typer.echo(f"{spec.name}: {cost.text}")
        _train(file, partial(rows_by, by, asked, done=tuple(file.rows), source=data, cost=cost), bar)
    typer.echo("\n".join([_ends(file.rows.values()), *file.groups(), f"Written: {file.finish()}"]))
    if all(row["status"] == "failed" for row in file.rows.values()):
        typer.echo(f"Error: {next(iter(file.rows.values()))['reason']}", err=True)
        raise typer.Exit(ExitCode.FAILED)


def _train(file: "SweepFile", rows: "Callable[..., Generator[tuple[int, Row]]]", bar: "ProgressBar") -> None:
    """Train what is not done yet, row by row into the file; stopped by hand, what there is becomes a table."""
    from relulab.cli.interrupts import interrupts
    from relulab.errors import ReluLabError

    with interrupts() as interrupted:
        stepped = interrupted.between(lambda done, _: bar.runs(done, file.runs))
        try:
            with closing(rows(on_progress=lambda done: stepped(done, 0.0))) as coming:
                for run, row in coming:
                    file.add(run, row)
        except KeyboardInterrupt:
            bar.finish()
            typer.echo(f"Stopped after {len(file.rows):,} of {file.runs:,} runs: {file.finish()}")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except ReluLabError:
            bar.finish()
            raise
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
