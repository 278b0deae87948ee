"""One input in the network of a moment: the numbers of the run itself, and of the library's other ways to them."""

import numpy as np
import pytest
import torch

import relulab
from relulab.data.loading import load_dataset
from relulab.errors import SessionError
from relulab.session.store import SessionStore
from relulab.training.kept_weights import MomentWeights
from relulab.training.one_input import Question
from relulab.training.one_input_reader import OneInputReader
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from tests.helpers.small_runs import experiment

CONV = {"kind": "conv2d", "parameters": {"channels": 4, "padding": 1}}
NORM = {"kind": "batch_norm"}


def run_of(spec, steps):
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    run.measure_start()
    run.run_until(steps)
    return run, store.current.info


def look_at(run, info, index=0, **wishes):
    reader = OneInputReader(info)
    reader.take(MomentWeights.of_run(run))
    split = info.dataset.validation
    return reader.look(Question(split.inputs[index], split.targets[index], **wishes))


CASES = {
    "moons": experiment("moons", 6, 5),
    "curve": experiment("sine", 5, loss="mse"),
    "images": experiment("digits", CONV, "max_pool2d", CONV, "flatten", 5),
    "norms": experiment("moons", 6, NORM, 5),
    "table": experiment("cars", 5, size=200, loss="mse"),
}


@pytest.mark.parametrize("steps", [0, 20])
@pytest.mark.parametrize("name", CASES)
def test_the_outputs_are_those_of_the_run(name, steps):
    """Also before the first step, where batch norms have no statistics of their own."""
    run, info = run_of(CASES[name], steps)
    look = look_at(run, info, 3)
    expected = run.evaluator.outputs(run.evaluator.validation.inputs[3:4])[0].numpy()
    np.testing.assert_allclose(look.outputs, expected, rtol=1e-5, atol=1e-5)
    assert look.step == steps
    assert look.change_when_cut == 0.0
    assert look.cut > 0
    np.testing.assert_allclose(look.map.contributions[0].sum(axis=1), look.way.pre_activations[-1][0], atol=1e-10)
    assert len(look.values) == len([layer for layer in info.spec.model.layers if layer.kind != "flatten"]) + 1


def test_the_run_is_not_touched():
    """Looking draws no random numbers, and leaves weights and mode as they were."""
    run, info = run_of(CASES["norms"], 5)
    before, weights = torch.get_rng_state(), [one.clone() for one in run.network.parameters()]
    look_at(run, info, with_slopes=True)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(one, other) for one, other in zip(weights, run.network.parameters(), strict=True))
    assert run.network.training


def test_the_weights_of_a_moment_stay_what_they_were():
    run, info = run_of(CASES["moons"], 5)
    reader, split = OneInputReader(info), info.dataset.validation
    question = Question(split.inputs[0], split.targets[0])
    early = MomentWeights.of_run(run)
    reader.take(early)
    first = reader.look(question).outputs
    run.run_until(50)
    reader.take(MomentWeights.of_run(run))
    assert not np.allclose(reader.look(question).outputs, first)
    reader.take(early)
    np.testing.assert_array_equal(reader.look(question).outputs, first)
    reader.take(MomentWeights.of(run.checkpoint()))
    np.testing.assert_allclose(
        reader.look(question).outputs, run.evaluator.outputs(run.evaluator.validation.inputs[:1])[0], rtol=1e-5
    )


def test_it_agrees_with_the_trace_of_the_library():
    result = relulab.train(experiment("moons", 6, 5, steps=30))
    info = result.history.info
    reader = OneInputReader(info)
    reader.take(MomentWeights(info.spec, 30, {k: v.numpy() for k, v in result.network.state_dict().items()}))
    split = info.dataset.validation
    look = reader.look(Question(split.inputs[2], split.targets[2]))
    trace = relulab.trace(result, info.dataset.original(split.inputs[2:3])[0], int(split.targets[2]))
    np.testing.assert_allclose(look.map.contributions, trace.contributions, atol=1e-5)
    np.testing.assert_allclose(look.back.layers[0].deltas, trace.deltas[0][0], atol=1e-6)
    assert look.back.loss == pytest.approx(float(trace.losses[0]), rel=1e-5)


def test_without_a_target_there_is_no_way_back_and_large_networks_have_none():
    run, info = run_of(CASES["moons"], 5)
    reader = OneInputReader(info)
    reader.take(MomentWeights.of_run(run))
    assert reader.look(Question(info.dataset.validation.inputs[0])).back is None
    run, info = run_of(experiment("moons", 60), 1)
    assert look_at(run, info).back is None


def test_slopes_come_where_they_are_asked_for():
    run, info = run_of(CASES["moons"], 5)
    assert look_at(run, info).slopes is None
    look = look_at(run, info, with_slopes=True)
    assert len(look.slopes.gains) == 2
    assert look.slope_samples == 256
    assert look_at(*run_of(CASES["images"], 1), with_slopes=True).slopes is None


def test_weights_of_another_network_are_refused():
    run, info = run_of(CASES["moons"], 1)
    weights = MomentWeights.of_run(run)
    less = {name: array for name, array in weights.network.items() if "output" not in name}
    with pytest.raises(SessionError, match="another network"):
        OneInputReader(info).take(MomentWeights(weights.spec, 1, less))


def test_a_unit_made_leaky_by_hand_is_looked_at_as_it_is():
    run, info = run_of(CASES["moons"], 5)
    from relulab.training.requests import leaky_design

    weights = MomentWeights.of_run(run)
    reader, split = OneInputReader(info), info.dataset.validation
    reader.take(weights)
    question = Question(split.inputs[0], split.targets[0])
    assert reader.look(question).change_when_cut == 0.0
    reader.take(MomentWeights(leaky_design(run.spec, 0, 0.3), 5, weights.network))
    assert reader.look(question).change_when_cut > 0.0
