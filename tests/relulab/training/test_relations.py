"""How units vary together, read off the pass of a probe: the same as of a pass of its own."""

import math

import numpy as np
import pytest
import torch

from relulab.measurements import probe as probe_module
from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.probe import measuring, probe_network
from relulab.measurements.reductions import as_matrix
from relulab.measurements.unit_relations import Covariance, duplicate_units, effective_rank
from relulab.training import relations
from relulab.training.relations import relations_of
from tests.helpers.designs import conv, dense, network


@pytest.mark.parametrize("most", [5, 40, 4096])
@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    ("layers", "inputs"),
    [([dense(6), dense(5, "tanh")], (4,)), ([conv(3, 2), "max_pool2d", conv(4, 2), "flatten", dense(3)], (2, 7, 7))],
)
def test_of_the_first_rows_of_every_layer(layers, inputs, kept, most, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "PROBE_CHUNK_ELEMENTS", 7 * 50)
    monkeypatch.setattr(probe_module, "PROBE_KEEP_BYTES", 2**28 if kept else 0)
    monkeypatch.setattr(relations, "MOST_ROWS", most)
    monkeypatch.setattr(relations, "MOST_INPUTS_FOR_A_LINE", 98)
    net = network(*layers, inputs=inputs, outputs=3)
    x = torch.randn(61, *inputs, generator=torch.Generator().manual_seed(4))
    with measuring(net):
        outputs, values = net.forward_kept(x)
        found = relations_of(net, probe_network(net, x), x)
        matrices = [as_matrix(layer.activation)[:most] for layer in values]
    units = [Covariance.of(matrix) for matrix in matrices]
    assert found.effective_rank == pytest.approx([effective_rank(one) for one in units], rel=1e-4)
    assert found.duplicates.tolist() == [float(duplicate_units(one).double().mean()) for one in units]
    assert found.linear_r2 == pytest.approx(linear_fit(x[:most], outputs[:most]), rel=1e-4, nan_ok=True)


def test_what_is_too_wide_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relations, "MOST_UNITS", 5)
    monkeypatch.setattr(relations, "MOST_INPUTS_FOR_A_LINE", 3)
    x = torch.randn(30, 4, generator=torch.Generator().manual_seed(4))
    bent, straight = (network(dense(6, a), dense(5, a), inputs=(4,), outputs=3) for a in ("relu", "identity"))
    found, linear = (relations_of(net, probe_network(net, x), x) for net in (bent, straight))
    for one in (found, linear):
        assert np.isnan(one.effective_rank).tolist() == np.isnan(one.duplicates).tolist() == [True, False, False]
    assert math.isnan(found.linear_r2)
    assert linear.linear_r2 == pytest.approx(1.0), "of a linear network it is always measured"


def test_the_biases_and_the_rank_of_a_stack_that_is_one_matrix() -> None:
    x = torch.randn(30, 4, generator=torch.Generator().manual_seed(4))
    net = network(dense(2, "identity"), dense(5, "identity"), inputs=(4,), outputs=3)
    with torch.no_grad():
        net.parameters_of(1).bias[:] = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    found = relations_of(net, probe_network(net, x), x)
    assert found.linear_rank == 2, "no more than the narrowest layer lets through"
    assert found.bias_mean.tolist() == [0.0, 3.0, 0.0]
    bent = network(dense(2), inputs=(4,), outputs=3)
    assert relations_of(bent, probe_network(bent, x), x).linear_rank is None
