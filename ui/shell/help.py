"""The Help menu: what the panels show, the tour, the keys, the log files, and what this program is.

None of its windows blocks the work; Escape closes each.
"""

from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, metadata
from importlib.resources import files
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import relulab
from ui.platform.settings import log_folder
from ui.platform.system_report import PACKAGES, system_report, versions
from ui.platform.translation import translate
from ui.shell.commands import Command, Controller, native
from ui.shell.window import Window
from ui.widgets.fitting import fit
from ui.widgets.labels import message_box, set_tip
from ui.widgets.sizes import px_size

TEXT_SIZE = QSize(560, 520)


class Helped(Protocol):
    """A panel with its title and a page on how to read it."""

    title: str

    @property
    def help_text(self) -> str: ...


class HelpController(Controller):
    """``panels`` have their help; ``tour`` shows the tour."""

    def __init__(self, window: Window, panels: Iterable[Helped], tour: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._texts = {panel.title: panel.help_text for panel in panels}
        self.commands = (
            Command("help", self.tr("&What do I see?"), self.tr("What each panel shows, in plain words"),
                    self._show_help, "help", keys=("Shift+F1",), picture="help"),
            Command("tour", self.tr("Show the &tour"), self.tr("The three steps of the first start"), tour, "help"),
            Command("shortcuts", self.tr("&Keyboard shortcuts"), self.tr("Every key and what it does"),
                    self._show_shortcuts, "help", keys=("Ctrl+/",)),
            Command("log", self.tr("Open the &log folder"),
                    self.tr("The file that a report of a fault should come with"), open_log_folder, "help", group=1),
            Command("about", self.tr("&About ReLU Lab"), self.tr("Version and licences"),
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
        (_keys("Space"), translate("Shortcuts", "Train or pause, unless the focus needs it; many starts: keep one")),
        (_keys("Tab"), translate("Shortcuts", "The next control; arrow keys move inside it")),
        (_keys("Alt+Up"), translate("Shortcuts", "Move the layer that has the focus up")),
        (_keys("Alt+Down"), translate("Shortcuts", "Move the layer that has the focus down")),
        (_keys("Alt+PgUp"), translate("Shortcuts", "The unit before, in the unit inspector")),
        (_keys("Alt+PgDown"), translate("Shortcuts", "The next unit, in the unit inspector")),
        (_keys("F"), translate("Shortcuts", "Many starts: only those that ended like this one; all again")),
        (_keys("O"), translate("Shortcuts", "Many starts: the next order, by seed, end or loss")),
        (_keys("T"), translate("Shortcuts", "Many starts: the same as a table of numbers, or as pictures again")),
        (_keys("1"), translate("Shortcuts", "Maps: open the first start of the cell; 2 to 4 open the others")),
        (_keys("+"), translate("Shortcuts", "Maps: train 20 starts of this cell, in the window of many starts")),
        (_keys("F1"), translate("Shortcuts", "What the number means that has the focus, else how to read its panel")),
        (_keys("Esc"), translate("Shortcuts", "Dismiss a message, or skip the tour")),
    ]
    head = f"| {translate('Shortcuts', 'Key')} | {translate('Shortcuts', 'What it does')} |\n| --- | --- |"
    return "\n".join([head, *(f"| {keys} | {what} |" for keys, what in rows if keys)])


def _keys(*all_keys: QKeySequence | str) -> str:
    return ", ".join(f"**{native(QKeySequence(keys))}**" for keys in all_keys)


def show_text(parent: QWidget, title: str, markdown: str, extra: QPushButton | None = None) -> QDialog:
    """Open a page of text beside the work, with an ``extra`` button under it."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    page = QTextBrowser()
    page.setMarkdown(markdown)
    page.setOpenExternalLinks(True)
    page.setAccessibleName(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    if extra is not None:
        buttons.addButton(extra, QDialogButtonBox.ButtonRole.ActionRole)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(page)
    layout.addWidget(buttons)
    fit(dialog, px_size(TEXT_SIZE), buttons)
    dialog.show()
    return dialog


def show_about(parent: QWidget) -> QDialog:
    """About ReLU Lab, with a button that copies what a report of a fault needs."""
    copy = QPushButton(translate("About", "&Copy the system report"))
    set_tip(copy, translate("About", "Versions, screen and folders, to paste into a report of a fault"))

    def copy_report() -> None:
        QGuiApplication.clipboard().setText(system_report())
        copy.setText(translate("About", "Copied"))

    copy.clicked.connect(copy_report)
    return show_text(parent, translate("About", "About ReLU Lab"), about_text(), copy)


def about_text() -> str:
    """Name, version and licence, and the versions that a report of a fault needs."""
    lines = [
        f"# ReLU Lab {relulab.__version__}",
        translate("About", "The desktop lab bench that shows why neural networks learn, and why they die."),
        translate("About", "Free software under the MIT licence. Built with Qt (LGPL-3), PyTorch and pyqtgraph."),
        *_licenses(),
        translate("About", "## Versions"),
        *(f"- {line}" for line in versions()),
    ]
    return "\n".join(line if line.startswith("- ") else f"{line}\n" for line in lines)


def open_log_folder() -> None:
    """Show the log files in the system's file manager; where there is none, say where they are."""
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder()))):
        return
    text = translate("Log", "No file manager could be opened. The log files are in this folder:")
    box = message_box(QMessageBox.Icon.Information, translate("Log", "Log folder"), text, more=str(log_folder()))
    shown = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    box.setParent(QApplication.activeWindow() or next(shown, None), box.windowFlags())
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _licenses() -> list[str]:
    """A link to the licences of everything in the packaged program; from source, the licence of each package."""
    file = files("resources") / "THIRD_PARTY_LICENSES.txt"
    if file.is_file():
        link = QUrl.fromLocalFile(str(file)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
        return [translate("About", "[The licences of everything in this program]({link})").format(link=link)]
    return [
        translate("About", "## Licences"),
        translate("About", "What it is built with was installed beside it, each package with its own licence:"),
        *(f"- {name}: {_license_of(name)}" for name in PACKAGES),
    ]


def _license_of(package: str) -> str:
    """The licence as the package's own metadata name it."""
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return translate("About", "(not installed)")
    named = next(iter(told.get_all("License-Expression") or told.get_all("License") or []), "")
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License")]
    return named.splitlines()[0] if named else ", ".join(classified) or translate("About", "(see the package)")
