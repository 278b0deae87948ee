"""Choices from the catalogue: every entry of every registry gets its controls, its help and its picture by itself."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import BIASES, INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.catalog.losses import LOSSES
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.data.datasets import DATASETS
from relulab.experiment import ActivationChoice, OptimizerChoice
from relulab.experiment.presets import PRESETS
from ui.widgets.choice_editor import ActivationEditor, ChoiceEditor, EntryField
from ui.widgets.combo import Combo, Item
from ui.widgets.curve_picture import curve_pixmap
from ui.widgets.entry_page import EntryPopup, entry_page, facts
from ui.widgets.field_row import ParameterRow
from ui.widgets.focus import focusable, tab_through
from ui.widgets.form import Form, part, replaced
from ui.widgets.preset_picker import PresetPicker
from ui.widgets.section import Section
from ui.widgets.symbols import SYMBOLS

REGISTRIES = {
    registry.what: registry
    for registry in (
        ACTIVATIONS,
        INITIALIZATIONS,
        BIASES,
        LAYERS,
        LOSSES,
        OPTIMIZERS,
        SCHEDULES,
        CLIPPINGS,
        DATASETS,
    )
}
ENTRIES = [(what, key) for what, registry in REGISTRIES.items() for key in registry]


def choose(qtbot, combo, key: str) -> None:
    """Choose ``key`` by keyboard."""
    combo.setFocus()
    for _ in range(combo.count()):
        if combo.value() == key:
            return
        qtbot.keyClick(combo, Qt.Key.Key_Up if combo.findData(key) < combo.currentIndex() else Qt.Key.Key_Down)
    raise AssertionError(f"{key} cannot be reached")


@pytest.mark.parametrize(("what", "key"), ENTRIES)
def test_every_entry_gets_a_control_for_each_parameter(qtbot, what, key):
    registry = REGISTRIES[what]
    editor = ChoiceEditor("Title", registry)
    qtbot.addWidget(editor)
    parameters = registry[key].complete({})
    editor.setValue(SimpleNamespace(name=key, parameters=parameters))
    assert editor.combo.currentText() == registry[key].title
    rows = editor.findChildren(ParameterRow)
    names = {row.control.accessibleName().partition(" (")[0] for row in rows}
    assert names == {parameter.title for parameter in registry[key].parameters}
    assert {name: editor.row(name).value() for name in parameters} == parameters


@pytest.mark.parametrize(("what", "key"), ENTRIES)
def test_every_entry_has_a_page(what, key):
    entry = REGISTRIES[what][key]
    page = entry_page(entry)
    assert entry.title in page
    for name in ("strengths", "weaknesses", "derivative"):
        if hasattr(entry, name):
            assert getattr(entry, name) in facts(entry).values()


def test_the_page_of_an_activation_says_what_a_student_asks():
    told = facts(ACTIVATIONS["sigmoid"])
    assert told["Formula"].startswith("σ(x)")
    assert told["Range"] == "[0, 1]"
    assert told["Steepest slope"] == "0.25"
    assert told["Goes well with"] == "Glorot (Xavier) normal"
    assert facts(ACTIVATIONS["relu"])["Range"] == "[0, ∞)"
    assert facts(ACTIVATIONS["leaky_relu"])["Range"] == "(−∞, ∞)"


@pytest.fixture
def optimizer(qtbot):
    """An editor that is fed back what it asks for, as the panel does."""
    window = QWidget()
    qtbot.addWidget(window)
    editor: Any = ChoiceEditor("Optimizer", OPTIMIZERS)
    column = QVBoxLayout(window)
    column.addWidget(editor)
    column.addWidget(QLineEdit())  # what is made later must not come after this
    editor.seen = []

    def follow(edit):
        editor.seen.append(edit)
        choice = editor.choice.model_dump()
        for path, value in edit.changes.items():
            choice = replaced(choice, path, value)
        editor.choice = OptimizerChoice.parse(choice)
        editor.setValue(editor.choice)

    editor.choice = OptimizerChoice(name="momentum", parameters={"momentum": 0.7})
    editor.setValue(editor.choice)
    editor.edited.connect(follow)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield editor
    window.close()


def test_another_entry_brings_its_parameters_and_keeps_those_of_the_same_name(qtbot, optimizer):
    choose(qtbot, optimizer.combo, "nesterov")
    assert optimizer.choice == OptimizerChoice(name="nesterov", parameters={"momentum": 0.7})
    assert optimizer.seen[0].text == "Change optimizer"
    choose(qtbot, optimizer.combo, "adam")
    assert optimizer.row("beta1").value() == 0.9


def test_a_value_that_is_not_allowed_elsewhere_is_not_carried_over(qtbot, optimizer):
    optimizer.setValue(OptimizerChoice(name="momentum", parameters={"momentum": 0.0}))
    assert optimizer.carried_over(OPTIMIZERS["nesterov"]) == {"momentum": 0.9}


def test_a_parameter_is_edited_by_its_path(qtbot, optimizer):
    qtbot.keyClick(optimizer.row("momentum").control, Qt.Key.Key_Up)
    assert optimizer.seen[-1].changes == {("parameters", "momentum"): 0.8}
    assert optimizer.seen[-1].typed
    assert not optimizer.seen[-1].text.endswith("optimizer")


def test_tab_goes_from_the_choice_through_its_parameters(qtbot, optimizer):
    choose(qtbot, optimizer.combo, "adamw")
    qtbot.waitUntil(lambda: optimizer.row("beta1").isVisible())
    controls = [optimizer.combo, optimizer.info, *(row.control for row in optimizer._rows.values())]
    assert list(focusable(optimizer)) == controls
    optimizer.combo.setFocus()
    for control in controls[1:]:
        qtbot.keyClick(optimizer.window().focusWidget(), Qt.Key.Key_Tab)
        assert optimizer.window().focusWidget() is control


def test_a_mark_goes_to_the_parameter_or_else_to_the_choice(optimizer):
    optimizer.mark(("parameters", "momentum"), "too large")
    assert (optimizer.row("momentum").problem, optimizer.problem) == ("too large", "")
    optimizer.mark(("name",), "not here")
    assert (optimizer.row("momentum").problem, optimizer.problem) == ("", "not here")
    assert optimizer.combo.accessibleDescription() == "not here"
    optimizer.mark((), "")
    assert optimizer.problem == ""


def test_drafts_name_the_parameter(qtbot, optimizer):
    field = optimizer.row("momentum").control
    field.selectAll()
    qtbot.keyClicks(field, "2")
    with qtbot.waitSignal(optimizer.drafted):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [where for where, _message in optimizer.drafts()] == [("parameters", "momentum")]


def test_the_page_opens_beside_the_button_and_closes_with_escape(qtbot):
    editor = ActivationEditor()
    qtbot.addWidget(editor)
    editor.setValue(ActivationChoice(name="selu"))
    editor.show()
    qtbot.mouseClick(editor.info, Qt.MouseButton.LeftButton)
    popup = editor.findChild(EntryPopup)
    assert "Klambauer" not in popup.text.text()
    assert "Self-normalizing" in popup.text.text()
    assert any(label.pixmap() for label in popup.findChildren(QLabel))
    assert popup.screen().availableGeometry().contains(popup.frameGeometry())
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: editor.findChild(EntryPopup) is None)


def test_t20_the_page_of_an_elu_is_of_the_alpha_in_use(qtbot):
    editor = ActivationEditor()
    qtbot.addWidget(editor)
    for alpha, told in ((2.5, "[−2.5, ∞)"), (0.5, "[−0.5, ∞)")):
        editor.setValue(ActivationChoice(name="elu", parameters={"alpha": alpha}))
        assert told in editor.combo.whatsThis()
        assert facts(editor.page_entry)["Steepest slope"] == f"{max(1.0, alpha):g}"


def test_every_activation_has_its_curve_in_the_list(qtbot):
    editor = ActivationEditor()
    qtbot.addWidget(editor)
    pictures = {bytes(editor.combo.itemIcon(row).pixmap(24, 16).toImage().bits()) for row in range(len(ACTIVATIONS))}
    assert len(pictures) > len(ACTIVATIONS) / 2  # ReLU and PReLU may look alike at this size, most do not


def test_the_curve_follows_the_parameters():
    size, ink, axes = QSize(40, 30), QColor("black"), QColor("gray")
    pictures = [
        curve_pixmap(ACTIVATIONS["leaky_relu"], {"negative_slope": slope}, size, ink, axes).toImage()
        for slope in (0.01, 0.9)
    ]
    assert pictures[0] != pictures[1]


def test_a_field_without_parameters(qtbot):
    field = EntryField("Loss", LOSSES)
    qtbot.addWidget(field)
    field.setValue("mse")
    field.show()
    with qtbot.waitSignal(field.edited) as signal:
        qtbot.keyClick(field.combo, Qt.Key.Key_Down)
    assert signal.args[0].changes == {(): "l1"}
    assert LOSSES["mse"].summary in field.combo.toolTip() or LOSSES["l1"].summary in field.combo.toolTip()


def test_a_form_relays_by_path_and_marks_the_nearest_field(qtbot):
    form = Form()
    qtbot.addWidget(form)
    loss, optimizer = EntryField("Loss", LOSSES), ChoiceEditor("Optimizer", OPTIMIZERS)
    form.add_field(("loss",), loss)
    form.add_field(("optimizer",), optimizer)
    form.setValue({"loss": "mse", "optimizer": OptimizerChoice(name="adam")})
    form.mark(("optimizer", "parameters", "beta1"), "no")
    assert (loss.problem, optimizer.row("beta1").problem) == ("", "no")
    form.mark(("elsewhere",), "no")
    assert (loss.problem, optimizer.row("beta1").problem, optimizer.problem) == ("", "", "")
    with qtbot.waitSignal(form.edited) as signal:
        control: Any = optimizer.row("beta1").control
        control.stepBy(1)
    assert form.field(("optimizer",)) is optimizer
    assert signal.args[0].key == ("optimizer", "parameters", "beta1")


def test_values_by_path():
    value = {"layers": [{"units": 1}, {"units": 2}]}
    assert part(value, ("layers", 1, "units")) == 2
    assert replaced(value, ("layers", 1, "units"), 3) == {"layers": [{"units": 1}, {"units": 3}]}
    assert value["layers"][1]["units"] == 2


def test_tab_follows_the_layout(qtbot):
    window = QWidget()
    fields = [QLineEdit() for _ in range(4)]
    column = QVBoxLayout(window)
    for index in (2, 0, 3, 1):
        column.addWidget(fields[index])
    for index, field in enumerate(fields):
        column.insertWidget(index, field)
    qtbot.addWidget(window)
    window.show()
    tab_through(window)
    assert list(focusable(window)) == fields
    assert [field.nextInFocusChain() for field in fields[:3]] == fields[1:]


def test_a_section_folds_by_mouse_and_by_keyboard(qtbot):
    section = Section("More")
    inside = QLineEdit()
    section.body.addWidget(inside)
    qtbot.addWidget(section)
    section.show()
    qtbot.mouseClick(section.heading, Qt.MouseButton.LeftButton)
    assert not inside.isVisible()
    assert section.heading.accessibleDescription() == "folded away"
    qtbot.keyClick(section.heading, Qt.Key.Key_Space)
    assert inside.isVisible()


def test_every_preset_can_be_picked(qtbot):
    picker = PresetPicker()
    qtbot.addWidget(picker)
    picked = []
    picker.presetChosen.connect(picked.append)
    for group in picker.menu().actions():
        menu: Any = group.menu()
        for action in menu.actions():
            assert action.toolTip() == PRESETS[action.data()].summary
            action.trigger()
    assert picked == list(PRESETS)


def test_symbols_differ_in_shape():
    pictures = set()
    for path in SYMBOLS:
        bounds = path.boundingRect()
        assert bounds.width() <= 2.02
        assert bounds.height() <= 2.02
        places = np.linspace(-0.9, 0.9, 13).tolist()
        pictures.add(tuple(path.contains(QPointF(x, y)) for x in places for y in places))
    assert len(pictures) == len(SYMBOLS)


def test_an_item_with_an_empty_key_can_be_chosen_and_shown(qtbot):
    combo = Combo([Item("", "Auto"), Item("raw", "As they are")])
    qtbot.addWidget(combo)
    combo.setValue("raw")
    combo.setValue("")
    assert combo.currentText() == "Auto"
    combo.setValue("unknown")
    assert combo.currentIndex() == -1
