"""The Help menu: what the panels show, the tour, the keys, the log files, and what this program is."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtGui import QKeySequence

from ui.platform.translation import translate
from ui.shell.commands import Command, Controller, native
from ui.shell.dialogs import open_log_folder, show_about, show_text
from ui.shell.window import Window


class HelpController(Controller):
    """``texts`` gives the help of each panel by its title; ``tour`` shows the tour."""

    def __init__(self, window: Window, texts: Mapping[str, str], tour: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self.commands = (
            Command("help", self.tr("&What do I see?"), self.tr("What each panel shows, in plain words"),
                    self._show_help, "help", keys=("Shift+F1",), picture="help"),
            Command("tour", self.tr("Show the &tour"), self.tr("The three steps of the first start"), tour, "help"),
            Command("shortcuts", self.tr("&Keyboard shortcuts"), self.tr("Every key and what it does"),
                    self._show_shortcuts, "help", keys=("Ctrl+/",)),
            Command("log", self.tr("Open the &log folder"),
                    self.tr("The file that a report of a fault should come with"), open_log_folder, "help", group=1),
            Command("about", self.tr("&About ReLU Lab"), self.tr("Version and licenses"),
                    lambda: show_about(window), "help", group=1),
        )  # fmt: skip

    def _show_help(self) -> None:
        pages = (f"# {title}\n\n{text}" for title, text in self._texts.items())
        show_text(self._window, self.tr("What do I see?"), "\n\n".join(pages))

    def _show_shortcuts(self) -> None:
        show_text(self._window, self.tr("Keyboard shortcuts"), shortcuts_text(self._window.commands.values()))


def shortcuts_text(commands: Iterable[Command]) -> str:
    """Every key as a table: those of ``commands``, and those that no menu has."""
    rows = [(_keys(*command.keys), command.statusTip()) for command in commands]
    rows += [
        (_keys("Space"), translate("Shortcuts", "Train or pause, where the focus has no use for it")),
        (_keys("Tab"), translate("Shortcuts", "The next control; arrow keys move inside it")),
        (_keys("F1"), translate("Shortcuts", "How to read the panel that has the focus")),
        (_keys("Esc"), translate("Shortcuts", "Dismiss a message, or skip the tour")),
    ]
    head = f"| {translate('Shortcuts', 'Key')} | {translate('Shortcuts', 'What it does')} |\n| --- | --- |"
    return "\n".join([head, *(f"| {keys} | {what} |" for keys, what in rows if keys)])


def _keys(*all_keys: QKeySequence | str) -> str:
    return ", ".join(f"**{native(QKeySequence(keys))}**" for keys in all_keys)
