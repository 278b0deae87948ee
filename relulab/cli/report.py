"""``relulab report``: a session as a report to read, to print, or to hand in."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from relulab.session.session import Session


def report(
    session: Annotated[Path, typer.Argument(metavar="SESSION", dir_okay=False, help="A .relulab session.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html|.pdf|.md", dir_okay=False, help="The file to write.")
    ],
    title: Annotated[str | None, typer.Option("--title", help="Instead of the session's own title.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Instead of the session's own author.")] = None,
    runs: Annotated[
        list[str] | None, typer.Option("--run", metavar="NAME", help="Only this run, by its name. Repeatable.")
    ] = None,
    network: Annotated[
        bool, typer.Option("--network/--no-network", help="With pictures of each network and its regions.")
    ] = True,
    tell: Annotated[
        bool, typer.Option("--tell", hidden=True, help="Say on the standard output how far it is.")
    ] = False,
) -> None:
    """Write a report on a session: results, designs, curves, findings, and what is needed to repeat it.

    The ending of the file says what is written: .html is one file for every browser, .pdf has pages, .md is Markdown
    with its figures in a folder beside it. The session holds all that is needed: no data set, no training.
    """
    from datetime import date

    from relulab.cli.progress import ProgressBar
    from relulab.errors import SessionError
    from relulab.report.content.compose import compose
    from relulab.report.writers.report_formats import report_format
    from relulab.session.file.files import load_session

    try:
        kind = report_format(out)
    except SessionError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from None
    bar = ProgressBar()
    made = compose(_chosen(load_session(session), title, author, runs), date.today(), network=network)
    kind.write(made, out, _tell if tell else bar.loading)
    bar.finish()
    typer.echo(f"{kind.title}: {out}")


def _tell(done: int, total: int, _what: str) -> None:
    """For a window that waits."""
    typer.echo(f"{done} {total}")
    sys.stdout.flush()


def _chosen(session: "Session", title: str | None, author: str | None, runs: list[str] | None) -> "Session":
    """The session with another head, and with the named runs alone."""
    from dataclasses import replace

    kept = session.runs
    if runs:
        kept = tuple(replace(run, hidden=False) for run in session.runs if run.name in runs)
        missing = set(runs) - {run.name for run in kept}
        if missing:
            known = ", ".join(f"'{run.name}'" for run in session.runs) or "none"
            raise typer.BadParameter(f"there is no run '{min(missing)}'. Known: {known}.", param_hint="--run")
    return replace(
        session,
        title=session.title if title is None else title,
        author=session.author if author is None else author,
        runs=kept,
    )
