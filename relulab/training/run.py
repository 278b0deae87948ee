"""One run, step by step: the loop that learns, without threads or a window.

    run = TrainingRun(spec, dataset, record=history.append)
    while not run.finished:
        run.step()

The same spec, seed, device and thread count give the same losses, bit for bit: measuring draws no random
numbers and changes no state of the network.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn, Unpack

import torch
from torch import Tensor

from relulab.callbacks import ignore
from relulab.catalog.optimizers import SCHEDULES
from relulab.data.dataset import Dataset, Split
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec, TrainingSpec
from relulab.experiment.live_settings import LiveChange, LiveSettings
from relulab.formatting import rounded
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from relulab.training.checkpoint import (
    Checkpoint,
    arrays_of,
    generator_state,
    load_network,
    load_optimizer,
    load_random_states,
    optimizer_arrays,
    random_states,
)
from relulab.training.denormals import Flushing, flushes_by_default
from relulab.training.devices import resolve_device
from relulab.training.dropped_units import DroppedUnits
from relulab.training.evaluator import START_SAMPLES, Evaluator
from relulab.training.flat_parameters import FlatParameters, prefers_channels_last
from relulab.training.gradient import make_gradient
from relulab.training.inspection import answers
from relulab.training.instruments import Instruments
from relulab.training.non_finite import first_non_finite
from relulab.training.objective import Batches, Objective, Samples, make_dtype
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.telemetry import ChangeRecord, Record, RunStarted
from relulab.training.update import ParameterUpdate


class TrainingRun:
    """A network, its data and its optimizer, at some step.

    Raises SpecError where the design does not fit the data, DeviceError where the device is absent.
    ``channels_last``: how filters lie in memory, ``flushes``: whether numbers too small to be held exactly are taken as
    0 in steps. Both decide the last bits; None: as is fastest.
    ``step_index`` counts finished steps. ``early_stopped`` tells why a run ended before ``total_steps``.
    """

    def __init__(
        self, spec: ExperimentSpec, dataset: Dataset, *, recording: MeasurementSchedule = LIVE,
        record: Callable[[Record], None] = ignore, channels_last: bool | None = None, flushes: bool | None = None,
    ) -> None:  # fmt: skip
        self.spec = spec
        self.dataset = dataset
        training = spec.training
        self.device = resolve_device(training.device)
        self.flushes = flushes_by_default() if flushes is None else flushes  # it goes on as it began
        self._flushing = Flushing(self.flushes and flushes_by_default())
        self._dtype = make_dtype(training.precision)
        objective = self._objective = Objective.of(training, dataset)
        self.train = self._samples(dataset.train)
        calibration = self.train.first(max(2, training.batch_size)).cpu()
        self.network = build_model(DesignPlan.of(spec, dataset.description), calibration).to(self.device, self._dtype)
        self.network.start = self.train.first(START_SAMPLES)
        self.network.train()
        self.layout = self.network.layout
        faster = prefers_channels_last(spec.model, self._dtype, self.device)
        self.parameters = FlatParameters(self.network, faster if channels_last is None else channels_last)
        self._gradient = make_gradient(spec.model, self.network, objective, self.parameters)
        self._batches = Batches(self.train, training.batch_size, training.seed)
        self.total_steps = total_steps(training, self._batches.per_epoch)
        self.step_index = 0
        self.early_stopped = ""
        self._best_validation = (math.inf, 0)
        self.settings = LiveSettings.of(training)
        self.learning_rate_used = self.learning_rate_now()  # of the newest step; of the first before it
        self._update = ParameterUpdate(
            training.optimizer, self.parameters, self.network.penalized_weights(), training.learning_rate
        )
        self.frozen = self._update.frozen
        self.dropped = DroppedUnits(self.network, self.device, self._dtype, self.channels_last)
        torch.manual_seed(training.seed)  # dropout masks
        self.changes: list[ChangeRecord] = []  # by hand, of this object: a successor begins anew
        self._record = record
        self._recording = recording
        looked = self.evaluator = Evaluator.of(self.network, objective, dataset, self._dtype, self.device)
        seen = len(looked.probe), len(looked.validation)
        record(RunStarted(spec, self.layout, dataset, *seen, str(self.device)))
        self.instruments = Instruments(self, recording, record)

    @property
    def channels_last(self) -> bool:
        """How the filters lie in memory: a run goes on as it began, and so do those that repeat it."""
        return self.parameters.channels_last

    @property
    def batch_size(self) -> int:
        return self.spec.training.batch_size

    @property
    def steps_per_epoch(self) -> int:
        return self._batches.per_epoch

    @property
    def epoch(self) -> float:
        """Passes over the training data so far."""
        return self.step_index / self._batches.per_epoch

    @property
    def finished(self) -> bool:
        return self.step_index >= self.total_steps or bool(self.early_stopped)

    def step(self) -> float:
        """Learn from one batch and return its loss before the update. Raises DivergedError."""
        inputs, targets, labels = self._batches.next()
        measuring = self.instruments.due_in_step(self.step_index + 1)
        if self.instruments.network_wanted:
            self.dropped.take(len(inputs), self.step_index + 1)
        with self._flushing:
            outputs, loss_tensor = self._gradient.forward(inputs, targets)
            loss = loss_tensor.item()
            if math.isfinite(loss):
                self._gradient.backward()
        if not math.isfinite(loss):
            self._diverge(self.step_index + 1, loss, inputs)
        if measuring:
            self.instruments.before_update(outputs, labels)
        self.learning_rate_used = self.learning_rate_now()
        with self._flushing:
            self._update.make(self.settings, self.learning_rate_used)
        self.step_index += 1
        self.instruments.count(loss, outputs, labels)
        if measuring:
            self.instruments.after_update()
        epoch_end = self.step_index % self._batches.per_epoch == 0
        if epoch_end and self.spec.training.early_stopping:
            self._consider_stopping()  # first: a moment is judged as the last one where the run ends here
        self.instruments.measure(epoch_end)
        self.instruments.keep_checkpoint()
        if self.finished:
            self._check_last_update()
        return loss

    def run_until(self, step: int) -> None:
        """Train until ``step`` steps are finished, or the run is."""
        while self.step_index < step and not self.finished:
            self.step()

    def measure_start(self) -> None:
        """Record step 0: the untouched network, and loss and gradients of the first batch before learning.

        Gradients need a training pass; what it changes (running means, random state) is put back.
        """
        buffers = [buffer.clone() for buffer in self.network.buffers()]
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices), self._flushing:
            inputs, targets, labels = self._batches.peek()
            outputs, loss = self._gradient.forward(inputs, targets)
            self._gradient.backward()
        with torch.no_grad():
            for buffer, kept in zip(self.network.buffers(), buffers, strict=True):
                buffer.copy_(kept)
        self.instruments.before_update(outputs, labels)
        self.instruments.start(loss.item(), outputs, labels)

    def test(self) -> tuple[float, float]:
        """Loss and accuracy on the test samples, which nothing was tuned on; NaN where there are none."""
        if not len(self.dataset.test):
            return math.nan, math.nan
        return self.evaluator.evaluate(self._samples(self.dataset.test))

    def show_answers(self) -> None:
        """Record what the network says now to the few samples that people see; nothing where they have no classes."""
        if self.evaluator.objective.is_classification:
            self._record(answers(self.evaluator, self.step_index))

    def penalty(self) -> float:
        """The present value of ``l1·Σ|w| + l2·Σw²``."""
        return self._update.penalty(self.settings)

    def learning_rate_now(self) -> float:
        """The learning rate of the next step, with its schedule."""
        return self._learning_rate_after(self.step_index)

    def _learning_rate_after(self, steps: int) -> float:
        schedule = self.spec.training.schedule
        factor = SCHEDULES[schedule.name].factor(steps, self.total_steps, schedule.parameters)
        return self.settings.learning_rate * factor

    def change(self, **change: Unpack[LiveChange]) -> None:
        """Change settings from the next step on. Each change becomes part of the history."""
        before, self.settings = self.settings, self.settings.changed(change)
        self.note_changes(before.put_into(self.spec), self.settings.put_into(self.spec))
        self.instruments.renew_checkpoint()

    def successor(self, spec: ExperimentSpec, start: Checkpoint | None = None) -> "TrainingRun":
        """A run of a changed design that goes on exactly from here, or from ``start``, in the same history."""

        def record(record: Record) -> None:
            if not isinstance(record, RunStarted):
                self._record(record)

        here = start or self.checkpoint()  # first: a new run begins with new random states
        after = TrainingRun(
            spec, self.dataset, recording=self._recording, record=record, channels_last=here.channels_last,
            flushes=here.flushes,
        )  # fmt: skip
        after.restore(here)
        after.instruments.take_over(self.instruments)
        return after

    def note(self, what: str, before: str, after: str, layer: int, unit: int) -> None:
        """Write a change by hand of a unit into the history."""
        self._note_change(ChangeRecord(self.step_index, what, before, after, layer, unit))

    def note_changes(self, before: ExperimentSpec, after: ExperimentSpec) -> None:
        """Write a change by hand of the experiment into the history."""
        for change in ChangeRecord.between(before, after, self.step_index, self.layout):
            self._note_change(change)

    def note_undone(self, change: ChangeRecord) -> None:
        """Write into the history that a change by hand was taken back."""
        self._note_change(replace(change, before=change.after, after=f"{change.before} (undone)"))

    def _note_change(self, change: ChangeRecord) -> None:
        self.changes.append(change)
        self._record(change)

    def last_batch(self) -> tuple[int, ...]:
        """The training samples of the last step, by their place in the training set."""
        return tuple(self._batches.last_rows().tolist())

    def checkpoint(self) -> Checkpoint:
        """Everything that decides how this run goes on."""
        self.instruments.settle()
        judging = self.instruments.judging
        before_epoch, rows_given = self._batches.state()
        return Checkpoint(
            spec=self.spec,
            step=self.step_index,
            network=arrays_of(self.network.state_dict()),
            optimizer=optimizer_arrays(self._update.optimizer),
            random={**random_states(self.device), "batches": before_epoch.numpy()},
            frozen=self.frozen.arrays(),
            rows_given=rows_given,
            settings=self.settings,
            best_validation=self._best_validation,
            early_stopped=self.early_stopped,
            tally=self.instruments.tally,
            judged_every=judging.plan.every or 0,
            judged_tally=judging.tally,
            moments=judging.diagnosis.moments,
            channels_last=self.channels_last,
            flushes=self.flushes,
        )

    @classmethod
    def resumed(
        cls, checkpoint: Checkpoint, dataset: Dataset, *, recording: MeasurementSchedule = LIVE,
        record: Callable[[Record], None] = ignore,
    ) -> "TrainingRun":  # fmt: skip
        """A run that goes on from ``checkpoint`` as if nothing had come between: the same losses, bit for bit on
        the same CPU and number of threads. ``record`` gets a ``RunStarted`` first, as from any run.

        Raises SessionError where the checkpoint does not hold what a run of its design has.
        """
        run = cls(
            checkpoint.spec, dataset, recording=recording, record=record, channels_last=checkpoint.channels_last,
            flushes=checkpoint.flushes,
        )  # fmt: skip
        run.restore(checkpoint)
        return run

    def restore(self, checkpoint: Checkpoint) -> None:
        """Put this run where ``checkpoint`` was taken; its spec must be that of the checkpoint, but for what has
        no weights. Raises SessionError where it does not fit.
        """
        self.branch(checkpoint)
        load_optimizer(self._update.optimizer, checkpoint.optimizer)
        self.settings = checkpoint.settings
        self.learning_rate_used = self._learning_rate_after(max(0, self.step_index - 1))
        self.early_stopped = checkpoint.early_stopped

    def branch(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of another design with the same network: its weights, its random states and its
        place in the data, with this run's settings and optimizer. Raises SessionError where it does not fit.
        """
        batches = generator_state(checkpoint.random, "batches")
        load_network(self.network, checkpoint.network)
        load_random_states(checkpoint.random, self.device)
        self._batches.restore(batches, checkpoint.rows_given)
        self.frozen.load(checkpoint.frozen)
        self.step_index = checkpoint.step
        self.learning_rate_used = self._learning_rate_after(max(0, self.step_index - 1))
        self._best_validation = checkpoint.best_validation
        self.instruments.resume(checkpoint)

    def _samples(self, split: Split) -> Samples:
        return self._objective.samples(split, self._dtype, self.device)

    def _check_last_update(self) -> None:
        """No further step would notice that the last one ruined the network."""
        loss, _ = self.evaluator.evaluate(self.evaluator.probe)
        if not math.isfinite(loss):
            self._diverge(self.step_index, loss, self.evaluator.probe.inputs)

    def _diverge(self, step: int, loss: float, inputs: Tensor) -> NoReturn:
        error = DivergedError(step, loss, first_non_finite(self.network, inputs))
        self.instruments.judge_lost(error)
        raise error

    def _consider_stopping(self) -> None:
        """Stop where the validation loss has not become better for as many epochs as the spec allows."""
        loss = self.instruments.validation_loss()
        best, _ = self._best_validation
        epoch = round(self.epoch)
        if loss < best:
            self._best_validation = (loss, epoch)
        elif epoch - self._best_validation[1] >= self.spec.training.early_stopping:
            self.early_stopped = (
                f"The validation loss was best in epoch {self._best_validation[1]:,}: {rounded(best, 4)}."
            )


def total_steps(training: TrainingSpec, per_epoch: int) -> int:
    """How many steps a run takes, at ``per_epoch`` steps an epoch."""
    return training.steps or (training.epochs or 0) * per_epoch
