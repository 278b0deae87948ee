"""The whole network as one map in the real window: its table, and one layer in the place of all."""

import numpy as np
import pytest

from relulab.introspection.one_map import OneMap
from relulab.training.state import State
from tests.helpers.designs import dense
from tests.helpers.labs import SECONDS_30, open_lab, press, train_some, wait_for
from tests.helpers.small_runs import experiment
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH

LINEAR = experiment("moons", dense(5, "identity"), dense(4, "identity"), size=60, steps=1_000_000)


def page_of(qtbot, lab):
    """In the front, with what is computed for it."""
    wait_for(qtbot, lab, State.READY)
    lab.window.bring_to_front("one_input")
    panel = lab.one_input
    panel.pages.setCurrentWidget(panel.one_map)
    qtbot.waitUntil(lambda: panel.look is not None and panel.look.one_map is not None, timeout=SECONDS_30)
    return panel.one_map


def numbers_of(table):
    rows = [[table.item(row, column).text() for column in range(table.columnCount())] for row in range(2)]
    return np.array([[float(cell.replace("−", "-")) for cell in row] for row in rows])


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, LINEAR, Settings(), layout=WATCH, size=(1366, 768)) as lab:
        yield lab


def test_the_table_follows_the_run(qtbot, lab):
    page = page_of(qtbot, lab)
    assert "W = W₃ · W₂ · W₁ is 2×4 · 4×5 · 5×2 = 2×2" in page.product.text()
    before = numbers_of(page.table)
    train_some(qtbot, lab)
    qtbot.waitUntil(lambda: lab.one_input.look.step == lab.status.step, timeout=SECONDS_30)
    weights = [lab.one_input.look.weights[layer] for layer in range(3)]
    shown = numbers_of(page.table)
    np.testing.assert_allclose(shown[:, :2], weights[2] @ weights[1] @ weights[0], rtol=6e-3)
    assert not np.array_equal(shown, before)
    assert page.replace.isVisible()


def test_one_layer_takes_the_place_of_all_and_undo_brings_them_back(qtbot, lab):
    page = page_of(qtbot, lab)
    train_some(qtbot, lab)
    qtbot.waitUntil(lambda: lab.one_input.look.step == lab.status.step, timeout=SECONDS_30)
    one = lab.one_input.look.one_map
    assert isinstance(one, OneMap)
    run, design = lab.polling.shown.run, lab.run_controller.design
    press(qtbot, page.replace)
    assert lab.run_controller.design.model.layers == ()
    assert "Over 60 training samples this one layer would change no output by more than" in lab.window.banner.message
    qtbot.waitUntil(lambda: lab.polling.shown.run is not run, timeout=SECONDS_30)
    panel = lab.one_input
    qtbot.waitUntil(lambda: panel._history is lab.polling.shown.history and panel.look is not None
                    and len(panel.look.weights) == 1, timeout=SECONDS_30)  # fmt: skip
    np.testing.assert_array_equal(panel.look.weights[0], one.weights.astype(np.float32))
    np.testing.assert_array_equal(panel.look.biases[0], one.biases.astype(np.float32))
    qtbot.waitUntil(lambda: "is one linear layer" in page.product.text(), timeout=SECONDS_30)
    assert not page.replace.isVisible()
    lab.window.commands["undo"].trigger()
    assert lab.run_controller.design.model == design.model


def test_a_network_that_bends_says_which_layer_does(qtbot):
    with open_lab(qtbot, experiment("moons", 5, size=60), Settings(), layout=WATCH) as lab:
        page = page_of(qtbot, lab)
        assert page.product.text().startswith("The units of 1 Dense bend (ReLU)")
        assert not page.replace.isVisible()
        assert not page.table.isVisible()


def test_of_images_every_output_has_a_picture(qtbot):
    with open_lab(qtbot, experiment("digits", "flatten", dense(12, "identity"), size=200), Settings()) as lab:
        page = page_of(qtbot, lab)
        one = lab.one_input.look.one_map
        np.testing.assert_array_equal(page.pictures.weights, one.weights.reshape(10, 8, 8).astype(np.float32))
        assert page.pictures.isVisible()
        assert not page.table.isVisible()
        press(qtbot, page.replace)
        assert [layer.kind for layer in lab.run_controller.design.model.layers] == ["flatten"]
        wait_for(qtbot, lab, State.READY)
