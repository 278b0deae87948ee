"""The question of a ready-made experiment, and what to watch, above the panels: on as many lines as they need."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from relulab.experiment.presets import PRESETS, Preset
from ui.features.training.controller import RunController
from ui.shell.commands import Controller
from ui.widgets.explained import explained
from ui.widgets.icons import IconButton
from ui.widgets.labels import HtmlLabel, as_html
from ui.widgets.sizes import px

SIDE = 22  # pixels of the button: the line is as low as its words
LEFT, RIGHT, APART = 6, 8, 10  # pixels beside the button and the words, and between them
BY_TITLE = {preset.title: preset for preset in PRESETS.values()}


class QuestionBar(QFrame):
    """``shownChanged``: whether there is a question. Its button takes it away until another is asked."""

    shownChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.words = HtmlLabel(wordWrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide_button = IconButton("close", self.tr("Hide the question"))
        self.hide_button.setFixedSize(px(SIDE), px(SIDE))
        self.hide_button.clicked.connect(lambda: self.shownChanged.emit(False))
        self._preset: Preset | None = None
        explained(self.words, "question", lambda: "")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(LEFT, 0, RIGHT, 0)
        layout.setSpacing(APART)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self.hide_button, 0, top)  # at the left, where no button comes to lie under the mouse
        layout.addWidget(self.words, 1)

    def show_preset(self, preset: Preset | None) -> None:
        """Ask what this one asks; nothing at all for None."""
        if preset is self._preset:
            return
        self._preset = preset
        if preset is not None:
            self.words.setText(f"<b>{as_html(preset.question)}</b> &nbsp;{as_html(preset.summary)}")
            self.words.setAccessibleName(f"{preset.question} {preset.summary}")
            self.setAccessibleName(self.words.accessibleName())
            self._fit()
        self.shownChanged.emit(preset is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """As high as the words are in this width: the bar around it asks for no more than that."""
        room = self.width() - LEFT - RIGHT - APART - px(SIDE)
        tall = max(px(SIDE), self.words.heightForWidth(max(1, room)))
        if tall != self.maximumHeight():
            self.setFixedHeight(tall)


class QuestionController(Controller):
    """Asks in ``bar`` while the design has the name of a ready-made experiment, whatever is tried with it."""

    def __init__(self, bar: QuestionBar, run_controller: RunController) -> None:
        super().__init__(run_controller)
        self._bar = bar
        self._run_controller = run_controller
        run_controller.loaded.connect(self.refresh)
        run_controller.availabilityChanged.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Look at the name of the design; one that is invalid just now keeps the question."""
        design = self._run_controller.design
        if design is not None:
            self._bar.show_preset(BY_TITLE.get(design.name))
