"""Gradients, updates and dead units of the layers as curves, references and words."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.measurements.thresholds import THRESHOLDS
from relulab.session.history import RunHistory
from relulab.training.telemetry import ChangeRecord, ProbeRecord, StepRecord
from relulab.views.gradients import GRADIENTS, UPDATES, sample, zero
from relulab.views.layered import DEAD, caption, chosen_layers, in_words, layer_curves, measured, table
from relulab.views.parts import ShownRun
from tests.helpers.histories import history, probe_record, started, step_record


def silent(steps=5):
    """A run whose first layer gets no gradient."""
    run = RunHistory(started())
    for step in range(steps):
        record = step_record(step)
        run.append(replace(record, gradient_rms=record.gradient_rms * np.array([0, 1, 1], np.float32)))
    return run


@pytest.mark.parametrize(
    ("quantity", "kind", "field"),
    [(GRADIENTS, StepRecord, "gradient_rms"), (UPDATES, StepRecord, "update_ratio"), (DEAD, ProbeRecord, "dead")],
)
def test_each_layer_has_its_curve(quantity, kind, field):
    run = history(steps=60, probe_every=20)
    steps, values = run.columns(kind, "step", field)
    curves = layer_curves(quantity, run)
    assert [curve.key for curve in curves] == [layer.name for layer in run.info.layout.layers]
    assert all(curve.steps is curves[0].steps for curve in curves), "thinned once for all"
    for index, curve in enumerate(curves[:2]):
        np.testing.assert_array_equal(curve.steps, steps)
        np.testing.assert_allclose(curve.values, values[:, index] * (100 if quantity is DEAD else 1))
    assert str(curves[0].name) == "1 Dense"


def test_layers_that_can_only_rest_show_that():
    run = RunHistory(started())
    for step in (0, 20):
        run.append(probe_record(step, dead=np.array([0, 0, np.nan], np.float32)))
    output = layer_curves(DEAD, run)[-1]
    np.testing.assert_array_equal(output.values, run.columns(ProbeRecord, "never_active")[0][:, -1])
    assert [curve.key for curve in measured(replace(DEAD, instead=""), [ShownRun("run", run)])[0][1]] == [
        "1_dense",
        "2_dense",
    ]


def test_healthy_updates_are_those_of_the_diagnosis():
    low, good, high = (
        threshold.value for threshold in (THRESHOLDS.update_low, THRESHOLDS.update_target, THRESHOLDS.update_high)
    )
    assert UPDATES.healthy == (low, high)
    assert [(reference.value, str(reference.name)) for reference in UPDATES.references] == [(good, "good: −3")]
    assert "between −4 and −2 (shaded)" in UPDATES.caption


def test_layers_without_a_gradient_are_named():
    run = silent()
    curves = layer_curves(GRADIENTS, run)
    assert str(sample(curves)).startswith("Exactly 0: no gradient reaches 1 Dense · Over the training batch of a step")
    assert [str(reference.name) for reference in zero(curves)] == ["0: no gradient reaches this layer"]
    found = measured(GRADIENTS, [ShownRun("run", run)])
    assert caption(GRADIENTS, found).endswith("Exactly 0 at the end, so not on this axis: 1 Dense.")
    assert "1 Dense from 0 at step 0 to 0 at step 4 (no gradient reaches it)" in str(in_words(GRADIENTS, found))
    healthy = layer_curves(GRADIENTS, history(steps=20))
    assert zero(healthy) == ()
    assert str(sample(healthy)) == (
        "Over the training batch of a step, before penalty and clipping · points: 21, last at step 20"
    )


def test_of_many_layers_some_are_told_and_the_output_is_the_last():
    deep, flat = history(units=(8,) * 12, steps=4), history(units=(8, 2), steps=4)
    found = measured(GRADIENTS, [ShownRun("flat", flat), ShownRun("deep", deep)])
    shown, left_out = chosen_layers([curves for _, curves in found])
    assert (len(shown), left_out, shown[-1].key) == (8, 4, "output")
    assert caption(GRADIENTS, found).endswith("8 of 12 layers are drawn.")
    words = str(in_words(GRADIENTS, found))
    assert words.startswith("Gradients over the steps. flat: 1 Dense from ")
    assert words.count(" to ") == 2 + 8
    assert "Colours run from the first layer to the last." in caption(GRADIENTS, found[1:])


def test_changes_are_told_and_shares_are_in_percent():
    run = history(steps=40, probe_every=20)
    run.append(ChangeRecord(12, "learning rate", "0.1", "0.01"))
    found = measured(DEAD, [ShownRun("run", run)])
    assert caption(DEAD, found).endswith(
        "500 training samples, dropout off; 3 measurements. Changed by hand: 1: learning rate 0.1 → 0.01 at step 12."
    )
    assert "1 Dense from 0 % at step 0 to 0 % at step 40" in str(in_words(DEAD, found))


def test_the_table_has_a_row_for_every_layer_and_measurement():
    run = history(steps=10)
    (norms,) = run.columns(StepRecord, "gradient_norm")
    found = table(GRADIENTS, [ShownRun("run", run)])
    assert found.columns == ("run", "step", "epoch", "layer", "gradient_rms", "gradient_norm")
    np.testing.assert_array_equal([row[-1] for row in found.rows], norms.ravel())
    assert table(GRADIENTS, [ShownRun("run", RunHistory(started()))]) is None
