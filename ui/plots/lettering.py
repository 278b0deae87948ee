"""The small letters of captions and axes in pictures that are painted by hand."""

from PySide6.QtGui import QFont

from ui.widgets.sizes import px

CAPTION = 11  # pixels


def small(font: QFont) -> QFont:
    """``font`` at the size of captions."""
    result = QFont(font)
    result.setPixelSize(px(CAPTION))
    return result
