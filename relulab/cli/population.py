"""``relulab population``: many networks for the window, which asks on the standard input and listens to the output."""

import sys
from typing import TYPE_CHECKING

import typer

from relulab.cli.options import DataRoot, Download

if TYPE_CHECKING:
    from relulab.population.standing import Told


def population(data_root: DataRoot = None, download: Download = False) -> None:
    """Train many networks and tell of each, a line of JSON whenever it was looked at."""
    from relulab.callbacks import ignore
    from relulab.cli.arguments import source
    from relulab.population.told import Asked

    def tell(told: "Told") -> None:
        typer.echo(told.line())

    asked = Asked.of_text(sys.stdin.read())
    asked.train(source(data_root, download, ignore), tell)
