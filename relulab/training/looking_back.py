"""What a network was at an earlier moment, computed anew from a checkpoint: a history keeps only the newest picture.

It happens beside the run that trains: on a network of its own, and nobody's random numbers are drawn.
"""

from collections.abc import Iterator

import torch

from relulab.data.dataset import Dataset, Split
from relulab.model.network import build_model
from relulab.spec import ExperimentSpec
from relulab.training.checkpoint import load_network
from relulab.training.inspection import unit_details
from relulab.training.instruments import SEARCHED_SAMPLES
from relulab.training.loop import EVALUATION_SAMPLES
from relulab.training.moment_request import MomentRequest
from relulab.training.objective import Objective, make_dtype
from relulab.training.pictures import Painter
from relulab.training.telemetry import Record


class Past:
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
        with torch.random.fork_rng([]):
            calibration = self._train.inputs[: max(2, spec.training.batch_size)]
            self._network = build_model(spec, dataset.description, calibration)
        self._painter = Painter(self._network, self._objective, samples)

    def suits(self, spec: ExperimentSpec) -> bool:
        """Whether runs of ``spec`` have this network and these data."""
        mine, others = self._spec.training, spec.training
        same = (mine.loss, mine.precision) == (others.loss, others.precision)
        return same and (self._spec.data, self._spec.model) == (spec.data, spec.model)

    def look(self, request: MomentRequest) -> Iterator[Record]:
        """The picture, and the details of the unit if one was asked for. Raises SessionError for other weights."""
        load_network(self._network, request.checkpoint.network)
        step = request.checkpoint.step
        yield self._painter.paint(step)
        if request.unit is not None and self._network.layout.has_unit(*request.unit):
            description = self._objective.description
            yield unit_details(self._network, self._network.layout, description, self._train, step, *request.unit)


def _first(split: Split, count: int) -> Split:
    return Split(split.inputs[:count], split.targets[:count])
