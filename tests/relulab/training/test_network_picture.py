"""The picture of the network: made only where somebody looks, of the weights as they are, and never judged or kept."""

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.introspection.units import grid_points
from relulab.session.store import SessionStore
from relulab.training.jobs.replay import Replay
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import MomentRequest, NetworkWish
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.training.state import State
from relulab.training.telemetry import NetworkPicture
from relulab.training.trainer import Trainer
from tests.helpers.small_runs import experiment

MOONS = experiment("moons", 6, 5, steps=60)


def started(spec=MOONS, wanted=True):
    records = []
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=records.append)
    run.instruments.network_wanted = wanted
    run.measure_start()
    return run, records


def pictures(records):
    return [record for record in records if isinstance(record, NetworkPicture)]


def test_nobody_looks_nothing_is_made():
    run, records = started(wanted=False)
    run.run_until(60)
    run.instruments.conclude()
    assert not pictures(records)


def test_the_picture_is_there_before_training_and_at_the_end_and_is_a_copy():
    run, records = started()
    first = pictures(records)[0]
    before = first.weights[0].copy()
    assert first.step == 0
    run.run_until(60)
    run.instruments.conclude()
    last = pictures(records)[-1]
    assert last.step == 60
    assert np.array_equal(first.weights[0], before), "the network learns on; the picture does not"
    assert np.array_equal(last.weights[0], run.network.weights()[0].detach().numpy())
    assert not np.array_equal(last.weights[0], before)


def test_shapes_over_a_plane():
    _, records = started()
    picture = pictures(records)[0]
    assert [one.shape for one in picture.values] == [(6, 32, 32), (5, 32, 32), (2, 32, 32)]
    assert [one.shape for one in picture.at_sample] == [(6,), (5,), (2,)]
    assert [one.shape for one in picture.biases] == [(6,), (5,), (2,)]


@pytest.mark.parametrize(("asked", "across"), [(34, 34), (124, 124), (125, 32), (20, 32), (0, 32)])
def test_units_are_worked_out_as_large_as_they_are_shown_where_that_is_cheap(asked, across):
    run, records = started()
    run.instruments.network_wish = NetworkWish(pixels=asked)
    run.instruments.show_network()
    picture = pictures(records)[-1]
    assert [one.shape for one in picture.values] == [(6, across, across), (5, across, across), (2, across, across)]
    points = grid_points(picture.ranges, across)
    outputs = run.evaluator.outputs(points)
    assert pytest.approx(outputs.numpy(), rel=1e-4, abs=1e-5) == picture.values[-1].reshape(2, -1).T


def test_watching_changes_no_loss():
    losses = []
    for wanted in (False, True):
        run, _ = started(experiment("moons", 6, 5, "dropout", steps=60), wanted)
        run.instruments.network_wish = NetworkWish(3, 40)
        losses.append([run.step() for _ in range(60)])
    assert losses[0] == losses[1]


@pytest.mark.parametrize("layers", [["flatten", 6], [{"kind": "conv2d", "parameters": {"channels": 3}}, "flatten"]])
def test_images_are_looked_at_through_one_sample(layers):
    run, records = started(experiment("digits", *layers, steps=60))
    run.instruments.network_wish = NetworkWish(5)
    run.instruments.show_network()
    picture = pictures(records)[-1]
    assert picture.values == ()
    assert picture.sample == 5
    assert np.array_equal(picture.inputs, run.dataset.validation.inputs[5])
    outputs = run.evaluator.outputs(run.evaluator.validation.inputs[5:6])[0]
    assert picture.at_sample[-1] == pytest.approx(outputs.numpy(), rel=1e-5)


def test_an_earlier_moment_has_its_own_picture():
    run, _ = started()
    checkpoint = run.checkpoint()
    run.run_until(40)
    found = list(Replay(MOONS, run.dataset).look(MomentRequest(MomentWeights.of(checkpoint), sample=0)))
    (picture,) = pictures(found)
    assert picture.step == 0
    assert not np.array_equal(picture.weights[0], run.network.weights()[0].detach().numpy())


def test_a_session_keeps_none_of_it():
    store = SessionStore()
    run = TrainingRun(MOONS, load_dataset(MOONS.data), recording=LIVE, record=store.append)
    run.instruments.network_wanted = True
    run.measure_start()
    assert store.current.network is not None
    assert store.current.up_to(0).network is None


def test_a_window_that_begins_to_look_gets_it_at_once():
    store = SessionStore()
    with Trainer(store.append) as trainer:
        trainer.prepare(MOONS)
        trainer.wait({State.READY}, 60)
        assert store.current.network is None
        trainer.watch_network(True, 3)
        trainer.wait({State.READY}, 60)
        picture = store.current.network
        assert picture is not None
        assert picture.sample == 3
