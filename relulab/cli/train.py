"""``relulab train``: an experiment without a window, and its results in files."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.options import DataRoot, Device, Download, Experiment, Seed, Settings


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
) -> None:
    """Train an experiment and write its results.

    The folder gets summary.json, history.json, experiment.json and weights.safetensors.
    """
    from relulab import api
    from relulab.cli.arguments import adapt, read_experiment, source
    from relulab.cli.exit_codes import CODE_OF_STATE
    from relulab.cli.progress import ProgressBar
    from relulab.cli.result_files import describe, write_experiment, write_results

    if epochs is not None and steps is not None:
        raise typer.BadParameter("give either --epochs or --steps, not both.")
    spec = adapt(read_experiment(experiment), settings, seed, device=device, epochs=epochs, steps=steps)
    write_experiment(out, spec)  # a folder that cannot be written shows before the work
    loading, training = ProgressBar(), ProgressBar()
    data = source(data_root, download, loading.loading)
    typer.echo(f"Training: {spec.name}")
    result = api.train(spec, data, record_every=record_every, on_step=training.training)
    training.finish()
    write_results(out, result)
    typer.echo(describe(result.summary))
    typer.echo(f"Results: {out}")
    if code := CODE_OF_STATE.get(result.summary.state):
        raise typer.Exit(code)
