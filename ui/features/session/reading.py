"""How far the work on a file is: shown when it takes long, with a button that waits for it no longer."""

from pathlib import Path

from PySide6.QtWidgets import QProgressDialog, QWidget

from relulab.formatting import one_line
from ui.platform.jobs import Job
from ui.platform.translation import translate
from ui.widgets.labels import progress_dialog

SHOWN_MS = 700  # of work, before its progress is shown


def show_reading(path: Path, job: Job, window: QWidget) -> QProgressDialog:
    """The dialog of a ``job`` that reads ``path``. It goes with the job."""
    return _show(job, translate("Reading", "Open"), translate("Reading", "Opening {file} …"), path, window)


def show_looking(path: Path, job: Job, window: QWidget) -> QProgressDialog:
    """The dialog of a ``job`` that looks whether anything lies at ``path``."""
    return _show(job, translate("Reading", "Save"), translate("Reading", "Looking for {file} …"), path, window)


def _show(job: Job, title: str, words: str, path: Path, window: QWidget) -> QProgressDialog:
    cancel = translate("Reading", "Cancel")
    dialog = progress_dialog(title, words.format(file=one_line(path.name)), cancel, window)
    dialog.setMaximum(100)
    dialog.setMinimumDuration(SHOWN_MS)
    dialog.canceled.connect(job.give_up)
    job.progressed.connect(lambda done, total, _what: dialog.setValue(100 * done // max(1, total)))
    job.destroyed.connect(dialog.deleteLater)
    return dialog
