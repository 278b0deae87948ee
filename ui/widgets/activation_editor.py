"""The choice of an activation function, with its curve beside every name."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.entry import Value
from ui.widgets.choice_editor import ChoiceEditor
from ui.widgets.curve_picture import ICON, activation_icon, curve_pixmap

PAGE_PICTURE = QSize(220, 120)


class ActivationEditor(ChoiceEditor):
    """Edits an ``ActivationChoice``."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title or self.tr("Activation"), ACTIVATIONS, parent=parent)
        self.combo.setIconSize(QSize(*ICON))

    def item_icon(self, entry: Activation) -> QIcon:
        return activation_icon(entry.key, self)

    def picture(self, entry: Activation) -> tuple[QPixmap, str]:
        parameters: dict[str, Value] = self._choice.parameters
        ink = self.palette().color(QPalette.ColorRole.Highlight)
        axes = self.palette().color(QPalette.ColorRole.Mid)
        ratio = self.devicePixelRatioF()
        picture = curve_pixmap(entry, parameters, PAGE_PICTURE, ink, axes, ratio, derivative=True)
        return picture, self.tr("solid: output, dashed: slope")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh_items()
