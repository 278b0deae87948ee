"""Weights and biases typed and dragged in the picture of a paused run, in the real window, and taken back."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, train_some, wait_for
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings(), layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


@pytest.fixture
def paused(qtbot, lab):
    train_some(qtbot, lab)
    canvas = lab.network.canvas
    qtbot.waitUntil(lambda: canvas.view is not None and canvas.view.step == lab.status.step, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: lab.network.hand._allowed, timeout=SECONDS_30)
    return lab


def numbers(lab, layer=0):
    parameters = lab.trainer._worker.run.network.parameters_of(layer)
    return parameters.weight.detach(), parameters.bias.detach()


def on_a_line(canvas):
    """A point on a line of the first gap, and which weight it is."""
    gap = canvas._gaps[0]
    x, y = gap.sender.port(0, outgoing=True)
    at = QPoint(round(x) + 2, round(y))
    return at, canvas.edge_at(at.toPointF())


def shown(lab, edge):
    return float(lab.network.canvas.view.weights(edge.column)[edge.receiver, edge.sender])


def test_a_weight_is_typed_and_taken_back(qtbot, paused):
    canvas, hand = paused.network.canvas, paused.network.hand
    at, edge = on_a_line(canvas)
    before = shown(paused, edge)
    qtbot.mouseMove(canvas, at)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert hand.field.isVisible()
    assert float(hand.field.lineEdit().text()) == pytest.approx(before)
    hand.field.lineEdit().selectAll()
    qtbot.keyClicks(hand.field.lineEdit(), "1,25")
    qtbot.keyClick(hand.field, Qt.Key.Key_Return)
    assert not hand.field.isVisible()
    qtbot.waitUntil(lambda: shown(paused, edge) == 1.25, timeout=SECONDS_30)
    assert float(numbers(paused)[0][edge.receiver, edge.sender]) == 1.25
    qtbot.waitUntil(paused.network.undo.isVisible, timeout=SECONDS_30)
    press(qtbot, paused.network.undo)
    qtbot.waitUntil(lambda: shown(paused, edge) == before, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: not paused.network.undo.isVisible(), timeout=SECONDS_30)
    assert [change.after.endswith(" (undone)") for change in paused.store.current.changes] == [False, True]


def test_escape_and_nonsense_change_nothing(qtbot, paused):
    canvas, hand = paused.network.canvas, paused.network.hand
    at, edge = on_a_line(canvas)
    before = shown(paused, edge)
    for typed, key in (("7", Qt.Key.Key_Escape), ("abc", Qt.Key.Key_Return)):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
        hand.field.lineEdit().selectAll()
        qtbot.keyClicks(hand.field.lineEdit(), typed)
        qtbot.keyClick(hand.field, key)
    assert hand.field.complaint.isVisible()
    assert "must be a number" in hand.field.complaint.text()
    hand.field.close_field()
    assert not hand.field.complaint.isVisible()
    assert float(numbers(paused)[0][edge.receiver, edge.sender]) == before
    assert not paused.store.current.changes


def test_a_bias_is_dragged_on_the_sheet_of_its_unit(qtbot, paused):
    canvas = paused.network.canvas
    canvas.open_sheet((1, 2))
    canvas.grab()
    bias = next(target for target in canvas.sheet.targets if target.source is None)
    before = float(numbers(paused)[1][2])
    start = bias.area.center().toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start - QPoint(0, 50))
    assert paused.network.hand.field.isVisible(), "the number is seen while it is dragged"
    assert float(numbers(paused)[1][2]) == before, "it counts when the mouse is let go"
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 50))
    qtbot.waitUntil(lambda: bool(paused.store.current.changes), timeout=SECONDS_30)
    assert float(numbers(paused)[1][2]) > before
    assert paused.store.current.changes[-1].what == "1 Dense, unit 3: bias"
    weight = next(target for target in canvas.sheet.targets if target.source == (0, 1))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=weight.area.center().toPoint())
    assert paused.network.hand.field.value() == pytest.approx(float(numbers(paused)[0][2, 1]))


def test_a_run_that_trains_or_is_looked_back_at_is_left_alone(qtbot, paused):
    canvas, hand = paused.network.canvas, paused.network.hand
    at, _ = on_a_line(canvas)
    paused.timeline_controller.look_at(paused.polling.shown.run.checkpoints[0].step)
    qtbot.waitUntil(lambda: not hand._allowed, timeout=SECONDS_30)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert not hand.field.isVisible()
    paused.timeline_controller.go_to_now()
    qtbot.waitUntil(lambda: hand._allowed, timeout=SECONDS_30)
    press(qtbot, paused.control_bar.train_button)
    qtbot.waitUntil(lambda: not hand._allowed, timeout=SECONDS_30)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert not hand.field.isVisible()


def test_a_layer_that_was_made_leaky_is_taken_back_in_the_design_too(qtbot, paused):
    paused.inspector_controller.show_unit(0, 1)
    qtbot.waitUntil(lambda: not paused.inspector.is_empty, timeout=SECONDS_30)
    changes = paused.inspector.body.changes
    changes.buttons["make_leaky"].click()
    assert activation(paused) == "leaky_relu"
    qtbot.waitUntil(changes.undo.isEnabled, timeout=SECONDS_30)
    changes.buttons["make_leaky"].click()  # so it is already: nothing that would have to be taken back
    changes.undo.click()
    assert activation(paused) == "relu"
    qtbot.waitUntil(lambda: paused.trainer.status.to_undo == 0, timeout=SECONDS_30)
    assert paused.trainer._worker.run.spec.model.layers[0].activation.name == "relu"
    assert not paused.run_controller.changed


def activation(lab):
    """In the design."""
    return lab.design.value().model.layers[0].activation.name


def test_the_line_of_a_unit_is_moved_on_its_plane(qtbot, paused):
    paused.inspector_controller.show_unit(0, 1)
    paused.window.dock("inspector").setFloating(True)
    paused.window.dock("inspector").resize(900, 900)
    qtbot.waitUntil(lambda: not paused.inspector.is_empty, timeout=SECONDS_30)
    plane = paused.inspector.body.excitement.plane
    qtbot.waitUntil(lambda: plane.line is not None and plane.isVisible(), timeout=SECONDS_30)
    weights, before = (numbers.clone()[1] for numbers in numbers(paused))
    middle = [sum(along) / 2 for along in zip(*plane.line, strict=True)]
    start = plane.axes.pixel_of(QPointF(*middle)).toPoint()
    view, end = plane.axes.plot.viewport(), start + QPoint(12, -15)
    place = plane.axes.place_of(QPointF(end))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, end)
    assert not paused.store.current.changes
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: bool(paused.store.current.changes), timeout=SECONDS_30)
    after = float(numbers(paused)[1][1])
    assert abs(after - float(before)) > 0.01
    assert float(weights[0]) * place.x() + float(weights[1]) * place.y() + after == pytest.approx(0, abs=1e-5)
    assert paused.store.current.changes[-1].what == "1 Dense, unit 2: bias"
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=start)
    assert len(paused.store.current.changes) == 1, "a click beside the line, or without a move, is none"
