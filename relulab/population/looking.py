"""Every net of a stack looked at in one pass: the numbers that rules judge by, as a single run measures them.

What is measured comes from the registry: the layers of all nets lie side by side as if they were one long network, so
an entry works its numbers out for all of them at once, with the code that it has for one.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.losses import Target
from relulab.diagnosis.linear_map import effective_map, is_linear, is_one_matrix
from relulab.diagnosis.moment import Moment
from relulab.measurements.dead_units import DEAD
from relulab.measurements.measurement import Measurement, Probed
from relulab.measurements.probe import AVERAGED
from relulab.measurements.registry import JUDGED, PROBE
from relulab.model.layout import Layout
from relulab.population.batches import columns_of
from relulab.population.losses import greatest
from relulab.population.norms import BatchNorm
from relulab.population.preparation import Prepared
from relulab.population.relations import Lines, duplicates_and_ranks
from relulab.population.stack import Stack
from relulab.population.stackable import NUMBERS_AT_ONCE
from relulab.training.evaluator import START_SAMPLES
from relulab.training.objective import Samples
from relulab.training.relations import MOST_INPUTS_FOR_A_LINE, MOST_ROWS, MOST_UNITS

NETS_AT_ONCE = 32  # or a multiple: ends of vector loops then fall where they fall in one pass

Numbers = NDArray[Any]
See = Callable[[int, Tensor, Tensor], object]  # the place of a layer, its z and its h
Seen = dict[str, Numbers]  # by the name of the field of a Moment: (nets, …)


class Looking:
    """Looks at the first nets of a stack, those of ``prepared``, on the samples that each is judged by."""

    def __init__(self, stack: Stack, prepared: Sequence[Prepared]) -> None:
        self._stack, self._nets = stack, len(prepared)
        first = prepared[0]
        layouts = [net.network.layout for net in prepared]
        self._layout = Layout(tuple(layer for layout in layouts for layer in layout.layers))
        self._units = np.array([np.diff(layout.offsets) for layout in layouts])  # (nets, layers)
        widths = [block.shape[1] for block in stack.storage.weights]
        self._own = [torch.tensor(self._units[:, [place]] > np.arange(width)) for place, width in enumerate(widths)]
        self._is_own = torch.cat(self._own, 1).numpy()
        self._ends = np.cumsum(self._units.sum(1))[:-1]
        self._entries = [ACTIVATIONS[layer.activation] for layer in layouts[0].layers]
        self._is_binary = first.spec.training.loss_entry.target is Target.BINARY
        self._has_classes = first.evaluator.objective.is_classification
        self._scored = (*SCORED, *VALIDATED) if len(first.dataset.validation) else SCORED
        self._probe = self._laid_out([net.evaluator.probe for net in prepared])
        self._validation = self._laid_out([net.evaluator.validation for net in prepared])
        self._norms = [layer for layer, _ in stack.measured if isinstance(layer, BatchNorm)]
        if self._norms:
            self._start, _ = self._laid_out([net.member.train for net in prepared], START_SAMPLES)
        inputs = [net.evaluator.probe.inputs[:MOST_ROWS].flatten(1) for net in prepared]
        few = inputs[0].shape[1] <= MOST_INPUTS_FOR_A_LINE or is_linear(first.spec.model)
        self._is_one_matrix = is_one_matrix(first.spec.model)
        self._lines = Lines(inputs if len(self._probe[0]) > 1 else inputs[:1]) if few else None
        fitting = NUMBERS_AT_ONCE // (max(widths) * len(first.evaluator.probe))
        self._at_once = max(1, fitting // NETS_AT_ONCE) * NETS_AT_ONCE
        self._room = _Room(stack.storage.values.dtype)

    @torch.inference_mode()
    @np.errstate(all="ignore")  # of a network that explodes, infinity is the measurement
    def look(
        self, reads: Sequence[Mapping[str, Any]], batch_losses: Sequence[float], *, final: bool, whole: bool = True
    ) -> list[Moment]:
        """A moment of each net. ``reads``: of its fields, those of its training batch; ``batch_losses``: the mean
        since the moment before. ``final``: its run ends here. ``whole``: with all that rules ask of the present
        moment; else only how good each net is and what is dead, which rules ask of moments before.
        """
        begins = range(0, self._nets, self._at_once)
        with self._statistics(begins):
            parts = [self._part(first, min(first + self._at_once, self._nets), whole=whole) for first in begins]
        seen = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        probed = self._probed(seen)
        entries = [entry for entry in JUDGED if entry.key in PROBE] if whole else [DEAD]
        judged = {entry.key: self._computed(entry, probed) for entry in entries}
        scores = {name: seen[name].tolist() for name in self._scored if name in seen}
        return [
            Moment(
                **read,
                batch_loss=batch_losses[net],
                final=final,
                linear_rank=self._rank(net) if whole else None,
                **{name: seen[name][net] for name in RELATED if name in seen},
                **{name: values[net] for name, values in scores.items()},
                **{key: values[net] for key, values in judged.items()},
            )
            for net, read in enumerate(reads[: self._nets])
        ]

    @contextmanager
    def _statistics(self, begins: range) -> Iterator[None]:
        """While no batch norm has learned running statistics, they have those of training samples, as ``Network``."""
        if not self._norms or any(norm.is_warm for norm in self._norms):
            yield
            return
        kept = [norm.memory() for norm in self._norms]
        for first in begins:
            self._forward(self._start, first, min(first + self._at_once, self._nets), _unseen, adopting=True)
        yield
        for norm, memory in zip(self._norms, kept, strict=True):
            norm.recall(memory)

    def _part(self, first: int, last: int, *, whole: bool) -> Seen:
        """Everything of the nets from ``first`` to before ``last``, or what a glance tells."""
        columns: dict[str, list[Tensor]] = defaultdict(list)

        def see(place: int, z: Tensor, h: Tensor) -> None:
            if not whole:
                columns["max_h"].append(h.amax(2))
                return
            own = self._own[place][first:last]
            for name, values in _of_layer(self._entries[place], z, h, own, self._room).items():
                columns[name].append(values)

        outputs = self._forward(self._probe[0], first, last, see)
        targets = _of_nets(self._probe[1], first, last)
        asked = self._forward(self._validation[0], first, last, _unseen)
        found = {name: torch.stack(values, 1) for name, values in columns.items() if name in PER_LAYER}
        found |= {name: torch.cat(values, 1) for name, values in columns.items() if name not in PER_LAYER}
        found["loss"], found["accuracy"] = self._scores(outputs, targets)
        validated = self._scores(asked, _of_nets(self._validation[1], first, last))
        found["validation_loss"], found["validation_accuracy"] = validated
        if whole:
            found["bias_mean"] = self._bias_means(first, last)
            line, no_line = self._lines, torch.full((last - first,), math.nan)
            found["linear_r2"] = no_line if line is None else line.fit(outputs[..., :MOST_ROWS], first, last)
        return {name: values.numpy() for name, values in found.items()}

    def _forward(self, inputs: Tensor, first: int, last: int, see: See, *, adopting: bool = False) -> Tensor:
        """The outputs (nets, outputs, n); each layer is shown on the way.

        ``adopting``: batch norms take the statistics of these samples for their running ones.
        """
        h = values = _of_nets(inputs, first, last).expand(last - first, -1, -1)
        for place, (layer, activation) in enumerate(self._stack.measured):
            if adopting and isinstance(layer, BatchNorm):
                layer.adopt(values, slice(first, last))
            h = z = layer.measured(values, slice(first, last))
            if not activation.is_identity:
                h = torch.empty_like(z)
                activation.forward(z, activation.of_nets(first, last), h)
            see(place, z, h)
            values = torch.cat([h, h.new_ones(len(h), 1, h.shape[2])], 1)
        return h

    def _scores(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and accuracy of each net (NaN in a regression)."""
        loss = self._stack.loss.loss(outputs, targets.expand(len(outputs), -1, -1)).double()
        if not self._has_classes:
            return loss, torch.full_like(loss, math.nan)
        right = (outputs > 0) == (targets > 0.5) if self._is_binary else greatest(outputs) == greatest(targets)
        return loss, right.double().mean((1, 2))

    def _bias_means(self, first: int, last: int) -> Tensor:
        """The mean bias of each layer, (nets, layers); NaN where there are none."""
        storage = self._stack.storage
        means = []
        for block, learned in zip(storage.weights, storage.blocks(storage.learned), strict=True):
            has_bias = learned[first:last, :, -1].double()
            means.append((block[first:last, :, -1].double() * has_bias).sum(1) / has_bias.sum(1))
        return torch.stack(means, 1)

    def _rank(self, net: int) -> int | None:
        """The rank of the one matrix that a purely linear net amounts to."""
        if not self._is_one_matrix:
            return None
        storage = self._stack.storage
        matrices = storage.of_net(storage.values, net)
        biases = [block[net, : len(matrix), -1] for block, matrix in zip(storage.weights, matrices, strict=True)]
        return effective_map([(m.numpy(), b.numpy()) for m, b in zip(matrices, biases, strict=True)]).rank

    def _probed(self, seen: Seen) -> Probed:
        """What was seen of all nets as of one long network; what was not seen is empty."""
        found: Seen = defaultdict(lambda: np.empty(0))
        for name, values in seen.items():
            found[name] = values[self._is_own] if name in PER_UNIT else values.ravel()
        return Probed(
            layout=self._layout,
            mean=found["mean"],
            std=found["std"],
            sparsity=found["sparsity"],
            max_pre_activation=found["max_z"],
            max_activation=found["max_h"],
            magnitude=found["magnitude"],
            firing=found["firing"],
            saturated=found["saturated"],
            histograms={},
            averages={key: found[key] for key in AVERAGED},
        )

    def _computed(self, entry: Measurement, probed: Probed) -> Any:
        """A measurement of every net: (nets, layers), or the units of each."""
        assert entry.compute is not None, "what a probe tells is computed of it"
        values = entry.compute(probed).astype(entry.dtype)
        values = values.astype(np.float64) if values.dtype.kind == "f" else values
        return np.split(values, self._ends) if entry.shape == "U" else values.reshape(self._nets, -1)

    def _laid_out(self, samples: Sequence[Samples], most: int | None = None) -> tuple[Tensor, Tensor]:
        """Inputs (nets, rows + 1, n) with a row of ones and targets (nets, outputs, n); one for all if shared.

        ``most``: only the first samples of each.
        """
        stack = self._stack
        sets = samples[:1] if all(each is samples[0] for each in samples) else samples
        laid = [each.inputs[:most].flatten(1) for each in sets]
        inputs = stack.storage.values.new_zeros(len(sets), stack.rows + 1, len(laid[0]))
        for place, features in enumerate(laid):
            inputs[place, : features.shape[1]] = features.T
        inputs[:, -1] = 1
        outputs = stack.storage.weights[-1].shape[1]
        return inputs, torch.stack([columns_of(each, outputs, inputs.dtype)[:most].T for each in sets])


