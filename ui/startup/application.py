"""The one QApplication: its name, its icon, its language."""

import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

import relulab
from ui.platform.translation import install_translations
from ui.shell.first_look import application_icon

TURN = 0.0005  # seconds: Python's own five make a thread that trains wait for whatever the window draws


def create_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, with name, icon and translations, whose thread takes short turns with the others."""
    sys.setswitchinterval(TURN)
    app = QApplication(["relulab", *arguments])
    app.setApplicationName("relulab")
    app.setApplicationDisplayName("ReLU Lab")
    app.setApplicationVersion(relulab.__version__)
    app.setDesktopFileName("relulab")
    app.setWindowIcon(application_icon())
    install_translations(app)
    return app
