"""When instruments measure."""

from dataclasses import fields
from itertools import pairwise

import pytest

from relulab.training.schedule import (
    FREE_SECONDS,
    JUDGED_AT_LEAST,
    JUDGED_AT_MOST,
    LIVE,
    MeasurementAgenda,
    MeasurementPlan,
    MeasurementSchedule,
    judged_plan,
)


def measured(
    plan: MeasurementPlan, steps: int, per_epoch: int = 10, seconds_per_step: float = 0.01, cost: float = 0.0
) -> list[int]:
    """The steps that an agenda picks when each step and each measurement take the given time."""
    agenda, now, picked = MeasurementAgenda(plan, steps), 0.0, []
    for step in range(1, steps + 1):
        now += seconds_per_step
        if agenda.due(step, now, step % per_epoch == 0):
            now += cost
            agenda.done(step, now, cost)
            picked.append(step)
    return picked


def test_every_n_steps():
    assert measured(MeasurementPlan(every=7), 30) == [7, 14, 21, 28]


def test_logarithmic_steps():
    assert measured(MeasurementPlan(logarithmic=True), 1200) == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


def test_the_ends_of_epochs():
    assert measured(MeasurementPlan(epoch_ends=True), 35) == [10, 20, 30]


def test_a_rate_is_kept():
    assert len(measured(MeasurementPlan(rate=20.0), 1000)) in range(
        150, 202
    )  # a step takes 10 ms, so a moment can come late


def test_an_expensive_instrument_stays_within_its_budget():
    cost, budget = 0.5, 0.02
    picked = measured(MeasurementPlan(rate=20.0, budget=budget), 20_000, cost=cost)
    total = 20_000 * 0.01 + len(picked) * cost
    assert len(picked) * cost / total <= budget * 1.3  # the first measurement comes before the budget is known
    assert len(picked) >= 3


def test_what_is_measured_elsewhere_does_not_end_the_rest_after_a_dear_measurement():
    agenda = MeasurementAgenda(MeasurementPlan(rate=4.0, budget=0.01), 10**9)
    agenda.done(1, 10.0, 0.2)
    for now in (11.0, 20.0, 29.0):
        agenda.done(2, now, 0.0)
        assert not agenda.due(3, now + 0.5, epoch_end=True)
    assert agenda.due(3, 30.1, epoch_end=False)


def test_what_is_measured_elsewhere_counts_as_a_measurement():
    agenda = MeasurementAgenda(MeasurementPlan(rate=4.0), 10**9)
    agenda.done(2, 5.0, 0.0)
    assert not agenda.due(3, 5.2, epoch_end=True)
    assert agenda.due(3, 5.3, epoch_end=False)


def test_a_run_that_is_over_at_once_is_measured_evenly():
    picked = measured(MeasurementPlan(rate=2.0, least=10), 200, seconds_per_step=1e-4)
    assert picked == list(range(20, 201, 20)) or picked == [1, *range(20, 201, 20)]  # the rate allows the first at once


def test_instruments_with_the_same_least_measure_at_the_same_steps():
    fast, slow = (measured(MeasurementPlan(rate=rate, least=12), 500, seconds_per_step=1e-5) for rate in (2.0, 8.0))
    assert fast == slow


def test_the_least_number_gives_way_to_its_cost():
    cost = FREE_SECONDS / 5
    picked = measured(MeasurementPlan(rate=2.0, budget=0.01, least=50), 1000, seconds_per_step=1e-4, cost=cost)
    assert len(picked) in (5, 6)
    assert picked[-1] > 700, "the end is measured too"


def test_a_long_run_gets_hardly_more_than_its_rate_asks_for():
    plan, least = MeasurementPlan(rate=2.0), MeasurementPlan(rate=2.0, least=24)
    assert len(measured(plan, 10_000)) <= len(measured(least, 10_000)) <= len(measured(plan, 10_000)) + 24


def test_a_run_of_seconds_is_seen_to_move_though_a_picture_breaks_its_budget():
    plan = MeasurementPlan(rate=12.0, budget=0.003, oldest=0.8)
    picked = measured(plan, 3000, seconds_per_step=0.001, cost=0.005)
    assert 24 <= len(picked) <= 40
    longest = max(later - earlier for earlier, later in pairwise([0, *picked]))
    assert longest <= 100, "steps of a millisecond between two pictures"


