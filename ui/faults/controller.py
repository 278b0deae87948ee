"""Faults that nobody expected, told in words: once each, and a few dialogs at most, however often they come."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from ui.faults.notices import Notices
from ui.platform.log import Fault
from ui.platform.system_report import fault_report
from ui.shell.commands import Controller
from ui.shell.help import open_log_folder
from ui.shell.window import Window
from ui.widgets.contents import nest
from ui.widgets.icons import FoldButton
from ui.widgets.labels import Label, fixed_font
from ui.widgets.wrapped import WrappedLabel

WIDTH_LETTERS = 78
DETAIL_LINES = 12
PICTURE = 40  # pixels
MOST_DIALOGS = 3  # after that the banner says it, which blocks nothing


class FaultDialog(QDialog):
    """``logWanted`` and ``saveWanted`` are its buttons; "Go on" and Escape close it. ``report`` is what is copied."""

    logWanted = Signal()
    saveWanted = Signal()

    def __init__(self, parent: QWidget, report: str) -> None:
        super().__init__(parent)
        self._report = report
        self.copy_button = QPushButton(self.tr("&Copy details"))
        self.log_button = QPushButton(self.tr("Open the &log folder"))
        self.save_button = QPushButton(self.tr("&Save the session…"))
        self.go_on_button = QPushButton(self.tr("&Go on"))
        self.fold = FoldButton(self.tr("&Details"))
        self.details = QPlainTextEdit(report)
        self.again = Label()
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._describe()
        self._arrange()
        self._connect()

    def show_again(self, count: int) -> None:
        """Say that ``count`` more faults came while the dialog was open."""
        once, often = self.tr("It has happened again since."), self.tr("It has happened {count} times since.")
        self.again.setText((once if count == 1 else often).format(count=count))
        self.again.show()

    def _describe(self) -> None:
        self.details.setReadOnly(True)
        self.details.setFont(fixed_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Details for a report of the fault"))
        self.details.setMinimumHeight(DETAIL_LINES * self.details.fontMetrics().height())
        self.details.hide()
        self.fold.setCheckable(True)
        self.again.setProperty("role", "muted")
        self.again.hide()
        self.go_on_button.setDefault(True)

    def _arrange(self) -> None:
        picture = Label()
        picture.setPixmap(
            self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(PICTURE, PICTURE)
        )
        head = Label(self.tr("Something in ReLU Lab went wrong"))
        head.setObjectName("fault-head")
        words = WrappedLabel(
            self.tr(
                "It was not your doing. Your network and its runs are still there and you can go on; save the session "
                "to be safe. If something looks wrong from now on, close ReLU Lab and start it again.\n\n"
                "The log file says what happened. Copy the details into a report, so that the fault can be repaired."
            )
        )
        words.setMinimumWidth(WIDTH_LETTERS * self.fontMetrics().averageCharWidth())
        text = QVBoxLayout()
        text.setSpacing(10)
        for widget in (head, words, self.again):
            text.addWidget(widget)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        nest(top, text, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.fold)
        buttons.addStretch(1)
        for button in (self.copy_button, self.log_button, self.save_button, self.go_on_button):
            buttons.addWidget(button)
        layout = self._column = QVBoxLayout(self)
        layout.setSpacing(14)
        nest(layout, top)
        nest(layout, buttons)
        layout.addWidget(self.details, 1)
        layout.addStretch()  # takes the room that the details leave, or their button would be moved into it
        self.go_on_button.setFocus()

    def _connect(self) -> None:
        self.copy_button.clicked.connect(self._copy)
        self.log_button.clicked.connect(self.logWanted)
        self.save_button.clicked.connect(self.saveWanted)
        self.go_on_button.clicked.connect(self.accept)
        self.fold.toggled.connect(self._unfold)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.copy_button.setText(self.tr("Copied"))

    @Slot(bool)
    def _unfold(self, unfolded: bool) -> None:
        self.fold.show_unfolded(unfolded)
        self.details.setVisible(unfolded)
        if not unfolded:
            self._column.activate()
            self.resize(self.minimumSizeHint())


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
