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
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.optimizers import SCHEDULES
from relulab.experiment import ExperimentSpec
from relulab.model.network import Network
from relulab.population.activations import LayerActivation
from relulab.population.batches import NARROW, Chunk, StackBatches
from relulab.population.layers import KeepingLayer, MeasuredLayer
from relulab.population.losses import STACK_LOSSES
from relulab.population.making import layers_of
from relulab.population.passes import Pass
from relulab.population.stackable import NORMS
from relulab.population.storage import Storage, widest
from relulab.population.update import StackUpdate
from relulab.training.denormals import Flushing
from relulab.training.objective import Samples
from relulab.training.run import total_steps

SMALL_PRODUCT = 400  # torch multiplies smaller matrices in a plain loop of its own, three times as slowly
Losses = NDArray[np.float64]  # (steps, nets)
LayerMemories = list[Any]  # of each layer that keeps something


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One network of a stack, not trained yet, with the samples that it learns from."""

    spec: ExperimentSpec
    network: Network
    train: Samples


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """A net whose loss was no longer finite in ``step``: the ``loss``, the ``values`` of the whole storage before the
    update that was never made, what the ``layers`` kept then, and the inputs (batch, features) that it was computed of.
    """

    step: int
    loss: float
    values: Tensor
    layers: LayerMemories
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

    ``lost``: the nets that have diverged, by their place. ``rows``: of the inputs, at least one for each feature.
    ``room``: units and inputs of each layer at least. ``own``: settings are held for each net also where all of these
    have the same (see ``Storage``).
    """

    def __init__(self, members: Sequence[Member], room: Sequence[tuple[int, int]] = (), *, own: bool = False) -> None:
        self.members = members
        networks = [member.network for member in members]
        first = members[0].spec
        features = members[0].train.inputs.flatten(1).shape[1]
        batch = min(first.training.batch_size, len(members[0].train))
        shapes = widest(networks)
        if room:
            both = zip(shapes, room, strict=True)
            shapes = [(max(mine[0], least[0]), max(mine[1], least[1])) for mine, least in both]
        self.rows = features
        if networks[0].layout.layers[0].kind not in NORMS:
            units = shapes[0][0]
            self.rows = _rows(features, units * batch)
            shapes[0] = units, self.rows
        self.storage = Storage(networks, shapes, own=own)
        seeds = [member.spec.training.seed for member in members]
        outputs = self.storage.weights[-1].shape[1]
        self._batches = StackBatches([m.train for m in members], batch, seeds, self.rows, outputs)
        self._update = StackUpdate(self.storage, [member.spec.training for member in members])
        self.loss = STACK_LOSSES[first.training.loss]
        self.layers = list(layers_of(networks, self.storage, self.rows))
        self._keeping = [layer for layer, _ in self.layers if isinstance(layer, KeepingLayer)]
        self._passes: dict[int, Pass] = {}
        self._schedule = SCHEDULES[first.training.schedule.name], first.training.schedule.parameters
        self.total_steps = total_steps(first.training, self._batches.per_epoch)
        self.step_index = 0
        self.lost: dict[int, Lost] = {}

    @property
    def measured(self) -> list[tuple[MeasuredLayer, LayerActivation]]:
        """The layers of the layout, with their activations."""
        return [
            (layer, activation)
            for layer, activation in self.layers
            if isinstance(layer, MeasuredLayer) and activation is not None
        ]

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
            kept = self._layer_memories()
            losses = self._compute(self._batches.peek())
            self._recall_layers(kept)
            values = self.storage.values.clone()
            return Reading(losses, self.storage.gradients.clone(), values, values)

    def put_back(self, net: int) -> Network:
        """The network of a net with its weights of now; of a lost one, with those before it was lost."""
        network = self.members[net].network
        lost = self.lost.get(net)
        self.storage.put_into(net, network, None if lost is None else lost.values)
        kept = [None] * len(self._keeping) if lost is None else lost.layers
        for layer, memory in zip(self._keeping, kept, strict=True):
            layer.put_into(net, network, memory)
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
        kept = self._layer_memories()
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
        self._recall_layers(kept)
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
        values, layers = self.storage.values.clone(), self._layer_memories()
        for net in gone.tolist():
            features = self.members[net].train.inputs.flatten(1).shape[1]
            inputs = chunk.inputs[0, net, :features].mT.clone()
            self.lost[net] = Lost(self.step_index + 1, float(losses[net]), values, layers, inputs)

    def _factor(self) -> float:
        schedule, parameters = self._schedule
        return schedule.factor(self.step_index, self.total_steps, parameters)

    def _layer_memories(self) -> LayerMemories:
        return [layer.memory() for layer in self._keeping]

    def _recall_layers(self, memories: LayerMemories) -> None:
        for layer, memory in zip(self._keeping, memories, strict=True):
            layer.recall(memory)

    def _pass(self, chunk: Chunk) -> Pass:
        size = chunk.inputs.shape[-1]
        if size not in self._passes:
            self._passes[size] = Pass(self.storage, self.layers, self.loss.gradient, self.rows, size)
        return self._passes[size]


def _rows(features: int, products: int) -> int:
    """How many rows the inputs get: more than features where a product would be too small, if they are few."""
    rows = -(-SMALL_PRODUCT // products) - 1
    return rows if features < rows <= NARROW else features


@contextmanager
def _fast() -> Iterator[None]:
    """Without gradients of torch's own, and with the least numbers taken as 0."""
    with Flushing(), torch.inference_mode():
        yield
