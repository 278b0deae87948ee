"""What judged moments have beside the numbers of a probe: how units vary together, how straight the network is, biases.

It is slower to compute than what a probe records; the pass through the network is that of the probe.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.diagnosis.linear_map import effective_map, is_linear, is_one_matrix
from relulab.diagnosis.moment import Floats
from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.probe import ProbeResult
from relulab.measurements.reductions import as_matrix
from relulab.measurements.unit_relations import Covariance, duplicate_units, effective_rank
from relulab.model.network import LayerParameters, Network

MOST_ROWS = 4096  # samples times positions from which correlations are taken
MOST_UNITS = 1024  # wider layers take seconds; their correlations are left out
MOST_INPUTS_FOR_A_LINE = 64  # a straight-line fit to more inputs takes longer than it tells


class Relations(NamedTuple):
    """Fields of ``Moment``: the first three are (L,); NaN where it was left out."""

    duplicates: Floats
    effective_rank: Floats
    bias_mean: Floats
    linear_r2: float
    linear_rank: int | None


def relations_of(network: Network, seen: ProbeResult, inputs: Tensor) -> Relations:
    """Of ``network``, and of what a probe of ``inputs`` has just seen of it."""
    inputs = inputs[:MOST_ROWS]
    fitted = inputs[0].numel() <= MOST_INPUTS_FOR_A_LINE or is_linear(network.plan.spec.model)
    related = [_relation(matrix) for matrix in _first_rows(seen.activations())]
    return Relations(
        duplicates=np.array([share for share, _ in related], np.float64),
        effective_rank=np.array([rank for _, rank in related], np.float64),
        bias_mean=bias_means(network),
        linear_r2=linear_fit(inputs, seen.outputs[:MOST_ROWS]) if fitted else math.nan,
        linear_rank=_rank(network) if is_one_matrix(network.plan.spec.model) else None,
    )


def bias_means(network: Network) -> Floats:
    """The mean bias of each layer, NaN without one: (L,)."""
    return np.array([math.nan if bias is None else float(_array(bias).mean()) for _, bias in _parameters(network)])


def _rank(network: Network) -> int:
    """Of the one matrix that the layers amount to."""
    layers = [(_array(weight), None if bias is None else _array(bias)) for weight, bias in _parameters(network)]
    return effective_map(layers).rank


def _parameters(network: Network) -> list[LayerParameters]:
    return [network.parameters_of(layer) for layer in range(len(network.layout.layers))]


def _array(tensor: Tensor) -> NDArray[np.floating[Any]]:
    array: NDArray[np.floating[Any]] = tensor.detach().cpu().numpy()
    return array


def _first_rows(chunks: Iterable[Sequence[Tensor]]) -> list[Tensor]:
    """(MOST_ROWS at most, units) of each layer; later chunks are looked at only where rows are missing."""
    rows: list[list[Tensor]] = []
    for chunk in chunks:
        rows = rows or [[] for _ in chunk]
        for layer, activation in zip(rows, chunk, strict=True):
            missing = MOST_ROWS - sum(map(len, layer))
            positions = activation[0, :1].numel()
            layer.append(as_matrix(activation[: math.ceil(missing / positions)])[:missing])
        if all(sum(map(len, layer)) == MOST_ROWS for layer in rows):
            break
    return [torch.cat(layer).cpu() for layer in rows]


def _relation(matrix: Tensor) -> tuple[float, float]:
    """Share of duplicate units and effective rank of one layer; NaN where it is too wide."""
    if matrix.shape[1] > MOST_UNITS:
        return math.nan, math.nan
    units = Covariance.of(matrix)
    return float(duplicate_units(units).double().mean()), effective_rank(units)
