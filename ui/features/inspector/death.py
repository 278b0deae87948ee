"""The death certificate of a unit: what the measurements tell, the search for the exact step, and its outcome."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from relulab.data.dataset import Dataset
from relulab.text import NOTHING
from relulab.views.death import DeathView, Row
from relulab.views.samples import TRAINING_SAMPLES, sample_images
from ui.platform.translation import said
from ui.plots.thumbnails import Thumbnails
from ui.widgets.contents import nest
from ui.widgets.labels import HtmlLabel, as_html, set_tip
from ui.widgets.palette import Palette
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

PROGRESS_STEPS = 1000
MARGIN = 8  # pixels
RADIUS = 4
BATCH_IMAGES = 10
BATCH_HEIGHT = 76  # pixels


class DeathCard(QWidget):
    """``searchWanted`` asks for the exact step, ``searchCancelled`` ends the search."""

    searchWanted = Signal()
    searchCancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = WrappedLabel()
        self.sentences = WrappedLabel()
        self.table = HtmlLabel()
        self.batch = WrappedLabel()
        self.images = Thumbnails()
        self.find_button = QPushButton()
        self.progress = QProgressBar()
        self.cancel = QPushButton(self.tr("Cancel"))
        self._searching = QWidget()
        self._shown: DeathView | None = None
        self._arrange()
        self.find_button.clicked.connect(self.searchWanted)
        self.cancel.clicked.connect(self.searchCancelled)

    def show_death(self, view: DeathView, dataset: Dataset) -> None:
        """Show what is known; nothing is drawn again where that is what is shown already."""
        if view == self._shown:
            return
        self._shown = view
        self.title.setText(said(view.title))
        self.sentences.setText("\n".join(said(sentence) for sentence in view.sentences))
        self.table.setText(table_html(view.rows, self.tr("before"), self.tr("after")))
        self.batch.setText(said(view.batch))
        self.images.show_answers(sample_images(dataset, view.samples[:BATCH_IMAGES], say=said))
        self.find_button.setText(said(view.search))
        self.table.setVisible(bool(view.rows))
        self.batch.setVisible(bool(view.samples))
        self.images.setVisible(bool(self.images.answers))
        self.find_button.setVisible(view.search != NOTHING)
        self.setAccessibleName(self.title.text())
        self.setAccessibleDescription(self.sentences.text())

    def show_search(self, progress: float | None, possible: bool = True) -> None:
        """How far the search is, 0 to 1; None while there is none. ``possible``: whether one can be begun."""
        self._searching.setVisible(progress is not None)
        self.find_button.setEnabled(progress is None and possible)
        if progress is not None:
            self.progress.setValue(round(PROGRESS_STEPS * progress))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.images.set_theme(palette)

    def paintEvent(self, event: QPaintEvent) -> None:
        role = QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.palette().color(role.Base))
        painter.setPen(QPen(self.palette().color(role.Mid), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _arrange(self) -> None:
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        self.table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.batch.setProperty("role", "muted")
        self.images.setFixedHeight(px(BATCH_HEIGHT))
        self.images.setAccessibleName(said(TRAINING_SAMPLES))
        set_tip(
            self.find_button,
            self.tr(
                "Trains the same network again from the start, beside this run, and looks at the unit behind every "
                "step. This run goes on, a little slower."
            ),
        )
        self.progress.setRange(0, PROGRESS_STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the search"))
        note = WrappedLabel(self.tr("Training again from the start, looking at this unit behind every step"))
        searching = QVBoxLayout(self._searching)
        searching.setContentsMargins(0, 0, 0, 0)
        searching.addWidget(self.progress)
        below = QHBoxLayout()
        below.addWidget(note, 1)
        below.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignTop)
        nest(searching, below)
        self._searching.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN)
        layout.setSpacing(4)
        for part in (self.title, self.sentences, self.table, self.batch, self.images):
            layout.addWidget(part)
        layout.addWidget(self.find_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._searching)


def table_html(rows: Sequence[Row], before: str, after: str) -> str:
    """Rows with one value, or two under ``before`` and ``after``."""
    paired = any(row[2] != NOTHING for row in rows)
    head = f'<tr><td></td><td align="right">{as_html(before)}</td><td align="right">{as_html(after)}</td></tr>'
    lines = [head] if paired else []
    for name, one, other in (map(said, row) for row in rows):
        cells = f'<td align="right">&nbsp;&nbsp;{as_html(one)}</td><td align="right">&nbsp;&nbsp;{as_html(other)}</td>'
        lines.append(f"<tr><td>{as_html(name)}</td>{cells}</tr>")
    return f"<table cellspacing=0>{''.join(lines)}</table>"
