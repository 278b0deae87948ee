"""The figures of a run against plain loops over its records."""

import math
from dataclasses import replace

import numpy as np
import pytest

from relulab.measurements.status import UnitStatus
from relulab.session.history import RunHistory
from relulab.session.results import dead_shares, results
from relulab.training.telemetry import EvaluationRecord, ProbeRecord
from tests.helpers.sessions import trained


@pytest.fixture(scope="module")
def run():
    return trained("plane", 20, seconds=1.5, test_loss=0.3, test_accuracy=0.9)


def fresh(run):
    return RunHistory(run.history.info)


def test_the_best_figures_are_those_of_the_records(run):
    columns = run.history.columns(EvaluationRecord, "step", "loss", "accuracy")
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    best = min(rows, key=lambda row: row[1])
    found = results(run)
    assert (found.loss_step, found.loss) == best[:2]
    assert found.accuracy == max(row[2] for row in rows)
    assert (found.test_loss, found.test_accuracy, found.seconds) == (0.3, 0.9, 1.5)
    assert found.steps == 20


def test_losses_that_are_no_numbers_are_never_the_best(run):
    history = fresh(run)
    for step, loss, accuracy in ((0, math.nan, math.nan), (5, 0.5, 0.7), (9, 0.6, 0.8), (10, -math.inf, math.nan)):
        history.append(EvaluationRecord(step, 0.0, loss, accuracy))
    found = results(replace(run, history=history))
    assert (found.loss, found.loss_step, found.accuracy, found.steps) == (0.5, 5, 0.8, 10)


def test_of_a_run_without_measurements_nothing_is_known(run):
    found = results(replace(run, history=fresh(run)))
    assert np.isnan([found.loss, found.accuracy, found.dead]).all()
    assert (found.steps, found.loss_step) == (0, 0)
    assert [len(part) for part in dead_shares(fresh(run))] == [0, 0]


def test_the_dead_share_counts_units_of_layers_that_can_die(run):
    layers = run.history.info.layout.layers
    hidden = [i for i, layer in enumerate(layers) if layer.activation == "relu"]
    assert len(hidden) < len(layers)
    history = fresh(run)
    record = run.history.latest(ProbeRecord)
    status, start, deaths = record["unit_status"].copy(), 0, {hidden[0]: 3, hidden[1]: 1}
    dead = record["dead"].copy()
    for i, layer in enumerate(layers):
        count = deaths.get(i, 0)
        status[start : start + layer.units] = UnitStatus.ACTIVE
        status[start : start + count] = UnitStatus.DEAD
        if i in hidden:
            dead[i] = count / layer.units
        start += layer.units
    history.append(ProbeRecord(**(record | {"unit_status": status, "dead": dead})))
    can_die = sum(layers[i].units for i in hidden)
    assert dead_shares(history)[1].tolist() == pytest.approx([(status == UnitStatus.DEAD).sum() / can_die])
    assert results(replace(run, history=history)).dead == pytest.approx(4 / can_die)
    assert dead_shares(history, hidden[0])[1].tolist() == pytest.approx([3 / layers[hidden[0]].units])
    assert np.isnan(dead_shares(history, len(layers) - 1)[1]).all(), "an output cannot die"
    assert np.isnan(dead_shares(history, 99)[1]).all()
