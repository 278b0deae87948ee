"""Light and dark: one QPalette and one small style sheet; icons follow the palette (``ui.widgets.icons``).

Fusion with our own palette looks the same everywhere. Qt's ``setColorScheme`` is not enough: it does
nothing offscreen, under a bare X server or on Windows 10.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from string import Template

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from relulab.views.colours import mix
from ui.shell.first_look import DARK, LIGHT, SYSTEM, is_dark
from ui.widgets.palette import Palette, palette
from ui.widgets.sizes import scaled_sheet, share

OUTLINED = (  # the controls whose outline Fusion draws in a darker shade of the window
    "QLineEdit",
    "QAbstractSpinBox",
    "QComboBox",
    "QPushButton",
    "QSlider",
    "QPlainTextEdit",
    "QTextEdit",
    "QTableView",
    "QListView",
    "QTreeView",
)
DARKER = 1.4  # by which Fusion divides the value of that shade
THEMES = (SYSTEM, LIGHT, DARK)


class Theme(QObject):
    """The theme in use. ``changed`` carries the new ``Palette``, so that plots can follow.

    ``app`` is what it colours. ``choice`` is system, light or dark; with ``system`` the desktop is followed live.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, choice: str = SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent or app)
        self.app = app
        self.choice = choice if choice in THEMES else SYSTEM
        app.setStyle(QStyleFactory.create("Fusion"))
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def palette(self) -> Palette:
        """The colours in use."""
        return palette(self._dark())

    def choose(self, choice: str) -> None:
        """Follow the system, or stay light or dark."""
        self.choice = choice
        self._apply()

    def draw_again(self) -> None:
        """Everything has another size."""
        self._apply()

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """Make many widgets without the style sheet, which is back at the end: each put somewhere is fitted anew."""
        self.app.setStyleSheet("")
        yield
        self.app.setStyleSheet(style_sheet(self.palette))

    @Slot(Qt.ColorScheme)
    def _follow(self, _scheme: Qt.ColorScheme) -> None:
        if self.choice == SYSTEM:
            self._apply()

    def _dark(self) -> bool:
        return is_dark(self.app, self.choice)

    def _apply(self) -> None:
        """Without a style sheet in between: Qt takes five times as long to replace one while every widget has it."""
        self.app.setStyleSheet("")
        self.app.setPalette(qt_palette(self.palette))
        for kind in OUTLINED:
            self.app.setPalette(outlined(self.palette), kind)  # type: ignore[arg-type]  # bytes, which it refuses
        self.app.setStyleSheet(style_sheet(self.palette))
        self.changed.emit(self.palette)


def qt_palette(colours: Palette) -> QPalette:
    """The QPalette of a theme: every role that Fusion reads."""
    role, off = QPalette.ColorRole, QPalette.ColorGroup.Disabled
    button = QColor(colours.window).lighter(125) if colours.dark else QColor("#ffffff")
    roles: Mapping[QPalette.ColorRole, QColor | str] = {
        role.Window: colours.window,
        role.WindowText: colours.foreground,
        role.Base: colours.background,
        role.AlternateBase: colours.window,
        role.Text: colours.foreground,
        role.PlaceholderText: colours.muted,
        role.Button: button,
        role.ButtonText: colours.foreground,
        role.BrightText: colours.error,
        role.ToolTipBase: colours.background,
        role.ToolTipText: colours.foreground,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.background,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: button.lighter(110),
        role.Midlight: button,
        role.Mid: QColor(colours.grid).darker(115),
        role.Dark: QColor(colours.grid).darker(140),
        role.Shadow: colours.edge,
    }
    result = QPalette()
    for name, colour in roles.items():
        result.setColor(name, QColor(colour))
    faint = QColor(mix(colours.muted, colours.window, 0.55))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(off, name, faint)
    result.setColor(off, role.Highlight, QColor(colours.grid))
    result.setColor(off, role.Accent, QColor(colours.grid))
    return result


def outlined(colours: Palette) -> QPalette:
    """The QPalette of controls with an outline, which Fusion derives from what their window is."""
    edge = QColor(colours.edge)
    lighter = QColor.fromHsvF(edge.hsvHueF(), edge.hsvSaturationF(), min(1.0, edge.valueF() * DARKER))
    result = qt_palette(colours)
    result.setColor(QPalette.ColorRole.Window, lighter)
    return result


def style_sheet(colours: Palette) -> str:
    """``resources/styles/window.qss`` with the colours of the theme and the size of the text put in."""
    resources = files("resources")
    text = (resources / "styles" / "window.qss").read_text("utf-8").split("/* Larger" if share() <= 1 else "\0")[0]
    return Template(scaled_sheet(text)).substitute(
        window=colours.window,
        background=colours.background,
        foreground=colours.foreground,
        muted=colours.muted,
        grid=colours.grid,
        accent=colours.accent,
        warning=colours.warning,
        error=colours.error,
        warning_back=mix(colours.warning, colours.background, 0.12),
        error_back=mix(colours.error, colours.background, 0.12),
        accent_back=mix(colours.accent, colours.background, 0.12),
        icons=str(resources / "icons").replace("\\", "/"),
        tick="on-light" if colours.dark else "on-dark",  # on what it is drawn: the accent
        arrow="on-dark" if colours.dark else "on-light",
        accent_hover=mix(colours.accent, colours.foreground, 0.88),
    )
