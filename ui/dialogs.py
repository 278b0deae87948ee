"""The windows of the Help menu. None of them blocks the work; Escape closes each."""

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from PySide6.QtCore import QSize, Qt, QUrl, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

import relulab
from ui.actions import ACTIONS, CONTEXT
from ui.text import translate

PACKAGES = ("torch", "torchvision", "numpy", "scikit-learn", "PySide6-Essentials", "pyqtgraph")
TEXT_SIZE = QSize(560, 520)


def show_text(parent: QWidget, title: str, markdown: str) -> QDialog:
    """Open a page of text beside the work."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    page = QTextBrowser()
    page.setMarkdown(markdown)
    page.setOpenExternalLinks(True)
    page.setAccessibleName(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(page)
    layout.addWidget(buttons)
    dialog.resize(TEXT_SIZE)
    dialog.show()
    return dialog


def about_text() -> str:
    """Name, version and license, and the versions that a report of a fault needs."""
    lines = [
        f"# ReLU Lab {relulab.__version__}",
        translate("About", "The desktop lab bench that shows why neural networks learn, and why they die."),
        translate("About", "Free software under the MIT license. Built with Qt (LGPL-3), PyTorch and pyqtgraph."),
        *_licenses(),
        translate("About", "## Versions"),
        f"- Python {platform.python_version()}, {platform.platform()}",
        f"- Qt {qVersion()}",
        *(f"- {name} {_version(name)}" for name in PACKAGES),
    ]
    return "\n".join(line if line.startswith("- ") else f"{line}\n" for line in lines)


def shortcuts_text() -> str:
    """Every command that has a key, as a table."""
    rows = [f"| {_keys(spec.shortcuts)} | {translate(CONTEXT, spec.tip)} |" for spec in ACTIONS if spec.shortcuts]
    rows += [
        f"| {_keys(('Ctrl+Z',))} | {translate('Shortcuts', 'Undo the last edit of the design')} |",
        f"| {_keys(('Ctrl+Shift+Z',))} | {translate('Shortcuts', 'Redo it')} |",
        f"| {_keys(('Space',))} | {translate('Shortcuts', 'Train or pause, where the focus has no use for it')} |",
        f"| {_keys(('Tab',))} | {translate('Shortcuts', 'The next control; arrow keys move inside it')} |",
        f"| {_keys(('F1',))} | {translate('Shortcuts', 'How to read the panel that has the focus')} |",
        f"| {_keys(('Esc',))} | {translate('Shortcuts', 'Dismiss a message')} |",
    ]
    head = f"| {translate('Shortcuts', 'Key')} | {translate('Shortcuts', 'What it does')} |\n| --- | --- |"
    return "\n".join([head, *rows])


def _keys(shortcuts: tuple[str, ...]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(f"**{QKeySequence(keys).toString(native)}**" for keys in shortcuts)


def _licenses() -> list[str]:
    """A link to the licenses of everything in the packaged program; from source each package has its own."""
    file = files("resources") / "THIRD_PARTY_LICENSES.txt"
    if not file.is_file():
        return []
    link = QUrl.fromLocalFile(str(file)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    return [translate("About", "[The licenses of everything in this program]({link})").format(link=link)]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return translate("About", "(not installed)")
