"""Who was dropped is told without touching the run, and it is who really was; so are gradients and updates."""

import numpy as np
import pytest
import torch
from torch import nn

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.training.telemetry import NetworkPicture
from tests.helpers.small_runs import experiment

DROPOUT = {"kind": "dropout", "parameters": {"rate": 0.5}}
TANH = {"kind": "dense", "parameters": {"units": 12}, "activation": {"name": "tanh"}}  # never exactly 0
CONV = {"kind": "conv2d", "parameters": {"channels": 3, "padding": 1}}


def started(spec, wanted=True):
    pictures = []
    run = TrainingRun(
        spec,
        load_dataset(spec.data),
        recording=LIVE,
        record=lambda record: pictures.append(record) if isinstance(record, NetworkPicture) else None,
    )
    run.instruments.network_wanted = wanted
    run.measure_start()
    return run, pictures


@pytest.mark.parametrize("kind", ["dropout", "alpha_dropout"])
def test_a_watched_run_has_the_same_losses(kind):
    spec = experiment("moons", DROPOUT, 12, {"kind": kind, "parameters": {"rate": 0.3}}, 8, steps=25)
    watched, _ = started(spec)
    alone, _ = started(spec, wanted=False)
    state = torch.get_rng_state()
    seen = []
    for _ in range(25):
        seen.append(watched.step())
        watched.instruments.show_network()
    torch.set_rng_state(state)
    assert seen == [alone.step() for _ in range(25)]


def really_dropped(run, inputs, state):
    """Layer after layer as torch itself trains them, from the same random state: where a dropout put its zeros."""
    torch.set_rng_state(state)
    found, h = [], inputs
    with torch.no_grad():
        for module in run.network.children():
            before, h = h, module(h)
            if isinstance(module, nn.Dropout | nn.AlphaDropout):
                kept = torch.isclose(h[0], h[0].amax()) if isinstance(module, nn.AlphaDropout) else h[0] != 0
                found.append((before[0] != 0, ~kept))
    return found


def test_those_are_hatched_that_were_dropped_for_the_first_sample():
    spec = experiment("moons", TANH, DROPOUT, TANH, {"kind": "dropout", "parameters": {"rate": 0.2}}, steps=20)
    run, pictures = started(spec)
    masks = []
    for _ in range(5):
        state = torch.get_rng_state()
        run.step()
        run.instruments.show_network()
        inputs = run.train.inputs[torch.tensor(run.last_batch())]
        after = torch.get_rng_state()
        for column, (_, mask) in zip((1, 2), really_dropped(run, inputs, state), strict=True):
            assert np.array_equal(pictures[-1].dropped[column], mask.numpy())
        torch.set_rng_state(after)
        assert pictures[-1].dropped[0].size == pictures[-1].dropped[3].size == 0
        masks.append(pictures[-1].dropped[1])
    assert len({mask.tobytes() for mask in masks}) > 1, "another batch, other units"
    assert any(mask.any() and not mask.all() for mask in masks)


def test_asking_leaves_the_random_state_as_it_is():
    run, _ = started(experiment("moons", TANH, DROPOUT, steps=10))
    run.step()
    torch.rand(7)  # whoever draws in between
    state = torch.get_rng_state()
    assert len(run.dropped.masks(1)) == 3
    assert torch.equal(torch.get_rng_state(), state)


def test_inputs_can_be_dropped_and_single_numbers_of_maps_are_not_told():
    table, pictures = started(experiment("iris", DROPOUT, 5, size=90, steps=5))
    table.step()
    table.instruments.show_network()
    assert pictures[-1].dropped[0].shape == (4,)
    images, pictures = started(experiment("digits", CONV, DROPOUT, "flatten", 5, DROPOUT, steps=5))
    images.step()
    images.instruments.show_network()
    assert [mask.size for mask in pictures[-1].dropped] == [0, 0, 5, 0]


def test_what_was_not_seen_is_not_told():
    spec = experiment("moons", TANH, DROPOUT, steps=10)
    run, pictures = started(spec)
    assert pictures[0].dropped == (), "before the first batch"
    run.instruments.network_wanted = False
    run.step()
    run.instruments.network_wanted = True
    run.instruments.show_network()
    assert pictures[-1].dropped == (), "nobody looked when that batch was drawn"


def test_gradients_and_updates_of_every_weight():
    spec: ExperimentSpec = experiment("moons", 6, 5, steps=30, learning_rate=0.1)
    run, pictures = started(spec)
    assert pictures[0].read.step == 0
    assert pictures[0].read.updates == ()
    run.step()
    before = [weight.detach().clone() for weight in run.network.weights()]
    run.instruments.due_in_step = lambda step: True
    run.step()
    run.instruments.show_network()
    read = pictures[-1].read
    assert read.step == 2
    for layer, weight in enumerate(run.network.weights()):
        assert np.array_equal(read.updates[layer], (weight.detach() - before[layer]).numpy())
    rows = torch.tensor(run.last_batch())
    with torch.no_grad():
        for mine, old in zip(run.network.weights(), before, strict=True):
            mine.copy_(old)
    wanted = [weight.detach().clone().requires_grad_() for weight in before]
    assert reference_gradients(run, rows, read, wanted)


def reference_gradients(run, rows, read, weights):
    """By autograd, with the biases as they were before the update."""
    h = run.train.inputs[rows]
    for layer, weight in enumerate(weights):
        bias = run.network.parameters_of(layer).bias.detach() - run_update(run, layer)
        h = h @ weight.T + bias
        h = torch.relu(h) if layer < len(weights) - 1 else h
    torch.nn.functional.cross_entropy(h, run.train.targets[rows]).backward()
    return all(
        np.allclose(read.gradients[layer], weight.grad.numpy(), atol=1e-6) for layer, weight in enumerate(weights)
    )


def run_update(run, layer):
    """What the newest step of plain gradient descent added to the biases."""
    return -run.learning_rate_used * run.network.parameters_of(layer).bias.grad
