"""Which lines are drawn: the rule in words, and a choice that is the rule's and keeps still."""

import numpy as np
import pytest

from relulab.views.network.edges import LEAD, EdgeChoice, Lines, edge_rule


def weights(receivers, senders, seed=0):
    return np.random.default_rng(seed).normal(size=(receivers, senders)).astype(np.float32)


def ends_of(edges):
    """The pairs of units that are joined."""
    return set(zip(edges.receivers.tolist(), edges.senders.tolist(), strict=True))


@pytest.mark.parametrize(
    ("senders", "receivers", "words"),
    [
        (2, 8, "all weights"),
        (2, 64, "all weights"),
        (12, 12, "all weights"),
        (16, 16, "strongest 8 of 16 each"),
        (64, 64, "strongest 2 of 64 each"),
        (256, 10, "strongest 6 of 256 each"),
        (256, 256, "strongest 64 of 65,536"),
        (100, 200, "strongest 64 of 20,000"),
        (200, 128, "strongest 1 of 200 each"),
    ],
)
def test_the_rule_says_what_is_drawn(senders, receivers, words):
    rule = edge_rule(Lines.WEIGHTS, senders, receivers)
    assert str(rule.words[0]) == words
    edges = EdgeChoice(rule).choose(weights(receivers, senders))
    if rule.each:
        assert np.bincount(edges.receivers, minlength=receivers).tolist() == [rule.each] * receivers
    elif rule.most:
        assert len(edges) == rule.most
    else:
        assert len(edges) >= 0.9 * senders * receivers, "from 2 % of the largest on"


def test_the_strongest_of_each_unit_are_chosen_and_lie_on_top():
    given = weights(64, 64)
    edges = EdgeChoice(edge_rule(Lines.WEIGHTS, 64, 64)).choose(given)
    for receiver in range(64):
        mine = set(edges.senders[edges.receivers == receiver].tolist())
        assert mine == set(np.argsort(-np.abs(given[receiver]))[:2].tolist())
    assert (np.diff(edges.strength) >= 0).all()
    assert edges.strength[-1] <= 1.0
    assert np.array_equal(edges.positive, given[edges.receivers, edges.senders] >= 0)


def test_a_weight_joins_only_where_it_beats_one_by_a_tenth():
    rule = edge_rule(Lines.WEIGHTS, 64, 64)
    choice = EdgeChoice(rule)
    given = weights(64, 64)
    before = choice.choose(given)
    row = 5
    shown = before.senders[before.receivers == row]
    weakest = np.abs(given[row, shown]).min()
    newcomer = next(sender for sender in range(64) if sender not in shown)
    given[row, newcomer] = weakest * 1.05
    again = choice.choose(given)
    assert newcomer not in again.senders[again.receivers == row]
    given[row, newcomer] = weakest * (LEAD + 0.02)
    later = choice.choose(given)
    assert newcomer in later.senders[later.receivers == row]
    fresh = EdgeChoice(rule).choose(given)
    assert ends_of(fresh) == ends_of(later)


def test_noise_moves_fewer_lines_than_without_that():
    rule, rng = edge_rule(Lines.WEIGHTS, 64, 64), np.random.default_rng(1)
    given, kept, swaps, naive_swaps = weights(64, 64), EdgeChoice(rule), 0, 0
    ends = naive = None
    for _ in range(40):
        given = given + rng.normal(scale=0.01, size=given.shape).astype(np.float32)
        mine, fresh = kept.choose(given), EdgeChoice(rule).choose(given)
        now = ends_of(mine)
        now_naive = ends_of(fresh)
        swaps += len(now - ends) if ends else 0
        naive_swaps += len(now_naive - naive) if naive else 0
        ends, naive = now, now_naive
    assert swaps < naive_swaps / 2


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_no_line(value):
    given = weights(8, 2)
    given[3, 1] = value
    edges = EdgeChoice(edge_rule(Lines.WEIGHTS, 2, 8)).choose(given)
    assert (3, 1) not in ends_of(edges)
    assert np.isfinite(edges.strength).all()


def test_zero_weights_have_no_lines():
    assert not len(EdgeChoice(edge_rule(Lines.WEIGHTS, 64, 64)).choose(np.zeros((64, 64), np.float32)))


def test_kernels_three_each_pools_one_to_one_images_none():
    norms = edge_rule(Lines.NORMS, 8, 16)
    assert str(norms.words[0]) == "3 of 8 each"
    assert len(EdgeChoice(norms).choose(np.abs(weights(16, 8)))) == 48
    one = edge_rule(Lines.ONE_TO_ONE, 8, 8)
    edges = EdgeChoice(one).choose(np.eye(8, dtype=np.float32))
    assert np.array_equal(edges.receivers, edges.senders)
    none = edge_rule(Lines.NONE, 784, 256)
    assert str(none.words[0]) == "each sees all 784"
    assert not len(EdgeChoice(none).choose(weights(256, 784)))
