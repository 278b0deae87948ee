"""What the tests of the design panel share: a shown panel, and hands that use it like a person."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from ui.features.design import DesignPanel
from ui.widgets.combo import Combo
from ui.widgets.number_field import NumberField

DATA, NETWORK, TRAINING = range(3)


def open_panel(qtbot, spec: ExperimentSpec | str = "moons-healthy", page: int = NETWORK) -> DesignPanel:
    """A panel that shows ``spec`` (or the preset of that name) and has the keyboard."""
    panel = DesignPanel()
    qtbot.addWidget(panel)
    panel.setValue(load_preset(spec) if isinstance(spec, str) else spec)
    panel.resize(340, 800)
    panel.tabs.setCurrentIndex(page)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.waitUntil(lambda: has_preview(panel))
    return panel


def has_preview(panel: DesignPanel) -> bool:
    """Whether the picture of the data, or the reason why there is none, is shown."""
    return bool(panel.data.preview.picture.accessibleDescription()) or panel.data.preview.is_missing


def type_number(qtbot, field: NumberField, text: str) -> None:
    """Replace what is in ``field`` and press Enter."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(qtbot, combo: Combo, key: str) -> None:
    """Choose ``key`` with the arrow keys."""
    combo.setFocus()
    for _ in range(combo.count()):
        if combo.value() == key:
            return
        there, here = combo.findData(key), combo.currentIndex()
        qtbot.keyClick(combo, Qt.Key.Key_Up if there < here else Qt.Key.Key_Down)
    raise AssertionError(f"{key} cannot be reached")


def has_flag(combo: Combo, row: int, flag: Qt.ItemFlag) -> bool:
    """Whether a line of the combo has it. Its items are not asked for: C++ made them (``ui/widgets/contents.py``)."""
    return bool(combo.model().flags(combo.model().index(row, 0)) & flag)


def click(qtbot, widget: QWidget) -> None:
    """A click with the left button."""
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