@pytest.mark.parametrize(("cost", "oldest"), [(0.005, 0.8), (0.04, 0.8), (0.2, 2.0)])
def test_in_a_long_run_what_is_drawn_is_never_old_within_a_tenth_of_the_time(cost: float, oldest: float):
    plan = MeasurementPlan(rate=12.0, budget=0.003, oldest=0.8)
    picked = measured(plan, 100_000, seconds_per_step=0.001, cost=cost)
    late = [step for step in picked if step > 90_000]
    assert max(later - earlier for earlier, later in pairwise(late)) <= oldest * 1000 + 2
    assert len(picked) * cost <= 0.1 * (100.0 + len(picked) * cost) + FREE_SECONDS


@pytest.mark.parametrize("name", ["pictures", "inspections"])
def test_what_has_no_least_number_in_a_run_is_kept_fresh(name: str):
    plan: MeasurementPlan = getattr(LIVE, name)
    assert plan.oldest is not None
    assert plan.oldest <= 0.8


def test_the_live_budgets_stay_below_three_percent():
    budgets = [plan.budget for field in fields(LIVE) if isinstance(plan := getattr(LIVE, field.name), MeasurementPlan)]
    assert len(budgets) == 7
    assert sum(budgets) < 0.03


def judged(total: int, batch_size: int, looked_at: int, operations: float) -> list[int]:
    """The steps at which a run is judged, as ``Instruments`` asks for them."""
    agenda = MeasurementAgenda(judged_plan(total, batch_size, looked_at, operations), total)
    steps = []
    for step in range(1, total + 1):
        if agenda.due(step, 0.0, epoch_end=False):
            agenda.done(step, 0.0, 0.0)
            steps.append(step)
    return steps


@pytest.mark.parametrize("total", [1, 2, 7, 24, 25, 26, 90, 500, 2150, 100_000])
def test_a_small_network_is_judged_at_the_most_moments_whatever_it_costs_in_seconds(total):
    steps = judged(total, 32, 1400, 5e3)
    even = [step for step in steps if step % (total // JUDGED_AT_MOST or 1) == 0]
    assert min(total, JUDGED_AT_MOST) <= len(even) <= 2 * JUDGED_AT_MOST
    assert {step for step in (1, 2, 5, 10, 20, 50, 100) if step <= total} <= set(steps)


def test_a_network_that_is_dear_to_look_at_is_judged_at_fewer_moments_but_never_below_the_least():
    dear, cheap = judged(1290, 128, 3072, 3.3e5), judged(129_000, 128, 3072, 3.3e5)
    assert JUDGED_AT_LEAST <= len([step for step in dear if step % (1290 // JUDGED_AT_LEAST) == 0]) <= 17
    assert len([step for step in cheap if step % (129_000 // JUDGED_AT_MOST) == 0]) == JUDGED_AT_MOST


def test_exact_recording_measures_the_same_steps_on_any_machine():
    recording = MeasurementSchedule.every(4, 8)
    assert measured(recording.steps, 20, seconds_per_step=1e-6) == measured(recording.steps, 20, seconds_per_step=10.0)


def test_checkpoints_are_spread_over_the_logarithm_of_the_step():
    picked = measured(LIVE.checkpoints, 100_000, seconds_per_step=1e-4)
    assert picked[:8] == [1, 2, 3, 4, 5, 7, 9, 12]
    ratios = [later / earlier for earlier, later in pairwise(picked[8:])]
    assert max(ratios) < 1.35
    assert min(ratios) >= 1.25


def test_checkpoints_that_take_long_stay_within_their_budget():
    cost, per_step = 0.5, 0.05
    picked = measured(LIVE.checkpoints, 100_000, seconds_per_step=per_step, cost=cost)
    assert len(picked) > 3
    assert (len(picked) - 1) * cost <= LIVE.checkpoints.budget * picked[-1] * per_step + FREE_SECONDS
