"""``relulab export``: an experiment or a session as code, weights, tables or other programs' files."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.options import DataRoot, Download, ExperimentOrSession, ReadTables, Run, Seed, Settings, Weights
from relulab.cli.table_options import Given, takes_data_options
from relulab.export.formats import FORMATS, Need

_KNOWN = "; ".join(
    f"{entry.key}: {entry.summary}" + (f" (needs the extra {entry.extra})" if entry.extra else "")
    for entry in FORMATS.values()
)


@takes_data_options
def export(
    experiment: ExperimentOrSession,
    kind: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help=f"{_KNOWN}.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write, or the folder.")],
    weights: Weights = None,
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    seed: Seed = None,
    read_tables: ReadTables = False,
    run: Run = None,
    *,
    given: Given,
) -> None:
    """Write an experiment down for use without ReLU Lab.

    Code is made from the design. Weights, ONNX and predictions are of a run of the session, of --weights, or else
    of a training that is done first; histories likewise, but not of --weights.
    """
    from relulab.cli.progress import ProgressBar
    from relulab.cli.trained import Chosen, made_of

    entry = FORMATS[kind]
    if weights is not None and entry.need is not Need.NETWORK:
        raise typer.BadParameter(f"{entry.title} is not made from weights but from {entry.need.value}.")
    bar = ProgressBar()
    chosen = Chosen(experiment, settings, seed, given, weights, run, data_root, download, read_tables)
    made = made_of(chosen, entry.need, bar)
    entry.write(made, out)
    bar.finish()
    typer.echo(f"{entry.title}: {out}")
