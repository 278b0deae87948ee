"""The parts of the inspector below one another; beside each other where there is room."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.features.inspector.actions import UnitActions
from ui.features.inspector.death import DeathCard
from ui.features.inspector.excitement import Excitement
from ui.features.inspector.numbers import Numbers
from ui.features.inspector.traces import Traces
from ui.features.inspector.weights import Weights
from ui.plots.legend import Legend
from ui.widgets.focus import tab_through
from ui.widgets.palette import Palette
from ui.widgets.section import Section

TWO_COLUMNS_FROM = 720  # pixels of width
MARGIN = 4  # pixels between the content and the scroll bar


class Body(QWidget):
    """``status`` stays on top, the rest scrolls."""

    def __init__(self, status: Legend, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = Numbers()
        self.death = DeathCard()
        self.changes = UnitActions()
        self.traces = Traces()
        self.weights = Weights()
        self.excitement = Excitement()
        self.area = QScrollArea()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._arrange(status)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        for part in (self.death, self.traces, self.weights):
            part.set_theme(palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= TWO_COLUMNS_FROM
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _arrange(self, status: Legend) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.numbers)
        left.addWidget(self.death)
        for column, title, part in (
            (left, self.tr("Change it"), self.changes),
            (left, self.tr("How it came here"), self.traces),
            (right, self.tr("What it listens to"), self.weights),
            (right, self.tr("What excites it"), self.excitement),
        ):
            section = Section(title)
            section.body.addWidget(part)
            column.addWidget(section)
        for column in (left, right):
            column.addStretch()
            self._columns.addLayout(column, 1)
        self._columns.setContentsMargins(0, 0, MARGIN, 0)
        content = QWidget()
        content.setLayout(self._columns)
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(status)
        layout.addWidget(self.area, 1)
        tab_through(self)
