"""What a network was at an earlier moment, computed again from its weights: a history keeps only the newest picture.

It happens beside the run that trains: on a network of its own, and nobody's random numbers are drawn.
"""

from collections.abc import Iterator

import torch

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.model.network import Network, build_model
from relulab.model.plan import DesignPlan
from relulab.training.checkpoint import load_network
from relulab.training.evaluator import START_SAMPLES, Evaluator
from relulab.training.inspection import Painter, unit_details, unit_traces
from relulab.training.network_picture import NetworkPainter
from relulab.training.objective import Objective, make_dtype
from relulab.training.requests import MomentRequest, NetworkWish
from relulab.training.telemetry import EvaluationRecord, Record


class Replay:
    """The network of runs of ``spec`` on ``dataset``, ready to take the weights of any of their moments.

    It computes on the CPU, whatever the run did: the device may be another one by now.
    """

    def __init__(self, spec: ExperimentSpec, dataset: Dataset) -> None:
        self._spec = spec
        self.dataset = dataset
        objective = Objective.of(spec.training, dataset)
        dtype, cpu = make_dtype(spec.training.precision), torch.device("cpu")
        calibration = objective.samples(dataset.train.at(slice(max(2, spec.training.batch_size))), dtype, cpu)
        self._network = build_model(DesignPlan.of(spec, dataset.description), calibration.inputs)
        self._network.start = objective.samples(dataset.train.at(slice(START_SAMPLES)), dtype, cpu).inputs
        self._evaluator = Evaluator.of(self._network, objective, dataset, dtype, cpu)
        self._painter = Painter(self._evaluator)
        self._network_painter = NetworkPainter(self._evaluator)

    @property
    def network(self) -> Network:
        """With the weights that were looked at last."""
        return self._network

    def suits(self, spec: ExperimentSpec) -> bool:
        """Whether runs of ``spec`` have this network and these data."""
        mine, others = self._spec.training, spec.training
        same = (mine.loss, mine.class_weights, mine.precision) == (
            others.loss, others.class_weights, others.precision,
        )  # fmt: skip
        return same and (self._spec.data, self._spec.model) == (spec.data, spec.model)

    def look(self, request: MomentRequest) -> Iterator[Record]:
        """Everything that was asked for, as the run would have recorded it. Raises SessionError for other weights."""
        load_network(self._network, request.weights.network)
        step = request.weights.step
        if not request.measured:
            yield from self._measure(step, request.epoch)
        if request.painted:
            yield self._painter.paint(step)
        if request.sample is not None:
            yield self._network_painter.paint(step, NetworkWish(request.sample))
        if request.unit is not None and self._network.layout.has_unit(*request.unit):
            yield unit_details(self._evaluator, step, *request.unit)

    def _measure(self, step: int, epoch: float) -> Iterator[Record]:
        """Probe and validation set; gradients belong to a batch of the run and stay unknown."""
        yield self._evaluator.probe_record(step, epoch)
        yield unit_traces(self._network, step)
        yield EvaluationRecord(step, epoch, *self._evaluator.evaluate(self._evaluator.validation))
