"""``relulab show``: an experiment as JSON, to read and to edit."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.options import Experiment, Settings


def show(
    experiment: Experiment,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", dir_okay=False, help="Write it to a file.")
    ] = None,
) -> None:
    """Show an experiment as JSON, to edit."""
    from relulab.cli.arguments import change, read_experiment
    from relulab.cli.strict_json import write_text

    text = change(read_experiment(experiment), settings).to_json()
    if out is None:
        typer.echo(text)
    else:
        write_text(out, text + "\n")
        typer.echo(f"Written: {out}")
