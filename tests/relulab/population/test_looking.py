"""What is measured of all nets at once, against what a single run measures of each."""

import math

import numpy as np
import pytest

from relulab.measurements.registry import JUDGED
from relulab.model.plan import DesignPlan
from relulab.population.activations import STACK_ACTIVATIONS
from relulab.population.judging import BatchLosses, read_off
from relulab.population.looking import Looking
from relulab.population.preparation import Preparation
from relulab.population.stack import Stack
from relulab.training.schedule import JUDGED_ONLY
from tests.relulab.population.designs import Alone, design

NUMBERS = ("loss", "accuracy", "batch_loss", "validation_loss", "validation_accuracy", "learning_rate", "linear_r2")
ARRAYS = (*(entry.key for entry in JUDGED), "duplicates", "effective_rank", "bias_mean")


def check(specs):
    """Every number that rules look at, of each net at its start and after a step."""
    preparation = Preparation()
    prepared = [preparation.prepare(DesignPlan.of(spec)) for spec in specs]
    stack = Stack([net.member for net in prepared])
    looking = Looking(stack, prepared)
    alone = Alone(specs, JUDGED_ONLY)
    for read in (stack.read_start, stack.read_step):
        tally, reading = BatchLosses(len(specs)), read()
        tally.count(reading.losses)
        moments = looking.look(read_off(stack, reading), tally.means, final=False)
        for net, (run, moment) in enumerate(zip(alone.runs, moments, strict=True)):
            if read == stack.read_start:
                alone.measure_start(net)
            else:
                alone.step(net)
            expected = run.instruments.diagnosis.evidence.now
            assert moment.step == expected.step
            for name in NUMBERS:
                assert getattr(moment, name) == pytest.approx(
                    getattr(expected, name), rel=1e-4, abs=1e-6, nan_ok=True
                ), name
            assert moment.linear_rank == expected.linear_rank
            for name in ARRAYS:
                mine, theirs = getattr(moment, name), getattr(expected, name)
                assert mine.dtype == theirs.dtype, name
                np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("activation", sorted(STACK_ACTIVATIONS))
def test_every_number_of_every_activation_and_width(activation):
    check([design(seed, (7, 5 + seed), activation=activation) for seed in range(3)])


@pytest.mark.parametrize(
    "layers",
    [
        {"behind": ["batch_norm"], "activation": "identity"},
        {"behind": [{"kind": "batch_norm", "parameters": {"momentum": 0.0}, "activation": "relu"}]},
        {"first": ["batch_norm"], "data": {"dataset": "digits"}},
        {"behind": [{"kind": "layer_norm", "activation": "relu"}, "batch_norm"]},
        {"first": ["dropout"], "behind": ["alpha_dropout"], "activation": "selu"},
        {"behind": ["dropout"], "activation": "identity"},
    ],
)
def test_norms_and_dropout_before_and_behind_their_first_batch(layers):
    check([design(seed, (7, 5 + seed), **layers) for seed in range(3)])


def test_shared_data_and_one_output():
    check([design(0, (4, units), loss="binary_cross_entropy", learning_rate=units / 50) for units in (2, 6)])


def test_numbers_instead_of_classes():
    check([design(seed, (5,), loss="mse", data={"dataset": "sine"}) for seed in range(2)])


def test_images_with_more_inputs_than_a_line_is_fitted_to():
    check([design(seed, (6,), data={"dataset": "digits"}) for seed in range(2)])


def test_layers_that_are_dead_alike_or_without_a_bias():
    constant = {"name": "constant", "parameters": {"value": 0.3}}
    off = {"name": "constant", "parameters": {"value": -50.0}}
    check([design(0, initialization=constant), design(1, bias=off), design(2, bias="none")])


def test_no_validation_samples():
    check([design(seed, (4,), data={"validation_size": 0}) for seed in range(2)])


def test_in_parts_as_at_once(monkeypatch):
    specs = [design(seed, (4, 3), behind=["batch_norm"]) for seed in range(5)]
    from relulab.population import looking

    monkeypatch.setattr(looking, "NUMBERS_AT_ONCE", 2 * 4 * 70)
    check(specs)


def test_a_net_whose_numbers_are_infinite_says_so_and_only_it():
    large = {"name": "normal", "parameters": {"std": 1000.0}}
    wild = design(0, loss="mse", learning_rate=1e6, initialization=large)
    calm = design(1, loss="mse", learning_rate=0.01)
    preparation = Preparation()
    prepared = [preparation.prepare(DesignPlan.of(spec)) for spec in (wild, calm)]
    stack = Stack([net.member for net in prepared])
    looking = Looking(stack, prepared)
    reading = stack.read_step()
    moments = looking.look(read_off(stack, reading), [0.0, 0.0], final=True)
    assert not math.isfinite(moments[0].loss)
    assert math.isfinite(moments[1].loss)
    assert np.isfinite(moments[1].effective_rank).all()


def test_a_glance_has_of_a_moment_what_is_asked_of_it_later():
    specs = [design(seed, (7, 5 + seed)) for seed in range(3)]
    preparation = Preparation()
    prepared = [preparation.prepare(DesignPlan.of(spec)) for spec in specs]
    stack = Stack([net.member for net in prepared])
    looking, reading = Looking(stack, prepared), stack.read_step()
    reads, losses = read_off(stack, reading), [0.5, 0.4, 0.3]
    for whole, glance in zip(
        looking.look(reads, losses, final=False), looking.look(reads, losses, final=False, whole=False), strict=True
    ):
        for name in ("step", *NUMBERS[:-1], "dead", "gradient_norm", "gradient_rms", "update_ratio"):
            np.testing.assert_array_equal(getattr(glance, name), getattr(whole, name), err_msg=name)
        assert whole.has("std")
        assert not glance.has("std")
