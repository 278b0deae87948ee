"""Many networks told of while they learn: nothing that is watched changes, and everything arrives as it was told."""

import json
import math

import numpy as np
import pytest

from relulab.diagnosis.ends import End
from relulab.experiment.presets import load_preset
from relulab.population.standing import CLASSES, CURVE, PLANE, SCATTER, Samples, Scene, Standing, told
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.population.training import train_all
from tests.relulab.population.designs import design

RATE, UNITS = "training.learning_rate", "model.layers.0.parameters.units"


def listen(asked):
    """Everything that is told, as it arrives in another process."""
    lines = []
    asked.train(None, lambda said: lines.append(said.line()))
    return [told(line) for line in lines]


def standings(heard):
    return [said for said in heard if isinstance(said, Standing)]


def last_of_each(heard):
    return {said.run: said for said in standings(heard)}


def short(preset, steps=30):
    spec = load_preset(preset)
    return spec.replace(training=spec.training.replace(steps=steps, epochs=None))


def test_each_run_is_told_until_its_end_as_the_engine_has_it():
    sweep = Sweep.of(design(), {}, 5)
    heard = listen(Asked(sweep))
    results = dict(train_all([sweep.design(run) for run in range(5)]))
    assert isinstance(heard[0], Scene)
    assert {said.run for said in heard if isinstance(said, Samples)} == set(range(5))
    for run, last in last_of_each(heard).items():
        result = results[run]
        assert last.end == result.end.value
        assert (last.step, last.loss, last.test_loss) == (result.steps, result.train[0], result.test[0])
        assert last.seed == run
        first = next(said for said in standings(heard) if said.run == run)
        assert first.step == 0
        assert not first.end
        assert last.moments[0] == 0
        assert last.moments[-1] == last.step
        assert len(last.moments) == len(last.losses)


def test_whoever_watches_changes_nothing():
    sweep = Sweep.of(design(), {RATE: [0.1, 3.0]}, 2)
    specs = [sweep.design(run) for run in range(4)]
    seen = []
    watched = dict(train_all(specs, show=seen.append))
    alone = dict(train_all(specs))
    assert seen
    for run, result in alone.items():
        assert watched[run].train == result.train
        for name, weights in result.network.state_dict().items():
            assert np.array_equal(weights.numpy(), watched[run].network.state_dict()[name].numpy())


def test_the_network_that_is_shown_is_the_one_of_that_step():
    spec = design()
    finals = {}

    def keep(networks):
        for seen in networks:
            if seen.is_over:
                finals[seen.place] = seen.prepared.evaluator.evaluate(seen.prepared.member.train)

    (place, result), *_ = train_all([spec], show=keep)
    assert finals[place] == result.train


@pytest.mark.parametrize(
    ("preset", "kind", "shape"),
    [
        ("moons-healthy", PLANE, (2, 32, 32)),
        ("sine-fit", CURVE, (96,)),
        ("digits-mlp", CLASSES, (10,)),
    ],
)
def test_pictures_suit_the_data(preset, kind, shape):
    heard = listen(Asked(Sweep.of(short(preset), {}, 2)))
    for last in last_of_each(heard).values():
        assert (last.kind, last.values.shape) == (kind, shape)
        if kind in (PLANE, CLASSES):
            assert 0 <= last.values.min() <= last.values.max() <= 1


def test_a_regression_of_many_inputs_shows_predictions():
    spec = load_preset("sine-fit").replace(
        data={"dataset": "cars", "train_size": 60, "validation_size": 20, "test_size": 20}
    )
    spec = spec.replace(training=spec.training.replace(steps=20, epochs=None))
    heard = listen(Asked(Sweep.of(spec, {}, 2)))
    samples = {said.run: said for said in heard if isinstance(said, Samples)}
    for run, last in last_of_each(heard).items():
        assert last.kind == SCATTER
        assert len(samples[run].targets) == len(last.values) > 0


@pytest.mark.parametrize(("units", "left"), [((3, 70), {0}), ((4, -1), {1, 2, 12})])
def test_a_map_that_goes_on_comes_to_the_same_numbers(units, left):
    """Whichever runs are done: the others keep the room that they had beside them, where they would round otherwise."""
    sweep = Sweep.of(design(), {RATE: [0.01, 0.3], "hidden.units": units}, 4, "fresh")
    whole = last_of_each(listen(Asked(sweep, is_map=True)))
    done = {run for run, last in whole.items() if run not in left and last.end != End.FAILED.value}
    asked = Asked.of_text(Asked(sweep, is_map=True, done=frozenset(done)).text())
    rest = last_of_each(listen(asked))
    assert done
    assert rest.keys() == whole.keys() - done
    for run, last in rest.items():
        for name in ("seed", "end", "step", "loss", "test_loss", "test_accuracy", "dead_share", "gradient"):
            assert repr(getattr(last, name)) == repr(getattr(whole[run], name)), (run, name)


