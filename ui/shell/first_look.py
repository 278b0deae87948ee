"""What is seen of a window before the lab is imported: its icon, light or dark, the colour of its ground."""

from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

SYSTEM, LIGHT, DARK = "system", "light", "dark"
GROUNDS = {False: "#f3f4f6", True: "#24272c"}  # of a dark theme or not: a test compares them with the theme's own
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)  # pixels; the desktop picks the nearest


def is_dark(app: QApplication, choice: str) -> bool:
    """Whether the theme is dark, where the user chose light, dark or what the desktop has."""
    if choice in (LIGHT, DARK):
        return choice == DARK
    return app.styleHints().colorScheme() is Qt.ColorScheme.Dark


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    drawing = QSvgRenderer(QByteArray((files("resources") / "icons" / "relulab.svg").read_bytes()))
    result = QIcon()
    for size in ICON_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, size, size))
        painter.end()
        result.addPixmap(pixmap)
    return result
