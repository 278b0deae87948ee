"""Write a design down as PyTorch code, from the window.

A process of its own runs ``relulab export``: it trains some steps for the losses that the code compares itself with,
and must not disturb a training that is under way here.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, QProcess, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from relulab.spec import ExperimentSpec
from ui.documents import file_name

FORMATS = {".py": "pytorch", ".ipynb": "notebook"}
CLOSING_MS = 2000


class CodeExport(QObject):
    """``exported`` carries the path of the file, ``failed`` a message for the user."""

    exported = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._process = QProcess(self)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail_to_start)
        self._folder: TemporaryDirectory[str] | None = None
        self._path = ""

    @property
    def busy(self) -> bool:
        """Whether code is being written."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def ask(self, spec: ExperimentSpec, folder: str, data_root: str) -> None:
        """Let the user choose a file and write the code of ``spec`` there."""
        proposal = Path(folder) / f"{file_name(spec.name)}.py"
        kinds = self.tr("PyTorch script (*.py);;Jupyter notebook (*.ipynb)")
        path, kind = QFileDialog.getSaveFileName(self._window, self.tr("Export code"), str(proposal), kinds)
        if path:
            suffix = ".ipynb" if ".ipynb" in kind else ".py"
            self.write(spec, path if Path(path).suffix in FORMATS else path + suffix, data_root)

    def write(self, spec: ExperimentSpec, path: str, data_root: str) -> None:
        """Write the code of ``spec`` to ``path``, a script or a notebook. One export at a time."""
        if self.busy:
            self.failed.emit(self.tr("Code is being written already. Wait until that is done."))
            return
        self._path = path
        self._folder = TemporaryDirectory(prefix="relulab-")
        experiment = Path(self._folder.name) / "experiment.json"
        experiment.write_text(spec.to_json(), encoding="utf-8")
        roots = ["--data-root", data_root] if data_root else []
        kind = FORMATS[Path(path).suffix]
        arguments = ["-m", "relulab", "export", str(experiment), "--format", kind, "--out", path, *roots]
        self._process.start(sys.executable, arguments)

    @Slot()
    def close(self) -> None:
        """End what is under way, without a word."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished(CLOSING_MS)
        self._clean_up()

    @Slot(int, QProcess.ExitStatus)
    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        self._clean_up()
        if code == 0 and status is QProcess.ExitStatus.NormalExit:
            self.exported.emit(self._path)
        else:
            reason = said.splitlines()[-1].removeprefix("Error: ") if said else self.tr("The exporting program ended.")
            self.failed.emit(self.tr("The code could not be written. {reason}").format(reason=reason))

    @Slot(QProcess.ProcessError)
    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._clean_up()
            self.failed.emit(
                self.tr("The code could not be written. {reason}").format(reason=self._process.errorString())
            )

    def _clean_up(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
