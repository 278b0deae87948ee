"""``relulab explain``: what a number means, in a sentence, with its formula and its healthy range."""

from typing import Annotated

import typer


def explain(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The quantity, such as dead_share. Without it all are listed.")
    ] = None,
) -> None:
    """Explain a number: one sentence, the formula, and what is healthy, where a range can be defended."""
    from relulab.errors import SpecError
    from relulab.views.explained.catalogue import EXPLAINED, explanation

    if name is None:
        width = max(map(len, EXPLAINED)) + 2
        for key, entry in EXPLAINED.items():
            typer.echo(f"{key:{width}}{entry.name}")
        return
    try:
        typer.echo(explanation(name))
    except SpecError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
