"""The unit inspector says what was measured of a unit: with real networks that learned, died and were changed."""

import re

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.formatting import percent, signed
from relulab.measurements.status import UnitStatus
from relulab.session import series
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.evaluator import SEARCHED_SAMPLES
from relulab.training.jobs.autopsy import Autopsy
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.surgery import OPERATIONS
from relulab.training.telemetry import ChangeRecord, DeathCertificate, ProbeRecord, UnitTraceRecord
from relulab.views.unit import unit_facts
from tests.helpers.histories import history, probe_record, started
from ui.features.inspector import InspectorPanel
from ui.widgets.palette import DARK

UNITS = 12


def dense(units=UNITS, **options):
    return {"kind": "dense", "parameters": {"units": units}} | options


def design(dataset="moons", layers=None, **training):
    return ExperimentSpec.parse(
        {
            "data": {"dataset": dataset, "train_size": 200},
            "model": {"layers": layers or [dense(), dense()]},
            "training": {"optimizer": "adam", "learning_rate": 0.01, "steps": 100} | training,
        }
    )


class Bench:
    """A run that is measured behind every step, and its history."""

    def __init__(self, spec):
        self.store = SessionStore()
        self.run = TrainingRun(
            spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1, 1), record=self.store.append
        )
        self.run.measure_start()

    @property
    def history(self):
        return self.store.current

    def look(self, layer, unit):
        """What the trainer does while the panel is open."""
        self.run.instruments.inspected = (layer, unit)
        self.run.instruments.inspect()
        return self.history.unit_details

    def operate(self, key, layer, unit, amount=0.0):
        self.run = OPERATIONS[key](self.run, layer, unit, amount)
        self.run.instruments.measure_again()

    def certify(self, request):
        """What the trainer does when the step of a death is asked for."""
        autopsy = Autopsy(self.run.spec, self.run.dataset, request, self.history.append)
        while not autopsy.advance(10.0):
            pass
        return autopsy.certificate


@pytest.fixture
def panel(qtbot):
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    panel.resize(360, 800)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def watch(panel, bench, unit, state=State.PAUSED):
    bench.look(*unit)
    panel.show_state(state)
    panel.choose(*unit)
    panel.show_history(bench.history)


