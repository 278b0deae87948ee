"""A trial from the click to the verdict: what it changes, how far it is, what came of it, and what to do then."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from relulab.formatting import percent
from relulab.training.requests import TrialStatus
from ui.features.findings.cure_button import ShownCure
from ui.widgets.contents import nest
from ui.widgets.explained import all_explained
from ui.widgets.icons import IconButton, sharp_pixmap
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.wrapped import WrappedLabel

PROGRESS_STEPS = 1000
MARGIN = 8  # pixels
RADIUS = 4
ICON = 16
CHANGES_AT_MOST = 3  # lines; the rest is in the tip


class TrialBox(QWidget):
    """``cancelled`` ends the trial, ``chosen`` takes its design over, ``closed`` puts the verdict away."""

    cancelled = Signal()
    chosen = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer: ShownCure | None = None
        self.status: TrialStatus | None = None
        self.title = WrappedLabel()
        self.changes = WrappedLabel()
        self.progress = QProgressBar()
        self.note = WrappedLabel()
        self.verdict = WrappedLabel()
        all_explained("finding", self.title, self.changes, self.note, self.verdict)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.use = QPushButton(self.tr("Use this design"))
        self.close_button = IconButton("close", self.tr("Close this trial"))
        self._sign = Label()
        self._colours: Palette = LIGHT
        self._running = QWidget()
        self._result = QWidget()
        self._arrange()
        self.cancel.clicked.connect(self.cancelled)
        self.use.clicked.connect(self.chosen)
        self.close_button.clicked.connect(self.closed)

    def begin(self, offer: ShownCure, seeds: int) -> None:
        """A trial of ``offer`` was asked for."""
        self.offer = offer
        self.title.setText(self.tr("Trial: {cure}").format(cure=offer.title))
        rest = len(offer.changes) - CHANGES_AT_MOST
        lines = list(offer.changes[:CHANGES_AT_MOST])
        if rest > 0:
            lines.append(self.tr("and {count} more").format(count=rest))
        self.changes.setText("\n".join(lines))
        set_tip(self.changes, "\n".join(offer.changes))
        self.show_status(TrialStatus(offer.title, seeds=seeds or 1))

    def show_status(self, status: TrialStatus) -> None:
        """How far it is, or what came of it."""
        self.status = status
        self._running.setVisible(not status.done)
        self._result.setVisible(status.done)
        self.close_button.setVisible(status.done)
        self.progress.setValue(round(PROGRESS_STEPS * status.progress))
        self.note.setText(self._progress_text(status))
        self.verdict.setText(status.error or status.verdict)
        self.use.setVisible(status.done and not status.error)
        self.setAccessibleName(self.title.text())
        self.setAccessibleDescription(self.verdict.text() or self.note.text())
        self._draw_sign()

    def set_theme(self, colours: Palette) -> None:
        """Take over the colours of ``colours``."""
        self._colours = colours
        self._draw_sign()

    def paintEvent(self, event: QPaintEvent) -> None:
        role = QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.palette().color(role.Window))
        painter.setPen(QPen(self.palette().color(role.Mid), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _progress_text(self, status: TrialStatus) -> str:
        text = (
            self.tr("Training both designs on the same data, {done} done")
            if status.seeds == 1
            else self.tr("Training both designs with {seeds} seeds, {done} done")
        )
        return text.format(seeds=status.seeds, done=percent(status.progress, 0))

    def _draw_sign(self) -> None:
        """The sign beside the verdict: it helped, it made no difference or things worse, it could not be done."""
        status = self.status
        if status is None or not status.done:
            return
        name, colour = ("success", self._colours.good) if status.helped else ("info", self._colours.warning)
        if status.error:
            name, colour = "error", self._colours.error
        self._sign.setPixmap(sharp_pixmap(name, colour, ICON, self))

    def _arrange(self) -> None:
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        self.changes.setProperty("role", "muted")
        self.progress.setRange(0, PROGRESS_STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the trial"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.changes)
        head = QHBoxLayout()
        nest(head, words, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        running = QVBoxLayout(self._running)
        running.setContentsMargins(0, 0, 0, 0)
        running.addWidget(self.progress)
        below = QHBoxLayout()
        below.addWidget(self.note, 1)
        below.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignTop)
        nest(running, below)
        result = QVBoxLayout(self._result)
        result.setContentsMargins(0, 0, 0, 0)
        said = QHBoxLayout()
        said.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.verdict, 1)
        nest(result, said)
        result.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN)
        layout.setSpacing(4)
        nest(layout, head)
        layout.addWidget(self._running)
        layout.addWidget(self._result)
