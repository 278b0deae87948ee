"""``relulab presets`` and ``relulab show``: what can be trained at once, and one of it as JSON, to read and to edit."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.options import Experiment, Settings


def presets(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the ready-made experiments."""
    from relulab.cli.strict_json import to_json
    from relulab.experiment.presets import DEFAULT_PRESET, GROUPS, PRESETS

    if as_json:
        fields = ("key", "group", "title", "summary", "question")
        typer.echo(to_json([{field: getattr(preset, field) for field in fields} for preset in PRESETS.values()]))
        return
    width = max(map(len, PRESETS)) + 2
    for group, keys in GROUPS.items():
        typer.echo(f"{group}")
        for key in keys:
            mark = "  (the default)" if key == DEFAULT_PRESET else ""
            typer.echo(f"  {key:{width}}{PRESETS[key].question}{mark}")


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
