"""The keys that walk through pictures made of cells."""

from PySide6.QtCore import Qt

ARROWS = {  # columns to the right, rows down
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
