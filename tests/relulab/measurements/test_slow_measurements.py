"""The slower measurements together, and the thresholds in one place."""

from dataclasses import fields

import numpy as np
import pytest
import torch
from torch.nn import functional

from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.reductions import as_matrix, unit_max
from relulab.measurements.slow_measurements import peak_gradients, starved_units, survey
from relulab.measurements.thresholds import THRESHOLDS
from relulab.measurements.unit_relations import Covariance, duplicate_units, effective_rank
from tests.helpers.designs import conv, dense, network


@pytest.mark.parametrize("chunk", [1000, 11])
def test_each_part_is_that_of_its_own_file(chunk, monkeypatch):
    monkeypatch.setattr("relulab.measurements.slow_measurements.CHUNK_SAMPLES", chunk)
    net = network(conv(4), "flatten", dense(6, initialization="constant"), "dropout", inputs=(1, 5, 5), outputs=3)
    x, y = torch.randn(60, 1, 5, 5), torch.randint(3, (60,))
    result = survey(net, x, y, functional.cross_entropy)
    assert net.training
    net.eval()
    outputs, kept = net.forward_kept(x)
    units = [Covariance.of(as_matrix(layer.activation.detach())) for layer in kept]
    peaks = peak_gradients(net, x, y, functional.cross_entropy)
    starved = [starved_units(p, unit_max(k.activation)) for p, k in zip(peaks, kept, strict=True)]
    np.testing.assert_allclose(result.effective_rank, [effective_rank(u) for u in units], rtol=1e-4)
    np.testing.assert_allclose(result.duplicates, [duplicate_units(u).double().mean() for u in units])
    np.testing.assert_allclose(result.starved, [s.double().mean() for s in starved])
    np.testing.assert_allclose(result.peak_gradient, torch.cat(peaks), rtol=1e-4)
    assert result.linear_fit == pytest.approx(linear_fit(x, outputs), abs=1e-6)
    assert result.duplicates[1] == 1.0


def test_every_threshold_has_words_a_unit_and_a_source():
    for field in fields(THRESHOLDS):
        threshold = getattr(THRESHOLDS, field.name)
        assert threshold.unit, field.name
        assert threshold.source, field.name
        assert threshold.meaning[0].islower(), field.name  # it completes a sentence


def test_thresholds_are_those_that_are_written_down():
    values = {field.name: getattr(THRESHOLDS, field.name).value for field in fields(THRESHOLDS)}
    assert values["dead_share"] == 0.5
    assert values["dormancy_score"] == 0.025
    assert values["starved_gradient"] == 1e-12
    assert values["saturated_share"] == 0.5
    assert values["weak_std"] == 1e-4
    assert values["vanishing_ratio"] == 1e-3
    assert values["exploding_norm"] == 1e3
    assert (values["update_low"], values["update_target"], values["update_high"]) == (-4.0, -3.0, -2.0)
    assert values["linear_fit"] == values["duplicate_correlation"] == 0.999
