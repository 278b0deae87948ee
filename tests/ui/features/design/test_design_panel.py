"""The design panel as a whole: value in, value out, undo, problems, and what everybody needs to be able to use it."""

import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel

from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS, load_preset
from tests.helpers.design_helpers import DATA, NETWORK, TRAINING, choose, click, has_preview, open_panel, type_number
from ui.features.design import DesignPanel
from ui.widgets.focus import focusable
from ui.widgets.palette import DARK


@pytest.fixture
def panel(qtbot) -> DesignPanel:
    return open_panel(qtbot, "moons-healthy", TRAINING)


def rate(panel: DesignPanel):
    return panel.training.field(("learning_rate",))


def batch(panel: DesignPanel):
    return panel.training.field(("batch_size",))


def test_every_preset_goes_in_and_comes_out(qtbot, panel):
    for key in PRESETS:
        panel.setValue(load_preset(key))
        assert panel.value() == load_preset(key)
        assert panel.problem is None
    qtbot.waitUntil(lambda: has_preview(panel))


def test_showing_a_design_announces_nothing(qtbot, panel):
    with qtbot.assertNotEmitted(panel.specChanged):
        panel.setValue(load_preset("spiral"))


def test_an_edit_is_announced_with_the_new_design(qtbot, panel):
    with qtbot.waitSignal(panel.specChanged) as signal:
        type_number(qtbot, rate(panel).control, "0.5")
    assert signal.args[0] == panel.value()
    assert panel.value().training.learning_rate == 0.5


def test_the_first_design_cannot_be_undone_but_a_later_one_can(qtbot, panel):
    assert not panel.undo_stack.canUndo()
    panel.setValue(load_preset("spiral"))
    assert panel.undo_stack.undoText() == f"Open {load_preset('spiral').name}"
    with qtbot.waitSignal(panel.specChanged):
        panel.undo_stack.undo()
    assert panel.value() == load_preset("moons-healthy")


def test_a_preset_is_opened_as_one_step(qtbot, panel):
    with qtbot.waitSignal(panel.presetChosen) as signal, qtbot.waitSignal(panel.specChanged):
        panel.presets.presetChosen.emit("dying-relu")
    assert signal.args == ["dying-relu"]
    assert panel.value() == load_preset("dying-relu")
    panel.undo_stack.undo()
    assert panel.value() == load_preset("moons-healthy")


def test_edits_can_be_undone_and_redone(qtbot, panel):
    before = panel.value()
    type_number(qtbot, rate(panel).control, "0.5")
    type_number(qtbot, batch(panel).control, "8")
    after = panel.value()
    assert panel.undo_stack.undoText() == "Change batch size"
    panel.undo_stack.undo()
    assert panel.undo_stack.undoText() == "Change learning rate"
    panel.undo_stack.undo()
    assert panel.value() == before
    assert rate(panel).control.text() == "0.1"
    panel.undo_stack.redo()
    panel.undo_stack.redo()
    assert panel.value() == after
    assert batch(panel).control.text() == "8"


def test_steps_of_one_field_are_one_step_of_undo(qtbot, panel):
    field = batch(panel).control
    field.setFocus()
    for _ in range(5):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert panel.value().training.batch_size == 37
    assert panel.undo_stack.count() == 1
    panel.undo_stack.undo()
    assert panel.value().training.batch_size == 32


def test_steps_that_lead_back_leave_no_step(qtbot, panel):
    field = batch(panel).control
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert panel.undo_stack.count() == 0


def test_coming_back_to_a_field_is_another_step(qtbot, panel):
    for text in ("8", "16"):
        type_number(qtbot, batch(panel).control, text)
        rate(panel).control.setFocus()
    assert panel.undo_stack.count() == 2


def test_different_fields_are_different_steps(qtbot, panel):
    panel.training.field(("l1",)).control.stepBy(1)
    panel.training.field(("l2",)).control.stepBy(1)
    assert panel.undo_stack.count() == 2


