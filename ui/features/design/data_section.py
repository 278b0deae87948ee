"""The data: which set, how many samples, how they are scaled and spoiled, and a picture of them."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from relulab.catalog.entry import Parameter, integer, real
from relulab.data.dataset import DatasetEntry, Description, Source
from relulab.data.datasets import DATASETS
from relulab.data.own_images import KEY as OWN_IMAGES
from relulab.data.own_images import known
from relulab.data.shipped_tables import table_parameters
from relulab.data.table import KEY
from relulab.errors import DataCorruptError, DataMissingError
from relulab.experiment import DataSpec
from relulab.experiment.described_fields import setting_title
from relulab.experiment.experiment import SEED_LIMIT, DatasetChoice
from relulab.text import NOTHING
from relulab.views.design import SCALINGS, TARGET_SCALINGS
from ui.features.design.data_reading import DataReading, ReadingStrip
from ui.features.design.preview_loader import PreviewLoader, Samples
from ui.features.design.review import Review
from ui.features.design.sample_picture import SamplePicture
from ui.features.design.table_summary import TableSummary
from ui.platform.translation import said
from ui.widgets.choice_editor import ChoiceEditor
from ui.widgets.combo import Item
from ui.widgets.contents import nest
from ui.widgets.explained import all_explained
from ui.widgets.field_row import ComboRow, ParameterRow
from ui.widgets.form import Form
from ui.widgets.labels import Label, set_tip
from ui.widgets.number_field import Empty
from ui.widgets.palette import Palette


def _told_of(choice: DatasetChoice) -> str:
    """What a data set is, and of images of one's own what was found in the file."""
    found = known(choice.parameters) if choice.name == OWN_IMAGES else NOTHING
    return choice.entry.summary if found == NOTHING else said(found)


class Preview(QStackedWidget):
    """Follows ``request``. ``downloadRequested`` and ``importRequested`` carry the key of a data set."""

    downloadRequested = Signal(str)
    importRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = SamplePicture()
        self.hint = Label()
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
        empty = isinstance(error, DataMissingError)  # the field says what is to be chosen
        self.hint.setText(text if absent else self.tr("No samples to show yet.") if empty else str(error))
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
            set_tip(button, tip)
            button.setAccessibleName(button.text())
            buttons.addWidget(button)
        buttons.addStretch()
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.addStretch()
        column.addWidget(self.hint)
        nest(column, buttons)
        column.addStretch()
        self.addWidget(self.picture)
        self.addWidget(page)


class DataSection(Form):
    """Edits a ``DataSpec``. ``downloadRequested`` and ``importRequested`` carry the key of a data set."""

    downloadRequested = Signal(str)
    importRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview = Preview()
        self.reading = DataReading(self)
        self.strip = ReadingStrip(self.reading)
        self.table = TableSummary()
        self._summary = Label()
        self._sizes = self._size_rows()
        self.add_field(("dataset",), ChoiceEditor(said(setting_title("dataset")), DATASETS, elsewhere=(KEY,)))
        self.column.addWidget(self._summary)
        self.column.addWidget(self.strip)
        self.column.addWidget(self.table)
        self.column.addWidget(self.preview)
        for name, row in self._sizes.items():
            self.add_field((name,), row)
        self.add_field(("scaling",), self._scaling_row())
        self.add_field(("input_factor",), ParameterRow(self._input_factor()))
        self._target_scaling = self._target_scaling_row()
        self.add_field(("target_scaling",), self._target_scaling)
        self.add_field(("label_noise",), ParameterRow(self._label_noise()))
        self.add_field(("seed",), ParameterRow(self._seed()))
        self.column.addStretch()
        all_explained("data", self._summary, self.preview, self.strip)
        self._summary.setWordWrap(True)
        self._summary.setProperty("role", "muted")
        self.preview.downloadRequested.connect(self.downloadRequested)
        self.preview.importRequested.connect(self.importRequested)

    def setValue(self, data: DataSpec) -> None:
        """Show ``data`` without a signal; the picture follows a moment later."""
        super().setValue(data)
        self._summary.setText(_told_of(data.dataset))
        self.reading.follow(data.dataset)
        self.strip.settle()
        self.table.show_choice(data.dataset)
        is_table = table_parameters(data.dataset.name, data.dataset.parameters) is not None
        self.preview.setVisible(not is_table)
        if not is_table:
            self.preview.request(data)

    def show_review(self, review: Review) -> None:
        """Show which sizes "Auto" stands for, as far as that is known. Classes are not scaled, so that is not asked."""
        self._target_scaling.setVisible(review.description is None or not review.description.class_names)
        for name, row in self._sizes.items():
            row.set_empty(self._automatic(review.description, name))

    def set_source(self, source: Source) -> None:
        """Where the user's own files lie."""
        self.preview.set_source(source)

    def _automatic(self, description: Description | None, size: str) -> Empty:
        if description is None:
            return Empty(None, self.tr("Auto"))
        own = int(getattr(description, size))
        return Empty(None, self.tr("Auto ({count})").format(count=own), own)

    def _size_rows(self) -> dict[str, ParameterRow]:
        texts = (
            ("train_size", self.tr("How many samples the network learns from."), 1),
            ("validation_size", self.tr("How many samples are kept aside to watch for overfitting."), 0),
            ("test_size", self.tr("How many samples are kept aside for the last verdict."), 0),
        )
        return {
            name: ParameterRow(
                integer(name, said(setting_title(name)), least, least, help=help), self._automatic(None, name)
            )
            for name, help, least in texts
        }

    def _scaling_row(self) -> ComboRow:
        items = [Item(name, said(title), said(meaning)) for name, (title, meaning) in SCALINGS.items()]
        return ComboRow(
            said(setting_title("scaling")), items, self.tr("How inputs are scaled before the network sees them.")
        )

    def _target_scaling_row(self) -> ComboRow:
        items = [Item(name, said(title), said(meaning)) for name, (title, meaning) in TARGET_SCALINGS.items()]
        help = self.tr(
            "How target numbers are scaled for learning; they are shown as the data have them. Classes are not scaled."
        )
        return ComboRow(said(setting_title("target_scaling")), items, help)

    def _input_factor(self) -> Parameter:
        help = self.tr("Multiplies the inputs after their scaling: 1 leaves them as they are.")
        return real("input_factor", said(setting_title("input_factor")), 1.0, 1e-6, 1e6, help=help)

    def _label_noise(self) -> Parameter:
        help = self.tr("Share of the training samples that get a random wrong class.")
        return real("label_noise", said(setting_title("label_noise")), 0.1, 0.0, 1.0, help=help)

    def _seed(self) -> Parameter:
        help = self.tr("Draws the samples and divides them.")
        return integer("seed", self.tr("Data seed"), 0, 0, SEED_LIMIT - 1, help=help)
