"""``relulab probe``: one measurement of a network, untrained or with weights from a file."""

from pathlib import Path
from typing import Annotated

import typer

from relulab.cli.options import DataRoot, Device, Download, Experiment, Seed, Settings, Weights


def probe(
    experiment: Experiment,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The JSON file to write.")],
    weights: Weights = None,
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    device: Device = None,
    seed: Seed = None,
) -> None:
    """Measure every layer once, and write the numbers.

    Measured on the probe set: a fixed part of the training set, in eval mode.
    """
    from relulab import api
    from relulab.cli.arguments import adapt, read_experiment, source
    from relulab.cli.progress import ProgressBar
    from relulab.cli.result_files import REASONS, probe_table
    from relulab.cli.strict_json import write_json
    from relulab.errors import SessionError

    spec = adapt(read_experiment(experiment), settings, seed, device=device)
    bar = ProgressBar()
    data = source(data_root, download, bar.loading)
    try:
        result = api.probe(spec, data, weights=weights)
    except SessionError as error:
        raise typer.BadParameter(str(error), param_hint="--weights") from None
    bar.finish()
    write_json(out, probe_table(result), REASONS)
    typer.echo(f"Measured {len(result.layout.layers)} layers on {result.samples:,} samples: {out}")
