"""The network as cards, driven by clicks and keys."""

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from relulab.catalog.layers import LAYERS
from relulab.experiment import ExperimentSpec, InitializationChoice
from relulab.experiment.presets import load_preset
from tests.helpers.design_helpers import choose, click, open_panel, type_number
from tests.helpers.effort import at_most
from ui.features.design import DesignPanel
from ui.features.design.layer_card import LayerCard
from ui.widgets.focus import focusable

BUSY = 4  # how much slower than the aim a busy machine may be
THREE = ExperimentSpec.parse(
    {"model": {"layers": [{"kind": "dense", "parameters": {"units": units}} for units in (3, 4, 5)]}}
)


@pytest.fixture
def panel(qtbot) -> DesignPanel:
    return open_panel(qtbot, THREE)


def units(panel: DesignPanel) -> list[Any]:
    return [layer.parameters.get("units") for layer in panel.value().model.layers]


def cards(panel: DesignPanel) -> list[LayerCard]:
    return panel.network.layers.cards


def open_card(qtbot, panel: DesignPanel, index: int) -> LayerCard:
    click(qtbot, cards(panel)[index].header)
    qtbot.waitUntil(cards(panel)[index].form.isVisible)
    return cards(panel)[index]


def press(qtbot, card: LayerCard, name: str) -> None:
    click(qtbot, card.findChild(QToolButton, f"{name}-layer"))


def test_each_layer_is_a_card_with_shape_and_size(panel):
    assert [card.header.accessibleName() for card in cards(panel)] == [
        "Layer 1: Dense 3, ReLU · He normal, → 3, 9 parameters",
        "Layer 2: Dense 4, ReLU · He normal, → 4, 16 parameters",
        "Layer 3: Dense 5, ReLU · He normal, → 5, 25 parameters",
    ]
    assert panel.network.output.header.accessibleName() == "Output 2, Identity · LeCun normal, → 2, 12 parameters"
    assert panel.network._total.text().startswith("62 parameters in all; training needs about ")


def test_a_click_opens_a_card_and_closes_the_others(qtbot, panel):
    open_card(qtbot, panel, 0)
    open_card(qtbot, panel, 2)
    assert [card.expanded for card in cards(panel)] == [False, False, True]
    click(qtbot, panel.network.output.header)
    assert [card.expanded for card in [*cards(panel), panel.network.output]] == [False, False, False, True]
    open_card(qtbot, panel, 1)
    assert not panel.network.output.expanded
    click(qtbot, cards(panel)[1].header)
    assert not cards(panel)[1].expanded


@pytest.mark.parametrize("kind", LAYERS)
def test_any_layer_can_be_added(qtbot, panel, kind):
    open_card(qtbot, panel, 0)
    (action,) = (a for a in panel.network.add_button.menu().actions() if a.text() == LAYERS[kind].title)
    action.trigger()
    assert [layer.kind for layer in panel.value().model.layers] == ["dense", kind, "dense", "dense"]
    assert panel.network.layers.selected == 1
    assert panel.undo_stack.undoText() == f"Add {LAYERS[kind].title} layer"
    panel.undo_stack.undo()
    assert panel.value() == THREE


def test_without_an_open_card_a_layer_is_added_at_the_end(panel):
    panel.network.add_button.menu().actions()[0].trigger()
    assert units(panel) == [3, 4, 5, 32]


def test_the_first_layer_can_be_added_and_the_last_removed(qtbot):
    panel = open_panel(qtbot, ExperimentSpec())
    panel.network.layers.add("dense")
    assert len(cards(panel)) == 1
    press(qtbot, cards(panel)[0], "remove")
    assert cards(panel) == []
    assert panel.problem is None


def test_buttons_duplicate_move_and_remove(qtbot, panel):
    card = open_card(qtbot, panel, 1)
    press(qtbot, card, "duplicate")
    assert (units(panel), panel.network.layers.selected) == ([3, 4, 4, 5], 1), "its buttons stay under the mouse"
    open_card(qtbot, panel, 2)
    press(qtbot, cards(panel)[2], "down")
    assert (units(panel), panel.network.layers.selected) == ([3, 4, 5, 4], 3)
    press(qtbot, cards(panel)[3], "up")
    assert (units(panel), panel.network.layers.selected) == ([3, 4, 4, 5], 2)
    press(qtbot, cards(panel)[2], "remove")
    assert units(panel) == [3, 4, 5]
    assert panel.undo_stack.undoText() == "Remove layer 3"
    while panel.undo_stack.canUndo():
        panel.undo_stack.undo()
    assert panel.value() == THREE


