"""Looks at one input in the network of one moment: its way forward and back, the map around it, the answer.

It is computed on a network of its own, in float64, in whatever thread asks: a run that trains is not touched.
"""

import numpy as np
import torch

from relulab.data.dataset import Split
from relulab.introspection.altered import gates, outputs_without
from relulab.introspection.dense_stack import Array
from relulab.introspection.one_map import COMPARED_SAMPLES, one_map_of
from relulab.introspection.trace import Aim, own_map, way_of
from relulab.introspection.units import unit_values
from relulab.introspection.way_back import way_back
from relulab.model.drawn import drawn_layers
from relulab.model.network import Network
from relulab.model.plan import DesignPlan
from relulab.training.checkpoint import load_network
from relulab.training.evaluator import START_SAMPLES, VALIDATION_SAMPLES, outputs_of
from relulab.training.kept_weights import MomentWeights
from relulab.training.objective import Objective
from relulab.training.one_input import MOST_UNITS_BACK, OneInput, Question
from relulab.training.slopes import measured_slopes
from relulab.training.telemetry import RunStarted


class OneInputReader:
    """Looks at inputs of one run: ``take`` the weights of a moment, then ``look``. In one thread at a time."""

    def __init__(self, info: RunStarted) -> None:
        self._info = info
        self._dataset = info.dataset
        self._objective = Objective(info.spec.training.loss_entry, info.dataset.description)
        self._network: Network | None = None
        self._step = 0

    def take(self, weights: MomentWeights) -> None:
        """Look at the network as it was then from now on. Raises SessionError where the weights do not fit."""
        plan = DesignPlan.of(weights.spec, self._dataset.description)
        if self._network is None or self._network.plan.spec.model != weights.spec.model:
            self._network = Network(plan).double()
            start = self._dataset.train.first(START_SAMPLES).inputs  # as in the run
            self._network.start = torch.from_numpy(start).double()
        load_network(self._network, weights.network)
        self._network.eval()
        self._step = weights.step

    @torch.no_grad()
    def look(self, question: Question) -> OneInput:
        """Everything about one input. ``take`` comes first."""
        network = self._network
        assert network is not None, "take weights before looking"
        x = question.inputs.astype(np.float64)[None]
        own = x * self._dataset.scale + self._dataset.offset
        aim = self._aim(question)
        way, inputs = way_of(network, x, aim), torch.from_numpy(x)
        outputs = network(inputs)
        without = outputs_without(network, inputs, [torch.from_numpy(on) for on in way.on])
        gated = gates(network)
        is_small = sum(layer.units for layer in network.layout.layers) <= MOST_UNITS_BACK
        parameters = [network.parameters_of(layer) for layer in range(len(network.layout.layers))]
        slopes, samples = None, 0
        compared = self._dataset.train.first(COMPARED_SAMPLES).inputs
        if question.with_slopes:
            slopes, samples = measured_slopes(network, self._objective, self._dataset)
        return OneInput(
            step=self._step,
            question=question,
            inputs=own[0],
            outputs=outputs[0].numpy(),
            shares=self._objective.shares(outputs)[0].numpy(),
            way=way,
            values=tuple(one[:, 0].numpy() for one in unit_values(network, drawn_layers(network.plan), inputs)),
            weights=tuple(weight.numpy().copy() for weight, _ in parameters),
            biases=tuple(None if bias is None else bias.numpy().copy() for _, bias in parameters),
            gated=gated,
            cut=sum(int((~on).sum()) for on, gate in zip(way.on, gated, strict=True) if gate),
            change_when_cut=float((outputs - without).abs().max()),
            map=own_map(way, own, self._dataset),
            back=way_back(network, x, aim) if aim is not None and is_small else None,
            slopes=slopes,
            slope_samples=samples,
            one_map=one_map_of(network, compared) if question.with_one_map else None,
        )

    @torch.no_grad()
    def shares(self, question: Question) -> Array:
        """The shares of the classes, or the outputs, alone: (outputs,). ``take`` comes first."""
        assert self._network is not None, "take weights before looking"
        outputs = self._network(torch.from_numpy(question.inputs.astype(np.float64)[None]))
        return np.asarray(self._objective.shares(outputs)[0].numpy())

    @torch.no_grad()
    def first_taken_for(self, true: int, predicted: int) -> int | None:
        """The first sample of class ``true`` that the network takes for ``predicted``, among those that are checked."""
        assert self._network is not None, "take weights before looking"
        data = self._dataset
        checked = (data.validation if len(data.validation) else data.train).at(slice(VALIDATION_SAMPLES))
        outputs = outputs_of(self._network, torch.from_numpy(checked.inputs).double())
        found = np.flatnonzero((checked.targets == true) & (self._objective.predicted(outputs).numpy() == predicted))
        return int(found[0]) if len(found) else None

    def _aim(self, question: Question) -> Aim | None:
        if question.target is None:
            return None
        split = Split(question.inputs[None], np.asarray(question.target)[None])
        samples = self._objective.samples(split, torch.float64, torch.device("cpu"))
        return Aim(self._objective.loss, samples.targets)
