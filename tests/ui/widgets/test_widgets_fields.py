"""The small controls: what can be typed, what is refused with words, and what a wheel must not do."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from relulab.catalog.entry import Kind, Parameter, integer, real
from ui.widgets.combo import Combo, Item
from ui.widgets.controls import FileField, FlagField, TextField, control_for
from ui.widgets.edit import Edit
from ui.widgets.field_row import ComboRow, ParameterRow
from ui.widgets.number_field import Empty, NumberField, next_real, number_text

RATE = real("learning_rate", "Learning rate", 0.1, 1e-9, 1e6)
SEED = integer("seed", "Seed", 0, 0, 2**32 - 1)


@pytest.fixture
def shown(qtbot):
    """Puts controls into a window that has the keyboard."""

    windows = []

    def show(*controls: QWidget) -> None:
        window = QWidget()
        windows.append(window)
        column = QVBoxLayout(window)
        for control in controls:
            column.addWidget(control)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        controls[0].setFocus()

    return show


def type_into(qtbot, field: NumberField, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    field.setFocus()
    field.selectAll()
    if text:
        qtbot.keyClicks(field, text)
    else:
        qtbot.keyClick(field, Qt.Key.Key_Backspace)
    if end is not None:
        qtbot.keyClick(field, end)


@pytest.mark.parametrize(("typed", "value"), [("1e-3", 0.001), ("0,5", 0.5), (" 2 ", 2.0), ("3.25E2", 325.0)])
def test_numbers_are_read_as_people_write_them(qtbot, shown, typed, value):
    field = NumberField(RATE)
    shown(field)
    with qtbot.waitSignal(field.edited) as signal:
        type_into(qtbot, field, typed)
    assert signal.args == [value]
    assert field.value() == value
    assert field.text() == number_text(value)


def test_a_typed_number_counts_after_a_pause_as_a_whole(qtbot, shown):
    field = NumberField(RATE)
    shown(field)
    seen = []
    field.edited.connect(seen.append)
    type_into(qtbot, field, "1e-3", end=None)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [0.001]  # not 1, which it began with
    assert field.text() == "1e-3"  # nobody rewrites what is being typed


@pytest.mark.parametrize(
    ("typed", "words"),
    [("abc", "“abc”"), ("", "needs a number"), ("-1", "at least 1e-09"), ("nan", "finite"), ("1e9", "at most")],
)
def test_what_is_no_value_stays_and_says_why(qtbot, shown, typed, words):
    field, other = NumberField(RATE), QLineEdit()
    shown(field, other)
    type_into(qtbot, field, typed, end=Qt.Key.Key_Tab)
    assert words in field.problem
    assert field.text() == typed
    assert field.value() == 0.1
    field.setValue(0.1)  # the same value again: what is being corrected stays
    assert field.text() == typed
    type_into(qtbot, field, "0.2")
    assert (field.problem, field.value()) == ("", 0.2)


def test_revert_drops_the_text(qtbot, shown):
    field = NumberField(RATE)
    shown(field)
    type_into(qtbot, field, "x")
    with qtbot.waitSignal(field.problemChanged) as signal:
        field.revert()
    assert signal.args == [""]
    assert field.text() == "0.1"


def test_another_value_drops_the_text(qtbot, shown):
    field = NumberField(RATE)
    shown(field)
    type_into(qtbot, field, "x")
    with qtbot.assertNotEmitted(field.edited):
        field.setValue(0.3)
    assert (field.text(), field.problem) == ("0.3", "")


def test_whole_numbers_refuse_fractions_and_reach_beyond_31_bits(qtbot, shown):
    field = NumberField(SEED)
    shown(field)
    type_into(qtbot, field, "1.5")
    assert "whole number" in field.problem
    type_into(qtbot, field, "4294967295")
    assert field.value() == 2**32 - 1
    assert type(field.value()) is int
    with qtbot.assertNotEmitted(field.edited):
        qtbot.keyClick(field, Qt.Key.Key_Up)  # nothing above


def test_an_empty_field_can_stand_for_a_value(qtbot, shown):
    field = NumberField(integer("size", "Size", 1, 1), Empty(None, "Auto (500)", 500))
    shown(field)
    field.setValue(None)
    assert (field.text(), field.lineEdit().placeholderText()) == ("", "Auto (500)")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 501
    type_into(qtbot, field, "")
    assert field.value() is None
    assert field.problem == ""


def test_arrows_step_and_stay_in_range(qtbot, shown):
    field = NumberField(integer("units", "Units", 2, 1, 3))
    shown(field)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 3
    for _ in range(5):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 1
    qtbot.keyClick(field, Qt.Key.Key_PageUp)
    assert field.value() == 3


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [(0.1, 0.2, 0.09), (0.09, 0.1, 0.08), (1.0, 2.0, 0.9), (0.0, 0.01, -0.01), (-0.1, -0.09, -0.2), (1e-8, 2e-8, 9e-9)],
)
def test_reals_step_in_their_leading_digit(value, up, down):
    assert next_real(value, 1, 0.01) == up
    assert next_real(value, -1, 0.01) == down


@pytest.mark.parametrize("value", [0.001, 1e-8, 5.0, 1 / 3, 123456.75, 1e22, -2.5, 7, 0.1 + 0.2])
def test_the_text_of_a_number_gives_it_back(value):
    assert float(number_text(value)) == value
    assert not number_text(value).endswith(".0")


def wheel(widget: QWidget) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    return QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def test_the_wheel_turns_only_what_has_the_keyboard(shown):
    number, combo, other = NumberField(RATE), Combo([Item("a", "A"), Item("b", "B")]), QLineEdit()
    shown(other, number, combo)
    combo.setValue("b")
    for control in (number, combo):
        QApplication.sendEvent(control, wheel(control))
    assert (number.value(), combo.value()) == (0.1, "b")
    number.setFocus()
    QApplication.sendEvent(number, wheel(number))
    assert number.value() == 0.2
    combo.setFocus()
    QApplication.sendEvent(combo, wheel(combo))
    assert combo.value() == "a"


@pytest.mark.parametrize("make", [lambda: NumberField(RATE), TextField])
def test_undo_keys_are_left_to_the_window(qtbot, shown, make):
    field = make()
    shown(field)
    qtbot.keyClicks(field, "1")
    for keys in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo):
        shortcut = QShortcut(QKeySequence(keys), field.window())
        pressed: Any = shortcut.key()  # its stub lacks the index
        combination = pressed[0]
        with qtbot.waitSignal(shortcut.activated):
            qtbot.keyClick(field, combination.key(), combination.keyboardModifiers())


def test_a_combo_groups_its_lines_and_skips_what_is_not_offered(qtbot, shown):
    combo = Combo([Item("a", "A", "tip", "Letters"), Item("b", "B", "", "Letters"), Item("1", "One", "", "Digits")])
    shown(combo)
    assert [combo.itemText(row) for row in range(combo.count())] == ["Letters", "A", "B", "Digits", "One"]
    combo.setValue("a")
    assert combo.toolTip() == "tip"
    combo.set_enabled_keys(["a", "1"])
    with qtbot.waitSignal(combo.edited) as signal:
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert signal.args == ["1"]
    combo.setValue("")
    assert combo.currentIndex() == -1


def test_every_kind_of_parameter_has_a_control(qtbot, shown, monkeypatch):
    parameters = {
        Kind.INTEGER: Parameter("n", "N", Kind.INTEGER, 3),
        Kind.REAL: Parameter("x", "X", Kind.REAL, 0.5),
        Kind.FLAG: Parameter("f", "F", Kind.FLAG, True),
        Kind.CHOICE: Parameter("c", "C", Kind.CHOICE, "one", choices=("one", "two")),
        Kind.TEXT: Parameter("t", "T", Kind.TEXT, "sin(x)"),
        Kind.FILE: Parameter("p", "P", Kind.FILE, ""),
    }
    assert parameters.keys() == set(Kind)
    controls = {kind: control_for(parameter) for kind, parameter in parameters.items()}
    shown(*controls.values())
    seen = {}
    for kind, control in controls.items():
        assert control.value() == parameters[kind].default
        control.edited.connect(lambda value, kind=kind: seen.__setitem__(kind, value))
    qtbot.keyClick(controls[Kind.INTEGER], Qt.Key.Key_Up)
    qtbot.keyClick(controls[Kind.REAL], Qt.Key.Key_Up)
    qtbot.keyClick(controls[Kind.FLAG], Qt.Key.Key_Space)
    qtbot.keyClick(controls[Kind.CHOICE], Qt.Key.Key_Down)
    qtbot.keyClicks(controls[Kind.TEXT], "!")
    monkeypatch.setattr("ui.widgets.file_dialogs.QFileDialog.getOpenFileName", lambda *a: ("/data/ä b.csv", ""))
    controls[Kind.FILE].findChild(QWidget, "browse").click()
    assert seen == {
        Kind.INTEGER: 4,
        Kind.REAL: 0.6,
        Kind.FLAG: False,
        Kind.CHOICE: "two",
        Kind.TEXT: "sin(x)!",
        Kind.FILE: "/data/ä b.csv",
    }


def test_setting_a_control_is_silent(qtbot):
    control: Any
    for control, value in (
        (FlagField(), True),
        (TextField(), "x"),
        (FileField("F"), "a.csv"),
        (NumberField(RATE), 3.0),
    ):
        qtbot.addWidget(control)
        with qtbot.assertNotEmitted(control.edited):
            control.setValue(value)
        assert control.value() == value


def test_a_row_reports_edits_and_shows_what_is_wrong(qtbot, shown):
    row: Any = ParameterRow(RATE)
    shown(row)
    with qtbot.waitSignal(row.edited) as signal:
        type_into(qtbot, row.control, "0.5")
    assert signal.args == [Edit("Change learning rate", {(): 0.5}, typed=True)]
    row.mark((), "does not fit")
    assert row.problem == "does not fit"
    assert row.control.accessibleDescription() == "does not fit"
    type_into(qtbot, row.control, "x")
    assert "“x”" in row.problem  # what is typed now comes before what was said of the value
    assert list(row.drafts()) == [((), row.problem)]
    type_into(qtbot, row.control, "0.6")
    assert row.problem == "does not fit"
    row.mark((), "")
    assert row.problem == ""
    assert not list(row.drafts())


def test_a_row_of_choices(qtbot, shown):
    row = ComboRow("Scaling", [Item("raw", "Raw"), Item("unit", "0 to 1")], "How inputs are scaled.")
    shown(row)
    row.setValue("raw")
    with qtbot.waitSignal(row.edited) as signal:
        qtbot.keyClick(row.combo, Qt.Key.Key_Down)
    assert signal.args == [Edit("Change scaling", {(): "unit"})]
    assert row.combo.accessibleName() == "Scaling"


def test_an_edit_keeps_its_first_path_as_its_key():
    edit = Edit("Change", {("steps",): 5, ("epochs",): None}).under(("training",))
    assert edit.key == ("training", "steps")
    assert edit.changes == {("training", "steps"): 5, ("training", "epochs"): None}
