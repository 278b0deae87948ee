"""Icons from resources/icons in the colour of the text around them, sharp at every scale.

The files are drawn in black lines. A colour replaces the black, so one file serves the light and the dark theme.
Pixmaps, not a QIconEngine of our own: Qt clones and deletes engines behind Python's back, and that crashes.
"""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from ui.widgets.labels import set_tip
from ui.widgets.sizes import px, px_size

FOLD = 12  # pixels of the sign of what folds
INK = b"#000000"
SIZES = (16, 20, 24, 32, 48, 64)  # pixels; the larger ones serve screens of two and three times the density


@cache
def _svg(name: str) -> bytes:
    return (files("resources") / "icons" / f"{name}.svg").read_bytes()


def line_pixmap(name: str, colour: str, pixels: int) -> QPixmap:
    """The icon ``name`` as a picture of ``pixels`` by ``pixels``, drawn in ``colour`` (``#rrggbb``)."""
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_svg(name).replace(INK, colour.encode()))).render(painter)
    painter.end()
    return picture


def sharp_pixmap(name: str, colour: str, pixels: float, widget: QWidget) -> QPixmap:
    """The icon ``name`` for ``widget``, ``pixels`` large, and larger with the text."""
    ratio = widget.devicePixelRatioF()
    picture = line_pixmap(name, colour, round(px(pixels) * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


@cache
def line_icon(name: str, colour: str) -> QIcon:
    """The icon ``name`` of resources/icons in ``colour`` (``#rrggbb``); Qt itself pales it where it is disabled."""
    icon = QIcon()
    for pixels in SIZES:
        icon.addPixmap(line_pixmap(name, colour, pixels))
    return icon


class IconButton(QToolButton):
    """A flat button with an icon that follows the palette. ``name`` is what screen readers and the tip say."""

    def __init__(self, icon: str, name: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, autoRaise=True)
        self._icon, self._tip = icon, tip
        self.say(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._draw_icon()

    def say(self, name: str) -> None:
        """What it is called from now on."""
        self.setAccessibleName(name)
        set_tip(self, self._tip or name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        self.setIcon(line_icon(self._icon, self.palette().color(QPalette.ColorRole.ButtonText).name()))


class FoldButton(QToolButton):
    """Words behind a sign that says whether what they name is unfolded; the sign follows the palette and the text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, autoRaise=True, toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._unfolded = False
        self.setText(text)
        self.setAccessibleName(text.replace("&", ""))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(px_size(QSize(FOLD, FOLD)))
        self._draw_sign()

    def show_unfolded(self, unfolded: bool) -> None:
        """Whether it is."""
        self._unfolded = unfolded
        self._draw_sign()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def _draw_sign(self) -> None:
        ink = self.palette().color(QPalette.ColorRole.ButtonText).name()
        self.setIcon(line_icon("unfolded" if self._unfolded else "folded", ink))
