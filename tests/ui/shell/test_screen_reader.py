"""What a screen reader finds in the window and in each dialog: everything has a name, a role and a value."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QComboBox, QLabel, QMessageBox, QTabBar, QWidget

from relulab.training.state import State
from tests.helpers.dialogs import OPENERS
from tests.helpers.filled import FILLED
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from tests.helpers.windows import OPENING, opened, told, walked_by_tab
from ui.features.design.reader import TableDialog
from ui.plots.sheet import Sheet
from ui.widgets.labels import BUTTON, message_box
from ui.widgets.number_field import NumberField
from ui.widgets.palette import LIGHT
from ui.widgets.spoken import speak

Role, Text = QAccessible.Role, QAccessible.Text
NAMED = {
    Role.Button, Role.ButtonMenu, Role.ButtonDropDown, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.SpinBox,
    Role.EditableText, Role.Slider, Role.ProgressBar, Role.Graphic, Role.Chart, Role.Table, Role.Tree, Role.List,
    Role.PageTab, Role.MenuItem, Role.Dialog, Role.Window,
}  # fmt: skip
ODD = ("empty", "names", "one column", "bytes", "missing")
VALUED = {Role.ComboBox, Role.SpinBox, Role.Slider, Role.ProgressBar, Role.Graphic, Role.Chart}


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        yield lab


def found_in(thing: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Everything under ``thing`` that is shown."""
    widget = thing.object()
    emptied = isinstance(widget, QTabBar) and widget.visibleRegion().isEmpty()  # Qt's, of an arrangement that is gone
    if thing.state().invisible or emptied:
        return
    yield thing
    if isinstance(widget, QComboBox):
        return  # its list is shown when it is opened
    for place in range(thing.childCount()):
        child = thing.child(place)
        if child is not None:
            yield from found_in(child)


def name_of(thing: QAccessibleInterface) -> str:
    """The name that is told: of a box on Linux that of its label, for Qt says the chosen line there."""
    widget = thing.object()
    if not isinstance(widget, QComboBox):
        return thing.text(Text.Name)
    labels = [label.text() for label in widget.parentWidget().findChildren(QLabel) if label.buddy() is widget]
    return next(iter(labels), "")


def value_of(thing: QAccessibleInterface) -> str:
    """The value that is told; of an empty field what stands in it for nothing, and of what cannot be used nothing."""
    widget = thing.object()
    if thing.state().disabled:
        return "disabled"
    grey = widget.lineEdit().placeholderText() if isinstance(widget, NumberField) else ""
    return thing.text(Text.Value).strip() or grey


def is_part_of_a_plot(thing: QAccessibleInterface) -> bool:
    widget = thing.object()
    plot = widget.parent() if isinstance(widget, QWidget) else None
    return isinstance(plot, Sheet) and widget is plot.viewport()


def paints_itself(widget) -> bool:
    ours = (kind for kind in type(widget).__mro__ if kind.__module__.startswith("ui."))
    return any("paintEvent" in vars(kind) for kind in ours)


def faults(window: QWidget) -> list[str]:
    """What lacks a name, a role or a value."""
    wrong = []
    for thing in found_in(QAccessible.queryAccessibleInterface(window)):
        widget, role = thing.object(), thing.role()
        if is_part_of_a_plot(thing):
            continue
        lacks = []
        if role in NAMED and not name_of(thing).strip() and not (role is Role.Graphic and isinstance(widget, QLabel)):
            lacks.append("name")
        if role in VALUED and not isinstance(widget, QLabel) and not value_of(thing):
            lacks.append("value")
        focusable = (
            isinstance(widget, QWidget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy()
        )
        if role is Role.Client and (focusable or paints_itself(widget)):
            lacks.append("role")
        if lacks:
            around = thing.parent().object() if thing.parent() is not None else None
            place = told(widget) if isinstance(widget, QWidget) else f"{thing.text(Text.Name)!r} in {around}"
            wrong.append(f"{' and '.join(lacks)}: {role.name} {place}")
    return wrong


def lasting_faults(qtbot, window: QWidget) -> list[str]:
    """Those that do not go when what is being read or drawn is there."""
    with suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not faults(window))
    return faults(window)


def test_everything_in_the_window_has_a_name_a_role_and_a_value(qtbot, lab):
    train_some(qtbot, lab)
    lab.inspector.choose(0, 1)
    wrong = {}
    for key in lab.panels:
        lab.window.bring_to_front(key)
        qtbot.waitUntil(lab.polling.drawn)
        wrong |= dict.fromkeys(lasting_faults(qtbot, lab.window))
    assert not wrong, "\n".join(wrong)


