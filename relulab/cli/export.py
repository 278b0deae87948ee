"""``relulab export``: an experiment or a session as code, weights, tables or other programs' files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relulab.cli.options import DataRoot, Download, ExperimentOrSession, ReadTables, Seed, Settings, Weights
from relulab.cli.table_options import Given, takes_table_options
from relulab.export.formats import FORMATS, Need

if TYPE_CHECKING:
    from relulab.cli.progress import ProgressBar
    from relulab.data.dataset import Dataset, Source
    from relulab.experiment import ExperimentSpec
    from relulab.export.export_input import ExportInput
    from relulab.model.network import Network
    from relulab.session.session import RunRecord

_KNOWN = "; ".join(
    f"{entry.key}: {entry.summary}" + (f" (needs the extra {entry.extra})" if entry.extra else "")
    for entry in FORMATS.values()
)


@takes_table_options
def export(
    experiment: ExperimentOrSession,
    kind: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help=f"{_KNOWN}.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write, or the folder.")],
    weights: Weights = None,
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    seed: Seed = None,
    read_tables: ReadTables = False,
    run: Annotated[
        str | None,
        typer.Option("--run", metavar="NAME|NUMBER|KEY", help="Which run of the session; without it the last one."),
    ] = None,
    *,
    given: Given,
) -> None:
    """Write an experiment down for use without ReLU Lab.

    Code is made from the design. Weights, ONNX and predictions are of a run of the session, of --weights, or else
    of a training that is done first; histories likewise, but not of --weights.
    """
    from relulab.cli.arguments import adapt, read_experiment, source
    from relulab.cli.progress import ProgressBar

    entry = FORMATS[kind]
    if weights is not None and entry.need is not Need.NETWORK:
        raise typer.BadParameter(f"{entry.title} is not made from weights but from {entry.need.value}.")
    bar = ProgressBar()
    data = source(data_root, download, bar.loading)
    if Path(experiment).suffix == ".relulab":
        if settings or seed is not None or weights is not None or given:
            raise typer.BadParameter(
                "a session is exported as it is: leave out --set, --seed, --weights and what is said of a table."
            )
        made = _of_session(_run_of(Path(experiment), run, read_tables), entry.need, data)
    else:
        if run is not None:
            raise typer.BadParameter("only a session has runs to choose from: leave out --run.")
        made = _of_spec(adapt(read_experiment(experiment), settings, seed, given), entry.need, weights, data, bar)
    entry.write(made, out)
    bar.finish()
    typer.echo(f"{entry.title}: {out}")


def _of_spec(
    spec: "ExperimentSpec", need: Need, weights: Path | None, data: "Source", bar: "ProgressBar"
) -> "ExportInput":
    """The design alone, with the weights of a file, or trained."""
    from relulab import api
    from relulab.cli.exit_codes import CODE_OF_STATE
    from relulab.cli.progress import ProgressBar
    from relulab.data.loading import load_dataset
    from relulab.export.export_input import ExportInput
    from relulab.model.plan import check_experiment
    from relulab.training.state import State

    check_experiment(spec)
    if need is Need.DESIGN:
        return ExportInput(spec, load_dataset(spec.data, data))
    if weights is not None:
        dataset = load_dataset(spec.data, data)
        return ExportInput(spec, dataset, _with_weights(spec, dataset, weights))
    typer.echo(f"Training: {spec.name}")
    training = ProgressBar()
    result = api.train(spec, data, on_step=training.training)
    training.finish()
    code = CODE_OF_STATE.get(result.summary.state)
    if code and not (result.summary.state is State.DIVERGED and need is Need.HISTORY):
        typer.echo(f"{result.summary.message} Nothing was exported.", err=True)
        raise typer.Exit(code)
    return ExportInput(spec, result.history.info.dataset, result.network, result.history)


def _of_session(run: "RunRecord", need: Need, data: "Source") -> "ExportInput":
    """A run out of a session: its design, its last checkpoint, its history."""
    from relulab.data.loading import load_dataset
    from relulab.errors import SessionError
    from relulab.export.export_input import ExportInput
    from relulab.training.checkpoint import load_network

    if need is Need.HISTORY:
        return ExportInput(run.spec, run.history.info.dataset, history=run.history)
    dataset = load_dataset(run.spec.data, data)
    if need is Need.DESIGN:
        return ExportInput(run.spec, dataset)
    if not run.checkpoints:
        raise SessionError(f"The run '{run.name}' keeps no checkpoint, so its trained weights are not in the session.")
    run.data.check(dataset)
    checkpoint = max(run.checkpoints, key=lambda checkpoint: checkpoint.step)
    network = _built(checkpoint.spec, dataset)
    load_network(network, checkpoint.network)
    return ExportInput(checkpoint.spec, dataset, network)


def _run_of(path: Path, chosen: str | None, read_tables: bool) -> "RunRecord":
    """The chosen run of a session, or its newest. Raises SessionError."""
    from relulab.cli.arguments import read_session
    from relulab.errors import SessionError
    from relulab.session.session import choose_run

    session = read_session(path, read_tables)
    if not session.runs:
        raise SessionError(f"{path} holds no run that could be exported.")
    return session.runs[-1] if chosen is None else choose_run(session, chosen)


def _built(spec: "ExperimentSpec", dataset: "Dataset") -> "Network":
    """The untrained network of an experiment."""
    from relulab.training.run import TrainingRun

    return TrainingRun(spec.replace(training=spec.training.replace(device="cpu")), dataset).network


def _with_weights(spec: "ExperimentSpec", dataset: "Dataset", weights: Path) -> "Network":
    from relulab.errors import SessionError
    from relulab.session.weight_files import load_weights

    network = _built(spec, dataset)
    try:
        load_weights(weights, network)
    except SessionError as error:
        raise typer.BadParameter(str(error), param_hint="--weights") from None
    return network
