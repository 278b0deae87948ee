"""``relulab film``: a run as a film, its kept moments one after the other."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.numbers import numbers_of
from relulab.cli.options import DataRoot, Download, ExperimentOrSession, ReadTables, Run, Seed, Settings
from relulab.cli.table_options import Given, takes_data_options
from relulab.views.film import FILMED, LEAST_WIDTH, MOST_RATE, MOST_WIDTH, RATE, SECONDS, WIDTH, FilmForm, Subject

SCENES = "|".join(FILMED)


@takes_data_options
def film(
    experiment: ExperimentOrSession,
    what: Annotated[str, typer.Argument(metavar=SCENES, help="What is filmed.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A file .gif, .mp4 or .webm.")],
    seconds: Annotated[float, typer.Option("--seconds", help="Length in seconds, without the last picture.")] = SECONDS,
    rate: Annotated[int, typer.Option("--rate", min=1, max=MOST_RATE, help="Pictures a second.")] = RATE,
    width: Annotated[int, typer.Option("--width", min=LEAST_WIDTH, max=MOST_WIDTH, help="Width in pixels.")] = WIDTH,
    dark: Annotated[bool, typer.Option("--dark", help="In dark colours.")] = False,
    unit: Annotated[str, typer.Option("--unit", metavar="LAYER,UNIT", help="For unit: which one, from 0.")] = "0,0",
    sample: Annotated[int, typer.Option("--sample", min=0, help="Which validation sample, from 0.")] = 0,
    inputs: Annotated[
        str, typer.Option("--input", metavar="NUMBERS", help="For one-input: the input, in the units of the data.")
    ] = "",
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    seed: Seed = None,
    read_tables: ReadTables = False,
    run: Run = None,
    tell: Annotated[bool, typer.Option("--tell", hidden=True, help="A line of output for each moment.")] = False,
    *,
    given: Given,
) -> None:
    """Write a film of a run: what the network was at each moment whose weights were kept.

    The last picture stays for two seconds. MP4 and WebM need the extra film. Trains first, unless a session has the
    run.
    """
    from relulab.cli.progress import ProgressBar
    from relulab.cli.trained import Chosen, moments_of
    from relulab.report.film.beforehand import check_film
    from relulab.report.film.encoders import encoder_of
    from relulab.report.film.making import make_film
    from relulab.report.film.scenes import scene_of

    form = FilmForm(seconds, rate, width, dark)
    subject = Subject(_unit(unit), sample, tuple(numbers_of(inputs)) if inputs else ())
    scene_of(what), encoder_of(out)  # before anything is trained
    bar = ProgressBar()
    chosen = Chosen(experiment, settings, seed, given, None, run, data_root, download, read_tables)
    moments = moments_of(chosen, bar, lambda plan: check_film(plan, what, subject))
    told = _tell if tell else bar.moments
    count = make_film(moments, what, out, form, told, subject)
    bar.finish()
    typer.echo(f"{count:,} moments: {out}")


def _unit(written: str) -> tuple[int, int]:
    """``LAYER,UNIT``."""
    parts = written.split(",")
    if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
        raise typer.BadParameter(f"{written}: write LAYER,UNIT, both counted from 0.", param_hint="--unit")
    return int(parts[0]), int(parts[1])


def _tell(done: int, total: int) -> None:
    typer.echo(f"{done} {total}")
    sys.stdout.flush()
