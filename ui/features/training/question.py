"""The question of a ready-made experiment, and what to watch, in a line above the panels."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from relulab.experiment.presets import PRESETS, Preset
from ui.features.training.controller import RunController
from ui.shell.commands import Controller
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import all_explained
from ui.widgets.icons import IconButton
from ui.widgets.sizes import px

SIDE = 22  # pixels of the button: the line is as low as its words
BY_TITLE = {preset.title: preset for preset in PRESETS.values()}


class QuestionBar(QFrame):
    """``shownChanged``: whether there is a question. Its button takes it away until another is asked."""

    shownChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.question, self.watch = ElidedLabel(), ElidedLabel()
        self.question.setObjectName("coach-title")
        self.question.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)  # goes after the rest
        self.watch.setProperty("role", "muted")
        self.hide_button = IconButton("close", self.tr("Hide the question"))
        self.hide_button.setFixedSize(px(SIDE), px(SIDE))
        self.hide_button.clicked.connect(lambda: self.shownChanged.emit(False))
        self._preset: Preset | None = None
        all_explained("question", self.question, self.watch)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 8, 0)
        layout.setSpacing(10)
        layout.addWidget(self.hide_button)  # at the left, where no button comes to lie under the mouse when it is gone
        layout.addWidget(self.question)
        layout.addWidget(self.watch, 1)

    def show_preset(self, preset: Preset | None) -> None:
        """Ask what this one asks; nothing at all for None."""
        if preset is self._preset:
            return
        self._preset = preset
        if preset is not None:
            self.question.setText(preset.question)
            self.watch.setText(preset.summary)
            self.setAccessibleName(f"{preset.question} {preset.summary}")
        self.shownChanged.emit(preset is not None)


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
