"""What the user can do from a menu, a button or a key: one object each.

Menus, buttons, the list of keyboard shortcuts and the tests read the same commands, so they never disagree. A
controller declares those of its subject beside its code; ``Window.add_commands`` puts them into their menus.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QToolButton

from relulab.training.state import Status
from ui.widgets.icons import line_icon
from ui.widgets.labels import as_entry, set_tip
from ui.widgets.palette import LIGHT, Palette

if TYPE_CHECKING:
    from relulab.training.trainer import Trainer


class Command(QAction):
    """``act`` is what it does; ``enabled`` whether that makes sense now, asked at each ``refresh``.

    ``where`` is the key of its menu, in which a change of ``group`` draws a separator; ``submenu`` the key of a menu
    that stands below it. ``standard`` takes the keys of the platform in place of ``keys``. A ``primary`` command has a
    filled button.
    """

    def __init__(
        self, key: str, text: str, tip: str, act: Callable[[], object], where: str, *, keys: Sequence[str] = (),
        standard: QKeySequence.StandardKey | None = None, picture: str = "", primary: bool = False, group: int = 0,
        submenu: str = "", enabled: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self._text = text
        self.key, self.where, self.group, self.submenu = key, where, group, submenu
        self.keys = [QKeySequence(one) for one in ((standard,) if standard is not None else keys)]
        self._picture, self._primary, self._palette = picture, primary, LIGHT
        self.enabled = enabled
        self.setObjectName(f"action-{key}")
        self.setShortcuts(self.keys if standard is None else standard)
        set_tip(self, f"{tip} ({native(self.keys[0])})" if self.keys else tip)
        self.setStatusTip(tip)
        self.triggered.connect(lambda: act())

    @Slot(str)
    def say_what(self, what: str) -> None:
        """Say in its text what would be done: undo which edit?"""
        self.setText(f"{self._text} {as_entry(what)}".rstrip())

    @Slot()
    def refresh(self) -> None:
        """Bring up to date whether it can be used."""
        self.setEnabled(self.enabled())

    def show(self, text: str, picture: str) -> None:
        """Say and show something else from now on: one button both trains and pauses."""
        self.setText(text)
        self._picture = picture
        self._draw()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self._draw()

    def button(self) -> QToolButton:
        """A button that does this, within reach of the Tab key."""
        button = QToolButton()
        button.setDefaultAction(self)
        button.setObjectName(f"{self.key}-button")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _draw(self) -> None:
        if self._picture:
            ink = self._palette.background if self._primary else self._palette.foreground
            self.setIcon(line_icon(self._picture, ink))


def native(keys: QKeySequence) -> str:
    """The keys as this platform writes them."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


class Controller(QObject):
    """``ui.app`` makes a list of them and walks it: when the engine is there, at each change of its state, at the end.

    ``commands`` are those of its subject, in the order of the menus.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.commands: tuple[Command, ...] = ()
        self._trainer: Trainer | None = None

    def attach(self, trainer: "Trainer") -> None:
        """Work with ``trainer``, which comes after the window is up."""
        self._trainer = trainer

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """The state of the run changed."""

    def close(self) -> None:
        """The window closes: end what is under way, ask for nothing any more."""
        self._trainer = None

    @Slot()
    def refresh_commands(self) -> None:
        """Bring up to date which commands can be used."""
        for command in self.commands:
            command.refresh()