def texts(label):
    """The cells of a table of text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", label.text()).replace("&nbsp;", " ")).strip()


@pytest.fixture(scope="module")
def moons():
    bench = Bench(design())
    bench.run.run_until(20)
    return bench


@pytest.fixture(scope="module")
def dying():
    bench = Bench(design(learning_rate=1.0, steps=60))
    bench.run.run_until(60)
    return bench


def died(bench):
    """A unit that fired once, later than at the start, and is dead now."""
    status, firing = bench.history.columns(ProbeRecord, "unit_status", "firing_rate")
    hidden = 2 * UNITS
    gone = (status[-1, :hidden] == UnitStatus.DEAD) & (firing[1:, :hidden].max(0) > 0)
    return divmod(int(np.flatnonzero(gone)[0]), UNITS)


# Which unit


def test_words_until_a_unit_is_chosen(panel, moons):
    panel.show_history(None)
    assert panel.is_empty
    panel.show_history(moons.history)
    assert panel.is_empty
    assert "heatmap" in panel.empty.text()
    assert not panel.heading.before.isVisible()
    assert not panel.legend.isVisible()
    assert "body" not in vars(panel), "nothing is built for units that nobody looks at"


def test_units_are_counted_from_one(panel, moons):
    watch(panel, moons, (1, 3))
    assert panel.heading.name.text() == "2 Dense, unit 4"
    assert not panel.is_empty
    assert "2 Dense, unit 4" in panel.accessibleDescription()


def test_neighbours_by_button_and_key(panel, qtbot, moons):
    watch(panel, moons, (0, UNITS - 1))
    with qtbot.waitSignal(panel.unitChosen) as chosen:
        qtbot.mouseClick(panel.heading.after, Qt.MouseButton.LeftButton)
    assert chosen.args == [(1, 0)]
    assert panel.heading.name.text() == "2 Dense, unit 1"
    panel.activateWindow()
    qtbot.waitActive(panel)
    panel.heading.before.setFocus()
    qtbot.keyClick(panel.heading.before, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert panel.unit == (0, UNITS - 1)
    qtbot.keyClick(panel.heading.before, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert panel.unit == (1, 0)


def test_a_smaller_network_forgets_the_unit(panel, qtbot, moons):
    watch(panel, moons, (1, 11))
    smaller = history(units=(4, 2), steps=1, probe_every=1)
    with qtbot.waitSignal(panel.unitChosen) as chosen:
        panel.show_history(smaller)
    assert chosen.args == [None]
    assert panel.is_empty
    panel.choose(1, 9)  # a click on the heatmap of a network that this panel has not seen yet
    assert panel.is_empty


# What it is, and how it came here


def test_present_numbers_are_those_of_the_probe(panel, moons):
    watch(panel, moons, (1, 3))
    row = moons.history.latest(ProbeRecord)
    place = UNITS + 3
    assert panel.body.numbers.fires.text() == f"{percent(row['firing_rate'][place])} of the 200 probe samples"
    assert panel.body.numbers.greatest.text() == f"{row['max_pre_activation'][place]:.4g}"
    assert "last measured at step 20" in panel.footer.text()


def statuses(rows, place=2, units=(4, 2)):
    """A history whose unit ``place`` has (step, status, firing rate) as given."""
    run = RunHistory(started(units))
    for step, status, rate in rows:
        record = probe_record(step, units)
        record.unit_status[place] = status
        record.firing_rate[place] = rate
        run.append(record)
    return run


ALIVE, DEAD = UnitStatus.ACTIVE, UnitStatus.DEAD


def test_a_status_is_told_by_symbol_word_and_colour(panel):
    panel.choose(0, 2)
    panel.show_history(statuses([(0, ALIVE, 0.5), (1200, DEAD, 0), (1500, DEAD, 0)]))
    (entry,) = panel.legend.entries
    style = panel.palette_now.status[DEAD]
    assert (entry.name, entry.symbol) == ("dead since step 1,200", style.symbol)
    assert panel.legend.grab().toImage().pixelColor(4, 4) == QColor(style.colour)
    assert panel.body.numbers.fired_last.text() == "in the measurement at step 0; silent since step 1,200"
    panel.show_history(statuses([(0, ALIVE, 0.5), (5, ALIVE, 0.25)]))
    assert panel.legend.entries[0].name == "active in every measurement"
    assert panel.body.numbers.fired_last.text() == "at step 5, the latest measurement"


def test_traces_are_the_recorded_ones(panel, moons):
    watch(panel, moons, (1, 3))
    steps, *columns = moons.history.columns(UnitTraceRecord, "step", "bias", "weight_norm", "gradient_norm")
    traces = panel.body.traces
    for part, column in zip((traces.bias, traces.weight_norm, traces.gradient_norm), columns, strict=True):
        x, y = part.plot.data["unit"]
        assert x.tolist() == steps.tolist()
        assert y.tolist() == pytest.approx(column[:, UNITS + 3].tolist())
        assert part.caption.text() == signed(f"{part.name}: {column[-1, UNITS + 3]:.4g}")
    firing = moons.history.columns(ProbeRecord, "firing_rate")[0][:, UNITS + 3]
    assert traces.firing.plot.data["unit"][1].tolist() == pytest.approx((100 * firing).tolist())
    reading = traces.stack.reading.read(10).text
    assert re.fullmatch(r"step 10 · bias \S+ · weight norm \S+ · gradient norm \S+ · fires on \S+ %", reading)


def test_plots_zoom_together(panel, moons):
    watch(panel, moons, (1, 3))
    first, *others = (part.plot for part in panel.body.traces.stack.parts)
    first.axes.set_x_range((5.0, 12.0))
    first.zoomed.emit()
    assert all(plot.axes.x_range == pytest.approx((5.0, 12.0)) for plot in others)


def test_a_change_by_hand_is_listed_and_marked(panel):
    bench = Bench(design())
    bench.run.run_until(3)
    watch(panel, bench, (0, 5))
    before = panel.body.traces.bias.plot.data["unit"][1][-1]
    OPERATIONS["nudge_bias"](bench.run, 0, 5, 0.5)
    panel.show_history(bench.history)  # between the change and its measurement
    bench.run.instruments.measure_again()
    panel.show_history(bench.history)
    change = bench.history.changes[-1]
    assert panel.body.numbers.changed.text() == signed(
        f"step 3: 1 Dense, unit 6: bias, {change.before} → {change.after}"
    )
    assert [mark.step for mark in panel.body.traces.bias.plot.annotations.marks] == [3]
    shown = panel.body.traces.bias.plot.data["unit"][1]
    assert shown[-1] == pytest.approx(before + 0.5, abs=1e-6), "measured anew at the same step"
    panel.choose(0, 6)
    assert not panel.body.numbers.changed.isVisible(), "another unit"


# What it listens to


def test_weights_to_an_image_are_an_image(panel):
    bench = Bench(design("digits", ["flatten", dense(), dense()]))
    watch(panel, bench, (0, 2))
    weights = panel.body.weights
    assert weights.images.isVisible()
    assert not weights.bars.isVisible()
    expected = bench.run.network.weights()[0][2].detach().reshape(8, 8)
    assert torch.equal(torch.from_numpy(weights.images.weights[0]), expected)
    assert weights.scale.entries[0].name.startswith("−")
    assert weights.sentence.text().startswith("64 weights, norm ")


def test_filters_are_images_per_channel(panel):
    conv = {"kind": "conv2d", "parameters": {"channels": 5, "kernel_size": 3}}
    bench = Bench(design("digits", [conv, conv, "flatten"]))
    watch(panel, bench, (1, 4))
    assert panel.body.weights.images.weights.shape == (5, 3, 3)
    expected = bench.run.network.weights()[1][4].detach()
    assert torch.equal(torch.from_numpy(panel.body.weights.images.weights), expected)
    panel.choose(2, 0)
    bench.look(2, 0)
    panel.refresh()
    assert panel.body.weights.bars.read(0).heading.startswith("from input 1")


def test_other_weights_are_bars_named_by_their_units(panel, moons):
    watch(panel, moons, (1, 3))
    weights = panel.body.weights
    assert weights.bars.isVisible()
    assert not weights.images.isVisible()
    expected = moons.run.network.weights()[1][3].detach()
    assert weights.bars.weights.tolist() == expected.tolist()
    assert weights.bars.read(4).text == f"from 1 Dense, unit 5 · weight {expected[4]:.4g}"


def test_two_weights_are_a_formula_and_a_line(panel, moons):
    watch(panel, moons, (0, 3))
    module = moons.run.network.get_submodule("1_dense")
    (a, b), c = module.weight[3].tolist(), module.bias[3].item()
    said = panel.body.weights.sentence.text().replace("− ", "+ -").replace("−", "-")
    assert said == f"z = {a:.4g}·x₁ + {b:.4g}·x₂ + {c:.4g}"
    for x, y in panel.body.excitement.plane.line:
        assert a * x + b * y + c == pytest.approx(0, abs=1e-5)


def test_a_deeper_unit_has_no_line(panel, moons):
    watch(panel, moons, (1, 3))
    assert panel.body.excitement.plane.isVisible()
    assert panel.body.excitement.plane.line is None


def test_a_unit_without_a_bias(panel):
    bench = Bench(design(layers=[dense(bias={"name": "none"})]))
    assert bench.run.network.get_submodule("1_dense").bias is None
    watch(panel, bench, (0, 3))
    assert not panel.body.traces.bias.isVisible()
    assert not panel.body.changes.buttons["nudge_bias"].isEnabled()
    assert "no bias" in panel.body.changes.buttons["nudge_bias"].toolTip()
    assert panel.body.changes.buttons["freeze"].isEnabled()


# What excites it


def test_the_plane_shows_the_activation_and_rings_the_samples(panel, moons):
    watch(panel, moons, (1, 4))
    plane = panel.body.excitement.plane
    inputs = moons.run.train.inputs
    with torch.no_grad():
        activity = moons.run.network.forward_kept(inputs)[1][1].activation[:, 4]
    best = activity.topk(9).indices
    assert sorted(map(tuple, plane.rings.tolist())) == sorted(map(tuple, inputs[best].tolist()))
    x, y = plane.rings[0].tolist()
    near = plane.read((x, y)).rows[0]
    assert near.name == "activation h"
    assert float(near.texts[0]) == pytest.approx(float(activity.max()), rel=0.1)
    assert f"{float(activity.max()):.4g}" in panel.body.excitement.sentence.text()


def test_images_that_excite_it_have_their_labels(panel):
    bench = Bench(design("digits", ["flatten", dense()]))
    watch(panel, bench, (0, 2))
    shown = panel.body.excitement.images.answers
    details = bench.history.unit_details
    train = bench.run.dataset.train
    assert [t.true for t in shown] == [str(train.targets[i]) for i in details.samples]
    assert [str(t.note) for t in shown] == [f"h = {value:.3g}" for value in details.activations]
    assert panel.body.excitement.images.isVisible()
    assert not panel.body.excitement.plane.isVisible()


def test_numbers_that_excite_it_are_a_table_in_original_units(panel):
    bench = Bench(design("sine", loss="mse"))
    watch(panel, bench, (0, 2))
    details, dataset = bench.history.unit_details, bench.run.dataset
    best = int(details.samples[0])
    x = float(dataset.original(dataset.train.inputs[best : best + 1])[0, 0])
    cells = texts(panel.body.excitement.table)
    assert signed(f"{best + 1} {details.activations[0]:.3g} {x:.4g} {dataset.train.targets[best, 0]:.4g}") in cells


def test_nothing_excites_a_dead_unit(panel, dying):
    watch(panel, dying, died(dying))
    assert panel.body.excitement.sentence.text().startswith("No sample excites it")
    assert len(panel.body.excitement.plane.rings) == 0


def test_details_of_another_unit_are_not_shown(panel, moons):
    watch(panel, moons, (0, 3))
    panel.choose(0, 4)
    assert panel.body.weights.sentence.text() == ""
    assert not panel.body.excitement.plane.isVisible()
    moons.look(0, 4)
    panel.refresh()
    assert panel.body.weights.sentence.text().startswith("z = ")


# How it died


def test_a_living_unit_has_no_certificate(panel, moons):
    watch(panel, moons, (0, 3))
    assert not panel.body.death.isVisible()


def test_the_measured_interval_then_the_exact_step(panel, qtbot, dying):
    unit = died(dying)
    watch(panel, dying, unit)
    facts = unit_facts(dying.history, unit)
    death = panel.body.death
    assert death.isVisible()
    said = f"fired last in the measurement at step {facts.fired_last:,} and is silent since step {facts.silent_from:,}"
    assert said in death.sentences.text()
    with qtbot.waitSignal(panel.deathWanted) as wanted:
        qtbot.mouseClick(death.find_button, Qt.MouseButton.LeftButton)
    request, about = wanted.args
    assert about is dying.history
    assert (request.layer, request.unit) == unit
    panel.show_search(0.4)
    assert death.progress.isVisible()
    assert death.progress.value() == 400
    assert not death.find_button.isEnabled()
    assert panel.searching

    certificate = dying.certify(request)
    panel.show_history(dying.history)
    assert not panel.searching
    assert not death.progress.isVisible()
    assert not death.find_button.isVisible()
    assert death.title.text() == "Death certificate"
    first, second = death.sentences.text().split("\n")
    assert first.startswith(f"It died in step {certificate.died_in:,}")
    assert signed(f"from {certificate.max_before:.4g} to {certificate.max_after:.4g}") in first
    assert second.endswith(".")
    cells = texts(death.table)
    assert signed(f"bias {certificate.bias_before:.4g} {certificate.bias_after:.4g}") in cells
    assert f"weight norm {certificate.weight_norm_before:.4g} {certificate.weight_norm_after:.4g}" in cells
    assert "learning rate 1" in cells
    assert f"norm of its gradient {certificate.gradient_norm:.4g}" in cells
    assert death.batch.text().startswith(f"Batch of {len(certificate.batch)} training samples: no. ")
    assert str(certificate.batch[0] + 1) in death.batch.text()
    assert certificate.died_in in [mark.step for mark in panel.body.traces.bias.plot.annotations.marks]


def test_a_search_can_be_cancelled(panel, qtbot):
    panel.show_state(State.PAUSED)
    panel.choose(0, 2)
    panel.show_history(statuses([(0, ALIVE, 0.5), (10, DEAD, 0)]))
    qtbot.mouseClick(panel.body.death.find_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.deathCancelled):
        qtbot.mouseClick(panel.body.death.cancel, Qt.MouseButton.LeftButton)
    assert not panel.searching
    assert panel.body.death.find_button.isEnabled()


def test_the_search_belongs_to_its_unit(panel, qtbot):
    panel.show_state(State.PAUSED)
    panel.choose(0, 2)
    run = statuses([(0, ALIVE, 0.5), (10, DEAD, 0)])
    panel.show_history(run)
    qtbot.mouseClick(panel.body.death.find_button, Qt.MouseButton.LeftButton)
    panel.choose(0, 1)
    panel.choose(0, 2)
    assert panel.body.death.progress.isVisible()
    panel.show_history(statuses([(0, ALIVE, 0.5), (10, DEAD, 0)]))
    assert not panel.body.death.progress.isVisible(), "another run"


def test_a_unit_that_never_fired_was_born_dead(panel, qtbot):
    bias = {"name": "constant", "parameters": {"value": -50.0}}
    bench = Bench(design(layers=[dense(bias=bias)]))
    bench.run.run_until(2)
    watch(panel, bench, (0, 3))
    death = panel.body.death
    assert "born dead" in death.sentences.text()
    assert death.find_button.text() == "Make sure it was born dead"
    with qtbot.waitSignal(panel.deathWanted) as wanted:
        qtbot.mouseClick(death.find_button, Qt.MouseButton.LeftButton)
    certificate = bench.certify(wanted.args[0])
    panel.show_history(bench.history)
    assert certificate.born_dead
    assert death.sentences.text().startswith("Born dead: at step 0")
    assert signed(f"{certificate.max_after:.4g}") in death.sentences.text()
    assert "bias −50" in texts(death.table)
    assert "learning rate" not in death.table.text(), "no update did it"
    assert "nan" not in death.table.text()
    assert not death.batch.isVisible()


def test_a_death_behind_a_change_by_hand_is_not_explained_by_guessing(panel):
    run = statuses([(0, ALIVE, 0.5), (10, ALIVE, 0.2), (20, DEAD, 0)])
    run.append(ChangeRecord(7, "learning rate", "0.1", "10"))
    panel.show_state(State.PAUSED)
    panel.choose(0, 2)
    panel.show_history(run)
    assert not panel.body.death.find_button.isVisible()
    assert "step 7: learning rate, 0.1 → 10" in panel.body.death.sentences.text()


def test_a_later_change_does_not_matter(panel):
    run = statuses([(0, ALIVE, 0.5), (10, DEAD, 0), (20, DEAD, 0)])
    run.append(ChangeRecord(15, "learning rate", "0.1", "10"))
    panel.show_state(State.PAUSED)
    panel.choose(0, 2)
    panel.show_history(run)
    assert panel.body.death.find_button.isVisible()


def certificate_of(unit, **fields):
    blank = dict.fromkeys(DeathCertificate.__dataclass_fields__, np.nan)
    known = {
        "layer": unit[0],
        "unit": unit[1],
        "died_in": 9,
        "replayed_to": 10,
        "born_dead": False,
        "batch": (),
        "problem": "",
    }
    return DeathCertificate(**(blank | known | fields))


def test_a_search_that_failed_says_why_and_can_be_tried_again(panel, qtbot):
    run = statuses([(0, ALIVE, 0.5), (10, DEAD, 0)])
    panel.show_state(State.PAUSED)
    panel.choose(0, 2)
    panel.show_history(run)
    qtbot.mouseClick(panel.body.death.find_button, Qt.MouseButton.LeftButton)
    run.append(certificate_of((0, 2), died_in=0, problem="The device is gone."))
    panel.show_history(run)
    assert "The device is gone." in panel.body.death.sentences.text()
    assert panel.body.death.find_button.isEnabled()
    assert not panel.body.death.table.isVisible()


def test_a_unit_without_a_gradient_was_moved_by_something_else(panel):
    run = statuses([(0, ALIVE, 0.5), (10, DEAD, 0)])
    run.append(certificate_of((0, 2), gradient_norm=0.0, max_before=0.3, max_after=-0.1))
    panel.choose(0, 2)
    panel.show_history(run)
    assert "Its own gradient was 0" in panel.body.death.sentences.text()


def test_an_old_certificate_does_not_explain_a_second_death(panel):
    run = statuses([(0, ALIVE, 0.5), (10, DEAD, 0), (20, ALIVE, 0.5)])
    run.append(certificate_of((0, 2), gradient_norm=1.0))
    panel.show_state(State.PAUSED)
    panel.choose(0, 2)
    panel.show_history(run)
    assert panel.body.death.title.text() == "It was dead, and lives again"
    again = statuses([(0, ALIVE, 0.5), (10, DEAD, 0), (20, ALIVE, 0.5), (30, DEAD, 0)])
    again.append(certificate_of((0, 2), gradient_norm=1.0))
    panel.show_history(again)
    assert "fired last in the measurement at step 20" in panel.body.death.sentences.text()


# What can be done


@pytest.mark.parametrize("state", list(State))
def test_only_a_run_that_waits_can_be_changed(panel, moons, state):
    watch(panel, moons, (0, 3), state)
    buttons = panel.body.changes.buttons
    assert {button.isEnabled() for button in buttons.values()} == {state.is_resting}
    assert all(button.toolTip() for button in buttons.values())
    if not state.is_resting:
        assert buttons["freeze"].toolTip() == panel.body.changes.hint.text()


def test_buttons_say_what_and_how_much(panel, qtbot, moons):
    watch(panel, moons, (1, 3))
    changes = panel.body.changes
    changes.amounts["nudge_bias"].setValue(-0.25)
    changes.amounts["make_leaky"].setValue(0.2)
    expected = {"reinitialize": 0.0, "freeze": 0.0, "silence": 0.0, "nudge_bias": -0.25, "make_leaky": 0.2}
    assert set(expected) == set(changes.buttons) == set(OPERATIONS)
    for key, amount in expected.items():
        with qtbot.waitSignal(panel.operationWanted) as wanted:
            qtbot.mouseClick(changes.buttons[key], Qt.MouseButton.LeftButton)
        assert wanted.args == [key, 1, 3, amount]


def test_a_senseless_amount_does_nothing(panel, qtbot, moons):
    watch(panel, moons, (1, 3))
    field = panel.body.changes.amounts["nudge_bias"]
    field.lineEdit().clear()
    qtbot.keyClicks(field.lineEdit(), "much")
    with qtbot.assertNotEmitted(panel.operationWanted):
        qtbot.mouseClick(panel.body.changes.buttons["nudge_bias"], Qt.MouseButton.LeftButton)
    assert field.problem


def test_an_amount_counts_as_it_stands_there(panel, qtbot, moons):
    watch(panel, moons, (1, 3))
    field = panel.body.changes.amounts["nudge_bias"]
    field.lineEdit().clear()
    qtbot.keyClicks(field.lineEdit(), "2.5")
    with qtbot.waitSignal(panel.operationWanted) as wanted:
        qtbot.mouseClick(panel.body.changes.buttons["nudge_bias"], Qt.MouseButton.LeftButton)
    assert wanted.args[3] == 2.5


@pytest.mark.parametrize("unit", [(0, 1), (1, 0)], ids=["tanh", "output"])
def test_only_rectifiers_can_be_made_leaky(panel, unit):
    bench = Bench(design(layers=[dense(activation="tanh")]))
    watch(panel, bench, unit)
    button = panel.body.changes.buttons["make_leaky"]
    assert not button.isEnabled()
    assert "ReLU" in button.toolTip()


def test_a_dead_unit_drawn_anew_lives(panel):
    bench = Bench(design(learning_rate=1.0, steps=60))
    bench.run.run_until(60)
    status = bench.history.latest(ProbeRecord)["unit_status"]
    unit = (0, int(np.flatnonzero(status[:UNITS] == UnitStatus.DEAD)[0]))
    watch(panel, bench, unit)
    assert panel.legend.entries[0].name.startswith("dead")
    bench.operate("reinitialize", *unit)
    panel.show_history(bench.history)
    assert panel.legend.entries[0].name.startswith("active")
    assert not panel.body.death.isVisible()


# The panel as a whole


def test_the_theme_reaches_every_part(panel, moons):
    watch(panel, moons, (0, 3))
    panel.set_theme(DARK)
    part = panel.body.traces.bias.plot
    assert part.lines[0].style.colour == DARK.train
    assert part.axes.colours is DARK
    assert panel.body.excitement.plane.axes.colours is DARK


@pytest.mark.parametrize("size", [(200, 150), (360, 560), (900, 500)])
def test_any_size_can_be_drawn(panel, dying, size):
    watch(panel, dying, died(dying))
    panel.resize(*size)
    panel.refresh()
    content = panel.body.area.widget()
    assert content.width() <= panel.body.area.viewport().width() + 1 or size[0] < 300
    assert not panel.grab().isNull()


def test_room_puts_the_parts_beside_each_other(panel, qtbot, moons):
    watch(panel, moons, (0, 3))
    below = panel.body.weights.mapTo(panel, panel.body.weights.rect().topLeft())
    panel.resize(900, 800)
    qtbot.waitUntil(lambda: panel.body.weights.mapTo(panel, panel.body.weights.rect().topLeft()).x() > 400)
    assert below.x() < 50


def test_the_help_states_what_is_kept(panel):
    text = panel.help_text
    assert f"{series.PROBE_ROWS_AT_MOST} measurements" in text
    assert f"{series.WIDE_BYTES // 2**20} MiB" in text
    assert f"first {SEARCHED_SAMPLES:,} training samples" in " ".join(text.split())
