"""The slopes of a network over training samples, for the window, a report and Python alike."""

import torch

from relulab.data.dataset import Dataset
from relulab.introspection.slopes import Slopes, slopes_of
from relulab.introspection.trace import Aim
from relulab.model.network import Network
from relulab.training.objective import Objective

SLOPE_SAMPLES = 256  # their mean moves little with more


def measured_slopes(network: Network, objective: Objective, dataset: Dataset) -> tuple[Slopes | None, int]:
    """The slopes over the first training samples, and how many; None where not all layers are dense, or none hidden."""
    split = dataset.train.at(slice(SLOPE_SAMPLES))
    samples = objective.samples(split, torch.float64, torch.device("cpu"))
    found = slopes_of(network, samples.inputs.numpy(), Aim(objective.loss, samples.targets))
    return (found if found is not None and found.titles else None), len(samples)
