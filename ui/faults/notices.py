"""What the banner says of the run, of files and of faults: one voice for everything that can go wrong or well."""

from dataclasses import dataclass
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from relulab.data.datasets import DATASETS
from relulab.errors import DataCorruptError, DataMissingError, ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.training.state import State, Status
from ui.shell.help import open_log_folder
from ui.widgets.banner import ERROR, INFO, SUCCESS, WARNING, Banner, BannerButton


class Remedy(Enum):
    """What can be done about a problem by pressing a button."""

    DOWNLOAD = "download"
    CHOOSE_FOLDER = "choose folder"
    GO_BACK = "go back"
    RESET = "reset"
    OPEN_LOG = "open log"


@dataclass(frozen=True, slots=True)
class RunProblem:
    """``data`` is the key of the data set that is missing or damaged, if that is the problem."""

    level: str
    message: str
    remedies: tuple[Remedy, ...] = ()
    data: str = ""


def problem_of(status: Status, spec: ExperimentSpec | None) -> RunProblem | None:
    """The problem of a run of ``spec``; None when there is none."""
    if status.state is State.DIVERGED:
        return RunProblem(ERROR, status.message, (Remedy.RESET, Remedy.GO_BACK))
    if status.state is not State.FAILED:
        return None
    name = spec.data.dataset.name if spec is not None else ""
    if isinstance(status.error, DataMissingError | DataCorruptError) and name and DATASETS[name].downloadable:
        return RunProblem(WARNING, status.message, (Remedy.DOWNLOAD, Remedy.CHOOSE_FOLDER), name)
    if isinstance(status.error, ReluLabError):
        return RunProblem(ERROR, status.message)
    return RunProblem(ERROR, status.message, (Remedy.OPEN_LOG,))


class Notices(QObject):
    """Writes into ``banner``, whose buttons ask for what helps.

    ``downloadWanted`` and ``folderWanted`` carry the key of the data set that is missing; ``goBackWanted``: the user
    wants to go on from before the run came to harm.
    """

    downloadWanted = Signal(str)
    folderWanted = Signal(str)
    goBackWanted = Signal()
    resetWanted = Signal()

    def __init__(self, banner: Banner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._banner = banner
        self._trouble = ""  # the last that was told of a run that goes on

    @Slot(object)
    def show_trouble(self, status: Status) -> None:
        """Something cannot be measured in a run that goes on: said when it begins, and not again when dismissed."""
        trouble, self._trouble = self._trouble, status.trouble
        if status.trouble and status.trouble != trouble:
            self._banner.show_message(WARNING, status.trouble, [self._button(Remedy.OPEN_LOG)])

    def show_problem(self, status: Status, spec: ExperimentSpec | None, complaint: str) -> None:
        """Say what is wrong with a run of ``spec``, or take such a message away. A ``complaint`` on files stays."""
        problem = problem_of(status, spec)
        if problem is not None:
            buttons = [self._button(remedy, problem.data) for remedy in problem.remedies]
            self._banner.show_message(problem.level, problem.message, buttons)
        elif self._banner.level in (WARNING, ERROR) and self._banner.message not in (complaint, status.trouble):
            self._banner.dismiss()

    @Slot(str)
    def complain(self, message: str) -> None:
        """Something did not work."""
        self._banner.show_message(ERROR, message)

    @Slot(object)
    def show_error(self, error: Exception) -> None:
        """Something did not work; the exception has the words."""
        self.complain(str(error))

    @Slot(str)
    def show_saved(self, path: str) -> None:
        """A file was saved."""
        self._banner.show_message(SUCCESS, self.tr("Saved {file}").format(file=path), brief=True)

    @Slot(str)
    def show_copied(self, title: str) -> None:
        """The picture of a panel is on the clipboard."""
        self._banner.show_message(SUCCESS, self.tr("Copied the picture: {panel}").format(panel=title), brief=True)

    @Slot(str)
    def show_exporting(self, path: str) -> None:
        """A file is being written for use elsewhere."""
        self._banner.show_message(INFO, self.tr("Exporting {file} …").format(file=path))

    @Slot(str)
    def show_exported(self, path: str) -> None:
        """A file was written for use elsewhere."""
        self._banner.show_message(SUCCESS, self.tr("Exported {file}").format(file=path), brief=True)

    @Slot(int, int)
    def show_reporting(self, done: int, total: int) -> None:
        """How far a report is; a message of something that went wrong stays."""
        if self._banner.level not in (WARNING, ERROR):
            words = self.tr("Writing the report: figure {done} of {total} …")
            self._banner.show_message(INFO, words.format(done=done, total=total))

    @Slot(str)
    def show_report(self, path: str) -> None:
        """A report was written; it can be opened at once."""

        def open_it() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))

        opening = BannerButton(self.tr("Open"), open_it)
        self._banner.show_message(SUCCESS, self.tr("Saved {file}").format(file=path), [opening])

    @Slot(str)
    def show_fault(self, reason: str) -> None:
        """Something happened that nobody expected."""
        text = self.tr(
            "Something unexpected went wrong ({reason}). Your work is still there; the log file has the details."
        )
        self._banner.show_message(ERROR, text.format(reason=reason), [self._button(Remedy.OPEN_LOG)])

    def show_crash(self) -> None:
        """An earlier window ended in a crash. What can be recovered is offered in place of this."""
        text = self.tr(
            "ReLU Lab did not close in good order the last time. If it happens again, send the log file along with a "
            "report."
        )
        self._banner.show_message(INFO, text, [self._button(Remedy.OPEN_LOG)])

    @Slot(object)
    def show_panel_fault(self, panel: QWidget) -> None:
        """A panel cannot draw."""
        self.show_fault(self.tr("the panel {panel} cannot draw").format(panel=panel.accessibleName()))

    def _button(self, remedy: Remedy, data: str = "") -> BannerButton:
        return {
            Remedy.DOWNLOAD: BannerButton(self.tr("Download"), partial(self.downloadWanted.emit, data)),
            Remedy.CHOOSE_FOLDER: BannerButton(self.tr("Choose folder…"), partial(self.folderWanted.emit, data)),
            Remedy.GO_BACK: BannerButton(self.tr("Go back and branch…"), self.goBackWanted.emit),
            Remedy.RESET: BannerButton(self.tr("Reset"), self.resetWanted.emit),
            Remedy.OPEN_LOG: BannerButton(self.tr("Open the log folder"), open_log_folder),
        }[remedy]
