"""What straight pieces reach, beside a network of one layer of ReLUs, whose n units bend at n places at most."""

import numpy as np

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.introspection.fitted_line import least_mean_square

ONE_BEND = ("relu", "leaky_relu", "prelu")  # activations with one kink a unit
LOSS = "mse"
MOST_UNITS = 256  # beyond this the fit takes seconds


def pieces_of(spec: ExperimentSpec) -> int | None:
    """How many straight pieces this network of one input can have at most; None where that is no question here."""
    layers = spec.model.layers
    if len(layers) != 1 or layers[0].kind != "dense" or spec.training.loss != LOSS:
        return None
    activation, output, units = layers[0].activation, spec.model.output.activation, int(layers[0].parameters["units"])
    bends_once = activation is not None and activation.name in ONE_BEND and output.name == "identity"
    return units + 1 if bends_once and units <= MOST_UNITS else None


def line_beside(dataset: Dataset, pieces: int) -> float | None:
    """The mean square error of a fitted line of so many pieces on the training samples; None of other data."""
    inputs, targets = dataset.train.inputs, dataset.train.targets
    if inputs.ndim != 2 or inputs.shape[1] != 1 or targets.ndim != 2 or targets.shape[1] != 1:
        return None
    return least_mean_square(inputs[:, 0].astype(np.float64), targets[:, 0].astype(np.float64), pieces)
