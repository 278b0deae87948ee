"""Several processes train one map: each run by one of them, to the same bits, and a second only where it pays."""

import pytest

from relulab.model.plan import check_experiment
from relulab.population.blocks import blocks_of
from relulab.population.shares import part_of
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.population.work import seconds_alone, seconds_together
from tests.relulab.population.designs import design

ACTIVATION, UNITS = "hidden.activation", "hidden.units"


def numbers(asked):
    """What is told of each run, but for the seconds."""
    heard = []
    asked.train(None, heard.append)
    runs = [said for said in heard if isinstance(said, Standing)]
    names = ("seed", "end", "reason", "step", "loss", "test_loss", "test_accuracy", "dead_share", "gradient")
    told = {said.run: tuple(repr(getattr(said, name)) for name in names) for said in runs}
    assert len(told) == len(runs), "each once"
    return told


def laid_out(*specs):
    plans = {place: check_experiment(spec) for place, spec in enumerate(specs)}
    return blocks_of(list(plans.items())), plans


def parts(blocks, plans, processes):
    return [part_of(blocks, plans, (mine, processes)) for mine in range(processes)]


def places(blocks):
    return sorted(place for block in blocks for place in block.places)


@pytest.mark.parametrize(
    "over", [{ACTIVATION: ["relu", "tanh", "gelu", "no such one"]}, {"training.learning_rate": [0.01, 0.1, 3.0]}]
)
def test_two_processes_come_to_the_bits_of_one(over, monkeypatch):
    monkeypatch.setattr("relulab.population.told.SECONDS_EACH", 1e-9)
    asked = Asked(Sweep.of(design(steps=12), over, 9), is_map=True)
    shares = [Asked.of_text(share.text()) for share in asked.shares(2)]
    told = [numbers(share) for share in shares]
    assert len(told) == 2
    assert all(len(each) > 5 for each in told), "about the same for each"
    assert not told[0].keys() & told[1].keys()
    assert told[0] | told[1] == numbers(asked)


def test_kinds_of_networks_go_whole_to_whoever_has_least_to_do():
    specs = [design(seed, activation=name, steps=1000) for name in ("relu", "tanh", "elu", "silu") for seed in range(5)]
    blocks, plans = laid_out(*specs, *(design(seed, steps=20_000) for seed in range(5)))
    found = parts(blocks, plans, 2)
    assert places(found[0] + found[1]) == list(range(25))
    assert sorted(map(len, found)) == [1, 4], "one long kind beside four short ones"
    assert all(block in blocks for block in found[0] + found[1])


def test_one_large_kind_is_cut_at_a_multiple_of_sixteen():
    blocks, plans = laid_out(*(design(seed) for seed in range(40)))
    (first,), (second,) = parts(blocks, plans, 2)
    assert sorted([first.positions, second.positions]) == [tuple(range(8)), tuple(range(32))]
    assert places([first, second]) == list(range(40))


def test_runs_that_are_trained_alone_are_dealt_out():
    blocks, plans = laid_out(*(design(seed, class_weights="balanced") for seed in range(7)))
    assert sorted(map(len, parts(blocks, plans, 3))) == [2, 2, 3]


def test_a_second_process_is_started_only_where_it_pays():
    sweep = Sweep.of(design(steps=20), {ACTIVATION: ["relu", "tanh"]}, 5)
    assert len(Asked(sweep, is_map=True).shares(2)) == 1
    long = Sweep.of(design(steps=200_000), {ACTIVATION: ["relu", "tanh"]}, 5)
    assert len(Asked(long, is_map=True).shares(2)) == 2
    assert len(Asked(long, is_map=True, done=frozenset(range(10))).shares(4)) <= len(Asked(long, is_map=True).shares(4))
    assert len(Asked(long, is_map=True).shares(1)) == 1
    assert len(Asked(long).shares(2)) == 1, "starts are watched in one process"


def test_more_steps_weights_and_runs_are_more_work():
    small, long, wide = (check_experiment(design(**each)) for each in ({}, {"steps": 400}, {"units": (90, 90)}))
    assert seconds_together(small, 4) < seconds_together(long, 4)
    assert seconds_together(small, 4) < seconds_together(wide, 4)
    assert seconds_together(small, 4) < seconds_together(small, 8) < 2 * seconds_together(small, 4)
    assert seconds_alone(small) > seconds_together(small, 2) - seconds_together(small, 1)