def test_a_layer_that_is_wholly_dead_is_named():
    heard = listen(Asked(Sweep.of(short("dying-bias"), {}, 3)))
    for last in last_of_each(heard).values():
        assert last.end == End.DEAD.value
        assert 1 <= last.dead <= last.hidden


def test_what_diverges_has_an_infinite_loss_at_its_last_moment():
    spec = short("exploding")
    last = last_of_each(listen(Asked(Sweep.of(spec, {RATE: [1e6]}, 2))))
    assert {run.end for run in last.values()} == {End.DIVERGED.value}
    assert all(math.isinf(run.losses[-1]) and run.diverged for run in last.values())


def test_what_cannot_be_built_is_told_before_anything_is_trained():
    heard = listen(Asked(Sweep.of(design(), {UNITS: [4, -1]}, 1), is_map=True))
    assert heard[0].end == End.FAILED.value
    assert heard[0].run == 1
    assert "units" in heard[0].reason
    assert last_of_each(heard)[0].end != End.FAILED.value


def test_a_map_tells_how_its_runs_end_the_coarse_cells_first():
    sweep = Sweep.of(design(), {RATE: [0.01, 0.1, 1.0], "hidden.bias": [-1.0, 0.0]}, 2, "fresh")
    heard = listen(Asked(sweep, is_map=True))
    assert sorted(said.run for said in heard) == list(range(len(sweep)))
    assert all(said.end and not said.kind for said in heard)
    assert len({said.seed for said in heard}) == len(sweep), "every cell has fresh starts"
    results = dict(train_all([sweep.design(run) for run in range(len(sweep))]))
    assert {said.run: said.end for said in heard} == {run: result.end.value for run, result in results.items()}


def test_coarse_cells_come_first(monkeypatch):
    monkeypatch.setattr("relulab.population.told.AT_ONCE", 2)
    sweep = Sweep.of(design(steps=5), {RATE: [0.01, 0.1, 1.0], "hidden.bias": [-1.0, 0.0]}, 1, "fresh")
    order = [said.run for said in listen(Asked(sweep, is_map=True))]
    assert order[:2] == [0, 4], "every second column and row"
    assert sorted(order[2:]) == [1, 2, 3, 5]


def test_the_shares_of_processes_are_the_map(monkeypatch):
    """Portions keep their runs together, so nothing rounds otherwise, and what cannot be built is told once."""
    monkeypatch.setattr("relulab.population.told.AT_ONCE", 4)
    asked = Asked(Sweep.of(design(steps=20), {RATE: [0.01, 0.1, 1.0], UNITS: [4, 8, -1]}, 2, "fresh"), is_map=True)
    whole, shares = listen(asked), [Asked.of_text(share.text()) for share in asked.shares(2)]
    parts = [listen(share) for share in shares]
    assert all(parts), "each has something to do"
    told = [said for part in parts for said in part]
    assert sorted(said.run for said in told) == list(range(len(asked.sweep)))
    losses = {said.run: (said.end, repr(said.loss), repr(said.test_loss)) for said in told}
    assert losses == {said.run: (said.end, repr(said.loss), repr(said.test_loss)) for said in whole}
    assert len(asked.shares(100)) == 5, "no more than there are portions"
    assert Asked(asked.sweep).shares(2) == [Asked(asked.sweep)], "starts are watched in one process"


def test_what_is_asked_arrives_as_it_was_asked():
    asked = Asked(Sweep.of(design(), {RATE: "log:0.01:1:3"}, [4, 7], "fresh", same_data=True), is_map=True)
    arrived = Asked.of_text(asked.text())
    assert [arrived.sweep.design(run) for run in range(6)] == [asked.sweep.design(run) for run in range(6)]
    assert arrived.text() == asked.text()


def test_on_the_same_data_only_weights_and_order_differ():
    spec = design()
    first, second = (Sweep.of(spec, {}, [3, 8], same_data=True).design(run) for run in (0, 1))
    assert first.data == second.data == spec.data
    assert (first.model.seed, first.training.seed) == (3, 3)
    assert (second.model.seed, second.training.seed) == (8, 8)


def test_a_line_that_tells_of_nothing_is_an_error():
    with pytest.raises((ValueError, TypeError)):
        told(json.dumps({"nothing": 1}))