def test_choices_are_never_merged(qtbot, panel):
    combo = panel.training.field(("optimizer",)).combo
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert panel.undo_stack.count() == 2


def test_a_slider_outside_is_one_step_too(panel):
    for value in (0.2, 0.3, 0.4):
        panel.setValue(panel.value().replace(training=panel.value().training.replace(learning_rate=value)))
    assert panel.undo_stack.count() == 1
    assert panel.undo_stack.undoText() == "Change learning rate"
    panel.undo_stack.undo()
    assert panel.value().training.learning_rate == 0.1


def test_a_text_that_is_no_number_stops_training_and_nothing_else(qtbot, panel):
    with qtbot.waitSignal(panel.problemChanged) as signal:
        type_number(qtbot, rate(panel).control, "fast")
    assert signal.args[0].where == ("training", "learning_rate")
    assert "“fast”" in str(panel.problem)
    assert "“fast”" in rate(panel).problem
    assert panel.banner.text() == "Something under Training has to be changed.", "it is said once, at its field"
    assert "“fast”" in panel.banner.accessibleName()
    assert not panel.tabs.tabIcon(TRAINING).isNull()
    assert panel.tabs.tabIcon(DATA).isNull()
    with qtbot.assertNotEmitted(panel.specChanged):
        type_number(qtbot, batch(panel).control, "8")
    assert panel.value().training.batch_size == 8  # the other fields keep working
    assert rate(panel).control.text() == "fast"  # and the text stays to be corrected
    with qtbot.waitSignals([panel.problemChanged, panel.specChanged]):
        type_number(qtbot, rate(panel).control, "0.5")
    assert panel.problem is None
    assert not panel.banner.isVisible()
    assert panel.tabs.tabIcon(TRAINING).isNull()
    assert panel.value().training.learning_rate == 0.5


def test_another_design_clears_what_was_typed(qtbot, panel):
    type_number(qtbot, rate(panel).control, "fast")
    with qtbot.waitSignal(panel.problemChanged) as signal:
        panel.setValue(panel.value())
    assert signal.args == [None]
    assert rate(panel).control.text() == "0.1"


def test_showing_a_design_that_does_not_fit_reports_the_problem(qtbot, panel):
    wrong = load_preset("mnist-cnn")
    wrong = wrong.replace(data=load_preset("moons-healthy").data)
    with qtbot.waitSignal(panel.problemChanged) as signal:
        panel.setValue(wrong)
    assert signal.args[0].where[:3] == ("model", "layers", 0)
    assert not panel.tabs.tabIcon(NETWORK).isNull()


def test_the_banner_leads_to_the_field(qtbot, panel):
    type_number(qtbot, rate(panel).control, "fast")
    panel.tabs.setCurrentIndex(DATA)
    qtbot.waitUntil(panel.banner.isVisible)
    click(qtbot, panel.banner._button)
    assert panel.tabs.currentIndex() == TRAINING
    assert panel.focusWidget() is rate(panel).control


def test_the_banner_opens_the_card_of_a_layer(qtbot):
    panel = open_panel(qtbot, "mnist-cnn", DATA)
    layers = load_preset("mnist-cnn").model_dump()["model"]["layers"]
    layers[2]["parameters"]["kernel_size"] = 40
    panel.setValue(panel.value().replace(model=panel.value().model.replace(layers=layers)))
    panel.show_problem()
    assert panel.tabs.currentIndex() == NETWORK
    assert panel.network.layers.selected == 2
    qtbot.waitUntil(
        lambda: panel.focusWidget() is panel.network.layers.cards[2].form.field(()).row("kernel_size").control
    )


def test_the_name_can_be_changed(qtbot, panel):
    panel.name.setFocus()
    panel.name.selectAll()
    qtbot.keyClicks(panel.name, "Versuch 1")
    assert panel.value().name == "Versuch 1"
    assert panel.undo_stack.count() == 1
    panel.undo_stack.undo()
    assert panel.name.text() == load_preset("moons-healthy").name