def test_a_plot_says_what_its_panel_says_until_it_is_read(qtbot, lab):
    train_some(qtbot, lab)
    qtbot.waitUntil(lab.polling.drawn)
    panel = lab.panels["loss"]
    plot = panel.findChild(Sheet)
    told = QAccessible.queryAccessibleInterface(plot)
    assert (told.role(), told.text(Text.Name)) == (Role.Chart, "loss over steps")
    assert told.text(Text.Value) == panel.summary() != ""
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert told.text(Text.Value) == plot.accessibleDescription() != panel.summary()


def test_a_box_has_its_name_beside_its_choice(lab):
    box = lab.findings.seeds
    QAccessible.queryAccessibleInterface(box)
    (label,) = [one for one in lab.findings.findChildren(QLabel) if one.buddy() is box]
    assert label.text() == box.accessibleName() != box.currentText()
    assert not label.isVisible()


def test_every_page_of_the_design_is_told(qtbot, lab):
    wrong = {}
    for page in range(lab.design.tabs.count()):
        lab.design.tabs.setCurrentIndex(page)
        wrong |= dict.fromkeys(lasting_faults(qtbot, lab.design))
    assert not wrong, "\n".join(wrong)


def test_everything_in_the_dialogs_has_a_name_a_role_and_a_value(qtbot, lab):
    train_some(qtbot, lab)
    wrong = {}
    for key in OPENING:
        with opened(qtbot, lab, key) as window:
            wrong |= {f"{key}: {fault}": None for fault in lasting_faults(qtbot, window)}
    assert not wrong, "\n".join(wrong)


def test_everything_in_the_table_reader_is_told(qtbot, lab, tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text(
        "rooms,area,price\n" + "".join(f"{n % 6 + 1},{50 + n},{1000 + 3 * n}\n" for n in range(40)), "utf-8"
    )
    dialog = TableDialog(lab.window, LIGHT)
    dialog.open()
    dialog.show_table(str(path), None)
    qtbot.waitUntil(lambda: dialog.reading is not None and dialog.is_shown, timeout=SECONDS_30)
    assert not lasting_faults(qtbot, dialog)
    dialog.close()


def test_everything_on_the_start_page_is_told(qtbot, lab):
    lab.offer_start()
    assert lab.start.page.isVisible()
    assert not lasting_faults(qtbot, lab.start.page)


def told_and_reached(qtbot, make):
    """The window that ``make`` makes is whole for a screen reader, and Tab stops only where it is seen."""
    speak()
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1366, 768)
    window = make(parent)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    assert not lasting_faults(qtbot, window)
    stops = walked_by_tab(qtbot, window)
    hidden = [told(stop) for stop in stops if stop.visibleRegion().isEmpty()]
    assert stops
    assert not hidden
    window.close()


@pytest.mark.parametrize("make", OPENERS, ids=lambda make: make.__name__.strip("_"))
def test_everything_in_a_window_is_told_before_there_is_anything_in_it(qtbot, make):
    told_and_reached(qtbot, lambda parent: make(parent)[0])


@pytest.mark.parametrize("make", FILLED, ids=lambda make: make.__name__.strip("_"))
def test_everything_in_a_window_is_told_when_there_is_something_in_it(qtbot, make):
    told_and_reached(qtbot, make)


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"a\n1\n2\n", bytes(range(256)), None], ids=ODD)
def test_a_table_that_cannot_be_used_is_told(qtbot, tmp_path, content):
    speak()
    path, parent = tmp_path / "odd.csv", QWidget()
    qtbot.addWidget(parent)
    parent.resize(1366, 768)
    if content is not None:
        path.write_bytes(content)
    dialog = TableDialog(parent, LIGHT)
    dialog.open()
    dialog.show_table(str(path))
    qtbot.waitUntil(lambda: dialog.is_shown and not dialog.reader.busy, timeout=SECONDS_30)
    assert dialog.reading.problem
    assert not lasting_faults(qtbot, dialog)
    dialog.close()


def test_what_is_asked_in_a_box_is_told(qtbot, lab):
    words = {"title": "Save?", "text": "Save the changes?", "more": "They would be lost."}
    box = message_box(QMessageBox.Icon.Question, **words, buttons=BUTTON.Save | BUTTON.Cancel, parent=lab.window)
    box.open()
    assert not lasting_faults(qtbot, box)
    told = QAccessible.queryAccessibleInterface(box)
    assert told.text(Text.Name) == "Save?"
    said = " ".join(thing.text(Text.Name) for thing in found_in(told))
    assert words["text"] in said
    assert words["more"] in said
    box.close()
