"""The windows of the Help menu. None of them blocks the work; Escape closes each."""

from importlib.metadata import PackageNotFoundError, metadata
from importlib.resources import files

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
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

TEXT_SIZE = QSize(560, 520)


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
    dialog.resize(TEXT_SIZE)
    dialog.show()
    return dialog


def show_about(parent: QWidget) -> QDialog:
    """About ReLU Lab, with a button that copies what a report of a fault needs."""
    copy = QPushButton(translate("About", "&Copy the system report"))
    copy.setToolTip(translate("About", "Versions, screen and folders, to paste into a report of a fault"))

    def copy_report() -> None:
        QGuiApplication.clipboard().setText(system_report())
        copy.setText(translate("About", "Copied"))

    copy.clicked.connect(copy_report)
    return show_text(parent, translate("About", "About ReLU Lab"), about_text(), copy)


def about_text() -> str:
    """Name, version and license, and the versions that a report of a fault needs."""
    lines = [
        f"# ReLU Lab {relulab.__version__}",
        translate("About", "The desktop lab bench that shows why neural networks learn, and why they die."),
        translate("About", "Free software under the MIT license. Built with Qt (LGPL-3), PyTorch and pyqtgraph."),
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
    box = QMessageBox(QMessageBox.Icon.Information, translate("Log", "Log folder"), text)
    shown = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    box.setParent(QApplication.activeWindow() or next(shown, None), box.windowFlags())
    box.setInformativeText(str(log_folder()))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _licenses() -> list[str]:
    """A link to the licenses of everything in the packaged program; from source, the license of each package."""
    file = files("resources") / "THIRD_PARTY_LICENSES.txt"
    if file.is_file():
        link = QUrl.fromLocalFile(str(file)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
        return [translate("About", "[The licenses of everything in this program]({link})").format(link=link)]
    return [
        translate("About", "## Licenses"),
        translate("About", "What it is built with was installed beside it, each package with its own license:"),
        *(f"- {name}: {_license_of(name)}" for name in PACKAGES),
    ]


def _license_of(package: str) -> str:
    """The license as the package's own metadata name it."""
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return translate("About", "(not installed)")
    named = next(iter(told.get_all("License-Expression") or told.get_all("License") or []), "")
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License")]
    return named.splitlines()[0] if named else ", ".join(classified) or translate("About", "(see the package)")
