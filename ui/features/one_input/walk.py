"""A walk through the layers: buttons for the steps, the picture of the network, and below it the words of a step."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ui.features.one_input.lines import Lines
from ui.features.one_input.steps import StepBar
from ui.features.one_input.way_picture import WayPicture
from ui.widgets.contents import nest
from ui.widgets.wrapped import WrappedLabel

INSET = 4  # pixels


class Walk(QWidget):
    """``verdict`` stands above the picture, ``beside`` at the end of the buttons."""

    def __init__(self, words: str, beside: QWidget | None = None) -> None:
        super().__init__()
        self.steps, self.picture, self.lines, self.verdict = StepBar(), WayPicture(), Lines(words), WrappedLabel()
        top = QHBoxLayout()
        top.addWidget(self.steps, 1)
        if beside is not None:
            top.addWidget(beside)
        split = QSplitter(Qt.Orientation.Vertical)
        for part, share in ((self.picture, 3), (self.lines, 1)):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, share)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, INSET, 0, 0)
        layout.setSpacing(INSET)
        nest(layout, top)
        layout.addWidget(self.verdict)
        layout.addWidget(split, 1)
