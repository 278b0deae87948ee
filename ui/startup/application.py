"""The one QApplication: its name, its icon, its language."""

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

import relulab
from ui.platform.translation import install_translations
from ui.shell.theme import application_icon


def create_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, with name, icon and translations."""
    app = QApplication(["relulab", *arguments])
    app.setApplicationName("relulab")
    app.setApplicationDisplayName("ReLU Lab")
    app.setApplicationVersion(relulab.__version__)
    app.setDesktopFileName("relulab")
    app.setWindowIcon(application_icon())
    install_translations(app)
    return app
