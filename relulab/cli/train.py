"""``relulab train`` and ``relulab probe``: an experiment without a window, trained or measured once, into files."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.options import DataRoot, Device, Download, Experiment, Seed, Settings, Weights
from relulab.cli.table_options import Given, takes_data_options


@takes_data_options
def train(
    experiment: Experiment,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="The folder for the results.")],
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    device: Device = None,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="How many passes over the data.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="How many batches, instead of epochs.")] = None,
    seed: Seed = None,
    record_every: Annotated[
        int, typer.Option("--record-every", min=1, metavar="N", help="Record losses and gradients every N steps.")
    ] = 10,
    *,
    given: Given,
) -> None:
    """Train an experiment and write its results.

    The folder gets summary.json, history.json, experiment.json and weights.safetensors, all at the end; earlier ones
    stay until then. Ctrl-C or SIGTERM ends the training and writes what there is.
    """
    from relulab import api
    from relulab.cli.arguments import adapt, read_experiment, source
    from relulab.cli.exit_codes import CODE_OF_STATE
    from relulab.cli.interrupts import interrupts
    from relulab.cli.progress import ProgressBar
    from relulab.cli.result_files import check_folder, describe, write_results

    if epochs is not None and steps is not None:
        raise typer.BadParameter("give either --epochs or --steps, not both.")
    spec = adapt(read_experiment(experiment), settings, seed, given, device=device, epochs=epochs, steps=steps)
    check_folder(out)  # one that cannot be written shows before the work
    loading, training = ProgressBar(), ProgressBar()
    data = source(data_root, download, loading.loading)
    typer.echo(f"Training: {spec.name}")
    with interrupts() as interrupted:
        on_step = interrupted.between(training.training)
        result = api.train(spec, data, record_every=record_every, on_step=on_step)
        training.finish()
        write_results(out, result)
    typer.echo(describe(result.summary))
    typer.echo(f"Results: {out}")
    if code := CODE_OF_STATE.get(result.summary.state):
        raise typer.Exit(code)


@takes_data_options
def probe(
    experiment: Experiment,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The JSON file to write.")],
    weights: Weights = None,
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    device: Device = None,
    seed: Seed = None,
    *,
    given: Given,
) -> None:
    """Measure every layer once, and write the numbers.

    Measured on the probe set: a fixed part of the training set, with dropout off.
    """
    from relulab import api
    from relulab.cli.arguments import adapt, read_experiment, source
    from relulab.cli.progress import ProgressBar
    from relulab.cli.result_files import REASONS, probe_table
    from relulab.cli.strict_json import write_json
    from relulab.errors import SessionError

    spec = adapt(read_experiment(experiment), settings, seed, given, device=device)
    bar = ProgressBar()
    data = source(data_root, download, bar.loading)
    try:
        result = api.probe(spec, data, weights=weights)
    except SessionError as error:
        raise typer.BadParameter(str(error), param_hint="--weights") from None
    bar.finish()
    write_json(out, probe_table(result), REASONS)
    typer.echo(f"Measured {len(result.layout.layers)} layers on {result.samples:,} samples: {out}")
