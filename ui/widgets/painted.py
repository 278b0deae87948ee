"""What widgets that paint themselves have in common: the colours of the theme, and one accessible name."""

from PySide6.QtWidgets import QWidget

from ui.widgets.palette import LIGHT, Palette


class PaintedWidget(QWidget):
    """A subclass paints with ``_colours``."""

    def __init__(self, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(parent)
        self._colours = LIGHT
        if name:
            self.setAccessibleName(name)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.update()
