"""The ready-made experiments, in the groups in which a student meets them: as a button, and in a menu."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from relulab.experiment.presets import PRESETS, Preset
from ui.widgets.labels import set_tip


class PresetPicker(QPushButton):
    """``presetChosen`` carries the key of a preset."""

    presetChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Presets"))
        self.setAccessibleName(self.tr("Presets"))
        set_tip(self, self.tr("Ready-made experiments"))
        self.setMenu(self._build_menu())

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        groups: dict[str, QMenu] = {}
        for preset in PRESETS.values():
            if preset.group not in groups:
                groups[preset.group] = menu.addMenu(preset.group)
                groups[preset.group].setToolTipsVisible(True)
            _add(groups[preset.group], preset)
        menu.triggered.connect(lambda action: self.presetChosen.emit(action.data()))
        return menu


def fill_presets(menu: QMenu) -> None:
    """All presets in one menu, under their headings; each action carries its key as data."""
    menu.setToolTipsVisible(True)
    group = ""
    for preset in PRESETS.values():
        if preset.group != group:
            group = preset.group
            menu.addSection(group)
        _add(menu, preset)


def _add(menu: QMenu, preset: Preset) -> None:
    action = menu.addAction(preset.title)
    set_tip(action, preset.summary)
    action.setData(preset.key)
