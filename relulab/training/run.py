"""One run, step by step: the loop that learns, without threads or a window.

    run = TrainingRun(spec, dataset, record=history.append)
    while not run.finished:
        run.step()

The same spec, seed, device and thread count give the same losses, bit for bit: measuring draws no random
numbers and changes no state of the network.
"""

import math
from collections.abc import Callable
from typing import NoReturn

import torch
from torch import Tensor

from relulab.callbacks import ignore
from relulab.catalog.optimizers import OPTIMIZERS, SCHEDULES
from relulab.data.dataset import Dataset, Split
from relulab.errors import DivergedError
from relulab.experiment import ClippingChoice, ExperimentSpec, TrainingSpec
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from relulab.training.batches import Batches
from relulab.training.checkpoint import (
    Checkpoint,
    arrays_of,
    frozen_arrays,
    generator_state,
    load_frozen,
    load_network,
    load_optimizer,
    load_random_states,
    optimizer_arrays,
    random_states,
)
from relulab.training.devices import resolve_device
from relulab.training.evaluator import Evaluator
from relulab.training.flat_parameters import FlatParameters
from relulab.training.gradient import make_gradient
from relulab.training.instruments import Instruments
from relulab.training.objective import Objective, Samples, make_dtype
from relulab.training.plain_optimizer import leave_compiler_out, plain_step
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.telemetry import ChangeRecord, Record, RunStarted