@pytest.mark.parametrize("key", ["moons-healthy", "mnist-cnn", "sine-fit"])
def test_everything_that_takes_the_keyboard_has_a_name(qtbot, key):
    panel = open_panel(qtbot, key)
    assert panel.tabs.accessibleName()
    for index in range(len(panel.network.layers.cards)):
        panel.network.layers.open_card(index)
        nameless = [w for w in focusable(panel) if w.isVisible() and not (w.accessibleName() or _text(w))]
        assert nameless == []
    for page in (DATA, TRAINING):
        panel.tabs.setCurrentIndex(page)
        assert [w for w in focusable(panel) if w.isVisible() and not (w.accessibleName() or _text(w))] == []
    assert len(list(focusable(panel))) > 30


def _text(widget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def test_nothing_is_wider_than_a_narrow_dock(qtbot):
    panel = open_panel(qtbot, "digits-mlp")
    panel.resize(340, 700)
    panel.network.layers.open_card(len(panel.network.layers.cards) - 1)
    for page in range(3):
        panel.tabs.setCurrentIndex(page)
        area: Any = panel.tabs.widget(page)
        qtbot.waitUntil(lambda area=area: area.isVisible())
        assert area.widget().minimumSizeHint().width() <= area.viewport().width()
        for label in area.findChildren(QLabel):
            if label.isVisible() and not label.wordWrap() and label.text():
                assert label.sizeHint().width() <= label.width() + 1, label.text()
        for combo in area.findChildren(QComboBox):
            if combo.isVisible():
                needed = combo.fontMetrics().horizontalAdvance(combo.currentText())
                assert needed < combo.width(), combo.currentText()


def test_controls_grow_with_the_font(qtbot, panel):
    for widget in (rate(panel).control, panel.name, panel.network.layers.cards[0].header):
        before = widget.sizeHint().height()
        font = widget.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        widget.setFont(font)
        assert widget.sizeHint().height() > 1.4 * before


def test_the_theme_reaches_the_picture(qtbot, panel):
    panel.tabs.setCurrentIndex(DATA)
    light = panel.data.preview.picture.grab().toImage().pixelColor(60, 5)
    panel.set_theme(DARK)
    dark = panel.data.preview.picture.grab().toImage().pixelColor(60, 5)
    assert light.lightness() > 200
    assert dark.lightness() < 60


def test_a_random_walk_of_edits_is_undone_to_the_start(qtbot, panel):
    start = panel.value()
    panel.network.layers.add("dropout")
    choose(qtbot, panel.network.all_layers.activation, "tanh")
    panel.network.layers.move_layer(0, 1)
    type_number(qtbot, rate(panel).control, "0.3")
    panel.network.layers.duplicate(0)
    panel.network.layers.remove(1)
    end = panel.value()
    while panel.undo_stack.canUndo():
        panel.undo_stack.undo()
    assert panel.value() == start
    while panel.undo_stack.canRedo():
        panel.undo_stack.redo()
    assert panel.value() == end


def test_a_default_design_is_sound(qtbot):
    panel = open_panel(qtbot, ExperimentSpec())
    assert panel.problem is None


def test_the_panel_does_not_load_torch():
    """The window is up before torch is imported; the data pictures must not bring it in either."""
    code = (
        "import sys; import ui.features.design.panel; from ui.features.design.preview_loader import load_samples; "
        "from relulab.data.dataset import Source; from relulab.experiment.presets import load_preset; "
        "[load_samples(load_preset(k).data, Source()) for k in ('moons-healthy', 'sine-fit', 'digits-mlp')]; "
        "assert 'torch' not in sys.modules and 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("preset", "shown"), [("moons-healthy", False), ("sine-fit", True)])
def test_the_scaling_of_targets_is_asked_of_numbers_alone(qtbot, preset, shown):
    row = open_panel(qtbot, preset, TRAINING).data.field(("target_scaling",))
    qtbot.waitUntil(lambda: row.isHidden() is not shown)
    assert row.combo.currentText() == "Auto"
