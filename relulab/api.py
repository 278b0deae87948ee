"""The small flat interface for notebooks; the command line is built on the same functions.

PyTorch is imported when a function is called, not before.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from relulab.callbacks import ignore
from relulab.catalog.losses import Task
from relulab.cluster.addresses import Scheduler, Workers
from relulab.data.dataset import Description, Source
from relulab.errors import DeviceError, DivergedError, ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.model.layout import Layout
from relulab.model.plan import DesignPlan
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import Floats, ProbeRecord
from relulab.training.trainer import torch_threads
from relulab.views.own_unit import error_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from relulab.measurements.initial_loss import InitialLoss
    from relulab.measurements.slow_measurements import Survey
    from relulab.model.network import Network
    from relulab.population.cost import Cost
    from relulab.population.sweep import Row, Sweep
    from relulab.training.run import TrainingRun

RECORD_EVERY = 10  # steps

OnStep = Callable[["TrainingRun", float], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What came out of a run.

    ``state``: FINISHED, DIVERGED (the loss was no number any more), FAILED, or PAUSED (interrupted by hand);
    ``message`` says why it ended. ``seconds`` is the training time with its measurements, ``instrument_share``
    the measurements' part of it (0 to 1). The losses and accuracies (0 to 1; NaN in a regression and where the
    loss is not finite) are of the whole training, validation and test set, in eval mode, after the last step,
    without penalties. ``test_error`` is how far the outputs are off on the test set in the unit of the data,
    ``error_unit``: the root of the mean square, or the mean where that is the loss; NaN where targets are not scaled.
    """

    name: str
    state: State
    message: str
    steps: int
    epochs: float
    seconds: float
    samples_per_s: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    test_loss: float
    test_accuracy: float
    parameters: int
    instrument_share: float
    device: str
    threads: int
    test_error: float = math.nan
    error_unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TrainResult:
    """A finished run: its numbers, everything that was measured on the way, and the network."""

    spec: ExperimentSpec
    summary: Summary
    history: RunHistory
    network: "Network"


@dataclass(frozen=True, slots=True, eq=False)
class ProbeResult:
    """One measurement of every probe on the probe set, in eval mode.

    ``gradient_norm`` and ``gradient_rms`` (layers,) are of the loss over the probe set. ``survey`` holds the slower
    measurements: effective rank, duplicate and starved units, linear collapse. ``first_loss`` compares the loss of an
    untrained network with guessing; None for trained weights. ``class_entropy`` (nats) is the cross-entropy of a
    network that knows only how often each class occurs; NaN in a regression.
    """

    spec: ExperimentSpec
    layout: Layout
    samples: int
    record: ProbeRecord
    gradient_norm: Floats
    gradient_rms: Floats
    survey: "Survey"
    first_loss: "InitialLoss | None"
    class_entropy: float
    device: str


@dataclass(frozen=True, slots=True, eq=False)
class SweepTable:
    """The runs of a sweep. ``rows``: a dict for each run, in the order of its settings with the seeds innermost; its
    fields are the settings by their path, then ``seed, status, reason, steps``, the losses and accuracies of the
    training, validation and test set, ``dead_share, findings, seconds, engine``.
    """

    sweep: "Sweep"
    rows: "list[Row]"
    source: Source | None = None

    def to_pandas(self) -> "DataFrame":
        """The rows as a table of pandas."""
        import pandas

        return pandas.DataFrame(self.rows, columns=list(self.sweep.columns))

    @property
    def groups(self) -> "list[Row]":
        """A dict for each combination of settings: these, ``starts``, how many ``came_through`` (90 % of the test
        samples right and no dead layer; in a regression: learned), ``from_share`` and ``to_share`` of the 95 % interval
        (Wilson), ``group`` (empty below five starts), ``median_test_accuracy``, ``median_loss``, and how many runs had
        each end. ``pandas.DataFrame(table.groups)`` makes a table of it.
        """
        from relulab.views.many.groups import combinations_of

        return combinations_of(self.sweep, self.rows)

    def result(self, row: int) -> TrainResult:
        """The single run of a row, trained again with one thread: its history and its network. A row of the engine
        "batched" comes out the same but for rounding, which chaos makes large at rates of 1 and above.
        """
        return train(self.sweep.design(row), self.source, threads=1)


def explain(name: str, result: "TrainResult | RunHistory | None" = None) -> str:
    """What a number means: one sentence, its formula, and what is healthy, where a range can be defended.

    ``name`` is a quantity such as ``dead_share`` (``relulab explain`` lists them). With a result, or its history, the
    numbers of that run are put in. Raises UnknownKeyError, which names what was meant.
    """
    from relulab.views.explained.catalogue import explanation

    return explanation(name, result.history if isinstance(result, TrainResult) else result)