class TrainingRun:
    """A network, its data and its optimizer, at some step.

    Raises SpecError where the design does not fit the data, DeviceError where the device is absent.
    ``step_index`` counts finished steps. ``early_stopped`` tells why a run ended before ``total_steps``.
    """

    def __init__(
        self,
        spec: ExperimentSpec,
        dataset: Dataset,
        *,
        recording: MeasurementSchedule = LIVE,
        record: Callable[[Record], None] = ignore,
    ) -> None:
        self.spec = spec
        self.dataset = dataset
        training = spec.training
        self.device = resolve_device(training.device)
        self._dtype = make_dtype(training.precision)
        objective = self._objective = Objective(training.loss_entry, dataset.description)
        self.train = self._samples(dataset.train)
        calibration = self.train.inputs[: max(2, training.batch_size)].cpu()
        self.network = build_model(DesignPlan.of(spec, dataset.description), calibration).to(self.device, self._dtype)
        self.network.train()
        self.layout = self.network.layout
        self.parameters = FlatParameters(self.network)
        self._weight_mask = self.parameters.mask(self.network.penalized_weights())
        self._gradient = make_gradient(spec.model, self.network, objective, self.parameters)
        self._batches = Batches(self.train, training.batch_size, training.seed)
        self.total_steps = total_steps(training, self._batches.per_epoch)
        self.step_index = 0
        self.early_stopped = ""
        self._best_validation = (math.inf, 0)
        self._frozen: tuple[Tensor, Tensor] | None = None
        self._settings(training.learning_rate, training.clipping, training.l1, training.l2)
        self._make_optimizer()
        torch.manual_seed(training.seed)  # dropout masks
        self._record = record
        self._recording = recording
        looked = self.evaluator = Evaluator.of(self.network, objective, dataset, self._dtype, self.device)
        seen = len(looked.probe), len(looked.validation)
        record(RunStarted(spec, self.layout, dataset, *seen, str(self.device)))
        self.instruments = Instruments(self, recording, record)

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
        outputs, loss_tensor = self._gradient.forward(inputs, targets)
        loss = loss_tensor.item()
        if not math.isfinite(loss):
            self._diverge(self.step_index + 1, loss, inputs)
        self._gradient.backward()
        if measuring:
            self.instruments.before_update(outputs, labels)
        self._update()
        self.step_index += 1
        self.instruments.count(loss)
        if measuring:
            self.instruments.after_update()
        epoch_end = self.step_index % self._batches.per_epoch == 0
        self.instruments.measure(epoch_end)
        if epoch_end and self.spec.training.early_stopping:
            self._consider_stopping()
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
        with torch.random.fork_rng(devices):
            inputs, targets, labels = self._batches.peek()
            outputs, loss = self._gradient.forward(inputs, targets)
            self._gradient.backward()
        with torch.no_grad():
            for buffer, kept in zip(self.network.buffers(), buffers, strict=True):
                buffer.copy_(kept)
        self.instruments.before_update(outputs, labels)
        self.instruments.start(loss.item())

    def test(self) -> tuple[float, float]:
        """Loss and accuracy on the test samples, which nothing was tuned on; NaN where there are none."""
        if not len(self.dataset.test):
            return math.nan, math.nan
        return self.evaluator.evaluate(self._samples(self.dataset.test))

    def penalty(self) -> float:
        """The present value of ``l1·Σ|w| + l2·Σw²``."""
        if not (self.l1 or self.l2):
            return 0.0
        weights = self.parameters.values.detach() * self._weight_mask
        return float(self.l1 * weights.abs().sum() + self.l2 * weights.square().sum())

    def learning_rate_now(self) -> float:
        """The learning rate of the next step, with its schedule."""
        schedule = self.spec.training.schedule
        return self.learning_rate * SCHEDULES[schedule.name].factor(
            self.step_index, self.total_steps, schedule.parameters
        )

    def change(
        self,
        *,
        learning_rate: float | None = None,
        clipping: ClippingChoice | None = None,
        l1: float | None = None,
        l2: float | None = None,
    ) -> None:
        """Change settings from the next step on. Each change becomes part of the history."""
        asked = {"learning rate": learning_rate, "gradient clipping": clipping, "L1": l1, "L2": l2}
        present = {
            "learning rate": self.learning_rate,
            "gradient clipping": self.clipping,
            "L1": self.l1,
            "L2": self.l2,
        }
        for what, after in asked.items():
            before = present[what]
            if after is not None and after != before:
                self.note(what, _words(before), _words(after))
        self._settings(
            self.learning_rate if learning_rate is None else learning_rate,
            self.clipping if clipping is None else clipping,
            self.l1 if l1 is None else l1,
            self.l2 if l2 is None else l2,
        )
        self.instruments.renew_checkpoint()

    def successor(self, spec: ExperimentSpec) -> "TrainingRun":
        """A run of a changed design that goes on exactly from here, in the same history."""

        def record(record: Record) -> None:
            if not isinstance(record, RunStarted):
                self._record(record)

        here = self.checkpoint()  # first: a new run begins with new random states
        after = TrainingRun(spec, self.dataset, recording=self._recording, record=record)
        after.restore(here)
        after.instruments.take_over(self.instruments)
        return after

    def freeze(self, elements: Tensor) -> None:
        """Keep these elements of the flat parameters at their present values from now on."""
        kept = elements if self._frozen is None else torch.cat([self._frozen[0], elements]).unique()
        self._frozen = (kept, self.parameters.values.detach()[kept].clone())

    def is_frozen(self, elements: Tensor) -> bool:
        """Whether any of these elements is kept as it is."""
        return self._frozen is not None and bool(torch.isin(elements, self._frozen[0]).any())

    def thaw(self, elements: Tensor) -> None:
        """Let these elements learn again."""
        if self._frozen is not None:
            kept = self._frozen[0]
            kept = kept[~torch.isin(kept, elements)]
            self._frozen = (kept, self.parameters.values.detach()[kept].clone()) if len(kept) else None

    def note(self, what: str, before: str, after: str, layer: int | None = None, unit: int | None = None) -> None:
        """Write a change by hand into the history."""
        self._record(ChangeRecord(self.step_index, what, before, after, layer, unit))

    def note_changes(self, before: ExperimentSpec, after: ExperimentSpec) -> None:
        """Write a change by hand of the experiment into the history."""
        for change in ChangeRecord.between(before, after, self.step_index, self.layout):
            self._record(change)

    def last_batch(self) -> tuple[int, ...]:
        """The training samples of the last step, by their place in the training set."""
        return tuple(self._batches.last_rows().tolist())

    def checkpoint(self) -> Checkpoint:
        """Everything that decides how this run goes on."""
        before_epoch, rows_given = self._batches.state()
        return Checkpoint(
            spec=self.spec,
            step=self.step_index,
            network=arrays_of(self.network.state_dict()),
            optimizer=optimizer_arrays(self.optimizer),
            random={**random_states(self.device), "batches": before_epoch.numpy()},
            frozen=frozen_arrays(self._frozen),
            rows_given=rows_given,
            learning_rate=self.learning_rate,
            clipping=self.clipping,
            l1=self.l1,
            l2=self.l2,
            best_validation=self._best_validation,
            early_stopped=self.early_stopped,
            tally=self.instruments.tally.state(),
        )

    @classmethod
    def resumed(
        cls,
        checkpoint: Checkpoint,
        dataset: Dataset,
        *,
        recording: MeasurementSchedule = LIVE,
        record: Callable[[Record], None] = ignore,
    ) -> "TrainingRun":
        """A run that goes on from ``checkpoint`` as if nothing had come between: the same losses, bit for bit on
        the same CPU and number of threads. ``record`` gets a ``RunStarted`` first, as from any run.

        Raises SessionError where the checkpoint does not hold what a run of its design has.
        """
        run = cls(checkpoint.spec, dataset, recording=recording, record=record)
        run.restore(checkpoint)
        return run

    def restore(self, checkpoint: Checkpoint) -> None:
        """Put this run where ``checkpoint`` was taken; its spec must be that of the checkpoint, but for what has
        no weights. Raises SessionError where it does not fit.
        """
        self.branch(checkpoint)
        load_optimizer(self.optimizer, checkpoint.optimizer)
        self._settings(checkpoint.learning_rate, checkpoint.clipping, checkpoint.l1, checkpoint.l2)
        self.early_stopped = checkpoint.early_stopped

    def branch(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of another design with the same network: its weights, its random states and its
        place in the data, with this run's settings and optimizer. Raises SessionError where it does not fit.
        """
        batches = generator_state(checkpoint.random, "batches")
        load_network(self.network, checkpoint.network)
        load_random_states(checkpoint.random, self.device)
        self._batches.restore(batches, checkpoint.rows_given)
        self._frozen = load_frozen(checkpoint.frozen, self.parameters.values.detach())
        self.step_index = checkpoint.step
        self._best_validation = checkpoint.best_validation
        self.instruments.resume(checkpoint.tally)

    def _settings(self, learning_rate: float, clipping: ClippingChoice, l1: float, l2: float) -> None:
        self.learning_rate = learning_rate
        self.clipping = clipping
        self.l1 = l1
        self.l2 = l2

    def _samples(self, split: Split) -> Samples:
        return self._objective.samples(split, self._dtype, self.device)

    def _make_optimizer(self) -> None:
        choice = self.spec.training.optimizer
        entry = OPTIMIZERS[choice.name]
        arguments = entry.arguments(choice.parameters)
        if entry.fused:
            arguments["fused"] = True
        leave_compiler_out()
        self.optimizer: torch.optim.Optimizer = getattr(torch.optim, entry.torch_class)(
            [self.parameters.values], lr=self.learning_rate, **arguments
        )
        self._optimizer_step = plain_step(self.optimizer)

    def _update(self) -> None:
        """Penalties, clipping, then the optimizer's step, on all parameters at once."""
        gradients = self.parameters.gradients
        if self.l1 or self.l2:
            weights = self.parameters.values.detach() * self._weight_mask
            gradients.add_(weights.sign(), alpha=self.l1).add_(weights, alpha=2.0 * self.l2)
        match self.clipping.name:
            case "norm":
                torch.nn.utils.clip_grad_norm_([self.parameters.values], float(self.clipping.parameters["max_norm"]))
            case "value":
                limit = float(self.clipping.parameters["max_value"])
                gradients.clamp_(-limit, limit)
        self.optimizer.param_groups[0]["lr"] = self.learning_rate_now()
        with torch.no_grad():
            self._optimizer_step()
            if self._frozen is not None:
                self.parameters.values[self._frozen[0]] = self._frozen[1]

    def _check_last_update(self) -> None:
        """No further step would notice that the last one ruined the network."""
        loss, _ = self.evaluator.evaluate(self.evaluator.probe)
        if not math.isfinite(loss):
            self._diverge(self.step_index, loss, self.evaluator.probe.inputs)

    def _diverge(self, step: int, loss: float, inputs: Tensor) -> NoReturn:
        layer = self._first_non_finite(inputs)
        self.instruments.examine(layer)
        raise DivergedError(step, loss, layer)

    def _first_non_finite(self, inputs: Tensor) -> str:
        """The first layer, in the order of the data, whose weights or outputs are not finite."""
        with torch.no_grad():
            _, kept = self.network.forward_kept(inputs)
        for layer, weight, values in zip(self.layout.layers, self.network.weights(), kept, strict=True):
            if not (torch.isfinite(weight).all() and torch.isfinite(values.activation).all()):
                return layer.title
        return "the loss itself"

    def _consider_stopping(self) -> None:
        """Stop where the validation loss has not become better for as many epochs as the spec allows."""
        loss = self.instruments.validation_loss()
        best, _ = self._best_validation
        epoch = round(self.epoch)
        if loss < best:
            self._best_validation = (loss, epoch)
        elif epoch - self._best_validation[1] >= self.spec.training.early_stopping:
            self.early_stopped = f"The validation loss was best in epoch {self._best_validation[1]}: {best:.4g}."


def total_steps(training: TrainingSpec, per_epoch: int) -> int:
    """How many steps a run takes, at ``per_epoch`` steps an epoch."""
    return training.steps or (training.epochs or 0) * per_epoch


def _words(value: object) -> str:
    """A setting as it is written in the history."""
    if isinstance(value, ClippingChoice):
        return value.name + "".join(f" {number:g}" for number in value.parameters.values())
    return f"{value:g}"
