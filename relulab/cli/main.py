"""The command line: ``relulab COMMAND`` and ``python -m relulab COMMAND``.

Commands import the engine inside their functions, so that help appears at once.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from relulab.cli import data, diagnose, explain, export, film, inside, population, report, reproduce, sweep, train
from relulab.cli.exit_codes import ExplainingGroup
from relulab.cli.options import Experiment, Settings
from relulab.edition import __version__

app = typer.Typer(
    name="relulab",
    cls=ExplainingGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def presets(as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False) -> None:
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


@app.command()
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


app.command("train")(train.train)
app.command("probe")(train.probe)
app.command("sweep")(sweep.sweep)
app.command("population", hidden=True)(population.population)
app.command("diagnose")(diagnose.diagnose)
app.command("explain")(explain.explain)
app.command("export")(export.export)
app.command("regions")(inside.regions)
app.command("trace")(inside.trace)
app.command("film")(film.film)
app.command("report")(report.report)
app.command("reproduce")(reproduce.reproduce)
app.add_typer(data.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"relulab {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """ReLU Lab: see why neural networks learn, and why they die.

    Exit codes: 0 done, 2 bad arguments or experiment, 3 data missing, 4 the training diverged, 5 failed.
    """


def main() -> None:
    """The entry point. Consoles with an older encoding show unknown letters as they can.

    Log records stay off the console: commands themselves say what the user needs to know.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell: nobody listens
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # until the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