def test_keys_move_duplicate_and_remove(qtbot, panel):
    header = cards(panel)[0].header
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert units(panel) == [4, 3, 5]
    assert panel.focusWidget() is cards(panel)[1].header  # the keyboard goes with the layer
    qtbot.keyClick(cards(panel)[1].header, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert units(panel) == [4, 5, 3]
    qtbot.keyClick(cards(panel)[2].header, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert units(panel) == [4, 5, 3]  # there is nothing below
    qtbot.keyClick(cards(panel)[2].header, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert units(panel) == [4, 3, 5]
    qtbot.keyClick(cards(panel)[1].header, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert units(panel) == [4, 3, 3, 5]
    qtbot.keyClick(cards(panel)[2].header, Qt.Key.Key_Delete)
    assert units(panel) == [4, 3, 5]


def test_alt_and_an_arrow_move_the_layer_from_inside_its_fields(qtbot, panel):
    field = open_card(qtbot, panel, 0).form.field(()).row("units").control
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert units(panel) == [4, 3, 5]
    assert panel.network.layers.selected == 1


def test_delete_in_a_field_is_about_its_text(qtbot, panel):
    field = open_card(qtbot, panel, 0).form.field(()).row("units").control
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert len(cards(panel)) == 3


def test_space_opens_and_closes_a_card(qtbot, panel):
    header = cards(panel)[0].header
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert cards(panel)[0].expanded
    assert header.accessibleDescription().startswith("details shown")
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert not cards(panel)[0].expanded


def drag(qtbot, panel: DesignPanel, start: int, to: QPoint) -> None:
    """Take the card ``start`` and let it go at ``to``, in the list's coordinates."""
    header = cards(panel)[start].header
    end = header.mapFrom(panel.network, panel.network.layers.mapTo(panel.network, to))
    grip = QPoint(10, header.height() // 2)
    qtbot.mousePress(header, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(header, grip + QPoint(0, 15))
    qtbot.mouseMove(header, end)
    assert panel.network.layers._mark.isVisible()
    qtbot.mouseRelease(header, Qt.MouseButton.LeftButton, pos=end)


@pytest.mark.parametrize(
    ("start", "below", "order"),
    [(0, 2, [4, 5, 3]), (0, 1, [4, 3, 5]), (2, -1, [5, 3, 4]), (2, 0, [3, 5, 4]), (1, 1, [3, 4, 5])],
)
def test_a_card_can_be_dragged(qtbot, panel, start, below, order):
    """``below``: the card under whose middle it is let go; -1 is above all."""
    y = cards(panel)[below].geometry().bottom() - 2 if below >= 0 else 1
    drag(qtbot, panel, start, QPoint(20, y))
    assert units(panel) == order
    assert not panel.network.layers._mark.isVisible()
    assert not any(card.expanded for card in cards(panel))  # a drag is no click


def test_set_all_changes_every_layer_with_weights(qtbot):
    panel = open_panel(qtbot, "mnist-cnn")
    choose(qtbot, panel.network.all_layers.activation, "tanh")
    weighted = [layer for layer in panel.value().model.layers if layer.entry.has_weights]
    assert {layer.activation.name for layer in weighted} == {"tanh"}
    choose(qtbot, panel.network.all_layers.initialization, "glorot_uniform")
    weighted = [layer for layer in panel.value().model.layers if layer.entry.has_weights]
    assert {layer.initialization.name for layer in weighted} == {"glorot_uniform"}
    assert panel.undo_stack.undoText() == "Set all initializations"


def test_set_all_shows_what_is_common(qtbot, panel):
    assert panel.network.all_layers.activation.value() == "relu"
    choose(qtbot, open_card(qtbot, panel, 1).form.field(("activation",)).combo, "tanh")
    assert panel.network.all_layers.activation.value() == ""
    assert panel.network.all_layers.activation.placeholderText() == "Mixed"
    assert panel.network.all_layers.initialization.value() == "he_normal"


def test_details_edit_the_layer(qtbot, panel):
    form = open_card(qtbot, panel, 1).form
    type_number(qtbot, form.field(()).row("units").control, "77")
    choose(qtbot, form.field(("activation",)).combo, "leaky_relu")
    type_number(qtbot, form.field(("activation",)).row("negative_slope").control, "0.2")
    choose(qtbot, form.field(("initialization",)).combo, "orthogonal")
    type_number(qtbot, form.field(("bias",)).row("value").control, "-3")
    layer = panel.value().model.layers[1]
    assert layer.parameters == {"units": 77}
    assert layer.activation.parameters == {"negative_slope": 0.2}
    assert layer.initialization.name == "orthogonal"
    assert layer.bias.parameters == {"value": -3.0}
    assert panel.undo_stack.undoText() == "Change bias of layer 2"
    assert "bias −3" in cards(panel)[1].header.accessibleName()


def test_another_kind_of_layer_keeps_what_it_can(qtbot, panel):
    form = open_card(qtbot, panel, 0).form
    choose(qtbot, form.field(("activation",)).combo, "tanh")
    form.field(()).combo.setFocus()
    qtbot.keyClicks(form.field(()).combo, "dropout")
    assert panel.value().model.layers[0].kind == "dropout"
    assert not form.field(("activation",)).isVisible()
    panel.undo_stack.undo()
    assert panel.value().model.layers[0].activation.name == "tanh"
    qtbot.waitUntil(form.field(("activation",)).isVisible)


def test_the_output_layer_can_be_edited_but_not_moved(qtbot, panel):
    click(qtbot, panel.network.output.header)
    form = panel.network.output.form
    choose(qtbot, form.field(("activation",)).combo, "softmax")
    assert panel.value().model.output.activation.name == "softmax"
    assert panel.undo_stack.undoText() == "Change activation of the output layer"
    assert panel.network.output.findChild(QWidget, "remove-layer") is None


def test_a_hint_recommends_an_initialization_and_one_click_takes_it(qtbot, panel):
    form = open_card(qtbot, panel, 0).form
    assert not form.hint.isVisible()
    choose(qtbot, form.field(("activation",)).combo, "selu")
    qtbot.waitUntil(form.hint.isVisible)
    assert form.hint.text() == "Recommended for SELU: LeCun normal"
    click(qtbot, form.hint.button)
    assert panel.value().model.layers[0].initialization == InitializationChoice(name="lecun_normal")
    assert not form.hint.isVisible()
    assert panel.problem is None  # a hint is no error


def test_a_layer_that_does_not_fit_is_marked_and_cleared_again(qtbot):
    panel = open_panel(qtbot, "mnist-cnn")
    card = open_card(qtbot, panel, 2)
    field = card.form.field(()).row("kernel_size")
    with qtbot.waitSignal(panel.problemChanged) as signal:
        type_number(qtbot, field.control, "40")
    assert signal.args[0] is panel.problem
    assert panel.problem.where == ("model", "layers", 2, "parameters", "kernel_size")
    assert "40 × 40 pixels" in field.problem
    assert "40 × 40 pixels" in field.control.accessibleDescription()
    assert "40 × 40 pixels" in card.header.accessibleDescription()
    assert [bool(card.problem) for card in cards(panel)] == [False, False, True, False, False, False]
    assert [bool(card.problem) for card in (panel.network.output,)] == [False]
    click(qtbot, card.header)  # closed, the card still says why
    assert "40 × 40 pixels" in card._problem.text()
    assert cards(panel)[1].header.accessibleName().endswith("→ 8×13×13")  # shapes up to there stay known
    choose(qtbot, panel.network.all_layers.activation, "tanh")  # the other fields keep working
    assert panel.problem is not None
    open_card(qtbot, panel, 2)
    with qtbot.waitSignals([panel.problemChanged, panel.specChanged]):
        type_number(qtbot, field.control, "3")
    assert panel.problem is None
    assert (field.problem, card.problem, card._problem.text()) == ("", "", "")


def test_a_design_that_does_not_fit_is_not_announced(qtbot):
    panel = open_panel(qtbot, "mnist-cnn")
    field = open_card(qtbot, panel, 0).form.field(()).row("kernel_size")
    with qtbot.assertNotEmitted(panel.specChanged):
        type_number(qtbot, field.control, "40")


def test_the_memory_limit_is_marked_at_the_units(qtbot, panel):
    field = open_card(qtbot, panel, 1).form.field(()).row("units")
    type_number(qtbot, field.control, "1000000000")
    assert "memory" in field.problem
    assert panel.problem is not None
    type_number(qtbot, field.control, "4")
    assert panel.problem is None


def test_what_is_typed_in_a_card_is_dropped_when_layers_move(qtbot, panel):
    field = open_card(qtbot, panel, 0).form.field(()).row("units").control
    type_number(qtbot, field, "abc")
    assert panel.problem is not None
    panel.network.layers.duplicate(2)  # card 1 goes on showing the same layer
    assert panel.problem is None
    assert field.text() == "3"


def test_tab_visits_the_cards_from_top_to_bottom(qtbot, panel):
    panel.network.layers.add("dense")
    open_card(qtbot, panel, 1)
    order = list(focusable(panel.network))
    places = [widget.mapTo(panel.network, QPoint()).y() for widget in order if widget.isVisible()]
    assert all(below > above - 8 for above, below in pairwise(places))  # pixels: neighbours in a row may differ
    for one, other in pairwise([widget for widget in order if widget.isVisible()]):
        one.setFocus()
        qtbot.keyClick(one, Qt.Key.Key_Tab)
        assert panel.focusWidget() is other


def test_thirty_layers_are_shown_at_once(qtbot):
    panel = open_panel(qtbot, "moons-healthy")
    deep = load_preset("deep-he")
    assert len(deep.model.layers) == 30
    with at_most(BUSY * 0.150):
        panel.setValue(deep)
    assert len(cards(panel)) == 30
    assert [card.index for card in cards(panel)] == list(range(30))
