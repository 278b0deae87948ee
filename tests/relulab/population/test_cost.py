"""What a sweep says that it will take, against what it takes."""

import math
import re
from time import process_time

import pytest

import relulab
from relulab.data.dataset import Source
from relulab.errors import MemoryLimitError, SpecError
from relulab.experiment.presets import load_preset
from relulab.model.plan import DesignPlan
from relulab.population import pilot
from relulab.population import sweep as sweeping
from relulab.population.cost import training_memory
from relulab.population.pilot import seconds_of
from relulab.population.sweep import Sweep
from relulab.population.work import multiplications_of, steps_of
from tests.helpers.effort import count_effort
from tests.relulab.population.designs import design, run_of, stack_of

RATE, UNITS = "training.learning_rate", "model.layers.0.parameters.units"


def test_multiplications_of_a_design():
    """2-3-4-2 with biases, batches of 16: 9 + 16 + 10 numbers, three times, for each sample and step."""
    assert multiplications_of(DesignPlan.of(design(units=(3, 4), steps=50))) == 3 * (9 + 16 + 10) * 16 * 50


@pytest.mark.parametrize("batch", [1, 16, 23, 69, 70, 1000])  # of 70 samples; 23 and 69 leave one over
@pytest.mark.parametrize("length", [{"steps": 7}, {"steps": None, "epochs": 3}])
def test_steps_are_those_of_a_run(batch, length):
    spec = design(batch_size=batch, **length)
    assert steps_of(DesignPlan.of(spec)) == run_of(spec).total_steps


def test_the_memory_holds_what_a_stack_holds():
    specs = [design(seed, (40, 30), optimizer="adam", batch_size=32) for seed in range(16)]
    said = training_memory([DesignPlan.of(spec) for spec in specs], 16, 16)
    stack = stack_of(specs)
    held = 4 * (2 + 2) * stack.storage.values.numel() + 16 * sum(m.train.inputs.nbytes for m in stack.members)
    assert held < said < 20 * held


def test_the_memory_grows_with_what_is_trained_at_once():
    plan = DesignPlan.of(design(units=(8, 8)))
    few, many, more = (training_memory([plan], runs, 1) for runs in (16, 160, 16_000))
    assert few < many < more < 2 * many
    assert training_memory([plan], 16, 16) == few + 15 * 3 * plan.memory.data


def test_a_sweep_is_counted_over_all_its_runs():
    small, large = (multiplications_of(DesignPlan.of(design(units=(count, 5)))) for count in (4, 12))
    asked = Sweep.of(design(steps=200), {UNITS: [4, 12]}, seeds=4)
    assert asked.cost().multiplications == pytest.approx(4 * (small + large))
    rest = asked.cost(done=4)
    assert rest.runs == 4
    assert rest.multiplications == pytest.approx(2 * (small + large))


@pytest.mark.parametrize(
    "spec",
    [
        design(units=(8, 8), steps=300),
        design(units=(8,), steps=150, behind=["batch_norm", "dropout"]),
        design(units=(8,), steps=150, activation="softmax"),
    ],
)
def test_seconds_are_about_what_it_takes(spec, monkeypatch):
    """Within ten times, on a machine that may do anything else in between."""
    count_effort(monkeypatch, pilot)
    costs = []
    relulab.sweep(design(units=(3,), steps=2), seeds=2)  # warm
    relulab.sweep(spec, {RATE: [0.01, 0.02]}, seeds=4, on_cost=lambda cost: costs.append((cost, process_time())))
    (cost, said_at), over = costs[0], process_time()
    assert (over - said_at) / 10 < cost.seconds < 10 * (over - said_at)


def test_ten_times_the_runs_take_about_ten_times_as_long(monkeypatch):
    count_effort(monkeypatch, pilot)
    plans = [DesignPlan.of(design(seed, steps=20_000)) for seed in range(2)]
    few, many = (min(seconds_of(plans, runs) for _ in range(3)) for runs in (500, 5000))
    assert 3 < many / few < 30


def test_how_runs_end_takes_less_than_to_judge_them(monkeypatch):
    """The tasks of a map are cut by it: by what judging takes they would be many times too small."""
    count_effort(monkeypatch, pilot)
    asked = Sweep.of(design(units=(8, 8), steps=300), {RATE: [0.01, 0.02]}, seeds=32)
    asked.cost(), asked.cost(ends_only=True)  # warm
    whole, ends = (min(asked.cost(ends_only=asks).seconds for _ in range(3)) for asks in (False, True))
    assert 0 < ends < 0.8 * whole


def test_it_is_said_before_anything_is_trained_and_in_words():
    told: list[str] = []
    relulab.sweep(
        design(units=(4,), steps=5),
        seeds=3,
        on_cost=lambda cost: told.append(str(cost.text)),
        on_progress=lambda done: told.append(f"{done:g} done"),
    )
    assert re.match(r"3 runs, about \d+ s with one thread", told[0])
    assert "multiplications to learn" in told[0]
    assert "of memory" in told[0]
    assert told[-1] == "3 done"


def test_without_its_data_a_sweep_says_no_time(tmp_path):
    cost = Sweep.of(load_preset("mnist-mlp"), {}, seeds=2).cost(source=Source(root=tmp_path))
    assert math.isnan(cost.seconds)
    assert str(cost.text).startswith("2 runs. Counted:")


def test_designs_that_do_not_suit_their_data_cost_nothing():
    wrong = design(loss="binary_cross_entropy", data={"dataset": "digits"})
    cost = Sweep.of(wrong, {}, seeds=2).cost()
    assert cost.multiplications == 0
    assert str(cost.text) == "2 runs."


def test_more_than_the_memory_is_refused_before_a_run(monkeypatch):
    monkeypatch.setattr(sweeping, "available_memory", lambda: 5_000_000)
    Sweep.of(design(units=(4,)), {}, seeds=2)
    with pytest.raises(MemoryLimitError, match=r"2 runs, which need about .* MB of memory; this machine has 5.0 MB"):
        Sweep.of(design(units=(400, 400)), {}, seeds=2)


def test_more_cells_than_anybody_waits_for_are_refused_where_the_memory_is_not_known(monkeypatch):
    monkeypatch.setattr(sweeping, "available_memory", lambda: None)
    with pytest.raises(SpecError, match="1,000,000,000 combinations"):
        Sweep.of(design(), {RATE: "log:1e-9:1:1000000000"})
    assert len(Sweep.of(design(), {RATE: "log:1e-9:1:999999999"})) == 999_999_999
