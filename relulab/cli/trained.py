"""The network that a command works on: of a session, of a file with weights, or trained for it first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from relulab.callbacks import ignore
from relulab.export.formats import Need

if TYPE_CHECKING:
    from relulab.cli.progress import ProgressBar
    from relulab.data.dataset import Dataset, Source
    from relulab.experiment import ExperimentSpec
    from relulab.export.export_input import ExportInput
    from relulab.model.network import Network
    from relulab.model.plan import DesignPlan
    from relulab.report.film.moments import Moments
    from relulab.session.session import RunRecord

Check = Callable[["DesignPlan"], None]  # raises for what the design alone says cannot be, before anything is trained


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the user chose: an experiment or a session, and what of it, in the words of the options."""

    experiment: str
    settings: list[str] | None
    seed: int | None
    given: Mapping[str, str]
    weights: Path | None
    run: str | None
    data_root: Path | None
    download: bool
    read_tables: bool


def made_of(chosen: Chosen, need: Need, bar: "ProgressBar", check: Check = ignore) -> "ExportInput":
    """The experiment with its data and what ``need`` asks for; trains where that is not there yet."""
    from relulab.cli.arguments import source

    data = source(chosen.data_root, chosen.download, bar.loading)
    run = _session_run(chosen)
    if run is not None:
        return _of_session(run, need, data)
    return _of_spec(_spec_of(chosen), need, chosen.weights, data, bar, check)


def moments_of(chosen: Chosen, bar: "ProgressBar", check: Check = ignore) -> "Moments":
    """The moments of a run: of a session, or trained for them."""
    from relulab.cli.arguments import source
    from relulab.report.film.moments import Moments

    data = source(chosen.data_root, chosen.download, bar.loading)
    run = _session_run(chosen)
    if run is not None:
        return Moments.of_record(run, data)
    made = _of_spec(_spec_of(chosen), Need.HISTORY, None, data, bar, check, keep_moments=True)
    return Moments.of_trained(made.spec.name, made.needed_history(), made.needed_network())


def _session_run(chosen: Chosen) -> "RunRecord | None":
    """The run of a session that was chosen; None where an experiment was."""
    path = Path(chosen.experiment)
    if path.suffix != ".relulab":
        return None
    if chosen.settings or chosen.seed is not None or chosen.weights is not None or chosen.given:
        raise typer.BadParameter(
            "a session is exported as it is: leave out --set, --seed, --weights and what is said of a table."
        )
    return _run_of(path, chosen.run, chosen.read_tables)


def _spec_of(chosen: Chosen) -> "ExperimentSpec":
    """The experiment that was chosen, with what is to be changed of it."""
    from relulab.cli.arguments import adapt, read_experiment

    if chosen.run is not None:
        raise typer.BadParameter("only a session has runs to choose from: leave out --run.")
    return adapt(read_experiment(chosen.experiment), chosen.settings, chosen.seed, chosen.given)


def _of_spec(
    spec: "ExperimentSpec",
    need: Need,
    weights: Path | None,
    data: "Source",
    bar: "ProgressBar",
    check: Check,
    *,
    keep_moments: bool = False,
) -> "ExportInput":
    """The design alone, with the weights of a file, or trained."""
    from relulab import api
    from relulab.cli.exit_codes import CODE_OF_STATE
    from relulab.cli.progress import ProgressBar
    from relulab.data.loading import load_dataset
    from relulab.export.export_input import ExportInput
    from relulab.model.plan import check_experiment
    from relulab.training.state import State

    check(check_experiment(spec))
    if need is Need.DESIGN:
        return ExportInput(spec, load_dataset(spec.data, data))
    if weights is not None:
        dataset = load_dataset(spec.data, data)
        return ExportInput(spec, dataset, _with_weights(spec, dataset, weights))
    typer.echo(f"Training: {spec.name}")
    training = ProgressBar()
    result = api.train(spec, data, on_step=training.training, keep_moments=keep_moments)
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
