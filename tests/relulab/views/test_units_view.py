"""Units in numbers and words, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.catalog.activations import ACTIVATIONS, OffState
from relulab.measurements.status import UnitStatus
from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord
from relulab.views import units
from relulab.views.parts import ShownRun, probe_set
from tests.helpers.histories import history, layout, probe_record, started

UNITS = (1300, 30, 1)
DEAD, DORMANT = UnitStatus.DEAD, UnitStatus.DORMANT


@pytest.fixture
def run():
    """A run of which the first layer dies from the second measurement on."""
    run = RunHistory(started(UNITS))
    for step in (0, 7):
        status = np.zeros(sum(UNITS), np.uint8)
        status[: 3 * step] = DEAD
        status[1300:1302] = DORMANT
        run.append(probe_record(step, UNITS, unit_status=status))
    return run


def test_nothing_is_known_before_the_first_measurement():
    assert units.units_view(RunHistory(started(UNITS))) is None
    assert units.table([ShownRun("run", RunHistory(started(UNITS)))]) is None


def test_layers_are_counted_and_named(run):
    view = units.units_view(run)
    assert [str(caption) for caption in view.captions] == [
        "1 Dense · 1,300 units · 21 dead",
        "2 Dense · 30 units · 2 dormant",
        "Output · 1 unit",
    ]
    assert str(view.sample) == "Probe set: 500 training samples, dropout off · measurements: 2, last at step 7"
    assert str(units.unit_name(run.info.layout, (0, 1299))) == "1 Dense, unit 1,300"


def test_words_tell_the_state_of_every_layer_at_the_end(run):
    assert str(units.in_words(ShownRun("my run", run))) == (
        "State of every unit over the steps, my run. At step 7: 1 Dense: 1,279 active and 21 dead of 1,300 units; "
        "2 Dense: 28 active and 2 dormant of 30 units; Output: 1 active of 1 unit."
    )
    assert units.caption(run) == (
        "A row for each unit, over the steps. Probe set: 500 training samples, dropout off; 2 measurements."
    )


def test_a_unit_is_read_with_what_is_no_number_in_words():
    record = probe_record(1, (4, 2))
    record.firing_rate[3], record.max_pre_activation[3], record.dormancy[3] = 0.125, np.nan, 0.01
    record.unit_status[3] = DORMANT
    run = RunHistory(started((4, 2)))
    run.append(record)
    view = units.units_view(run)
    assert [(str(name), str(value)) for name, value in view.reading((0, 3))] == [
        ("fires on", "12.5 %"),
        ("greatest input z", "not a finite number"),
        ("dormancy score", "0.01"),
    ]
    assert view.status_of((0, 3)) is DORMANT
    assert view.status_of((0, 0)) is UnitStatus(int(record.unit_status[0]))


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_t20_a_firing_rate_is_told_only_where_an_output_above_zero_says_something(key):
    """Of a sigmoid every output is above 0: it "fired" on 100 % of the samples."""
    entry = ACTIVATIONS[key]
    outputs = entry.curve(np.array([-1.0, 1.0]))
    if (outputs > 0).all():
        assert not entry.fires
    if entry.off_state is not OffState.NONE:
        assert entry.fires
    info = replace(started((4, 2)), layout=layout((4, 2), activation=key))
    run = RunHistory(info)
    run.append(probe_record(1, (4, 2)))
    view = units.units_view(run)
    _, (hidden, output) = units.over_time(run)
    assert view.fires == entry.fires
    assert np.isnan(hidden.firing_rate).all() != entry.fires
    assert np.isnan(output.firing_rate).all(), "the output layer has no activation"
    assert ("fires on" in [str(name) for name, _ in view.reading((0, 0))]) == entry.fires
    rates = [row[5] for row in units.table([ShownRun("run", run)]).rows]
    assert np.isnan(rates[:4]).all() != entry.fires
    assert np.isnan(rates[4:]).all()


def test_t20_a_probe_set_that_has_not_all_samples_says_of_how_many():
    info = started((4, 2))
    assert str(probe_set(info)) == "Probe set: 500 training samples, dropout off"
    assert str(probe_set(replace(info, probe_samples=64))) == "Probe set: 64 of the 500 training samples, dropout off"
    reopened = replace(info, trained_on=20_000)
    assert str(probe_set(reopened)) == "Probe set: 500 of the 20,000 training samples, dropout off"


def test_units_over_time_are_those_of_their_layer(run):
    steps, layers = units.over_time(run)
    status, rates = run.columns(ProbeRecord, "unit_status", "firing_rate")
    assert steps.tolist() == [0, 7]
    np.testing.assert_array_equal(np.concatenate([part.status for part in layers], axis=1), status)
    np.testing.assert_array_equal(layers[1].firing_rate, rates[:, 1300:1330])
    assert [part.layer.title for part in layers] == ["1 Dense", "2 Dense", "Output"]


def test_a_legend_names_active_and_dead_and_what_occurs():
    assert units.occurring(np.zeros(3, np.uint8)) == [UnitStatus.ACTIVE, DEAD]
    assert units.occurring(np.array([DORMANT], np.uint8)) == [UnitStatus.ACTIVE, DEAD, DORMANT]


def test_the_table_has_every_unit_of_every_measurement():
    run = history(units=(4, 2), steps=10, probe_every=5)
    table = units.table([ShownRun("run", run), ShownRun("other", run)])
    assert table.columns == units.COLUMNS
    assert len(table.rows) == 3 * 6
    status = run.columns(ProbeRecord, "unit_status")[0]
    assert [row[4] for row in table.rows] == [str(UnitStatus(code).label) for code in status.ravel()]
    assert table.rows[4][2:4] == ("output", 0)


def test_a_status_is_called_what_people_call_it():
    assert [str(status.label) for status in UnitStatus] == ["active", "dead", "never active", "dormant", "saturated"]
