"""``relulab data``: the data sets that there are, the files of those that must be fetched, and tables of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.table_options import Given, takes_table_options

app = typer.Typer(
    name="data",
    no_args_is_help=True,
    help="List data sets; fetch and verify the files of image sets; show how a table is read.",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="An image set, as `relulab data list` calls it.")]


@app.command("list")
def list_sets() -> None:
    """List all data sets, and which are on this machine."""
    from relulab.data.datasets import DATASETS
    from relulab.data.image_files import is_kept

    width = max(map(len, DATASETS))
    for key, entry in DATASETS.items():
        state = ("here" if is_kept(key) else "to fetch") if entry.downloadable else ""
        typer.echo(f"{key:{width}}  {state:8}  {entry.summary}")


@app.command("fetch")
def fetch(name: Name) -> None:
    """Download an image set into the cache, check it, and say where it lies.

    Where the environment variable RELULAB_MIRROR names the address of a folder, only that is asked.
    """
    from relulab.cli.progress import ProgressBar
    from relulab.data.image_files import download_images, verify_images

    bar = ProgressBar()
    download_images(_known(name), bar.loading)
    bar.finish()
    _print(verify_images(name))


@app.command("verify")
def verify(
    name: Name,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="A folder or an archive; without one, the cache.")
    ] = None,
) -> None:
    """Check that files are the image set that they should be, whatever they are called and however they are packed.

    Exit code 3 where they are not.
    """
    from relulab.data.image_files import verify_images

    _print(verify_images(_known(name), folder))


@app.command("show")
@takes_table_options
def show(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A text file with one row per sample.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    *,
    given: Given,
) -> None:
    """Show how a table is read: its columns, its first rows, and what has to be asked."""
    from relulab.cli.strict_json import to_json
    from relulab.cli.table_options import choices_of
    from relulab.data.tables.file import understand
    from relulab.data.tables.shown import as_data, as_lines

    understood = understand(table, choices_of(given))
    _print([to_json(as_data(understood))] if as_json else list(as_lines(understood)))


@app.command("images")
def images(
    path: Annotated[str, typer.Argument(metavar="PATH", help="An npz file, an archive, or a folder of IDX files.")],
) -> None:
    """Show which images and labels of your own are found, as `--images PATH` of other commands learns from them."""
    from relulab.data.own_images import understand

    _print([str(understand(path).sentence)])


def _print(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)


def _known(name: str) -> str:
    from relulab.data.image_files import IMAGE_SETS

    if name not in IMAGE_SETS:
        known = ", ".join(IMAGE_SETS)
        raise typer.BadParameter(f"'{name}' is no image set that has files. Known: {known}.", param_hint="NAME")
    return name