SCORED = ("loss", "accuracy", "linear_r2")
RELATED = ("bias_mean", "duplicates", "effective_rank")
VALIDATED = ("validation_loss", "validation_accuracy")
PER_UNIT = ("max_z", "max_h", "magnitude", "firing", "saturated", *AVERAGED)
PER_LAYER = ("mean", "std", "sparsity", "duplicates", "effective_rank")


class _Room:
    """Room for numbers that are needed for a moment, the same for all layers and moments.

    Tensors of this size go back to the system with whoever had them, and are asked for anew a thousand times in a run.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        self._own, self._precise = torch.empty(0, dtype=dtype), torch.empty(0, dtype=torch.float64)

    def like(self, values: Tensor) -> Tensor:
        """A tensor of this shape and type to be written to; the one before is given up."""
        self._own = _at_least(self._own, values.numel())
        return self._own[: values.numel()].view(values.shape)

    def doubled(self, values: Tensor) -> Tensor:
        """A copy in float64; the one before is given up."""
        self._precise = _at_least(self._precise, values.numel())
        return self._precise[: values.numel()].view(values.shape).copy_(values)


def _at_least(room: Tensor, numbers: int) -> Tensor:
    """This room, or a larger one where it is too small."""
    return room if len(room) >= numbers else room.new_empty(numbers)


def _of_layer(entry: Activation, z: Tensor, h: Tensor, own: Tensor, room: _Room) -> dict[str, Tensor]:
    """What one layer of some nets, (nets, units, n), tells: (nets,) each, or (nets, units).

    ``own`` (nets, units) tells the units of a net from those that fill up the block.
    """
    samples, units = h.shape[2], own.sum(1)
    numbers = units * samples
    precise = room.doubled(h)
    mean = (precise.sum(2) * own).sum(1) / numbers
    related = torch.full((2, len(h)), math.nan, dtype=torch.float64)
    if h.shape[1] <= MOST_UNITS:
        few = precise if samples <= MOST_ROWS else room.doubled(h[..., :MOST_ROWS])
        related = torch.stack(duplicates_and_ranks(few, own))
    distances = torch.sub(h, mean.to(h).view(-1, 1, 1), out=room.like(h)).square_()
    distances = room.doubled(distances).sum(2)
    return {
        "mean": mean,
        "std": ((distances * own).sum(1) / numbers).sqrt(),
        "sparsity": (_counted(torch.eq, h, 0.0, room) * own).sum(1) / numbers,
        "duplicates": related[0],
        "effective_rank": related[1],
        "max_z": z.amax(2),
        "max_h": h.amax(2),
        "magnitude": room.doubled(torch.abs(h, out=room.like(h))).sum(2) / samples,
        "firing": _counted(torch.gt, h, 0.0, room) / samples,
        "saturated": _saturated(entry, h, room) / samples,
        **{key: elements(z, h).double().mean(2) for key, elements in AVERAGED.items()},
    }


def _counted(comparison: Callable[..., Tensor], values: Tensor, bound: float, room: _Room) -> Tensor:
    """How often a comparison holds, (nets, units): ones are added faster than truths."""
    return comparison(values, bound, out=room.like(values)).sum(2)


def _saturated(entry: Activation, h: Tensor, room: _Room) -> Tensor:
    """How many outputs lie beyond the limits of the activation, or at them where it is cut off: (nets, units)."""
    limits = entry.saturation
    if limits is None:
        return torch.zeros_like(h[:, :, 0])
    above, below = (torch.ge, torch.le) if limits.at_clip else (torch.gt, torch.lt)
    return _counted(above, h, limits.high, room) + _counted(below, h, limits.low, room)


def _unseen(place: int, z: Tensor, h: Tensor) -> None:
    """Nobody looks at a layer."""


def _of_nets(values: Tensor, first: int, last: int) -> Tensor:
    """The rows of some nets, or the one that all share."""
    return values[first:last] if len(values) > 1 else values
