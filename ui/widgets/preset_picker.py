"""A button with the ready-made experiments, in the groups in which a student meets them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from relulab.experiment.presets import PRESETS


class PresetPicker(QPushButton):
    """``presetChosen`` carries the key of a preset."""

    presetChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Presets"))
        self.setAccessibleName(self.tr("Presets"))
        self.setToolTip(self.tr("Ready-made experiments"))
        self.setMenu(self._build_menu())

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        groups: dict[str, QMenu] = {}
        for preset in PRESETS.values():
            if preset.group not in groups:
                groups[preset.group] = menu.addMenu(preset.group)
                groups[preset.group].setToolTipsVisible(True)
            action = groups[preset.group].addAction(preset.title)
            action.setToolTip(preset.summary)
            action.setData(preset.key)
        menu.triggered.connect(lambda action: self.presetChosen.emit(action.data()))
        return menu
