"""What every part of the window has in common that stands between what the user sees and the engine."""

from PySide6.QtCore import QObject, Slot

from relulab.training.state import Status
from relulab.training.trainer import Trainer
from ui.shell.commands import Command


class Controller(QObject):
    """``ui.app`` makes a list of them and walks it: when the engine is there, at each change of its state, at the end.

    ``commands`` are those of its subject, in the order of the menus.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.commands: tuple[Command, ...] = ()
        self._trainer: Trainer | None = None

    def attach(self, trainer: Trainer) -> None:
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
