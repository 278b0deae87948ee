"""A field for a number with decimals that takes 0.5 and 0,5, and shows 0.5 as the rest of the window does.

Qt's own goes by the language of the system: on a German one it shows 0,5 and reads 0.5 as nothing, or as 5.
"""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget


class DecimalField(QDoubleSpinBox):
    """``prefix`` stands before the number, and may have commas of its own."""

    def __init__(self, low: float, high: float, decimals: int, prefix: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setPrefix(prefix)
        self.setDecimals(decimals)
        self.setRange(low, high)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """As Qt's, of a text with a point."""
        return super().validate(self._with_point(text), position)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(self._with_point(text))

    def _with_point(self, text: str) -> str:
        number = text.removeprefix(self.prefix())
        return text[: len(text) - len(number)] + number.replace(",", ".")
