"""From designs to networks that can be trained: checked, with their data, their first weights and what judges them.

Data sets are loaded once for all designs that ask for the same, and given up again before they fill the memory.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from relulab.data.dataset import Dataset, Source
from relulab.data.loading import load_dataset
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.model.network import Network, build_model
from relulab.model.plan import DesignPlan
from relulab.population.stack import Member
from relulab.population.stackable import data_key
from relulab.training.evaluator import START_SAMPLES, Evaluator
from relulab.training.objective import Objective, Samples, make_dtype

KEPT_BYTES = 2**28  # of data sets, beside those of the networks that are trained now


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A design whose training can begin. ``test`` are the samples that nothing is tuned on."""

    member: Member
    dataset: Dataset
    evaluator: Evaluator
    validation: Samples
    test: Samples

    @property
    def spec(self) -> ExperimentSpec:
        return self.member.spec

    @property
    def network(self) -> Network:
        return self.member.network


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    dataset: Dataset
    objective: Objective
    train: Samples
    validation: Samples
    test: Samples
    looked: list[Evaluator]  # the first one that was made, whose samples the others share


class Preparation:
    """Makes designs ready. ``source`` says where data may come from, ``load`` how they are loaded."""

    def __init__(
        self, source: Source | None = None, load: Callable[[DataSpec, Source | None], Dataset] = load_dataset
    ) -> None:
        self.source = source
        self._load = load
        self._bytes, self._datasets = 0, dict[str, Dataset]()
        self._loaded: dict[tuple[str, str, str, str], _Loaded] = {}

    def dataset(self, data: DataSpec) -> Dataset:
        """The data set that is asked for. Raises DataError."""
        key = data_key(data)
        if key not in self._datasets:
            if self._bytes > KEPT_BYTES:
                self._datasets.clear()
                self._loaded.clear()
                self._bytes = 0
            self._datasets[key] = self._load(data, self.source)
            self._bytes += _bytes_of(self._datasets[key])
        return self._datasets[key]

    def prepare(self, plan: DesignPlan) -> Prepared:
        """A design that was checked, ready to be trained on the CPU. Raises SpecError and DataError."""
        spec = plan.spec
        loaded = self._samples(spec)
        calibration = loaded.train.inputs[: max(2, spec.training.batch_size)]
        network = build_model(plan, calibration)
        network.start = loaded.train.inputs[:START_SAMPLES]
        if not loaded.looked:
            dtype = loaded.train.inputs.dtype
            loaded.looked.append(Evaluator.of(network, loaded.objective, loaded.dataset, dtype, torch.device("cpu")))
        first = loaded.looked[0]
        evaluator = Evaluator(
            network, loaded.objective, probe=first.probe, validation=first.validation, searched=first.searched
        )
        member = Member(spec, network, loaded.train)
        return Prepared(member, loaded.dataset, evaluator, loaded.validation, loaded.test)

    def _samples(self, spec: ExperimentSpec) -> _Loaded:
        training = spec.training
        dataset = self.dataset(spec.data)
        key = data_key(spec.data), training.loss, training.class_weights, training.precision
        if key not in self._loaded:
            objective = Objective.of(training, dataset)
            train, validation, test = (
                objective.samples(split, make_dtype(training.precision), torch.device("cpu"))
                for split in (each.at(slice(None)) for each in (dataset.train, dataset.validation, dataset.test))
            )
            self._loaded[key] = _Loaded(dataset, objective, train, validation, test, [])
        return self._loaded[key]


def _bytes_of(dataset: Dataset) -> int:
    return sum(split.nbytes for split in (dataset.train, dataset.validation, dataset.test))
