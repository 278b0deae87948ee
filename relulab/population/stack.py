"""Networks of one kind, trained as one: every step is a handful of calls for all of them together.

    stack = Stack(members)
    losses = stack.run(100)          # (steps, nets)

Weights are (nets, units, inputs + 1), activations (nets, units + 1, batch) with a row of ones, so one batched product
gives weights and bias together, forwards and backwards. Everything is written into tensors that are there already. Each
net is the run that ``TrainingRun`` would train alone: the same weights, the same batches, the same rules. What becomes
of one net never reaches another: where its loss is no longer finite it has diverged, and only it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.optimizers import SCHEDULES
from relulab.experiment import ActivationChoice, ExperimentSpec
from relulab.model.network import Network
from relulab.population.activations import LayerActivation
from relulab.population.batches import NARROW, Chunk, StackBatches
from relulab.population.losses import STACK_LOSSES, WriteGradient
from relulab.population.storage import Storage, widest
from relulab.population.update import StackUpdate
from relulab.training.objective import Samples
from relulab.training.run import total_steps

SMALL_PRODUCT = 400  # torch multiplies smaller matrices in a plain loop of its own, three times as slowly
Losses = NDArray[np.float64]  # (steps, nets)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One network of a stack, not trained yet, with the samples that it learns from."""

    spec: ExperimentSpec
    network: Network
    train: Samples


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """A net whose loss was no longer finite in ``step``: the ``loss``, the ``values`` of the whole storage before the
    update that was never made, and the inputs (batch, features) that it was computed of.
    """

    step: int
    loss: float
    values: Tensor
    inputs: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One step that was looked at: the loss of each net, its gradients before penalties and clipping, and the weights
    before and behind the update; all flat like the storage.
    """

    losses: Losses
    gradients: Tensor
    before: Tensor
    after: Tensor


class Stack:
    """Nets of the same depth, activations, loss and optimizer (see ``kinds``), at some step.

    ``lost``: the nets that have diverged, by their place.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        networks = [member.network for member in members]
        specs = [member.spec for member in members]
        first = specs[0]
        features = members[0].train.inputs.flatten(1).shape[1]
        batch = min(first.training.batch_size, len(members[0].train))
        units = networks[0].weights()[0].shape[0]
        rows = -(-SMALL_PRODUCT // (units * batch)) - 1
        shapes = widest(networks)
        shapes[0] = shapes[0][0], rows if features < rows <= NARROW else features
        self.storage = Storage(networks, shapes)
        inputs = self.storage.weights[0].shape[2] - 1
        seeds = [spec.training.seed for spec in specs]
        outputs = self.storage.weights[-1].shape[1]
        self._batches = StackBatches([m.train for m in members], batch, seeds, inputs, outputs)
        self._update = StackUpdate(self.storage, [spec.training for spec in specs])
        self.loss = STACK_LOSSES[first.training.loss]
        columns = zip(*(_activations_of(spec) for spec in specs), strict=True)
        self.activations = [self._activation(place, column) for place, column in enumerate(columns)]
        self._passes: dict[int, _Pass] = {}
        self._schedule = SCHEDULES[first.training.schedule.name], first.training.schedule.parameters
        self.total_steps = total_steps(first.training, self._batches.per_epoch)
        self.step_index = 0
        self.lost: dict[int, Lost] = {}

    @property
    def steps_per_epoch(self) -> int:
        return self._batches.per_epoch

    def run(self, steps: int) -> Losses:
        """Make so many steps; the losses before each update, (steps, nets), not finite from where a net is lost."""
        found = []
        with _fast():
            while steps > 0:
                chunk = self._batches.next(steps)
                found.append(self._advance(chunk))
                steps -= chunk.steps
        return np.concatenate(found)

    def read_step(self) -> Reading:
        """Make one step, and look at it."""
        with _fast():
            chunk = self._batches.next(1)
            losses = self._compute(chunk)
            gradients = self.storage.gradients.clone()
            before = self.storage.values.clone()
            self._note_lost(losses[0], chunk)
            self._update.make(self._factor())
            self.step_index += 1
            return Reading(losses, gradients, before, self.storage.values.clone())

    def read_start(self) -> Reading:
        """Look at the first batch before anything is learned from it."""
        with _fast():
            losses = self._compute(self._batches.peek())
            values = self.storage.values.clone()
            return Reading(losses, self.storage.gradients.clone(), values, values)

    def put_back(self, net: int) -> Network:
        """The network of a net with its weights of now; of a lost one, with those before it was lost."""
        network = self.members[net].network
        lost = self.lost.get(net)
        self.storage.put_into(net, network, None if lost is None else lost.values)
        return network

    def rate(self, net: int, step: int) -> float:
        """The learning rate that a net makes ``step`` with, counted from 1; for 0 that of the first."""
        schedule, parameters = self._schedule
        factor = schedule.factor(max(0, step - 1), self.total_steps, parameters)
        return self.members[net].spec.training.learning_rate * factor

    def _advance(self, chunk: Chunk) -> Losses:
        """Make all steps of a chunk. Where nets were lost on the way, go back and see each one's last weights."""
        if chunk.steps == 1:
            return self._advance_carefully(chunk)
        step, values, memory = self.step_index, self.storage.values.clone(), self._update.optimizer.memory()
        passes = self._pass(chunk)
        outputs = torch.empty_like(chunk.targets)
        for inputs, targets, answer in zip(
            chunk.inputs.unbind(), chunk.targets.unbind(), outputs.unbind(), strict=True
        ):
            passes.forward(inputs, answer)
            passes.backward(inputs, answer, targets)
            self._update.make(self._factor())
            self.step_index += 1
        losses = self._losses(outputs, chunk)
        if not self._newly_lost(losses).any():
            return losses
        self.step_index = step
        self.storage.values.copy_(values)
        self._update.optimizer.recall(memory)
        return np.concatenate([self._advance_carefully(chunk.part(i, i + 1)) for i in range(chunk.steps)])

    def _advance_carefully(self, chunk: Chunk) -> Losses:
        """Make one step, and keep the weights of nets that are lost in it."""
        losses = self._compute(chunk)
        self._note_lost(losses[0], chunk)
        self._update.make(self._factor())
        self.step_index += 1
        return losses

    def _compute(self, chunk: Chunk) -> Losses:
        """Losses and gradients of one step, without an update."""
        outputs = torch.empty_like(chunk.targets)
        passes = self._pass(chunk)
        passes.forward(chunk.inputs[0], outputs[0])
        passes.backward(chunk.inputs[0], outputs[0], chunk.targets[0])
        return self._losses(outputs, chunk)

    def _losses(self, outputs: Tensor, chunk: Chunk) -> Losses:
        return np.asarray(self.loss.loss(outputs, chunk.targets).numpy(), np.float64)

    def _newly_lost(self, losses: Losses) -> NDArray[np.bool_]:
        """Which nets have a loss that is not finite, and had none before: (nets,)."""
        gone: NDArray[np.bool_] = np.logical_not(np.logical_and.reduce(np.isfinite(losses)))
        gone[list(self.lost)] = False
        return gone

    def _note_lost(self, losses: Losses, chunk: Chunk) -> None:
        gone = np.flatnonzero(self._newly_lost(losses[None]))
        if not len(gone):
            return
        values = self.storage.values.clone()
        for net in gone.tolist():
            features = self.members[net].train.inputs.flatten(1).shape[1]
            inputs = chunk.inputs[0, net, :features].mT.clone()
            self.lost[net] = Lost(self.step_index + 1, float(losses[net]), values, inputs)

    def _activation(self, place: int, choices: Sequence[ActivationChoice]) -> LayerActivation:
        storage = self.storage
        slope, gradient = (storage.slopes(flat).get(place) for flat in (storage.values, storage.gradients))
        learned = None if slope is None or gradient is None else (slope, gradient)
        return LayerActivation(choices, storage.values.dtype, learned)

    def _factor(self) -> float:
        schedule, parameters = self._schedule
        return schedule.factor(self.step_index, self.total_steps, parameters)

    def _pass(self, chunk: Chunk) -> "_Pass":
        size = chunk.inputs.shape[-1]
        if size not in self._passes:
            self._passes[size] = _Pass(self.storage, self.activations, self.loss.gradient, size)
        return self._passes[size]


def _activations_of(spec: ExperimentSpec) -> list[ActivationChoice]:
    """The activation of each layer with weights, the output's last."""
    return [*(part.activation for part in spec.model.layers if part.activation), spec.model.output.activation]


class _Pass:
    """Forward and backward for batches of one size, with the tensors that they write into."""

    def __init__(
        self, storage: Storage, activations: Sequence[LayerActivation], gradient: WriteGradient, size: int
    ) -> None:
        self._storage = storage
        self._loss_gradient = gradient
        self._activations = activations
        empty = storage.values.new_empty
        nets = storage.nets
        units = [weights.shape[1] for weights in storage.weights]
        self._z = [empty(nets, count, size) for count in units]
        self._dz = [empty(nets, count, size) for count in units]
        self._h = [storage.values.new_ones(nets, count + 1, size) for count in units[:-1]]
        self._dh = [empty(nets, count + 1, size) for count in units[:-1]]
        self._h_units = [h[:, :-1] for h in self._h]
        self._dh_units = [dh[:, :-1] for dh in self._dh]
        self._h_turned = [h.mT for h in self._h]
        self._weights_turned = [weights.mT for weights in storage.weights]
        self._last = len(units) - 1

    def forward(self, inputs: Tensor, outputs: Tensor) -> None:
        """Write the ``outputs`` (nets, outputs, batch) for ``inputs`` (nets, inputs + 1, batch)."""
        for layer in range(self._last):
            z = self._z[layer]
            torch.bmm(self._storage.weights[layer], inputs, out=z)
            activation = self._activations[layer]
            activation.forward(z, activation.parameters, self._h_units[layer])
            inputs = self._h[layer]
        activation = self._activations[-1]
        if activation.is_identity:
            torch.bmm(self._storage.weights[-1], inputs, out=outputs)
        else:
            torch.bmm(self._storage.weights[-1], inputs, out=self._z[-1])
            activation.forward(self._z[-1], activation.parameters, outputs)

    def backward(self, inputs: Tensor, outputs: Tensor, targets: Tensor) -> None:
        """Write the gradients of all weights, of what ``forward`` has just computed."""
        gradient = self._dz[-1]
        self._loss_gradient(outputs, targets, gradient)
        activation = self._activations[-1]
        if not activation.is_identity:
            activation.backward(gradient.clone(), self._z[-1], outputs, activation.parameters, gradient)
        for layer in range(self._last, 0, -1):
            torch.bmm(gradient, self._h_turned[layer - 1], out=self._storage.weight_gradients[layer])
            before = self._dh[layer - 1]
            if gradient.shape[1] == 1:  # a product of a column and a row
                torch.mul(self._weights_turned[layer], gradient, out=before)
            else:
                torch.bmm(self._weights_turned[layer], gradient, out=before)
            gradient = self._dz[layer - 1]
            activation = self._activations[layer - 1]
            activation.backward(
                self._dh_units[layer - 1], self._z[layer - 1], self._h_units[layer - 1], activation.parameters, gradient
            )
        torch.bmm(gradient, inputs.mT, out=self._storage.weight_gradients[0])
        if self._storage.is_filled_up:
            self._storage.gradients.mul_(self._storage.learned)


@contextmanager
def _fast() -> Iterator[None]:
    """Without gradients of torch's own, and with numbers below what a type holds exactly taken as 0: those of dead
    units under momentum or Adam would make every step up to twice as slow.
    """
    torch.set_flush_denormal(True)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_flush_denormal(False)
