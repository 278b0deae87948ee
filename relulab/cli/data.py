"""``relulab data``: the data sets that there are, and the files of those that must be fetched."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="data", no_args_is_help=True, help="List data sets; fetch and verify the files of image sets.")
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


def _print(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)


def _known(name: str) -> str:
    from relulab.data.image_files import IMAGE_SETS

    if name not in IMAGE_SETS:
        known = ", ".join(IMAGE_SETS)
        raise typer.BadParameter(f"'{name}' is no image set that has files. Known: {known}.", param_hint="NAME")
    return name
