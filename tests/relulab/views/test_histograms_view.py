"""The histograms of a run's layers as values, captions and words."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord
from relulab.views.histograms import ACTIVATIONS, WEIGHTS, caption, in_words, layer_values, table
from relulab.views.parts import ShownRun
from tests.helpers.histories import history, probe_record, started


@pytest.mark.parametrize("values", [ACTIVATIONS, WEIGHTS])
def test_each_layer_has_its_histograms(values):
    run = history(steps=60, probe_every=20)
    steps, histogram, low, high, mean = run.columns(ProbeRecord, "step", *values.fields, "mean")
    layers = layer_values(values, run)
    assert [layer.name for layer in layers] == ["1 Dense", "2 Dense", "Output"]
    for index, layer in enumerate(layers):
        np.testing.assert_array_equal(layer.steps, steps)
        np.testing.assert_array_equal(layer.histogram, histogram[:, index])
        assert layer.range == (low[-1, index], high[-1, index])
        if values is ACTIVATIONS:
            np.testing.assert_array_equal(layer.means, mean[:, index])
        else:
            assert layer.means is None
    assert layer_values(values, RunHistory(started())) == []


def test_captions_and_words_tell_the_numbers_that_are_worth_saying():
    run = RunHistory(started())
    saturated = np.array([0.25, 0.004, np.nan], np.float32)
    run.append(replace(probe_record(20, saturated=saturated), std=np.full(3, 0.75, np.float32)))
    first, second, output = layer_values(ACTIVATIONS, run)
    mean = probe_record(20).mean
    assert str(first.caption) == f"1 Dense · exactly 0: 52 % · saturated: 25 % · mean {mean[0]:.3g} · std 0.75"
    assert str(second.caption) == f"2 Dense · exactly 0: 52 % · mean {mean[1]:.3g} · std 0.75"
    assert str(output.caption) == f"Output · mean {mean[2]:.3g} · std 0.75"
    assert str(layer_values(WEIGHTS, run)[1].caption) == "2 Dense · weights from -0.6 to 0.6"
    low, high = first.range
    told = f"1 Dense from {low:.4g} to {high:.4g}, mean {mean[0]:.4g}, exactly 0: 52 %, saturated: 25 %; 2 Dense from "
    assert str(in_words(ACTIVATIONS, ShownRun("moons", run))).startswith(
        f"Histograms of activations over the steps, moons. At step 20: {told}"
    )
    assert "exactly" not in str(in_words(WEIGHTS, ShownRun("moons", run)))


def test_values_that_are_not_finite_are_told():
    run = RunHistory(started())
    run.append(probe_record(0, mean=np.array([np.inf, 0.5, np.nan], np.float32)))
    assert str(layer_values(ACTIVATIONS, run)[0].caption) == "1 Dense · exactly 0: 52 % · values that are not finite"
    assert "mean infinite" in str(in_words(ACTIVATIONS, ShownRun("run", run)))


def test_the_sample_belongs_to_activations_and_many_layers_are_chosen_from():
    run = history(units=(8,) * 11 + (2,), steps=20, probe_every=20)
    assert caption(ACTIVATIONS, run).endswith(
        "Probe set: 500 training samples, dropout off; 2 measurements. 8 of 12 layers are drawn."
    )
    assert "Probe set" not in caption(WEIGHTS, run)
    assert str(in_words(ACTIVATIONS, ShownRun("run", run))).count(" from ") == 8


def test_the_table_has_a_column_per_bin_of_the_first_run():
    run = history(steps=20, probe_every=20)
    (values,) = run.columns(ProbeRecord, "histogram")
    found = table(ACTIVATIONS, [ShownRun("first", run), ShownRun("second", run)])
    np.testing.assert_array_equal([row[5:] for row in found.rows], values.reshape(-1, values.shape[2]))
    assert found.columns[:6] == ("run", "step", "layer", "low", "high", "bin 1")
    assert table(WEIGHTS, [ShownRun("run", RunHistory(started()))]) is None
