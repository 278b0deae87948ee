"""Weights and biases given by hand: the next batch uses them, the history tells it, and it can be taken back."""

import pytest
import torch
from torch.nn import functional

from relulab.data.loading import load_dataset
from relulab.session.file.schema import ChangeRecordDocument
from relulab.session.store import SessionStore
from relulab.training.by_hand import HandChanges, operation, weight_change
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.training.state import State
from relulab.training.trainer import Trainer
from tests.helpers.small_runs import experiment

DROPOUT = {"kind": "dropout", "parameters": {"rate": 0.3}}
EVERY = (
    weight_change(0, 1, 1, -0.75),
    weight_change(0, 1, None, 0.25),
    operation("nudge_bias", 1, 2, 0.5),
    operation("reinitialize", 0, 3, 0.0),
    operation("freeze", 0, 0, 0.0),
    operation("silence", 1, 1, 0.0),
    operation("make_leaky", 0, 0, 0.1),
)
KINDS = ("weight", "bias", "nudge_bias", "reinitialize", "freeze", "silence", "make_leaky")


def started(*layers, steps=12, **training):
    spec = experiment("moons", *(layers or (6, 5)), steps=40, **training)
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    run.measure_start()
    run.run_until(steps)
    return run, store


def loss_by_hand(run, weights, biases):
    """Of the batch that the run learns from next, with these numbers."""
    inputs, targets, _ = run._batches.peek()
    h = inputs
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        h = h @ weight.T + bias
        h = torch.relu(h) if layer < len(weights) - 1 else h
    return float(functional.cross_entropy(h, targets))


def numbers_of(run):
    layers = [run.network.parameters_of(layer) for layer in range(len(run.layout.layers))]
    return [layer.weight.detach().clone() for layer in layers], [layer.bias.detach().clone() for layer in layers]


@pytest.mark.parametrize("part", ["weight", "bias"])
def test_the_next_batch_uses_the_number(part):
    run, _ = started()
    weights, biases = numbers_of(run)
    untouched = loss_by_hand(run, weights, biases)
    if part == "weight":
        weights[0][3, 1] = -2.5
        HandChanges().make(run, weight_change(0, 3, 1, -2.5))
    else:
        biases[0][4] = 1.75
        HandChanges().make(run, weight_change(0, 4, None, 1.75))
    expected = loss_by_hand(run, weights, biases)
    assert abs(expected - untouched) > 1e-4, "it matters"
    assert run.step() == pytest.approx(expected, abs=1e-6)


def test_it_is_written_into_the_history():
    run, store = started()
    before = float(run.network.parameters_of(0).weight.detach()[1, 0])
    HandChanges().make(run, weight_change(0, 1, 0, 3.5))
    change = store.current.changes[-1]
    assert (change.what, change.after) == ("1 Dense, unit 2: weight from input 1", "3.5")
    assert float(change.before) == pytest.approx(before, rel=1e-3)
    assert (change.step, change.layer, change.unit) == (12, 0, 1)


@pytest.mark.parametrize("change", EVERY, ids=KINDS)
@pytest.mark.parametrize("layers", [(6, 5), (6, DROPOUT, 5)], ids=["plain", "dropout"])
def test_a_change_that_is_taken_back_leaves_no_trace_but_in_the_history(change, layers):
    alone, _ = started(*layers, optimizer="adam")
    wanted = [alone.step() for _ in range(10)]
    run, store = started(*layers, optimizer="adam")
    hand = HandChanges()
    changed = hand.make(run, change)
    made = len(store.current.changes)
    assert made > 0
    assert hand.to_undo(changed) == 1
    back = hand.undo(changed)
    assert back.spec == run.spec
    assert hand.to_undo(back) == 0
    assert [back.step() for _ in range(10)] == wanted
    undone = store.current.changes[made:]
    for one, other in zip(undone, store.current.changes[:made][::-1], strict=True):
        assert (one.what, one.before, one.after) == (other.what, other.after, f"{other.before} (undone)")
        assert ChangeRecordDocument.of(one).record(run.layout) == one, "a session keeps it"
    assert len(store.runs) == 1


def test_several_changes_are_taken_back_one_by_one_in_reverse():
    run, _ = started()
    values = [run.parameters.values.detach().clone()]
    hand = HandChanges()
    for change in (EVERY[0], EVERY[-1], EVERY[2]):
        run = hand.make(run, change)
        values.append(run.parameters.values.detach().clone())
    for left in (2, 1, 0):
        run = hand.undo(run)
        assert hand.to_undo(run) == left
        assert torch.equal(run.parameters.values.detach(), values[left])
    assert hand.undo(run) is run


def test_once_the_run_goes_on_nothing_is_taken_back():
    run, store = started()
    hand = HandChanges()
    hand.make(run, EVERY[0])
    run.step()
    assert hand.to_undo(run) == 0
    values = run.parameters.values.detach().clone()
    assert hand.undo(run) is run
    assert torch.equal(run.parameters.values.detach(), values)
    assert len(store.current.changes) == 1
    hand.make(run, EVERY[1])
    assert hand.to_undo(run) == 1, "the older one is past"


def test_a_frozen_unit_keeps_the_new_number():
    run, _ = started()
    hand = HandChanges()
    hand.make(run, operation("freeze", 0, 2, 0.0))
    hand.make(run, weight_change(0, 2, 1, 9.0))
    run.run_until(20)
    assert float(run.network.parameters_of(0).weight.detach()[2, 1]) == 9.0


def test_a_number_that_is_not_there_is_passed_over():
    run, store = started({"kind": "dense", "parameters": {"units": 4}, "bias": {"name": "none"}})
    values = run.parameters.values.detach().clone()
    hand = HandChanges()
    hand.make(run, weight_change(0, 1, 2, 5.0))
    hand.make(run, weight_change(0, 1, None, 5.0))
    assert torch.equal(run.parameters.values.detach(), values)
    assert not store.current.changes
    assert hand.to_undo(run) == 0, "there is nothing to take back"


def test_the_trainer_does_it_in_the_background():
    store = SessionStore()
    with Trainer(store.append, threads=1) as trainer:
        trainer.watch_network(True)
        trainer.prepare(experiment("moons", 6, 5, steps=200))
        trainer.step_batch()
        trainer.wait({State.PAUSED}, 60)
        trainer.set_weight(0, 1, 0, 2.25)
        trainer.set_weight(0, 1, None, -0.5)
        assert trainer.wait({State.PAUSED}, 60).to_undo == 2
        weight, bias = (parameter.detach() for parameter in trainer._worker.run.network.parameters_of(0))
        assert (float(weight[1, 0]), float(bias[1])) == (2.25, -0.5)
        assert store.current.network.weights[0][1, 0] == 2.25, "it is measured again at once"
        trainer.undo_by_hand()
        assert trainer.wait({State.PAUSED}, 60).to_undo == 1
        assert float(weight[1, 0]) == 2.25
        assert float(bias[1]) != -0.5
        trainer.set_weight(7, 1, 0, 1.0)
        trainer.step_batch()
        assert trainer.wait({State.PAUSED}, 60).to_undo == 0
        assert len(store.current.changes) == 3
