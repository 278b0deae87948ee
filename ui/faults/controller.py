"""Faults that nobody expected, told in words: once each, and a few dialogs at most, however often they come."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from ui.faults.fault_dialog import FaultDialog
from ui.faults.notices import Notices
from ui.platform.log import Fault
from ui.platform.system_report import fault_report
from ui.shell.controller import Controller
from ui.shell.dialogs import open_log_folder
from ui.shell.window import Window

MOST_DIALOGS = 3  # after that the banner says it, which blocks nothing


class FaultController(Controller):
    """Tells of what ``ui.platform.log.catch_exceptions`` caught.

    ``copyWanted``: before anything else, a copy of the work; ``saveWanted``: the user wants to save it.
    """

    copyWanted = Signal()
    saveWanted = Signal()
    _reported = Signal(object)

    def __init__(self, window: Window, notices: Notices) -> None:
        super().__init__(window)
        self.dialog: FaultDialog | None = None
        self._window = window
        self._notices = notices
        self._told: set[Fault] = set()
        self._dialogs = 0
        self._again = 0
        self._reported.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def report(self, fault: Fault) -> None:
        """Tell of ``fault``, soon; may be called in any thread."""
        self._reported.emit(fault)

    def close(self) -> None:
        super().close()
        if self.dialog is not None:
            self.dialog.reject()

    @Slot(object)
    def _tell(self, fault: Fault) -> None:
        if self.dialog is not None:
            self._again += 1
            self.dialog.show_again(self._again)
        elif fault not in self._told:
            self.copyWanted.emit()
            if self._dialogs < MOST_DIALOGS:
                self._open(fault)
            else:
                self._notices.show_fault(fault.reason)
        self._told.add(fault)

    def _open(self, fault: Fault) -> None:
        self._dialogs += 1
        self._again = 0
        parent = QApplication.activeModalWidget() or self._window  # one below a modal dialog could not be reached
        dialog = self.dialog = FaultDialog(parent, fault_report(fault.reason))
        dialog.logWanted.connect(open_log_folder)
        dialog.saveWanted.connect(self.saveWanted)
        dialog.finished.connect(self._forget)
        dialog.destroyed.connect(self._forget)  # with the dialog that it stands on
        dialog.open()

    @Slot()
    def _forget(self) -> None:
        self.dialog = None
