"""What can be tried: each cure looks at a design and proposes one change of it, or None where it has no place.

The values are the ones that the recipes were measured with.
"""

from relulab.diagnosis.cures.layers import (
    batch_norm,
    dropout,
    dropout_last,
    fewer_layers,
    fewer_units,
    leaky,
    more_units,
    plain_output,
    rectify,
    wider,
)
from relulab.diagnosis.cures.training import (
    clip,
    larger_rate,
    less_regularization,
    longer,
    more_data,
    scale_inputs,
    smaller_rate,
    stop_early,
    weight_decay,
)
from relulab.diagnosis.cures.treatment import NORMS, Design, Treatment
from relulab.diagnosis.cures.weights import asymmetric_weights, fitting_weights, lecun_for_selu, zero_bias

__all__ = [
    "NORMS",
    "Design",
    "Treatment",
    "asymmetric_weights",
    "batch_norm",
    "clip",
    "dropout",
    "dropout_last",
    "fewer_layers",
    "fewer_units",
    "fitting_weights",
    "larger_rate",
    "leaky",
    "lecun_for_selu",
    "less_regularization",
    "longer",
    "more_data",
    "more_units",
    "plain_output",
    "rectify",
    "scale_inputs",
    "smaller_rate",
    "stop_early",
    "weight_decay",
    "wider",
    "zero_bias",
]
