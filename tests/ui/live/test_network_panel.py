"""The network in the real window: before training, while it trains, looked back at, inspected, out of a file."""

import pytest
from PySide6.QtCore import QPoint

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, train, wait_for
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings(), layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def shown_step(lab):
    view = lab.network.canvas.view
    return None if view is None else view.step


def test_the_network_is_there_before_training_and_moves_while_it_trains(qtbot, lab):
    qtbot.waitUntil(lambda: shown_step(lab) == 0, timeout=SECONDS_30)
    assert not lab.network.is_empty
    train(qtbot, lab)
    qtbot.waitUntil(lambda: shown_step(lab) > 50, timeout=SECONDS_30)


def test_it_costs_nothing_while_nobody_looks(qtbot, lab):
    train(qtbot, lab)
    lab.window.dock("network").hide()
    qtbot.waitUntil(lambda: not lab._network_seen, timeout=SECONDS_30)
    worker = lab.trainer._worker
    qtbot.waitUntil(lambda: not worker.run.instruments.network_wanted, timeout=SECONDS_30)
    last = lab.polling.shown.history.network.step
    reached = lab.trainer.status.step
    qtbot.waitUntil(lambda: lab.trainer.status.step > reached + 500, timeout=SECONDS_30)
    assert lab.polling.shown.history.network.step == last


def test_a_click_opens_the_inspector(qtbot, lab):
    qtbot.waitUntil(lambda: shown_step(lab) == 0, timeout=SECONDS_30)
    lab.network.unitClicked.emit(0, 3)
    assert lab.inspector.unit == (0, 3)
    assert lab.network.canvas.chosen == (1, 3)


def test_an_earlier_moment_has_its_own_picture(qtbot, lab):
    train(qtbot, lab)
    qtbot.waitUntil(lambda: len(lab.polling.shown.run.checkpoints) > 3, timeout=SECONDS_30)
    lab.run_controller.toggle()
    wait_for(qtbot, lab, State.PAUSED)
    step = lab.polling.shown.run.checkpoints[1].step
    lab.timeline_controller.look_at(step)
    qtbot.waitUntil(lambda: lab.network.canvas.looking_back and shown_step(lab) == step, timeout=SECONDS_30)
    assert str(step) in lab.network.canvas.note
    lab.timeline_controller.go_to_now()
    qtbot.waitUntil(lambda: not lab.network.canvas.looking_back and shown_step(lab) > step, timeout=SECONDS_30)


def test_another_sample_is_looked_at(qtbot, lab):
    qtbot.waitUntil(lambda: shown_step(lab) == 0, timeout=SECONDS_30)
    lab.network.sample.setValue(5)
    qtbot.waitUntil(lambda: lab.network.canvas.view.picture.sample == 4, timeout=SECONDS_30)


def test_a_run_whose_picture_is_gone_gets_one_from_its_weights(qtbot, lab):
    train(qtbot, lab)
    lab.run_controller.toggle()
    wait_for(qtbot, lab, State.PAUSED)
    run = lab.polling.shown.run
    qtbot.waitUntil(lambda: shown_step(lab) == lab.trainer.status.step, timeout=SECONDS_30)  # nothing is on its way
    for _ in range(2):
        with run._lock:
            run._network = None  # as where it rests, or comes out of a file
            run._revision += 1
        qtbot.waitUntil(lambda: run.network is not None, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: shown_step(lab) == run.network.step, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: not lab.network.is_empty, timeout=SECONDS_30)


def test_a_panel_says_in_words_what_it_shows(qtbot, lab):
    qtbot.waitUntil(lambda: shown_step(lab) == 0, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: "1 Dense · ReLU, 6 units" in lab.network.accessibleDescription(), timeout=SECONDS_30)
    assert "dropout off, at step 0" in lab.network.footer.text()


def test_the_unit_that_is_pointed_at_takes_the_place_of_the_output(qtbot, lab):
    qtbot.waitUntil(lambda: shown_step(lab) == 0, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: not lab.output.is_empty, timeout=SECONDS_30)
    before = lab.output._stack.currentWidget()
    qtbot.mouseMove(lab.network.canvas, middle(lab, (1, 2)))
    assert lab.output._stack.currentWidget() is lab.output.large
    words = lab.output.large.accessibleDescription()
    assert words.startswith("1 Dense · ReLU, unit 3: its output h over the plane, own scale, up to ")
    train(qtbot, lab)
    qtbot.waitUntil(lambda: lab.output.large.accessibleDescription() != words, timeout=SECONDS_30)
    lab.network.canvas._point_at(None)
    assert lab.output._stack.currentWidget() is before


def middle(lab, cell):
    place = lab.network.canvas.layout_now.places[cell[0]]
    return QPoint(*(round(at) for at in place.rectangle(cell[1]).centre))


def test_the_line_below_can_be_read_while_it_trains_and_is_of_now_when_it_waits(qtbot, lab, monkeypatch):
    panel = lab.network
    qtbot.waitUntil(lambda: shown_step(lab) == 0, timeout=SECONDS_30)
    panel.set_training(True)
    panel.refresh()
    steps = iter(range(7, 99))
    monkeypatch.setattr(panel, "sample_text", lambda: f"at step {next(steps)}")
    monkeypatch.setattr("ui.live.base.monotonic", lambda: panel._read_until + 1)
    panel.refresh()
    assert panel.footer.text() == "at step 7"
    monkeypatch.setattr("ui.live.base.monotonic", lambda: panel._read_until - 0.01)
    panel.refresh()
    assert panel.footer.text() == "at step 7", "it is not renewed with each picture"
    panel.set_training(False)
    assert panel.footer.text() == "at step 8"
