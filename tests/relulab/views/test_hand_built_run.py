"""What was built by hand as a design, and networks of runs as sums of ReLUs."""

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.introspection.best_pieces import best_pieces
from relulab.introspection.relu_sum import LEFT, BuiltUnit, Errors, ReluSum
from relulab.session.store import SessionStore
from relulab.text import Text
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.views.hand_built import OWN, TARGETS, Target
from relulab.views.hand_built_run import design_of, sum_of, target_of
from tests.helpers.small_runs import experiment

SINE = TARGETS["sine"]
HAND = ReluSum(0.1, (BuiltUnit(0.3, 1 / 3), BuiltUnit(4.0, -2.0, LEFT), BuiltUnit(5.5, 1e-7), BuiltUnit(0.0, 0.0)))


def run_of(spec, pictured=True):
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    run.instruments.network_wanted = pictured
    run.measure_start()
    run.instruments.conclude()
    return run, store.current


def taken(history):
    found = sum_of(history)
    assert isinstance(found, ReluSum), str(found)
    return found


def outputs(run, x):
    """Of the network at ``x`` in the units of the data."""
    data = run.dataset
    inputs = torch.tensor((x[:, None] - data.offset) / data.scale, dtype=torch.float32)
    with torch.no_grad():
        return data.original_targets(run.network(inputs).numpy()).ravel()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_design_begins_with_exactly_what_was_built(target):
    built = ReluSum.along(best_pieces(target.x, target.curve, 8))
    run, history = run_of(design_of(target, built))
    np.testing.assert_allclose(outputs(run, target.x), built.at(target.x), atol=1e-4)
    weight, bias = run.network.parameters_of(0)
    assert np.array_equal(bias.detach().numpy(), np.array([unit.bias for unit in built.units], np.float32))
    assert np.array_equal(weight.detach().numpy().ravel(), np.array([unit.weight for unit in built.units], np.float32))
    assert target_of(history) == target or target.key == OWN


def test_a_sum_goes_there_and_back():
    _, history = run_of(design_of(SINE, HAND))
    back = taken(history)
    assert [unit.side for unit in back.units] == [unit.side for unit in HAND.units]
    for name in ("kink", "slope"):
        there, again = ([getattr(unit, name) for unit in each.units] for each in (HAND, back))
        np.testing.assert_allclose(again, there, rtol=1e-6)
    assert back.offset == pytest.approx(HAND.offset)


def test_the_data_are_the_target_itself():
    run, _ = run_of(design_of(SINE, HAND))
    train = run.dataset.train
    np.testing.assert_allclose(train.targets.ravel(), np.sin(train.inputs.ravel()), atol=1e-6)


def test_it_learns_on():
    built = ReluSum.along(best_pieces(SINE.x, SINE.curve, 4))
    run, _ = run_of(design_of(SINE, built))
    run.run_until(run.total_steps)
    after = Errors.of(outputs(run, SINE.x), SINE.curve).mean_square
    assert after < Errors.of(built.at(SINE.x), SINE.curve).mean_square


def test_any_network_of_that_kind_can_be_taken_over():
    """Scaled data, drawn weights, a unit that listens to nothing: the same function in the units of the data."""
    layer = {"kind": "dense", "parameters": {"units": 5}, "initialization": "normal"}
    spec = experiment("sine", layer, steps=3, loss="mse")
    run, history = run_of(spec, pictured=False)
    with torch.no_grad():
        run.network.parameters_of(0).present[0][2] = 0.0
        run.network.parameters_of(0).present[1][2] = 1.5
    history.append(run.checkpoint())
    x = np.linspace(-1, 1, 50)
    found = taken(history)
    assert len(found.units) == 4, "one of them only adds a number"
    np.testing.assert_allclose(found.at(x), outputs(run, x), atol=1e-4)
    assert target_of(history) is None, "the noisy waves of that set are no formula"


@pytest.mark.parametrize(
    ("data", "layers", "words"),
    [
        ("sine", [4, 4], "Only a network of one input, one hidden layer"),
        ("sine", [{"kind": "dense", "activation": "tanh"}], "Only a network of one input"),
        ("moons", [4], "Only a network of one input"),
        ("sine", [65], "more ReLUs than the 64"),
    ],
)
def test_what_is_no_such_sum_says_so(data, layers, words):
    spec = experiment(data, *layers, steps=3, loss="mse" if data == "sine" else "cross_entropy")
    _, history = run_of(spec)
    found = sum_of(history)
    assert isinstance(found, Text)
    assert words in str(found)


def test_without_weights_there_is_nothing_to_take():
    assert "no run yet" in str(sum_of(None))
    spec = design_of(SINE, HAND)
    store = SessionStore()
    TrainingRun(spec, load_dataset(spec.data), record=store.append)
    assert "no run yet" in str(sum_of(store.current))


def test_a_design_is_a_valid_experiment():
    own = Target(OWN, TARGETS[OWN].title, "exp(x) - 1", -3.0, 1.0)
    spec = design_of(own, HAND)
    assert ExperimentSpec.from_json(spec.to_json()) == spec