def build_model(spec: ExperimentSpec, description: Description | None = None) -> "Network":
    """The untrained network of an experiment: a ``torch.nn.Module`` with the initial weights of the spec's seed.

    ``description`` is the shape of the data; None asks the spec's data set. Networks with LSUV need a batch of
    data to start from: ``train`` and ``probe`` give them one. Raises SpecError.
    """
    from relulab.model.network import build_model as build

    return build(DesignPlan.of(spec, description))


def train(
    spec: ExperimentSpec,
    source: Source | None = None,
    *,
    record_every: int = RECORD_EVERY,
    threads: int | None = None,
    on_step: OnStep = ignore,
    keep_moments: bool = False,
) -> TrainResult:
    """Train an experiment to its end, in this thread.

    ``source`` says where data files may be read (``Source(root=Path("data"))``) and whether to download them.
    The training batch is read off every ``record_every`` steps, the probe set at logarithmic steps and the ends
    of epochs; everything also at the steps at which the run is judged. ``threads`` is PyTorch's number of threads;
    None leaves one core free, like the window.
    ``on_step(run, loss)`` is called after every step. An interrupt by hand (Ctrl-C) ends the run in good order.
    The weights of networks up to 20,000 are kept at 220 moments or fewer, for ``relulab.film``; ``keep_moments`` keeps
    checkpoints, too, which larger ones need for that: at most 32 MiB.

    Raises SpecError, DataError or DeviceError where the run cannot begin.
    """
    from relulab.data.loading import load_dataset
    from relulab.model.plan import check_experiment
    from relulab.training.run import TrainingRun

    check_experiment(spec)
    store = SessionStore()
    recording = replace(MeasurementSchedule.every(record_every), weights=True)
    if keep_moments:
        recording = replace(recording, checkpoints=LIVE.checkpoints)
    with torch_threads(threads) as used:
        with _device_trouble_in_words(spec.training.device):
            dataset = load_dataset(spec.data, source)
            run = TrainingRun(spec, dataset, recording=recording, record=store.append)
            run.instruments.pictures_wanted = False
            run.measure_start()
            run.instruments.keep_checkpoint()
        run.instruments.seconds = 0.0
        began = perf_counter()
        state, message = _train_to_the_end(run, on_step)
        summary = _summary(run, state, message, perf_counter() - began, used)
    history = store.current
    assert history is not None, "TrainingRun records its start"
    return TrainResult(spec, summary, history, run.network)


def probe(spec: ExperimentSpec, source: Source | None = None, *, weights: Path | None = None) -> ProbeResult:
    """Measure the network of an experiment once: untrained, or with the weights of a safetensors file.

    Raises SpecError, DataError or DeviceError; SessionError where the weights cannot be read.
    """
    from relulab.data.loading import load_dataset
    from relulab.measurements.initial_loss import class_entropy, expected_first_loss, judge_first_loss
    from relulab.measurements.slow_measurements import survey
    from relulab.model.plan import check_experiment
    from relulab.session.weight_files import load_weights
    from relulab.training.run import TrainingRun

    check_experiment(spec)
    with _device_trouble_in_words(spec.training.device):
        dataset = load_dataset(spec.data, source)
        run = TrainingRun(spec, dataset)
    if weights is not None:
        load_weights(weights, run.network)
    looked = run.evaluator
    record = looked.probe_record(run.step_index, run.epoch)
    norm, rms = looked.probe_gradients()
    description = dataset.description
    expected = expected_first_loss(spec.training.loss_entry, description.task, description.outputs)
    is_regression = description.task is Task.REGRESSION
    return ProbeResult(
        spec=spec,
        layout=run.layout,
        samples=len(looked.probe),
        record=record,
        gradient_norm=norm,
        gradient_rms=rms,
        survey=survey(run.network, looked.probe.inputs, looked.probe.targets, looked.objective.loss),
        first_loss=judge_first_loss(record.loss, expected) if weights is None else None,
        class_entropy=math.nan if is_regression else class_entropy(dataset.train.targets),
        device=str(run.device),
    )


