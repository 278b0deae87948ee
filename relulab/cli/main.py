"""The command line: ``relulab COMMAND`` and ``python -m relulab COMMAND``.

Commands import the engine inside their functions, so that help appears at once.
"""

import logging
import sys
from typing import Annotated

import typer

from relulab.cli import diagnose, export, presets, probe, report, reproduce, train
from relulab.cli.exit_codes import ExplainingGroup
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
app.command("presets")(presets.presets)
app.command("show")(presets.show)
app.command("train")(train.train)
app.command("probe")(probe.probe)
app.command("diagnose")(diagnose.diagnose)
app.command("export")(export.export)
app.command("report")(report.report)
app.command("reproduce")(reproduce.reproduce)


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
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
