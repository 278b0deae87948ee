"""The live picture of the data, or what to do where the data are not on this computer."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from relulab.data.dataset import DatasetEntry, Source
from relulab.data.datasets import DATASETS
from relulab.errors import DataCorruptError, DataMissingError
from relulab.experiment import DataSpec
from ui.features.design.preview_loader import PreviewLoader, Samples
from ui.features.design.sample_picture import SamplePicture
from ui.widgets.palette import Palette


class Preview(QStackedWidget):
    """Follows ``request``. ``downloadRequested`` and ``importRequested`` carry the key of a data set."""

    downloadRequested = Signal(str)
    importRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = SamplePicture()
        self.hint = QLabel()
        self.download_button = QPushButton(self.tr("Download"))
        self.import_button = QPushButton(self.tr("I have the files…"))
        self._key = ""
        self._loader = PreviewLoader(self)
        self._arrange()
        self._loader.loaded.connect(self._show_samples)
        self._loader.failed.connect(self._show_failure)
        self.download_button.clicked.connect(lambda: self.downloadRequested.emit(self._key))
        self.import_button.clicked.connect(lambda: self.importRequested.emit(self._key))

    def request(self, data: DataSpec) -> None:
        """Show the samples of ``data`` a moment later."""
        self._key = data.dataset.name
        self._loader.request(data)

    def reload(self) -> None:
        """Look again: files may have come."""
        self._loader.reload()

    def set_source(self, source: Source) -> None:
        """Where the user's own files lie."""
        self._loader.set_source(source)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.picture.set_theme(palette)

    @property
    def is_missing(self) -> bool:
        """Whether the hint is shown instead of a picture."""
        return self.currentIndex() == 1

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _show_samples(self, samples: Samples) -> None:
        self.picture.show_samples(samples)
        self.setCurrentIndex(0)

    def _show_failure(self, error: Exception) -> None:
        entry: DatasetEntry = DATASETS[self._key]
        absent = isinstance(error, DataMissingError) and entry.downloadable
        text = self.tr("{data} is not on this computer yet.").format(data=entry.title)
        self.hint.setText(text if absent else str(error))
        can_be_fetched = entry.downloadable and isinstance(error, DataMissingError | DataCorruptError)
        self.download_button.setVisible(can_be_fetched)
        self.import_button.setVisible(can_be_fetched)
        self.setCurrentIndex(1)

    def _arrange(self) -> None:
        page = QFrame()
        page.setFrameShape(QFrame.Shape.StyledPanel)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button, tip in (
            (self.download_button, self.tr("Fetch the published files from the internet")),
            (self.import_button, self.tr("Take them from a folder on this computer")),
        ):
            button.setToolTip(tip)
            button.setAccessibleName(button.text())
            buttons.addWidget(button)
        buttons.addStretch()
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.addStretch()
        column.addWidget(self.hint)
        column.addLayout(buttons)
        column.addStretch()
        self.addWidget(self.picture)
        self.addWidget(page)
