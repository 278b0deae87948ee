"""From a dead cell in the heatmap to its death certificate, and to a second life: in the real window, by clicks."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from relulab.experiment.presets import load_preset
from relulab.measurements.status import UnitStatus
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.platform.settings import Settings

LONG = 10_000_000  # steps
SETTLED = 1000  # steps: no gradient reaches any unit by then, so those that are dead stay dead


@pytest.fixture
def lab(qtbot):
    preset = load_preset("dying-relu")
    spec = preset.replace(training=preset.training.replace(steps=LONG))
    with open_lab(qtbot, spec, settings=Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def died_while_measured(run):
    """(layer, unit) that fired in a measurement and is dead in the latest, and the probes around its death."""
    steps, status, firing = run.columns(ProbeRecord, "step", "unit_status", "firing_rate")
    places = np.flatnonzero((status[-1] == UnitStatus.DEAD) & (firing[0] > 0))
    place = int(places[0])
    last = int(np.flatnonzero(firing[:, place] > 0)[-1])
    offsets = run.info.layout.offsets
    layer = next(i for i, end in enumerate(offsets[1:]) if place < end)
    return (layer, place - offsets[layer]), int(steps[last]), int(steps[last + 1])


def click_cell(qtbot, lab, unit):
    cells = lab.units.map.cells
    qtbot.waitUntil(lambda: not lab.units.is_empty, timeout=SECONDS_30)
    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.rect_of(unit).center())


def test_from_a_dead_cell_to_a_second_life(qtbot, lab):
    inspector, controls = lab.inspector, lab.control_bar
    assert inspector.visibleRegion().isEmpty(), "behind the design until a unit is chosen"
    press(qtbot, controls.train_button)
    run = lab.store.current
    qtbot.waitUntil(lambda: run.latest(ProbeRecord)["step"] > SETTLED, timeout=SECONDS_30)
    unit, fired_at, silent_at = died_while_measured(run)

    click_cell(qtbot, lab, unit)
    qtbot.waitUntil(lambda: not inspector.visibleRegion().isEmpty() and not inspector.is_empty, timeout=SECONDS_30)
    assert inspector.unit == lab.units.map.cells.chosen == unit
    assert inspector.heading.name.text() == f"{run.info.layout.layers[unit[0]].title}, unit {unit[1] + 1}"
    qtbot.waitUntil(lambda: inspector.body.weights.sentence.text() != "", timeout=SECONDS_30)
    assert (run.unit_details.layer, run.unit_details.unit) == unit

    death = inspector.body.death
    assert f"{fired_at:,}" in death.sentences.text()
    press(qtbot, death.find_button)
    qtbot.waitUntil(lambda: run.certificate(*unit) is not None, timeout=SECONDS_30)
    certificate = run.certificate(*unit)
    assert not certificate.problem
    assert fired_at < certificate.died_in <= silent_at
    qtbot.waitUntil(lambda: f"It died in step {certificate.died_in:,}" in death.sentences.text(), timeout=SECONDS_30)
    assert lab.status.state is State.RUNNING, "the search went on beside the run"

    buttons = inspector.body.changes.buttons
    assert not buttons["reinitialize"].isEnabled()
    press(qtbot, controls.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    qtbot.waitUntil(buttons["reinitialize"].isEnabled, timeout=SECONDS_30)
    step = lab.trainer.status.step
    press(qtbot, buttons["reinitialize"])
    qtbot.waitUntil(lambda: bool(run.changes), timeout=SECONDS_30)
    (change,) = run.changes
    assert (change.step, change.after) == (step, "drawn anew")
    assert change.what == f"{inspector.heading.name.text()}: weights"
    marks = lab.panels["loss"].loss.annotations
    qtbot.waitUntil(lambda: [mark.step for mark in marks.marks] == [step], timeout=SECONDS_30)
    qtbot.waitUntil(lambda: change.after in inspector.body.numbers.changed.text(), timeout=SECONDS_30)
    assert lab.trainer.status.step == step

    press(qtbot, controls.train_button)
    qtbot.waitUntil(lambda: lab.trainer.status.step > step + 20, timeout=SECONDS_30)
    assert lab.store.current is run, "the same run goes on"


def test_a_layer_made_leaky_changes_the_design_and_not_the_run(qtbot, lab):
    press(qtbot, lab.control_bar.step_buttons["batch"])
    wait_for(qtbot, lab, State.PAUSED)
    click_cell(qtbot, lab, (1, 3))
    button = lab.inspector.body.changes.buttons["make_leaky"]
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=SECONDS_30)
    press(qtbot, button)
    run = lab.store.current
    qtbot.waitUntil(lambda: bool(run.changes), timeout=SECONDS_30)
    assert run.changes[0].after == "Leaky ReLU (negative slope 0.01)"
    assert lab.design.value().model.layers[1].activation.name == "leaky_relu"
    assert lab.design.value().model.layers[0].activation.name == "relu"
    assert lab.trainer._worker.run.spec.model == lab.design.value().model
    assert not lab.run_controller.changed, "the design is that of the run"
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(lambda: lab.trainer.status.step > 20, timeout=SECONDS_30)
    assert lab.store.current is run
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    lab.run_controller.reset()
    wait_for(qtbot, lab, State.READY)
    qtbot.waitUntil(lambda: lab.store.current is not run, timeout=SECONDS_30)
    assert lab.store.current.info.spec.model.layers[1].activation.name == "leaky_relu", "a reset starts the design"


def test_an_edited_design_stays_as_it_was_edited(qtbot, lab):
    press(qtbot, lab.control_bar.step_buttons["batch"])
    wait_for(qtbot, lab, State.PAUSED)
    click_cell(qtbot, lab, (1, 3))
    lab.run_controller.change_design(lab.design.value().replace(model=moons().model))
    assert lab.run_controller.changed
    button = lab.inspector.body.changes.buttons["make_leaky"]
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=SECONDS_30)
    lab.inspector.body.changes.amounts["make_leaky"].setValue(0.05)
    press(qtbot, button)
    qtbot.waitUntil(lambda: bool(lab.store.current.changes), timeout=SECONDS_30)
    assert lab.design.value().model == moons().model
    assert lab.run_controller.built.model.layers[1].activation.parameters["negative_slope"] == 0.05


def test_nobody_looks_while_the_panel_is_hidden(qtbot, lab):
    def inspected():
        run = lab.trainer._worker.run
        return None if run is None else run.instruments.inspected

    click_cell(qtbot, lab, (0, 5))
    qtbot.waitUntil(lambda: inspected() == (0, 5), timeout=SECONDS_30)
    lab.window.dock("design").raise_()
    qtbot.waitUntil(lambda: inspected() is None, timeout=SECONDS_30)
    lab.window.dock("inspector").raise_()
    qtbot.waitUntil(lambda: inspected() == (0, 5), timeout=SECONDS_30)
    lab.window.dock("inspector").close()
    qtbot.waitUntil(lambda: inspected() is None, timeout=SECONDS_30)
    click_cell(qtbot, lab, (2, 1))
    qtbot.waitUntil(lambda: inspected() == (2, 1), timeout=SECONDS_30)
    before = lab.store.current
    lab.run_controller.new_seed()
    qtbot.waitUntil(lambda: lab.store.current is not before and inspected() == (2, 1), timeout=SECONDS_30)
    lab.run_controller.load(moons())
    qtbot.waitUntil(lambda: lab.inspector.unit is None and lab.inspector.is_empty, timeout=SECONDS_30)
    assert lab.units.map.cells.chosen is None
    assert lab.status.state is not State.FAILED
