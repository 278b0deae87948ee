"""What is told of one unit: since when it has its status, when it fired, how it died, what it listens to."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from relulab.measurements.status import UnitStatus
from relulab.session.history import RunHistory
from relulab.training.telemetry import ChangeRecord, DeathCertificate, UnitDetails, UnitTraceRecord
from relulab.views import unit as views
from relulab.views.death import death_view
from relulab.views.parts import ShownRun
from tests.helpers.histories import layout, moons, plane, probe_record, sine, started

ALIVE, DEAD, SLEEPY = UnitStatus.ACTIVE, UnitStatus.DEAD, UnitStatus.DORMANT
UNIT = (0, 2)


def run_of(*rows, units=(4, 2)):
    """A history whose unit ``UNIT`` has (step, status, firing rate) as given, and no bias."""
    run = RunHistory(started(units))
    for step, status, rate in rows:
        record = probe_record(step, units)
        record.unit_status[UNIT[1]] = status
        record.firing_rate[UNIT[1]] = rate
        run.append(record)
        numbers = np.arange(6, dtype=np.float32) + step
        run.append(UnitTraceRecord(step, np.full(6, np.nan, np.float32), numbers, 0 * numbers))
    return run


def certificate(**known: Any) -> DeathCertificate:
    blank: dict[str, Any] = dict.fromkeys(DeathCertificate.__dataclass_fields__, np.nan)
    fixed = {"layer": 0, "unit": 2, "died_in": 9, "replayed_to": 10, "born_dead": False, "batch": (), "problem": ""}
    return DeathCertificate(**(blank | fixed | known))


def death(run):
    facts = views.unit_facts(run, UNIT)
    return death_view(run, UNIT, facts)


@pytest.mark.parametrize(
    ("rows", "since", "other_until", "fired_last", "silent_from"),
    [
        ([(0, ALIVE, 0.5), (10, DEAD, 0), (20, DEAD, 0)], 10, 0, 0, 10),
        ([(0, DEAD, 0), (10, ALIVE, 0.1), (20, DEAD, 0), (30, DEAD, 0)], 20, 10, 10, 20),
        ([(0, DEAD, 0), (10, DEAD, 0)], 0, None, None, 0),
        ([(0, ALIVE, 0.5), (10, SLEEPY, 0.2), (20, SLEEPY, 0.1)], 10, 0, 20, None),
        ([(0, ALIVE, 0.5)], 0, None, 0, None),
    ],
)
def test_since_when_it_has_its_status(rows, since, other_until, fired_last, silent_from):
    facts = views.unit_facts(run_of(*rows), UNIT)
    assert facts.status == rows[-1][1]
    assert (facts.since, facts.other_until) == (since, other_until)
    assert (facts.fired_last, facts.silent_from) == (fired_last, silent_from)
    request = facts.request(UNIT)
    assert (request is None) == (silent_from is None)
    if request is not None:
        assert (request.fired_at, request.silent_at) == (fired_last, silent_from)


def test_nothing_is_known_before_the_first_measurement():
    assert views.unit_facts(RunHistory(started((4, 2))), UNIT) is None
    assert views.table([ShownRun("run", RunHistory(started((4, 2))))], UNIT) is None


def test_the_first_and_the_last_unit_have_one_neighbour():
    layout = started((4, 2)).layout
    assert views.neighbour(layout, (0, 0), -1) == (0, 0)
    assert views.neighbour(layout, (0, 3), 1) == (1, 0)
    assert views.neighbour(layout, (1, 0), -1) == (0, 3)
    assert views.neighbour(layout, (1, 1), 1) == (1, 1)


def test_words_for_a_status_and_for_firing():
    facts = views.unit_facts(run_of((0, ALIVE, 0.5), (1200, DEAD, 0)), UNIT)
    assert str(facts.status_words) == "dead since step 1,200"
    assert str(facts.status_since) == "dead since step 1,200 (measured; not yet at step 0)"
    assert str(facts.fired_words) == "in the measurement at step 0; silent since step 1,200"
    assert str(facts.firing_words(500)) == "0 % of the 500 probe samples"
    facts = views.unit_facts(run_of((5, ALIVE, 0.5)), UNIT)
    assert str(facts.status_since) == "active in every measurement, from step 5 on"
    assert str(facts.fired_words) == "at step 5, the latest measurement"
    assert str(views.unit_facts(run_of((5, ALIVE, np.nan)), UNIT).firing_words(500)) == "not a finite number"


@pytest.mark.parametrize("key", ["sigmoid", "softplus", "softmax", "tanh"])
def test_t20_of_a_unit_that_is_never_off_nothing_is_said_of_firing(key):
    run = run_of((0, ALIVE, 1.0), (10, ALIVE, 0.0))
    run.info = replace(run.info, layout=layout((4, 2), activation=key))
    facts = views.unit_facts(run, UNIT)
    assert not facts.fires
    assert facts.request(UNIT) is None, "it cannot have died"
    assert not views.unit_curves(run, UNIT)[-1].is_number
    assert "firing" not in views.caption(run, UNIT)
    assert "fires on" not in {row[3] for row in views.table([ShownRun("run", run)], UNIT).rows}


def test_curves_are_those_of_the_unit_and_what_it_lacks_is_left_out_of_the_table():
    run = run_of((0, ALIVE, 0.5), (10, DEAD, 0))
    bias, weight, gradient, firing = views.unit_curves(run, UNIT)
    assert not bias.is_number
    assert (weight.steps.tolist(), weight.values.tolist()) == ([0, 10], [2, 12])
    assert firing.values.tolist() == [0.5, 0]
    assert [str(views.latest(curve)) for curve in (bias, weight, gradient, firing)] == ["–", "12", "0", "0 %"]
    table = views.table([ShownRun("my run", run)], UNIT)
    assert table.columns == views.COLUMNS
    assert {row[3] for row in table.rows} == {"weight norm", "gradient norm", "fires on"}
    assert table.rows[1] == ("my run", "1_dense", 2, "weight norm", 10, 12)
    assert views.table([ShownRun("my run", run)], (0, 4)) is None


def test_words_tell_every_curve():
    run = run_of((0, ALIVE, 0.5), (10, DEAD, 0))
    curves = [curve for curve in views.unit_curves(run, UNIT) if curve.is_number]
    words = views.in_words(ShownRun("my run", run), UNIT, views.unit_facts(run, UNIT), curves)
    assert str(words) == (
        "1 Dense, unit 3 of my run, dead in the last measurement. weight norm from 2 at step 0 to 12 at step 10; "
        "gradient norm from 0 at step 0 to 0 at step 10; fires on from 50 % at step 0 to 0 % at step 10."
    )


def test_changes_are_those_of_the_unit_and_of_its_layer():
    run = run_of((0, ALIVE, 0.5))
    subjects = [(0, 2), (0, 29), (0, None), (None, None), (0, 2), (1, 2)]
    for step, (layer, unit) in enumerate(subjects):
        run.append(ChangeRecord(step, "its bias", "0.1", "10", layer, unit))
    changes = views.changes_of(run, UNIT)
    assert [change.step for change in changes] == [0, 2, 4]
    assert str(views.change_line(changes[0])) == "step 0: its bias, 0.1 → 10"


# How it died


def test_a_living_unit_has_no_death():
    assert death(run_of((0, ALIVE, 0.5))) is None


def test_the_measured_interval_offers_a_search():
    view = death(run_of((0, ALIVE, 0.5), (10, DEAD, 0)))
    assert str(view.sentences[0]).startswith("It fired last in the measurement at step 0 and is silent since step 10")
    assert str(view.search) == "Find the step it died in"
    born = death(run_of((0, DEAD, 0), (10, DEAD, 0)))
    assert "born dead" in str(born.sentences[0])
    assert str(born.search) == "Make sure it was born dead"


def test_a_change_before_the_death_stands_in_the_way():
    run = run_of((0, ALIVE, 0.5), (20, DEAD, 0))
    run.append(ChangeRecord(7, "learning rate", "0.1", "10"))
    view = death(run)
    assert "step 7: learning rate, 0.1 → 10" in str(view.sentences[1])
    assert not view.search.template


def test_a_certificate_tells_the_step_and_its_numbers():
    run = run_of((0, ALIVE, 0.5), (10, DEAD, 0))
    numbers = {"bias_before": 0.5, "bias_after": -0.5, "learning_rate": 1.0, "gradient_norm": 0.25, "loss": np.inf}
    run.append(certificate(max_before=0.3, max_after=-0.1, batch=tuple(range(14)), **numbers))
    view = death(run)
    assert (str(view.title), view.search.template) == ("Death certificate", "")
    assert str(view.sentences[0]).startswith(
        "It died in step 9: the update lowered its greatest input z over the probe set from 0.3 to -0.1,"
    )
    assert [tuple(map(str, row)) for row in view.rows] == [
        ("bias", "0.5", "-0.5"),
        ("greatest input z", "0.3", "-0.1"),
        ("learning rate", "1", ""),
        ("norm of its gradient", "0.25", ""),
        ("loss of the batch", "not a finite number", ""),
        ("followed step by step until", "10", ""),
    ]
    assert str(view.batch).endswith("no. 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 …")
    run.append(certificate(gradient_norm=0.0))
    assert "Its own gradient was 0" in str(death(run).sentences[1])


def test_a_unit_that_was_born_dead_has_no_update_to_blame():
    run = run_of((0, DEAD, 0), (10, DEAD, 0))
    run.append(certificate(born_dead=True, died_in=0, max_after=-2.0, bias_after=-50.0))
    assert str(death(run).sentences[0]).startswith("Born dead: at step 0")
    assert [tuple(map(str, row)) for row in death(run).rows] == [("bias", "-50", ""), ("greatest input z", "-2", "")]


def test_a_search_that_failed_says_why_and_an_old_certificate_is_put_away():
    run = run_of((0, ALIVE, 0.5), (10, DEAD, 0))
    run.append(certificate(problem="The {device} is gone."))
    assert str(death(run).sentences[1]) == "The {device} is gone."
    lives = run_of((0, ALIVE, 0.5), (10, DEAD, 0), (20, ALIVE, 0.5))
    lives.append(certificate(gradient_norm=1.0))
    assert str(death(lives).title) == "It was dead, and lives again"
    again = run_of((0, ALIVE, 0.5), (10, DEAD, 0), (20, ALIVE, 0.5), (30, DEAD, 0))
    again.append(certificate(gradient_norm=1.0))
    assert str(death(again).title) == "How it died"


# What it listens to, and what excites it


def looked_at(weights, bias=np.nan, layer=0, plane=None, activations=(2.0, 1.0), searched=500):
    weights, activations = np.asarray(weights, np.float32), np.asarray(activations, np.float32)
    return UnitDetails(3, layer, 0, weights, bias, plane, np.arange(len(activations)), activations, searched)


@pytest.mark.parametrize(
    ("weights", "bias", "words"),
    [
        ([0.5, -0.25], 1.5, "z = 0.5·x₁ − 0.25·x₂ + 1.5"),
        ([-0.6446], -2.0, "z = −0.6446·x − 2"),
        ([2.0], np.nan, "z = 2·x"),
        ([3.0, 4.0, 0.0, 0.0], -1.0, "4 weights, norm 5 · bias -1"),
        ([[3.0, 4.0]], np.nan, "2 weights, norm 5"),
    ],
)
def test_weights_in_words(weights, bias, words):
    assert str(views.weights_in_words(looked_at(weights, bias))) == words


def test_channels_that_are_not_drawn_are_counted():
    words = views.weights_in_words(looked_at(np.ones((9, 1, 1))), left_out=3)
    assert str(words) == "9 weights, norm 3 · 3 more channels not drawn"


def test_inputs_are_features_units_or_numbers():
    info = started((4, 2))
    assert views.source_names(info, looked_at([1.0, 2.0]))(1) == "input 2"
    assert views.source_names(info, looked_at(np.ones(4), layer=1))(3) == "1 Dense, unit 4"
    assert views.source_names(info, looked_at(np.ones(16), layer=1))(3) == "input 4"


def test_which_samples_excite_it():
    info = started((4, 2), moons())
    assert str(views.excitement_in_words(looked_at([1.0]), info)) == (
        "Of all 500 training samples, these 2 excite it most (its greatest activation h is 2)."
    )
    ringed = looked_at([1.0], plane=plane(3), searched=100)
    assert str(views.excitement_in_words(ringed, info)) == (
        "Rings: of the first 100 training samples, the 2 that excite it most (its greatest h is 2)."
    )
    silent = looked_at([1.0], activations=(0.0,))
    assert not views.is_excited(silent)
    assert str(views.excitement_in_words(silent, info)).startswith("No sample excites it: its activation h is 0")


def test_exciting_samples_are_a_table_in_original_units():
    info = started((4, 1), sine())
    head, first, second = views.exciting_samples(looked_at([1.0]), info)
    assert head == ["no.", "h", "input 1", "target"]
    x, target = info.dataset.original(info.dataset.train.inputs[:1])[0, 0], info.dataset.train.targets[0, 0]
    assert first == ["1", "2", f"{x:.4g}", f"{target:.4g}"]
    assert second[:2] == ["2", "1"]
