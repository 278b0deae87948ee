"""Write a design down as PyTorch code, from the window.

A process of its own runs ``relulab export``: it trains some steps for the losses that the code compares itself with,
and must not disturb a training that is under way here.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from relulab.spec import ExperimentSpec
from ui.documents import file_name
from ui.engine_process import EngineProcess

FORMATS = {".py": "pytorch", ".ipynb": "notebook"}


class CodeExport(QObject):
    """``exported`` carries the path of the file, ``failed`` a message for the user."""

    exported = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._process = EngineProcess(self)
        self._process.succeeded.connect(self._finish)
        self._process.failed.connect(self._fail)
        self._folder: TemporaryDirectory[str] | None = None
        self._path = ""

    @property
    def busy(self) -> bool:
        """Whether code is being written."""
        return self._process.busy

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
        self._process.start(["export", str(experiment), "--format", kind, "--out", path, *roots])

    @Slot()
    def close(self) -> None:
        """End what is under way, without a word."""
        self.blockSignals(True)
        self._process.close()
        self._clean_up()

    @Slot()
    def _finish(self) -> None:
        self._clean_up()
        self.exported.emit(self._path)

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self._clean_up()
        self.failed.emit(self.tr("The code could not be written. {reason}").format(reason=reason))

    def _clean_up(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
