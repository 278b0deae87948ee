"""How far the reading of a file is: shown when it takes long, with a button that cancels it."""

from pathlib import Path

from PySide6.QtWidgets import QProgressDialog, QWidget

from relulab.formatting import one_line
from ui.platform.jobs import Job
from ui.platform.translation import translate
from ui.widgets.labels import progress_dialog

SHOWN_MS = 700  # of reading, before its progress is shown


def show_reading(path: Path, job: Job, window: QWidget) -> QProgressDialog:
    """The dialog of a ``job`` that reads ``path``. It goes with the job."""
    words = translate("Reading", "Opening {file} …").format(file=one_line(path.name))
    dialog = progress_dialog(translate("Reading", "Open"), words, translate("Reading", "Cancel"), window)
    dialog.setMaximum(100)
    dialog.setMinimumDuration(SHOWN_MS)
    dialog.canceled.connect(job.cancel)
    job.progressed.connect(lambda done, total, _what: dialog.setValue(100 * done // max(1, total)))
    job.destroyed.connect(dialog.deleteLater)
    return dialog
