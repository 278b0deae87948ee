"""What a network was at an earlier moment, computed anew from a checkpoint: a history keeps only the newest picture.

It happens beside the run that trains: on a network of its own, and nobody's random numbers are drawn.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from relulab.data.dataset import Dataset, Split
from relulab.experiment import ExperimentSpec
from relulab.measurements.probe import probe_network
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from relulab.training.checkpoint import load_network
from relulab.training.inspection import unit_details, unit_traces
from relulab.training.instruments import SEARCHED_SAMPLES
from relulab.training.objective import Objective, Samples, make_dtype
from relulab.training.pictures import Painter
from relulab.training.requests import MomentRequest
from relulab.training.run import EVALUATION_SAMPLES, probe_index
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, Record


class Replay:
    """The network of runs of ``spec`` on ``dataset``, ready to take the weights of any of their checkpoints.

    It computes on the CPU, whatever the run did: the device may be another one by now.
    """

    def __init__(self, spec: ExperimentSpec, dataset: Dataset) -> None:
        self._spec = spec
        self.dataset = dataset
        self._objective = Objective(spec.training.loss_entry, dataset.description)
        dtype = make_dtype(spec.training.precision)
        seen = dataset.validation if len(dataset.validation) else dataset.train
        self._train, samples = (
            self._objective.samples(_first(split, count), dtype, torch.device("cpu"))
            for split, count in ((dataset.train, SEARCHED_SAMPLES), (seen, EVALUATION_SAMPLES))
        )
        calibration = self._train.inputs[: max(2, spec.training.batch_size)]
        self._network = build_model(DesignPlan.of(spec, dataset.description), calibration)
        self._validation = samples
        self._probe = _probe_of(dataset, self._objective, dtype)
        self._painter = Painter(self._network, self._objective, samples)

    def suits(self, spec: ExperimentSpec) -> bool:
        """Whether runs of ``spec`` have this network and these data."""
        mine, others = self._spec.training, spec.training
        same = (mine.loss, mine.precision) == (others.loss, others.precision)
        return same and (self._spec.data, self._spec.model) == (spec.data, spec.model)

    def look(self, request: MomentRequest) -> Iterator[Record]:
        """Everything that was asked for, as the run would have recorded it. Raises SessionError for other weights."""
        load_network(self._network, request.checkpoint.network)
        step = request.checkpoint.step
        if not request.measured:
            yield from self._measure(step, request.epoch)
        yield self._painter.paint(step)
        if request.unit is not None and self._network.layout.has_unit(*request.unit):
            description = self._objective.description
            yield unit_details(self._network, self._network.layout, description, self._train, step, *request.unit)

    def _measure(self, step: int, epoch: float) -> Iterator[Record]:
        """Probe and validation set; gradients belong to a batch of the run and stay unknown."""
        measured = probe_network(self._network, self._probe.inputs)
        loss, accuracy = self._judge(measured.outputs, self._probe)
        yield ProbeRecord(step=step, epoch=epoch, loss=loss, accuracy=accuracy, **measured.arrays())
        yield unit_traces(self._network, self._network.layout, step)
        self._network.eval()
        with torch.no_grad():
            outputs = self._network(self._validation.inputs)
        self._network.train()
        yield EvaluationRecord(step, epoch, *self._judge(outputs, self._validation))

    def _judge(self, outputs: Tensor, samples: Samples) -> tuple[float, float]:
        with torch.no_grad():
            loss = float(self._objective.loss(outputs, samples.targets))
        return loss, self._objective.accuracy(outputs, samples.labels)


def _probe_of(dataset: Dataset, objective: Objective, dtype: torch.dtype) -> Samples:
    """The same samples that the run was probed on."""
    index = probe_index(len(dataset.train), dataset.description.is_image).numpy()
    probe = Split(dataset.train.inputs[index], dataset.train.targets[index])
    return objective.samples(probe, dtype, torch.device("cpu"))


def _first(split: Split, count: int) -> Split:
    return Split(split.inputs[:count], split.targets[:count])
