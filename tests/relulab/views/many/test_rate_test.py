"""The learning-rate test: which rates a run goes through, and what many of them say together."""

import math

import numpy as np
import pytest

from relulab.catalog.optimizers import SCHEDULES
from relulab.experiment.presets import load_preset
from relulab.population.rate_test import HIGHEST, LOWEST, STEPS, rate_at, rising
from relulab.population.standing import Standing, told
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.rate_test import RateTest
from tests.relulab.population.designs import design

MOMENTS = np.array([0, 100, 200, 300, 400, 500, 600], np.float32)


def test_the_rate_rises_by_the_same_factor_at_each_step():
    spec = rising(design(early_stopping=3)).training
    schedule = SCHEDULES[spec.schedule.name]
    rates = [spec.learning_rate * schedule.factor(step, STEPS, spec.schedule.parameters) for step in range(STEPS)]
    assert rates == [rate_at(step + 1) for step in range(STEPS)]
    assert rates[0] == pytest.approx(LOWEST)
    assert rates[-1] == HIGHEST
    np.testing.assert_allclose(np.diff(np.log(rates)), math.log(HIGHEST / LOWEST) / (STEPS - 1))
    assert spec.early_stopping == 0, "or the test would end where the loss rises"


def test_everything_else_stays():
    before, after = load_preset("dying-relu"), rising(load_preset("dying-relu"))
    assert after.model == before.model
    assert after.data == before.data
    assert after.training.optimizer == before.training.optimizer


def run(number, losses, dead=()):
    """One start that has ended, measured at every hundredth step."""
    count = len(losses)
    shares = np.array(dead or [0.0] * count, np.float32)
    return Standing(
        number, number, "stuck", step=STEPS, total_steps=STEPS, is_over=True, moments=MOMENTS[:count],
        losses=np.array(losses, np.float32), dead_shares=shares,
    )  # fmt: skip


def filled(losses, dead=()):
    test = RateTest(design())
    for place in range(test.starts.total):
        test.take(run(place, losses, dead))
    return test


def test_the_bands_are_the_quartiles_of_the_starts():
    test = RateTest(design())
    for place in range(test.starts.total):
        test.take(run(place, [0.7, 0.01 * (place + 1)], [0.0, place / 20]))
    dead, curves = test.dead, test.starts.curves
    np.testing.assert_allclose(
        [dead.low[1], dead.median[1], dead.high[1]], np.quantile(np.arange(20) / 20, (0.25, 0.5, 0.75))
    )
    quartiles = np.quantile(0.01 * np.arange(1, 21), (0.25, 0.5, 0.75))
    np.testing.assert_allclose([curves.low[1], curves.median[1], curves.high[1]], quartiles, rtol=1e-6)


def one_digit(value):
    return float(f"{value:.0e}") == value


def test_a_quarter_of_the_lowest_rate_is_suggested_to_one_digit():
    test = filled([0.7, 0.7, 0.6, 0.2, 0.4, 0.9, math.inf])
    assert test.lowest == [rate_at(300)] * 20
    assert 0.5 * rate_at(300) / 4 < test.suggestion <= rate_at(300) / 4
    assert one_digit(test.suggestion)
    assert "Over 20 starts the loss is lowest at" in str(test.reasons)
    assert "In none of them" in str(test.reasons)


def test_never_above_a_fifth_of_the_first_death():
    test = filled([0.7, 0.7, 0.6, 0.5, 0.4, 0.3, 0.9], [0, 0, 0.1, 0.6, 0.6, 1, 1])
    assert test.first_deaths == [rate_at(300)] * 20
    assert test.suggestion <= rate_at(300) / 5 < rate_at(500) / 4
    assert one_digit(test.suggestion)


def test_where_no_loss_falls_nothing_is_suggested():
    test = filled([0.7, 0.7, 0.7, 0.69, 0.7, 0.9, 2.0])
    assert test.suggestion is None
    assert str(test.headline) == "Most starts learn at no rate."


def test_nothing_is_suggested_before_all_have_ended():
    test = RateTest(design())
    for place in range(19):
        test.take(run(place, [0.7, 0.7, 0.6, 0.2, 0.4, 0.9, 2.0]))
    assert test.suggestion is None
    assert str(test.reasons).startswith("19 of 20 starts have ended")


def test_runs_that_diverged_count_as_far_as_they_came():
    test = RateTest(design())
    for place in range(20):
        losses, dead = [0.7, 0.6, 0.3, 0.2, math.inf], [0, 0, 0, 0.5, 0.5]
        test.take(run(place, losses, dead) if place else run(0, [*losses, 0.1, 0.1][:7], [0, 0, 0, 0, 0, 1, 1]))
    assert len(test.dead.median) == len(test.dead.rates) == 7
    assert test.dead.median[3] == 0.5
    assert test.dead.median[6] == 1.0
    assert "0.2" in str(test.at(rate_at(300)))


def test_real_networks_die_at_high_rates_and_learn_at_the_suggestion():
    test = RateTest(design(units=(16, 16), optimizer="adam"))
    lines = []
    Asked(Sweep.of(test.starts.spec, {}, test.starts.total)).train(None, lambda each: lines.append(each.line()))
    for line in lines:
        test.take(told(line))
    assert test.is_complete
    assert len(test.lowest) > 10
    assert LOWEST < test.suggestion < min(test.lowest)
    assert all(len(each.dead_shares) == len(each.moments) for each in test.runs)
    assert test.dead.median[0] < 0.5 < test.dead.median[-1]


def test_units_that_cannot_die_have_no_share():
    test = RateTest(design(steps=20, activation="tanh"))
    sweep = Sweep.of(test.starts.spec.replace(training=test.starts.spec.training.replace(steps=20)), {}, 2)
    Asked(sweep).train(None, test.take)
    assert test.dead is None
    assert "worst layer" not in str(test.at(0.1))
