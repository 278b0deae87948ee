"""Stacks over many steps: the same course as single runs, whoever lies beside them."""

import math

import numpy as np
import pytest
import torch

from relulab.errors import DivergedError
from tests.relulab.population.designs import design, losses_of, moved_by_one_ulp, run_of, stack_of

STEPS = 200


def relative(found, expected):
    """The greatest difference of two courses of losses, as a share of the loss."""
    expected = np.asarray(expected)
    return float(np.max(np.abs(found - expected) / np.maximum(np.abs(expected), 1e-3)))


@pytest.mark.parametrize(("precision", "limit", "calm"), [("float32", 1e-5, 1e-6), ("float64", 1e-10, 1e-14)])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"optimizer": "adam", "learning_rate": 0.01},
        {"optimizer": "momentum", "activation": "tanh"},
        {"l2": 0.01},
        {"activation": "prelu"},
        {"behind": ["batch_norm"], "activation": "tanh"},
        {"behind": ["batch_norm"], "activation": "identity", "optimizer": "adam", "learning_rate": 0.01},
        {"behind": ["layer_norm"], "optimizer": "adam", "learning_rate": 0.01},
        {"behind": ["dropout"], "l2": 0.01},
    ],
)
def test_the_course_of_a_single_run(changed, precision, limit, calm):
    specs = [design(seed, (7, 5 + seed), precision=precision, **changed) for seed in range(3)]
    found = stack_of(specs).run(STEPS)
    for net, spec in enumerate(specs):
        expected = losses_of(run_of(spec), STEPS)
        spread = relative(np.array(losses_of(moved_by_one_ulp(run_of(spec)), STEPS)), expected)
        assert relative(found[:, net], expected) <= (limit if spread < calm else max(limit, 10 * spread))


def diverged_in(spec):
    run = run_of(spec)
    try:
        while not run.finished:
            run.step()
    except DivergedError as error:
        return error
    return None


@pytest.mark.parametrize("rate", [3.0, 10.0, 100.0])
def test_steps_of_divergence_and_the_last_weights(rate):
    specs = [design(seed, (16, 16), loss="mse", learning_rate=rate, steps=100) for seed in range(6)]
    stack = stack_of([design(9, (16, 16), loss="mse", learning_rate=0.01, steps=100), *specs])
    losses = stack.run(100)
    assert np.isfinite(losses[:, 0]).all()
    for net, spec in enumerate(specs, 1):
        error = diverged_in(spec)
        if error is None:
            assert net not in stack.lost
            continue
        assert stack.lost[net].step == error.step
        assert not math.isfinite(stack.lost[net].loss)
        last = stack.put_back(net)
        run = run_of(spec)
        run.run_until(error.step - 1)
        for mine, theirs in zip(last.parameters(), run.network.parameters(), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=1e-2, atol=0.0)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_net_does_not_depend_on_its_neighbours(optimizer):
    mine = [design(seed, (8, 8), batch_size=10, optimizer=optimizer) for seed in range(16)]
    alone = stack_of(mine)
    assert alone.storage.nets == 16
    expected = alone.run(STEPS)
    beside = stack_of([*mine, *(design(s, (8, 8), batch_size=10, optimizer=optimizer) for s in range(16, 48))])
    assert beside.run(STEPS)[:, :16].tobytes() == expected.tobytes()
    in_pieces = stack_of(mine)
    assert np.concatenate([in_pieces.run(37), in_pieces.run(163)]).tobytes() == expected.tobytes()


@pytest.mark.parametrize("layers", [{}, {"behind": ["batch_norm", "dropout"]}])
def test_a_net_does_not_depend_on_neighbours_that_diverge(layers):
    calm, wild, quiet = (
        [design(seed, (8, 8), loss="mse", learning_rate=rate, **layers) for seed in range(8)]
        for rate in (0.05, 1e4, 0.01)
    )
    beside_wild = stack_of([*calm, *wild])
    losses = beside_wild.run(STEPS)
    assert sorted(beside_wild.lost) == list(range(8, 16))
    beside_quiet = stack_of([*calm, *quiet])
    assert losses[:, :8].tobytes() == beside_quiet.run(STEPS)[:, :8].tobytes()
    for net in range(8):
        mine, theirs = (stack.put_back(net).state_dict().values() for stack in (beside_wild, beside_quiet))
        assert all(torch.equal(one, other) for one, other in zip(mine, theirs, strict=True))


def test_numbers_too_small_to_be_held_exactly_become_zero_and_only_there():
    tiny = 1e-39
    stack = stack_of([design(seed) for seed in range(2)])
    stack.storage.values.fill_(tiny)
    stack.run(1)
    assert (stack.storage.values.view(torch.int32) == 0).any()
    assert ((stack.storage.values.abs() >= torch.finfo(torch.float32).tiny) | (stack.storage.values == 0.0)).all()
    assert float(torch.tensor(tiny) * 1.0) != 0.0


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.1, 0.3, 1.0, 3.0])
def test_the_course_at_every_rate(rate):
    specs = [design(seed, (16, 16), learning_rate=rate, batch_size=10) for seed in range(8)]
    stack = stack_of(specs)
    found = stack.run(STEPS)
    for net, spec in enumerate(specs):
        error = diverged_in(spec)
        steps = STEPS if error is None else error.step - 1
        assert error is None or stack.lost[net].step == error.step
        expected = losses_of(run_of(spec), steps)
        spread = relative(np.array(losses_of(moved_by_one_ulp(run_of(spec)), steps)), expected)
        assert relative(found[:steps, net], expected) <= (1e-5 if spread < 1e-6 else max(1e-5, 10 * spread))
