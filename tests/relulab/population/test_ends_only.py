"""Maps ask only how runs end: the same ends and numbers as after a whole diagnosis, with fewer questions."""

import numpy as np
import pytest

from relulab.diagnosis.diagnose import LINGER
from relulab.diagnosis.ending import last_end
from relulab.diagnosis.ends import End
from relulab.diagnosis.rules import RULES
from relulab.experiment.presets import PRESETS, load_preset
from relulab.model.plan import DesignPlan
from relulab.population.kinds import too_few, why_alone
from relulab.population.training import BlockTrainer, train_all
from tests.relulab.population.designs import design

NUMBERS = ("steps", "reason", "train", "validation", "test", "dead_share", "steps_to_right", "gradient", "engine")


def check(specs):
    """The ends of these, which are those of the slow way."""
    whole, short = dict(train_all(specs)), dict(train_all(specs, ends_only=True))
    for place, expected in whole.items():
        found = short[place]
        assert found.end is expected.end, place
        for name in NUMBERS:
            np.testing.assert_equal(getattr(found, name), getattr(expected, name), err_msg=name)
    return [whole[place].end for place in range(len(specs))]


def varied(rates, biases, **settings):
    """Designs over two settings, one start each."""
    cells = [(rate, bias) for rate in rates for bias in biases]
    return [
        design(seed, (6, 6), learning_rate=rate, bias={"name": "constant", "parameters": {"value": bias}}, **settings)
        for seed, (rate, bias) in enumerate(cells)
    ]


def test_every_end_is_that_of_the_whole_diagnosis():
    specs = varied((1e-4, 0.003, 0.1, 1.0), (-0.5, 0.0, 1.0), loss="mse", steps=120)
    specs += varied((30.0, 300.0), (0.0,), loss="mse", steps=60)
    assert set(check(specs)) >= {End.DIVERGED, End.DEAD, End.STUCK, End.LEARNED, End.LEARNING}


def test_a_linear_network_that_diverges_ends_alone():
    """Weights that are not finite have no rank."""
    settings = {"activation": "identity", "loss": "mse", "steps": 40}
    ends = check([design(seed, (5, 5), learning_rate=rate, **settings) for seed, rate in enumerate((0.05, 300.0))])
    assert ends[0] is not End.DIVERGED
    assert ends[1] is End.DIVERGED


@pytest.mark.parametrize("steps", [1, 2, 3, 12])
def test_runs_of_few_moments(steps):
    check(varied((0.01, 3.0), (-1.0, 0.0), steps=steps))


def test_no_rule_waits_for_more_moments_than_are_looked_at():
    assert max(rule.hold for rule in RULES.values()) <= LINGER


def test_most_runs_are_trained_once(monkeypatch):
    again = []
    judge = BlockTrainer._together
    monkeypatch.setattr(BlockTrainer, "_together", lambda *given, **how: again.append(how) or judge(*given, **how))
    list(train_all(varied((0.003, 0.1), (0.0,)), ends_only=True))
    assert again == [{"ends_only": True}]


def test_those_of_which_the_last_moments_do_not_tell_are_judged_as_a_whole(monkeypatch):
    def end(latest):
        first = latest[-1].spec.training.seed % 3
        return None if first else last_end(latest)

    monkeypatch.setattr("relulab.population.judging.last_end", end)
    check(varied((0.003, 0.05, 1.0), (-0.3, 0.0), loss="mse", steps=40) * 4)


@pytest.mark.slow
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_ends_of_all_presets(preset):
    spec = load_preset(preset)
    plan = DesignPlan.of(spec)
    if why_alone(plan) is not None or too_few(plan, 6) is not None:
        pytest.skip("not trained as one")
    rates = [spec.training.learning_rate * factor for factor in (0.01, 0.3, 1.0, 10.0)]
    check(
        [
            spec.replace(
                model=spec.model.replace(seed=seed), training=spec.training.replace(seed=seed, learning_rate=rate)
            )
            for seed, rate in enumerate(rates * 2)
        ]
    )