def sweep(
    spec: ExperimentSpec,
    over: Mapping[str, str | Sequence[Any]] | None = None,
    seeds: int | Sequence[int] = 1,
    *,
    starts: str = "same",
    jobs: int = 1,
    scheduler: str | Scheduler | None = None,
    source: Source | None = None,
    on_progress: Callable[[float], object] = ignore,
    on_cost: "Callable[[Cost], object] | None" = None,
) -> SweepTable:
    """Train an experiment with every combination of some settings and with several seeds, many networks as one.

    ``over``: settings by their path, each with its values or with a text such as ``"log:1e-3:10:16"``,
    ``"lin:0:0.5:6"``. ``seeds``: how many, or which; a seed is that of data, weights and batch order. ``starts``:
    ``"same"`` gives every combination the same seeds, ``"fresh"`` each its own. ``on_progress`` is told how many runs
    are done, and ends the sweep where it raises. ``on_cost`` is told before anything is trained what the sweep will
    take (``on_cost=lambda cost: print(cost.text)``). Settings that go with no network give a row that says why.

    ``jobs``: processes of this machine that train it; in a script, call it below ``if __name__ == "__main__":`` then.
    ``scheduler``: the address of a scheduler of Dask whose workers train it, or a ``Scheduler`` with certificates.
    Both need the extra ``cluster``. The rows are the same, but for ``seconds``.

    Raises SpecError, MemoryLimitError for more runs than the memory holds, and ClusterError.
    """
    from relulab.cluster.rows import rows_by
    from relulab.population.sweep import Sweep

    workers = Workers.of(jobs, scheduler)
    asked = Sweep.of(spec, over or {}, seeds, starts)
    cost = asked.cost(source=source) if on_cost is not None else None
    if on_cost is not None and cost is not None:
        on_cost(cost)
    found = dict(rows_by(workers, asked, source=source, cost=cost, on_progress=on_progress))
    return SweepTable(asked, [found[run] for run in range(len(asked))], source)


@contextmanager
def _device_trouble_in_words(device: str) -> Iterator[None]:
    """Torch's own errors (full memory, a lost device) as a DeviceError that says what to do."""
    from relulab.training.devices import explain

    try:
        yield
    except ReluLabError:
        raise
    except (RuntimeError, MemoryError) as error:
        raise DeviceError(explain(error, device)) from error


def _train_to_the_end(run: "TrainingRun", on_step: OnStep) -> tuple[State, str]:
    """Every step of the run; how it ended and why."""
    from relulab.training.devices import explain

    try:
        while not run.finished:
            on_step(run, run.step())
        run.instruments.network_wanted = True  # once, at the end: figures show it
        run.instruments.show_network()
    except DivergedError as error:
        return State.DIVERGED, str(error)
    except KeyboardInterrupt:
        run.instruments.conclude()
        return State.PAUSED, f"Stopped by hand after {run.step_index} of {run.total_steps} steps."
    except (RuntimeError, MemoryError) as error:  # torch's own errors: memory, device
        return State.FAILED, explain(error, str(run.device))
    return State.FINISHED, " ".join(filter(None, (run.early_stopped, run.instruments.trouble)))


def _summary(run: "TrainingRun", state: State, message: str, seconds: float, threads: int) -> Summary:
    results = [(math.nan, math.nan)] * 3
    if state is not State.FAILED:  # a lost device answers no more
        results = [run.evaluator.evaluate(run.train), _validate(run), run.test()]
    losses = [(loss, accuracy if math.isfinite(loss) else math.nan) for loss, accuracy in results]
    (train_loss, train_accuracy), (validation_loss, validation_accuracy), (test_loss, test_accuracy) = losses
    samples = run.step_index * len(run.train) / run.steps_per_epoch
    return Summary(
        name=run.spec.name,
        state=state,
        message=message,
        steps=run.step_index,
        epochs=run.epoch,
        seconds=seconds,
        samples_per_s=samples / seconds,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        validation_loss=validation_loss,
        validation_accuracy=validation_accuracy,
        test_loss=test_loss,
        test_accuracy=test_accuracy,
        parameters=sum(parameter.numel() for parameter in run.network.parameters()),
        instrument_share=run.instruments.seconds / seconds,
        device=str(run.device),
        threads=threads,
        test_error=error_of(run.spec.training.loss, test_loss, run.dataset),
        error_unit=run.dataset.description.target_unit,
    )


def _validate(run: "TrainingRun") -> tuple[float, float]:
    """Loss and accuracy on all validation samples, of which the curve has the first; NaN where there are none."""
    looked, validation = run.evaluator, run.dataset.validation
    if not len(validation):
        return math.nan, math.nan
    return looked.evaluate(looked.objective.samples(validation, run.train.inputs.dtype, run.device))
